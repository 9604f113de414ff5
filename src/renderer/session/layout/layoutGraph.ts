// The automatic layout of a graph with dagre, as a function of plain data; the thread it runs in is layoutClient.ts.
import { Graph, layout } from '@dagrejs/dagre'
import { nodeHeight, nodeWidth, type Direction } from './canvasGeometry'

export interface LayoutRequest {
  readonly direction: Direction
  readonly nodes: readonly string[]
  /** Pairs of source and target. */
  readonly edges: readonly (readonly [string, string])[]
}

/** Top left corners, in the order of the request's nodes. */
export type LayoutResult = readonly { readonly x: number; readonly y: number }[]

/** From this many nodes on the ranks are found the quick way. */
const largeGraph = 400

/** Places nodes in ranks along the data, with few crossings; the first node of the first rank lies near the origin. */
export function layoutGraph({ direction, nodes, edges }: LayoutRequest): LayoutResult {
  const graph = new Graph()
  graph.setGraph({
    rankdir: direction === 'down' ? 'TB' : 'LR',
    nodesep: 32,
    ranksep: direction === 'down' ? 40 : 96,
    edgesep: 24,
    ranker: nodes.length > largeGraph ? 'longest-path' : 'network-simplex',
  })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const id of nodes) graph.setNode(id, { width: nodeWidth, height: nodeHeight })
  for (const [from, to] of edges) if (from !== to) graph.setEdge(from, to)
  layout(graph)
  return nodes.map((id) => {
    const { x = 0, y = 0 } = graph.node(id) as { readonly x?: number; readonly y?: number }
    return { x: Math.round(x - nodeWidth / 2), y: Math.round(y - nodeHeight / 2) }
  })
}
