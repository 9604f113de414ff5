// The document as React Flow's nodes and edges; positions stay here while nodes are dragged.
import type { EdgeChange, NodeChange } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { buildEdge, buildNode, type KeptNode } from './flowElements'
import type { Inference } from '../../../../shared/network/inferDocument'
import type { NetworkDocument, Position as Place } from '../../../../shared/graph/document'
import type { Issue } from '../../../../shared/graph/errors'
import { useNodesAnew } from '../../../session/document/layerWeights'
import { documentStore, useDocument, useInference, useSelection } from '../../../session/document/documentStore'
import { useIssues } from '../../../session/dataset/useIssues'
import type { Dragged } from '../edits/canvasEdits'
import { canvasStore, useCanvas } from '../../../session/view/canvasStore'
import type { WireRoute } from '../../../session/layout/wireGeometry'
import { buildEdgeViews, type EdgeView, type ShownEdge } from '../nodes/edgeViews'
import { createWireFinder, type WireGround } from './wires'
import { useNoteNodes, type ChangingBox } from './flowNotes'
import { directionOf } from '../../../session/layout/documentLayout'
import { findDirection, findPlaces, type Direction } from '../../../session/layout/canvasGeometry'
import type { LayerFlowNode } from '../nodes/LayerNode'
import type { NoteFlowNode } from '../nodes/NoteNode'
import { buildViews, type NodeView } from '../nodes/nodeViews'
import { noteElement, noteIdOf } from '../../../session/view/noteElements'
import type { ShapeFlowEdge } from '../nodes/ShapeEdge'
import { useGuides } from './useGuides'

/** Whatever lies on the canvas as a node of React Flow. */
export type CanvasNode = LayerFlowNode | NoteFlowNode

/** The direction in which the present document flows, kept in the canvas's store. */
function useDirection(): Direction {
  const document = useDocument()
  const direction = useCanvas((state) => state.direction)
  const found = useMemo(() => {
    if (document.layout?.style === 'columns') return 'down'
    const laid = document.layout ? directionOf(document.layout.style) : direction
    return findDirection(document, findPlaces(document), laid)
  }, [document, direction])
  useEffect(() => {
    if (found !== canvasStore.getState().direction) canvasStore.setState({ direction: found })
  }, [found])
  return found
}

/** Builds views, nodes and edges anew, taking over what shows the same as the last time. */
function createBuilders() {
  let views: ReadonlyMap<string, NodeView> = new Map()
  let nodes: ReadonlyMap<string, KeptNode> = new Map()
  let edges: ReadonlyMap<string, ShapeFlowEdge> = new Map()
  return {
    views: (
      document: NetworkDocument,
      inference: Inference,
      issues: readonly Issue[],
      anew: ReadonlySet<string>,
    ): typeof views => (views = buildViews(document, inference, issues, views, anew)),

    nodes(
      document: NetworkDocument,
      shown: typeof views,
      selection: ReadonlySet<string>,
      direction: Direction,
    ): readonly LayerFlowNode[] {
      const places = findPlaces(document)
      const next = new Map<string, KeptNode>()
      for (const { id } of document.nodes) {
        const view = shown.get(id)
        const place = places.get(id)
        if (view && place) next.set(id, buildNode(view, place, selection.has(id), direction, nodes.get(id)))
      }
      nodes = next
      return Array.from(next.values(), ({ flow }) => flow)
    },

    edges(document: NetworkDocument, inference: Inference, issues: readonly Issue[]): readonly ShownEdge[] {
      const before = new Map<string, EdgeView>()
      for (const [id, { data }] of edges) if (data) before.set(id, data.view)
      return buildEdgeViews(document, inference, issues, before)
    },

    wires(
      shown: readonly ShownEdge[],
      routes: ReadonlyMap<string, WireRoute>,
      selected: ReadonlySet<string>,
    ): ShapeFlowEdge[] {
      const next = new Map<string, ShapeFlowEdge>()
      for (const { id, view } of shown) {
        next.set(id, buildEdge(id, view, routes.get(id), selected.has(id), edges.get(id)))
      }
      edges = next
      return [...next.values()]
    },
  }
}

interface DocumentGraph {
  /** Nodes where the document has them. */
  readonly base: readonly LayerFlowNode[]
  readonly edges: ShapeFlowEdge[]
  /** The edges while nodes are dragged. */
  readonly follow: (edges: ShapeFlowEdge[], dragged: ReadonlyMap<string, Place>) => ShapeFlowEdge[]
}

/** The present document's nodes and edges. */
function useDocumentGraph(): DocumentGraph {
  const document = useDocument()
  const inference = useInference()
  const issues = useIssues()
  const selection = useSelection()
  const direction = useDirection()
  const selectedEdges = useCanvas((state) => state.selectedEdges)
  const [build] = useState(createBuilders)
  const anew = useNodesAnew()
  const shown = useMemo(
    () => build.views(document, inference, issues, anew),
    [build, document, inference, issues, anew],
  )
  const base = useMemo(
    () => build.nodes(document, shown, selection, direction),
    [build, document, shown, selection, direction],
  )
  const [finder] = useState(createWireFinder)
  const ground = useMemo(
    (): WireGround => ({
      document,
      places: findPlaces(document),
      views: shown,
      edges: build.edges(document, inference, issues),
      direction,
    }),
    [build, document, inference, issues, shown, direction],
  )
  const edges = useMemo(
    () => build.wires(ground.edges, finder.find(ground), selectedEdges),
    [build, finder, ground, selectedEdges],
  )
  const follow = useCallback(
    (edges: ShapeFlowEdge[], dragged: ReadonlyMap<string, Place>): ShapeFlowEdge[] => {
      const routes = finder.findDragged(ground, dragged)
      return edges.map((edge) => {
        const route = routes.get(edge.id)
        return route && edge.data ? { ...edge, data: { ...edge.data, route } } : edge
      })
    },
    [finder, ground],
  )
  return { base, edges, follow }
}

