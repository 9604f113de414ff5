// A network document as short text, a layer a line, for terminals, logs and snapshots; not its saved form (schema.ts).
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId } from './document'
import { orderNodes } from './order'
import { printShape, type Shape } from './shape'
import { printReceived } from './zodIssues'

/**
 * Prints a document: `conv1 = conv2d(input) filters: 6, kernel: [5,5]`, in the order in which layers can be computed.
 * Ports are named where they are not the usual ones: `sum = add(in0: conv1, in1: split.left)`.
 * @param shapes output shapes by node, printed behind the layer where they are given
 */
export function printGraph(document: NetworkDocument, shapes?: ReadonlyMap<string, readonly Shape[]>): string {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]))
  const arriving = new Map<NodeId, NetworkEdge[]>()
  for (const edge of document.edges) {
    const edges = arriving.get(edge.to.node)
    if (edges) edges.push(edge)
    else arriving.set(edge.to.node, [edge])
  }
  const lines = orderNodes(document).order.flatMap((id) => {
    const node = nodes.get(id)
    return node ? [printNode(node, arriving.get(id) ?? [], shapes?.get(id))] : []
  })
  return [`${document.name}: ${countOf(document.nodes, 'layer')}, ${countOf(document.edges, 'edge')}`, ...lines].join(
    '\n',
  )
}

function countOf(list: readonly unknown[], noun: string): string {
  return `${list.length} ${noun}${list.length === 1 ? '' : 's'}`
}

function printNode(node: NetworkNode, edges: readonly NetworkEdge[], shapes: readonly Shape[] | undefined): string {
  const inputs = edges.map(({ from, to }) => {
    const source = from.port === 'out' ? from.node : `${from.node}.${from.port}`
    return to.port === 'in' ? source : `${to.port}: ${source}`
  })
  const params = Object.entries(node.params).map(([key, value]) => `${key}: ${printReceived(value)}`)
  const details = [params.join(', '), node.frozen ? 'frozen' : ''].filter((text) => text !== '').join(', ')
  const outputs = shapes ? ` -> ${shapes.map(printShape).join(', ')}` : ''
  return `${node.id} = ${node.type}(${inputs.join(', ')})${details === '' ? '' : ` ${details}`}${outputs}`
}
