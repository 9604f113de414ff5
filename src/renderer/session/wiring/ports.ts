// The ports a node shows and which of them are taken; not whether an edge between two of them fits (connections.ts).
import type { NetworkDocument, NetworkEdge, NodeId } from '../../../shared/graph/document'
import type { NodePorts } from '../../../shared/layers/define'

/** Edges by the node they arrive at and by the node they leave. */
export interface EdgeIndex {
  readonly arriving: ReadonlyMap<NodeId, readonly NetworkEdge[]>
  readonly leaving: ReadonlyMap<NodeId, readonly NetworkEdge[]>
}

const none: readonly NetworkEdge[] = []
const indexes = new WeakMap<NetworkDocument['edges'], EdgeIndex>()

/** The edges of a document by their ends; documents with the same list of edges share one. */
export function indexEdges(document: NetworkDocument): EdgeIndex {
  const known = indexes.get(document.edges)
  if (known) return known
  const arriving = new Map<NodeId, NetworkEdge[]>()
  const leaving = new Map<NodeId, NetworkEdge[]>()
  const note = (map: Map<NodeId, NetworkEdge[]>, id: NodeId, edge: NetworkEdge): void => {
    const list = map.get(id)
    if (list) list.push(edge)
    else map.set(id, [edge])
  }
  for (const edge of document.edges) {
    note(arriving, edge.to.node, edge)
    note(leaving, edge.from.node, edge)
  }
  const index = { arriving, leaving }
  indexes.set(document.edges, index)
  return index
}

/** Edges that arrive at a node. */
export function edgesInto(document: NetworkDocument, id: NodeId): readonly NetworkEdge[] {
  return indexEdges(document).arriving.get(id) ?? none
}

/** Edges that leave a node. */
export function edgesOutOf(document: NetworkDocument, id: NodeId): readonly NetworkEdge[] {
  return indexEdges(document).leaving.get(id) ?? none
}

/** The input ports of a node as the canvas shows them: a layer that takes any number has one free port more. */
export function listInputPorts(ports: Pick<NodePorts, 'inputs'>, joined: readonly NetworkEdge[]): readonly string[] {
  const { inputs } = ports
  if (inputs.kind === 'fixed') return inputs.names
  const used = joined.map(({ to }) => Number(to.port.slice(inputs.name.length))).filter(Number.isSafeInteger)
  const highest = Math.min(Math.max(-1, ...used), 4 * (joined.length + inputs.min))
  return Array.from({ length: Math.max(inputs.min, highest + 2) }, (_, index) => `${inputs.name}${index}`)
}

/** The first input port of a node without an edge; undefined where all are taken. */
export function findFreeInput(document: NetworkDocument, id: NodeId, ports: NodePorts): string | undefined {
  const joined = edgesInto(document, id)
  const taken = new Set(joined.map(({ to }) => to.port))
  return listInputPorts(ports, joined).find((port) => !taken.has(port))
}

const edgeIds = new WeakMap<readonly NetworkEdge[], readonly string[]>()

/** The names of edges on the canvas; parallel edges between the same ports differ by their number. */
export function listEdgeIds(edges: readonly NetworkEdge[]): readonly string[] {
  const known = edgeIds.get(edges)
  if (known) return known
  const seen = new Map<string, number>()
  const ids = edges.map(({ from, to }) => {
    const base = `${from.node}:${from.port}>${to.node}:${to.port}`
    const count = seen.get(base) ?? 0
    seen.set(base, count + 1)
    return count === 0 ? base : `${base}#${count}`
  })
  edgeIds.set(edges, ids)
  return ids
}
