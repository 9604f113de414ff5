// The canvas: React Flow over the document, with wiring, dragging, dropping and the keyboard.
import { Background, BackgroundVariant, ReactFlow, useStore, type ReactFlowState } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type DragEvent,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
} from 'react'
import {
  documentStore,
  presentSession,
  useDocument,
  useSelection,
  useSessionNumber,
} from '../../session/document/documentStore'
import { InsideCanvas } from './inside/InsideCanvas'
import { openSelectedBlock } from '../../session/view/openBlock'
import { useInside } from '../../session/blocks/insideStore'
import { withDefinition } from '../../session/blocks/library'
import { CanvasMenu } from './tools/CanvasMenu'
import { BusySign } from './tools/BusySign'
import { CanvasToolbar } from './tools/CanvasToolbar'
import { ConnectionHint } from './tools/ConnectionHint'
import { EdgeLegend } from './tools/EdgeLegend'
import { EmptyCanvas } from './tools/EmptyCanvas'
import { FindBar } from './tools/FindBar'
import { GuideLines } from './tools/GuideLines'
import { NetworkMap } from './tools/NetworkMap'
import { LayerNode } from './nodes/LayerNode'
import { NoteNode } from './nodes/NoteNode'
import { QuickAdd } from './palette/QuickAdd'
import { ShapeEdge } from './nodes/ShapeEdge'
import { dropLayer } from './edits/canvasEdits'
import {
  boundsOf,
  cornerAround,
  edgeAt,
  keepViewport,
  largestZoom,
  leastZoom,
  revealNode,
  setFlow,
  showDocument,
} from '../../session/view/canvasFlow'
import { canvasElementId, focusCanvas, nodeElementId } from '../../session/view/canvasFocus'
import { useIsGliding } from '../../session/view/glide'
import { handleCanvasKey, openMenu, selectAlone, toggleSelected } from './commands/canvasKeys'
import { canvasStore, useCanvas } from '../../session/view/canvasStore'
import { gridSize } from '../../session/layout/canvasGeometry'
import { LevelContext, PillContext, levelAt, pillZoom, type LevelOfDetail } from './nodes/levelOfDetail'
import { canLieOnWire } from './edits/insertion'
import { paletteMime } from './palette/paletteDrag'
import { useDragging } from './flow/useDragging'
import { editNote } from './edits/notes'
import { noteIdOf } from '../../session/view/noteElements'
import { useFlowGraph, type CanvasNode } from './flow/useFlowGraph'
import { useLayOpened } from './flow/useLayOpened'
import { useKeepCentre } from './flow/useKeepCentre'
import { useWheelMoves } from './flow/useWheelMoves'
import { useWiring } from './flow/useWiring'

const nodeTypes = { layer: LayerNode, note: NoteNode }
const edgeTypes = { shape: ShapeEdge }
const snapGrid: [number, number] = [gridSize, gridSize]
const panButtons = [0, 1]
const multiSelectKeys = ['Control', 'Meta']

const levelSelector = (state: ReactFlowState): LevelOfDetail => levelAt(state.transform[2])
const pillSelector = (state: ReactFlowState): boolean => state.transform[2] >= pillZoom

/** Follows the zoom outside of React Flow's own children: only its thresholds cause a drawing. */
function useZoomLevel(): { readonly level: LevelOfDetail; readonly showsPills: boolean } {
  return { level: useStore(levelSelector), showsPills: useStore(pillSelector) }
}

/** Brings a single selected node into sight, wherever it was selected. */
function useRevealSelection(): void {
  const selection = useSelection()
  useEffect(() => {
    const [id] = selection
    if (id === undefined || selection.size !== 1) return
    if (canvasStore.getState().activeId !== id) canvasStore.setState({ activeId: id })
    revealNode(id)
  }, [selection])
}

function canDropOnWire(dragged: string): boolean {
  const { document, type } = withDefinition(documentStore.getState().document, dragged)
  return canLieOnWire(document, type)
}

