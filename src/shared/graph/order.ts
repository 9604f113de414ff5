// The order in which nodes can be computed, and the cycles that prevent one; not ports or shapes (checkGraph.ts).
import type { NetworkDocument, NodeId } from './document'

/** What is ordered: a document, or the inside of a user-made block. */
export type OrderedGraph = Pick<NetworkDocument, 'nodes' | 'edges'>

export interface TopologicalOrder {
  /**
   * Every node once. Along every edge that closes no cycle the source stands first; nodes that are already so in the
   * document keep their places.
   */
  readonly order: readonly NodeId[]
  /**
   * One entry per edge that closes a cycle: the ids along it, in the direction of the edges, from the one that stands
   * first in the document.
   */
  readonly cycles: readonly (readonly NodeId[])[]
}

/** Sources of each node, in the order of the edges; edges that name nodes the document does not hold are passed over. */
function collectSources(document: OrderedGraph): Map<NodeId, NodeId[]> {
  const sources = new Map<NodeId, NodeId[]>()
  for (const node of document.nodes) sources.set(node.id, [])
  for (const { from, to } of document.edges) if (sources.has(from.node)) sources.get(to.node)?.push(from.node)
  return sources
}

/** The same cycle, told from the node that stands first in the document. */
function startAtFirst(cycle: readonly NodeId[], places: ReadonlyMap<NodeId, number>): readonly NodeId[] {
  const indices = cycle.map((id) => places.get(id) ?? 0)
  const start = indices.indexOf(indices.reduce((least, index) => Math.min(least, index)))
  return [...cycle.slice(start), ...cycle.slice(0, start)]
}

/** Orders the nodes by depth-first search from each node to its sources; linear in nodes and edges. */
export function orderNodes(document: OrderedGraph): TopologicalOrder {
  const sources = collectSources(document)
  const order: NodeId[] = []
  const cycles: (readonly NodeId[])[] = []
  const places = new Map(document.nodes.map(({ id }, index) => [id, index]))
  const state = new Map<NodeId, 'open' | 'done'>()
  const path: { readonly id: NodeId; next: number }[] = []
  const enter = (id: NodeId): void => {
    state.set(id, 'open')
    path.push({ id, next: 0 })
  }
  for (const { id } of document.nodes) {
    if (!state.has(id)) enter(id)
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const source = sources.get(step.id)?.[step.next++]
      if (source === undefined) {
        path.pop()
        state.set(step.id, 'done')
        order.push(step.id)
      } else if (!state.has(source)) {
        enter(source)
      } else if (state.get(source) === 'open') {
        // The path runs against the edges, so its tail read backwards runs along them.
        const tail = path.slice(path.findIndex(({ id }) => id === source))
        cycles.push(startAtFirst(tail.map(({ id }) => id).reverse(), places))
      }
    }
  }
  return { order, cycles }
}