function applySelection(
  before: ReadonlySet<string>,
  changes: readonly (NodeChange | EdgeChange)[],
): Set<string> | null {
  const next = new Set(before)
  let changed = false
  for (const change of changes) {
    if (change.type !== 'select' || next.has(change.id) === change.selected) continue
    changed = true
    if (change.selected) next.add(change.id)
    else next.delete(change.id)
  }
  return changed ? next : null
}

export interface FlowGraph {
  readonly nodes: CanvasNode[]
  readonly edges: ShapeFlowEdge[]
  readonly onNodesChange: (changes: NodeChange<CanvasNode>[]) => void
  readonly onEdgesChange: (changes: EdgeChange<ShapeFlowEdge>[]) => void
  /** Ends a drag. @returns where the dragged nodes and notes came to lie */
  readonly takeDragged: () => Dragged
}

const unchanged: ReadonlyMap<string, ChangingBox> = new Map()

/** Takes over what React Flow selected among nodes and notes. */
function followSelection(changes: readonly NodeChange<CanvasNode>[]): void {
  const { selection, select } = documentStore.getState()
  const { selectedNotes } = canvasStore.getState()
  const before = new Set([...selection, ...Array.from(selectedNotes, noteElement)])
  const selected = applySelection(before, changes)
  if (!selected) return
  const notes = new Set(Array.from(selected, noteIdOf).filter((id) => id !== undefined))
  select([...selected].filter((id) => noteIdOf(id) === undefined))
  canvasStore.setState({ activeId: [...selected].at(-1) ?? null, selectedNotes: notes })
}

/** Places of what is dragged and sizes of what is resized, until the document has them. */
function useChanging() {
  const kept = useRef(unchanged)
  const [changing, setChanging] = useState(unchanged)
  const { snap, end } = useGuides()
  const follow = useCallback(
    (changes: readonly NodeChange<CanvasNode>[]) => {
      const moves = new Map<string, Place>()
      const next = new Map(kept.current)
      for (const change of changes) {
        if (change.type === 'position' && change.dragging && change.position) moves.set(change.id, change.position)
        if (change.type !== 'dimensions' || !change.dimensions || change.resizing === undefined) continue
        if (change.resizing) next.set(change.id, { ...next.get(change.id), size: change.dimensions })
        else next.delete(change.id)
      }
      if (moves.size > 0) for (const [id, position] of snap(moves)) next.set(id, { ...next.get(id), position })
      if (moves.size === 0 && next.size === 0 && kept.current.size === 0) return
      kept.current = next
      setChanging(next)
    },
    [snap],
  )
  const take = useCallback((): Dragged => {
    const boxes = kept.current
    kept.current = unchanged
    setChanging(unchanged)
    end()
    const { nodes, notes = [] } = documentStore.getState().document
    return {
      moves: nodes.flatMap(({ id }) => {
        const position = boxes.get(id)?.position
        return position ? [{ id, position }] : []
      }),
      notes: notes.flatMap((note) => {
        const position = boxes.get(noteElement(note.id))?.position
        const isMoved = position && (position.x !== note.position.x || position.y !== note.position.y)
        return isMoved ? [{ ...note, position }] : []
      }),
    }
  }, [end])
  return { changing, follow, take }
}

/** Nodes and edges for React Flow, and what to do with its changes. */
export function useFlowGraph(): FlowGraph {
  const { base, edges: settled, follow: followWires } = useDocumentGraph()
  const { changing, follow, take } = useChanging()
  const notes = useNoteNodes(changing)
  const nodes = useMemo((): CanvasNode[] => {
    if (changing.size === 0) return [...notes, ...base]
    const moved = base.map((node) => {
      const position = changing.get(node.id)?.position
      return position ? { ...node, position, dragging: true } : node
    })
    return [...notes, ...moved]
  }, [base, notes, changing])
  const edges = useMemo((): ShapeFlowEdge[] => {
    const dragged = new Map<string, Place>()
    for (const [id, { position }] of changing) if (position && noteIdOf(id) === undefined) dragged.set(id, position)
    return dragged.size === 0 ? settled : followWires(settled, dragged)
  }, [settled, followWires, changing])
  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      followSelection(changes)
      follow(changes)
    },
    [follow],
  )
  const onEdgesChange = useCallback((changes: EdgeChange<ShapeFlowEdge>[]) => {
    const selected = applySelection(canvasStore.getState().selectedEdges, changes)
    if (selected) canvasStore.setState({ selectedEdges: selected })
  }, [])
  return { nodes, edges, onNodesChange, onEdgesChange, takeDragged: take }
}
