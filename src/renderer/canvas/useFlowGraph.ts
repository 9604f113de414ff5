// The document as React Flow's nodes and edges; positions stay here while nodes are dragged.
import { Position, type EdgeChange, type NodeChange, type NodeHandle } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Inference } from '../../shared/compile/inferDocument'
import type { NetworkDocument, NodeId, Position as Place } from '../../shared/graph/document'
import type { Issue } from '../../shared/graph/errors'
import { documentStore, useDocument, useInference, useIssues, useSelection } from '../state/documentStore'
import { canvasStore, useCanvas } from './canvasStore'
import { buildEdgeViews, type EdgeView } from './edgeViews'
import { findDirection, findPlaces, nodeHeight, nodeWidth, type Direction } from './geometry'
import { portOffset, type LayerFlowNode } from './LayerNode'
import { buildViews, splitPorts, type NodeView } from './nodeViews'
import type { ShapeFlowEdge } from './ShapeEdge'

/** Diameter of a port's dot, in canvas units. */
const portSize = 12

/** The ports where the node's own styles put them, so that edges can be drawn to nodes that were never on the screen. */
function listHandles(view: NodeView, direction: Direction): NodeHandle[] {
  const list = (ports: string, type: 'target' | 'source'): NodeHandle[] => {
    const names = splitPorts(ports)
    return names.map((id, index) => {
      const along = portOffset(index, names.length, direction) - portSize / 2
      const across = (type === 'target' ? 0 : direction === 'down' ? nodeHeight : nodeWidth) - portSize / 2
      const isDown = direction === 'down'
      const [near, far] = isDown ? [Position.Top, Position.Bottom] : [Position.Left, Position.Right]
      return {
        id,
        type,
        position: type === 'target' ? near : far,
        x: isDown ? along : across,
        y: isDown ? across : along,
        width: portSize,
        height: portSize,
      }
    })
  }
  return [...list(view.inputs, 'target'), ...list(view.outputs, 'source')]
}

interface KeptNode {
  readonly flow: LayerFlowNode
  readonly direction: Direction
}

function buildNode(
  view: NodeView,
  position: Place,
  selected: boolean,
  direction: Direction,
  old: KeptNode | undefined,
): KeptNode {
  const isSame =
    old &&
    old.flow.data === view &&
    old.flow.selected === selected &&
    old.direction === direction &&
    old.flow.position.x === position.x &&
    old.flow.position.y === position.y
  if (isSame) return old
  const flow: LayerFlowNode = {
    id: view.id,
    type: 'layer',
    data: view,
    position: { x: position.x, y: position.y },
    selected,
    width: nodeWidth,
    height: nodeHeight,
    measured: { width: nodeWidth, height: nodeHeight },
    handles:
      old && old.flow.data === view && old.direction === direction ? old.flow.handles : listHandles(view, direction),
  }
  return { flow, direction }
}

/** The direction in which the present document flows, kept in the canvas's store. */
function useDirection(): Direction {
  const document = useDocument()
  const direction = useCanvas((state) => state.direction)
  const found = useMemo(() => findDirection(document, findPlaces(document), direction), [document, direction])
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
    views: (document: NetworkDocument, inference: Inference, issues: readonly Issue[]): typeof views =>
      (views = buildViews(document, inference, issues, views)),

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

    edges(
      document: NetworkDocument,
      inference: Inference,
      issues: readonly Issue[],
      selected: ReadonlySet<string>,
    ): ShapeFlowEdge[] {
      const before = new Map<string, EdgeView>()
      for (const [id, { data }] of edges) if (data) before.set(id, data)
      const next = new Map<string, ShapeFlowEdge>()
      for (const { id, view } of buildEdgeViews(document, inference, issues, before)) {
        next.set(id, buildEdge(id, view, selected.has(id), edges.get(id)))
      }
      edges = next
      return [...next.values()]
    },
  }
}

function buildEdge(id: string, view: EdgeView, selected: boolean, old: ShapeFlowEdge | undefined): ShapeFlowEdge {
  if (old && old.data === view && old.selected === selected) return old
  const { from, to } = view.edge
  return {
    id,
    type: 'shape',
    source: from.node,
    sourceHandle: from.port,
    target: to.node,
    targetHandle: to.port,
    data: view,
    selected,
    ariaLabel: view.label,
  }
}

/** Nodes where the document has them, and all edges. */
function useDocumentGraph(): { readonly base: readonly LayerFlowNode[]; readonly edges: ShapeFlowEdge[] } {
  const document = useDocument()
  const inference = useInference()
  const issues = useIssues()
  const selection = useSelection()
  const direction = useDirection()
  const selectedEdges = useCanvas((state) => state.selectedEdges)
  const [build] = useState(createBuilders)
  const shown = useMemo(() => build.views(document, inference, issues), [build, document, inference, issues])
  const base = useMemo(
    () => build.nodes(document, shown, selection, direction),
    [build, document, shown, selection, direction],
  )
  const edges = useMemo(
    () => build.edges(document, inference, issues, selectedEdges),
    [build, document, inference, issues, selectedEdges],
  )
  return { base, edges }
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
  readonly nodes: LayerFlowNode[]
  readonly edges: ShapeFlowEdge[]
  readonly onNodesChange: (changes: NodeChange<LayerFlowNode>[]) => void
  readonly onEdgesChange: (changes: EdgeChange<ShapeFlowEdge>[]) => void
  /** Ends a drag. @returns where the dragged nodes came to lie */
  readonly takeDragged: () => readonly { readonly id: NodeId; readonly position: Place }[]
}

const unmoved: ReadonlyMap<string, Place> = new Map()

/** Nodes and edges for React Flow, and what to do with its changes. */
export function useFlowGraph(): FlowGraph {
  const { base, edges } = useDocumentGraph()
  const dragged = useRef(unmoved)
  const [moving, setMoving] = useState<ReadonlyMap<string, Place>>(unmoved)
  const nodes = useMemo(
    () =>
      moving.size === 0
        ? [...base]
        : base.map((node) => {
            const position = moving.get(node.id)
            return position ? { ...node, position, dragging: true } : node
          }),
    [base, moving],
  )
  const onNodesChange = useCallback((changes: NodeChange<LayerFlowNode>[]) => {
    const { selection, select } = documentStore.getState()
    const selected = applySelection(selection, changes)
    if (selected) {
      select(selected)
      canvasStore.setState({ activeId: [...selected].at(-1) ?? null })
    }
    const moves = changes.flatMap((change) =>
      change.type === 'position' && change.dragging && change.position ? [[change.id, change.position] as const] : [],
    )
    if (moves.length === 0) return
    dragged.current = new Map([...dragged.current, ...moves])
    setMoving(dragged.current)
  }, [])
  const onEdgesChange = useCallback((changes: EdgeChange<ShapeFlowEdge>[]) => {
    const selected = applySelection(canvasStore.getState().selectedEdges, changes)
    if (selected) canvasStore.setState({ selectedEdges: selected })
  }, [])
  const takeDragged = useCallback(() => {
    const places = dragged.current
    dragged.current = unmoved
    setMoving(unmoved)
    return documentStore
      .getState()
      .document.nodes.flatMap(({ id }) => (places.has(id) ? [{ id, position: places.get(id) ?? { x: 0, y: 0 } }] : []))
  }, [])
  return { nodes, edges, onNodesChange, onEdgesChange, takeDragged }
}