/** Takes layers that are dragged from the palette. */
function useLayerDrop() {
  const onDragOver = useCallback((event: DragEvent) => {
    if (!event.dataTransfer.types.includes(paletteMime)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    const dropEdge = edgeAt({ x: event.clientX, y: event.clientY }) ?? null
    if (canvasStore.getState().dropEdge !== dropEdge) canvasStore.setState({ dropEdge })
  }, [])
  const onDragLeave = useCallback(() => canvasStore.setState({ dropEdge: null }), [])
  const onDrop = useCallback((event: DragEvent) => {
    const type = event.dataTransfer.getData(paletteMime)
    if (type === '') return
    event.preventDefault()
    event.stopPropagation()
    const point = { x: event.clientX, y: event.clientY }
    canvasStore.setState({ dropEdge: null })
    dropLayer(type, cornerAround(point), canDropOnWire(type) ? edgeAt(point) : undefined)
    focusCanvas()
  }, [])
  return { onDragOver, onDragLeave, onDrop }
}

/** The layer or note that is pressed, by the name of its element; its ports and fields are other things. */
function nodeUnder({ target, button }: MouseEvent): string | undefined {
  if (!(target instanceof Element) || button !== 0 || target.closest('.react-flow__handle, input, button, textarea'))
    return undefined
  return target.closest('.react-flow__node')?.getAttribute('data-id') ?? undefined
}

function shiftedNode(event: MouseEvent): string | undefined {
  return event.shiftKey ? nodeUnder(event) : undefined
}

/** The element that is the canvas's one tab stop, with its keys and its menu. */
function CanvasFrame({ children }: { readonly children: ReactNode }) {
  const { level, showsPills } = useZoomLevel()
  const activeId = useCanvas((state) => state.activeId)
  const isWiring = useCanvas((state) => state.wiring !== null)
  const drawsAll = useCanvas((state) => state.drawsAll)
  const isGliding = useIsGliding()
  const isPlacing = useCanvas((state) => state.isPlacing)
  const drop = useLayerDrop()
  const onDoubleClick = (event: MouseEvent): void => {
    if (!(event.target instanceof Element) || !event.target.classList.contains('react-flow__pane')) return
    const at = { x: event.clientX, y: event.clientY }
    canvasStore.setState({ quickAdd: { at, goal: { kind: 'place', position: cornerAround(at) } } })
  }
  const onPointerDown = (event: PointerEvent): void => {
    if (!(event.target instanceof Element) || event.target.closest('input, button, textarea')) return
    focusCanvas()
    const node = shiftedNode(event)
    if (node === undefined) return
    event.stopPropagation()
    toggleSelected(node)
  }
  // With Shift React Flow would begin to draw a frame, or select the layer alone.
  const keepShifted = (event: MouseEvent): void => {
    if (shiftedNode(event) !== undefined) event.stopPropagation()
  }
  const onClick = (event: MouseEvent): void => {
    const node = nodeUnder(event)
    if (node !== undefined && !event.ctrlKey && !event.metaKey) selectAlone(node)
  }
  return (
    <LevelContext.Provider value={drawsAll ? 'full' : level}>
      <PillContext.Provider value={showsPills || drawsAll}>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application takes keys */}
        <div
          id={canvasElementId}
          className="nl-canvas"
          // The canvas is one tab stop that moves between its nodes by itself, as a tree or a grid does.
          role="application"
          aria-label="Network"
          aria-roledescription="canvas"
          aria-activedescendant={activeId === null ? undefined : nodeElementId(activeId)}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          data-level={level}
          data-wiring={isWiring || undefined}
          data-placing={isPlacing || undefined}
          data-gliding={isGliding || undefined}
          onKeyDown={(event: KeyboardEvent) => handleCanvasKey(event)}
          onDoubleClick={onDoubleClick}
          onPointerDownCapture={onPointerDown}
          onMouseDownCapture={keepShifted}
          onClickCapture={keepShifted}
          onClick={onClick}
          {...drop}
        >
          {children}
        </div>
      </PillContext.Provider>
    </LevelContext.Provider>
  )
}

/** Whether a box lies inside of what is seen. */
function isInView(
  { transform: [x, y, zoom], width, height }: ReactFlowState,
  box: ReturnType<typeof boundsOf>,
): boolean {
  if (!box) return true
  const right = (box.x + box.width) * zoom + x
  const bottom = (box.y + box.height) * zoom + y
  return box.x * zoom + x >= 0 && box.y * zoom + y >= 0 && right <= width && bottom <= height
}

