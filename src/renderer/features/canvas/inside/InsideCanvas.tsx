// The inside of a block in place of the canvas: the same nodes and wires, to look at and to select, not to move or wire.
import { Background, BackgroundVariant, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from '@xyflow/react'
import type { ReactFlowState } from '@xyflow/react'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { NetworkDocument } from '../../../../shared/graph/document'
import { parseNodeId } from '../../../../shared/graph/nodeId'
import { CanvasToolbar } from '../tools/CanvasToolbar'
import { largestZoom, leastZoom, revealNode, setInside, zoomToFit } from '../../../session/view/canvasFlow'
import { focusInspector, insideElementId, nodeElementId } from '../../../session/view/canvasFocus'
import { canvasStore, useCanvas } from '../../../session/view/canvasStore'
import { findPlaces } from '../../../session/layout/canvasGeometry'
import { LayerNode } from '../nodes/LayerNode'
import { LevelContext, PillContext, levelAt, pillZoom, type LevelOfDetail } from '../nodes/levelOfDetail'
import { findNeighbour, isArrowKey, type ArrowKey } from '../commands/neighbours'
import { ShapeEdge, type ShapeFlowEdge } from '../nodes/ShapeEdge'
import { type CanvasNode } from '../flow/useFlowGraph'
import { buildEdge, buildNode } from '../flow/flowElements'
import { createWireFinder } from '../flow/wires'
import { isPresent, presentSession, useSelection } from '../../../session/document/documentStore'
import { Breadcrumb } from './Breadcrumb'
import { usePlacedInside, viewEdges, viewNodes } from './insideNodes'
import { goInto, goOutTo, insideStore, selectInside, useInside } from '../../../session/blocks/insideStore'
import type { InsideView } from '../../../session/blocks/insideView'
import { goOut } from '../../../session/view/openBlock'
import { useInsideView } from '../../../session/blocks/useInsideView'

const nodeTypes = { layer: LayerNode }
const edgeTypes = { shape: ShapeEdge }
const panButtons = [0, 1]

const levelSelector = (state: ReactFlowState): LevelOfDetail => levelAt(state.transform[2])
const pillSelector = (state: ReactFlowState): boolean => state.transform[2] >= pillZoom

/** Goes into the selected block, where it is one. */
function goDeeper(view: InsideView): void {
  const { selected } = insideStore.getState()
  if (selected !== null && view.inference.nodes.get(selected)?.inside) goInto(selected)
}

function move(document: NetworkDocument, key: ArrowKey): void {
  const { selected } = insideStore.getState()
  const { direction } = canvasStore.getState()
  const next =
    selected === null ? document.nodes[0]?.id : findNeighbour(document, findPlaces(document), selected, key, direction)
  if (next === undefined) return
  selectInside(next)
  revealNode(next)
}

function handleKey(event: KeyboardEvent, view: InsideView, document: NetworkDocument | undefined): void {
  if (event.altKey) return
  const opens = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
  if (opens) goDeeper(view)
  else if (event.ctrlKey || event.metaKey) return
  else if (event.key === 'Escape' || event.key === 'Backspace') goOut()
  else if (event.key === 'Enter') focusInspector()
  else if (isArrowKey(event.key) && document) move(document, event.key)
  else if ((event.key === 'Home' || event.key === 'End') && document) {
    const node = event.key === 'Home' ? document.nodes[0] : document.nodes.at(-1)
    if (node) {
      selectInside(node.id)
      revealNode(node.id)
    }
  } else return
  event.preventDefault()
  event.stopPropagation()
}

function InsideFlow({ view, document }: { readonly view: InsideView; readonly document: NetworkDocument }) {
  const flow = useReactFlow<CanvasNode, ShapeFlowEdge>()
  const direction = useCanvas((state) => state.direction)
  const selected = useInside((state) => state.selected)
  const shown = useMemo(() => viewNodes(view), [view])
  const nodes = useMemo(
    () =>
      document.nodes.flatMap(({ id, position }): CanvasNode[] => {
        const nodeView = shown.get(id)
        return nodeView && position ? [buildNode(nodeView, position, id === selected, direction, undefined).flow] : []
      }),
    [document, shown, selected, direction],
  )
  const [finder] = useState(createWireFinder)
  const edges = useMemo(() => {
    const edges = viewEdges(view)
    const routes = finder.find({ document, places: findPlaces(document), views: shown, edges, direction })
    return edges.map(({ id, view }) => buildEdge(id, view, routes.get(id), false, undefined))
  }, [finder, view, document, shown, direction])
  useEffect(() => {
    setInside({ flow, document })
    return () => setInside(undefined)
  }, [flow, document])
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onInit={() => void zoomToFit()}
      onNodeClick={(_, node) => selectInside(parseNodeId(node.id))}
      onNodeDoubleClick={(_, node) => {
        selectInside(parseNodeId(node.id))
        goDeeper(view)
      }}
      onPaneClick={() => selectInside(null)}
      nodesDraggable={false}
      nodesConnectable={false}
      elementsSelectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      zoomOnDoubleClick={false}
      onlyRenderVisibleElements
      minZoom={leastZoom}
      maxZoom={largestZoom}
      panOnDrag={panButtons}
      proOptions={{ hideAttribution: true }}
    >
      <Background variant={BackgroundVariant.Dots} gap={24} size={1.5} color="var(--nl-canvas-dot)" />
    </ReactFlow>
  )
}

function InsideFrame({ view }: { readonly view: InsideView }) {
  const level = useStore(levelSelector)
  const showsPills = useStore(pillSelector)
  const selected = useInside((state) => state.selected)
  const direction = useCanvas((state) => state.direction)
  const document = usePlacedInside(view, direction)
  const frame = useRef<HTMLDivElement>(null)
  const blockId = view.block.node.id
  useEffect(() => frame.current?.focus({ preventScroll: true }), [])
  return (
    <LevelContext.Provider value={level}>
      <PillContext.Provider value={showsPills}>
        <div className="nl-inside" onKeyDown={(event) => handleKey(event, view, document)} role="presentation">
          <Breadcrumb />
          <div
            ref={frame}
            id={insideElementId}
            className="nl-canvas nl-inside-canvas"
            // One tab stop that moves between its nodes by itself, as the canvas around it.
            role="application"
            aria-label={`Inside of ${blockId}`}
            aria-roledescription="canvas"
            aria-activedescendant={selected === null ? undefined : nodeElementId(selected)}
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            data-level={level}
          >
            {document && <InsideFlow view={view} document={document} />}
          </div>
          <CanvasToolbar isInside />
        </div>
      </PillContext.Provider>
    </LevelContext.Provider>
  )
}

/** Follows the document: what is no block any longer is left, and so is everything when something else is selected. */
function useLeaving(): void {
  const selection = useSelection()
  const [session] = useState(presentSession)
  const first = useInside(({ path }) => path[0])
  useEffect(() => {
    if (first !== undefined && !(selection.size === 1 && selection.has(first))) goOutTo(0)
  }, [selection, first])
  // Behind another network it stays inside.
  useEffect(() => () => (isPresent(session) ? goOutTo(0) : undefined), [session])
}

/** The view inside of a block, while one is open. */
export function InsideCanvas() {
  const view = useInsideView()
  useLeaving()
  if (!view) return null
  return (
    <ReactFlowProvider key={view.block.node.id}>
      <InsideFrame view={view} />
    </ReactFlowProvider>
  )
}