function Minimap({ nodes }: { readonly nodes: readonly CanvasNode[] }) {
  const shows = useCanvas((state) => state.showsMinimap)
  const document = useDocument()
  const bounds = useMemo(() => boundsOf(undefined, document), [document])
  const isWhole = useStore(useCallback((state: ReactFlowState) => isInView(state, bounds), [bounds]))
  // Where the whole network is seen there is nothing to find on a map.
  return !shows || isWhole || !bounds ? null : <NetworkMap nodes={nodes} bounds={bounds} />
}

/** What a double click does: it goes inside a block, renames a layer or block by its name, and edits a note. */
function beginEditing({ id }: CanvasNode, target: EventTarget): void {
  const note = noteIdOf(id)
  const isName = target instanceof Element && target.closest('.nl-node-name') !== null
  if (note === undefined && !isName && openSelectedBlock(id)) return
  if (note === undefined) canvasStore.setState({ renaming: id })
  else editNote(note)
}

function FlowCanvas() {
  const graph = useFlowGraph()
  const wiring = useWiring()
  const dragging = useDragging(graph.takeDragged)
  const snaps = useCanvas((state) => state.snaps)
  const drawsAll = useCanvas((state) => state.drawsAll)
  const sessionNumber = useSessionNumber()
  // The screen is another one for another network: a movement that ends late is still this one's.
  const [session] = useState(presentSession)
  const isReady = useRef(false)
  useRevealSelection()
  useKeepCentre()
  useWheelMoves()
  useLayOpened()
  useEffect(() => {
    if (isReady.current) void showDocument()
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a newly opened document is shown anew
  }, [sessionNumber])
  useEffect(() => () => setFlow(undefined), [])
  return (
    <ReactFlow
      {...wiring}
      {...dragging}
      nodes={graph.nodes}
      edges={graph.edges}
      onNodesChange={graph.onNodesChange}
      onEdgesChange={graph.onEdgesChange}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onInit={(instance) => {
        setFlow(instance)
        isReady.current = true
        void showDocument()
      }}
      onMoveEnd={(_, viewport) => keepViewport(viewport, session)}
      onNodeDoubleClick={(event, node) => beginEditing(node, event.target)}
      onNodeContextMenu={(event, { id, type }) => openMenu(event, { kind: type === 'note' ? 'note' : 'node', id })}
      onSelectionContextMenu={(event) => openMenu(event, { kind: 'selection' })}
      onEdgeContextMenu={(event, edge) => openMenu(event, { kind: 'edge', id: edge.id })}
      onPaneContextMenu={(event) => openMenu(event, { kind: 'canvas' })}
      onlyRenderVisibleElements={!drawsAll}
      snapToGrid={snaps}
      snapGrid={snapGrid}
      minZoom={leastZoom}
      maxZoom={largestZoom}
      panOnDrag={panButtons}
      multiSelectionKeyCode={multiSelectKeys}
      deleteKeyCode={null}
      zoomOnDoubleClick={false}
      nodesFocusable={false}
      edgesFocusable={false}
      disableKeyboardA11y
      elevateNodesOnSelect
      connectionRadius={24}
      reconnectRadius={12}
      nodeDragThreshold={2}
      proOptions={{ hideAttribution: true }}
    >
      <Background variant={BackgroundVariant.Dots} gap={24} size={1.5} color="var(--nl-canvas-dot)" />
      <Minimap nodes={graph.nodes} />
      <GuideLines />
      <ConnectionHint />
    </ReactFlow>
  )
}

/** The canvas of the design screen; needs React Flow's provider around it. */
export function Canvas() {
  const isInside = useInside(({ path }) => path.length > 0)
  return (
    <div className="nl-canvas-area">
      <div className="nl-outer" inert={isInside} data-covered={isInside || undefined}>
        <CanvasFrame>
          <FlowCanvas />
        </CanvasFrame>
        <EmptyCanvas />
        <FindBar />
        <CanvasToolbar />
        <BusySign />
        <EdgeLegend />
      </div>
      <InsideCanvas />
      <QuickAdd />
      <CanvasMenu />
    </div>
  )
}
