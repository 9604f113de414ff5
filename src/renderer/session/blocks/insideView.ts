// The inside of a block as a network of its own, with the block's inputs and outputs as nodes at its ends; not how it is drawn.
import type { InferredNode, Inference } from '../../../shared/network/inferDocument'
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId, PortReference } from '../../../shared/graph/document'
import { parseNodeId } from '../../../shared/graph/nodeId'
import { portsOf } from '../../../shared/layers/define'

/** An input or output of the block. */
export interface BlockEnd {
  readonly id: NodeId
  readonly side: 'input' | 'output'
  /** The name of the block's port. */
  readonly port: string
  /** The node outside that feeds an input. */
  readonly from?: NodeId
}

export interface InsideView {
  readonly block: InferredNode
  /** Ends and nodes inside with their full paths; without positions. */
  readonly document: NetworkDocument
  /** What is known of them. */
  readonly inference: Pick<Inference, 'nodes'>
  readonly ends: readonly BlockEnd[]
  /** The same for the same nodes and edges. */
  readonly structure: string
}

/** The block at the end of a path of blocks, as far as it can be followed. */
export function followPath(inference: Inference, path: readonly NodeId[]): readonly InferredNode[] {
  const found: InferredNode[] = []
  for (const id of path) {
    const last = found.at(-1)
    const next = last ? last.inside?.nodes.get(id) : inference.nodes.get(id)
    if (!next?.inside) break
    found.push(next)
  }
  return found
}

/** The input ports of a node, one for each of its sources. */
function joinedPorts({ definition, node, sources }: InferredNode): readonly string[] {
  const { inputs } = portsOf(definition, node.params)
  return inputs.kind === 'fixed' ? inputs.names : sources.map((_, index) => `${inputs.name}${index}`)
}

function portKey({ node, port }: PortReference): string {
  return `${node}:${port}`
}

/** The inside of a sound block. @param whole the document that the block is part of */
export function viewInside(whole: NetworkDocument, block: InferredNode): InsideView | undefined {
  const { inside } = block
  if (!inside) return undefined
  const endId = (name: string): NodeId => parseNodeId(`${block.node.id}/__${name}`)
  const inPorts = joinedPorts(block)
  const starts = block.sources.map((source, index): BlockEnd & { readonly key: string } => ({
    id: endId(`in${index}`),
    side: 'input',
    port: inPorts[index] ?? 'in',
    from: source.node,
    key: portKey(source),
  }))
  const stops = inside.outputs.map((_, index): BlockEnd => ({
    id: endId(`out${index}`),
    side: 'output',
    port: block.outputPorts[index] ?? 'out',
  }))
  const held = [...inside.nodes.values()]
  const edges = held.flatMap((node) => {
    const ports = joinedPorts(node)
    return node.sources.map((source, index): NetworkEdge => {
      const start = inside.nodes.has(source.node) ? undefined : starts.find(({ key }) => key === portKey(source))
      return {
        from: start ? { node: start.id, port: 'out' } : source,
        to: { node: node.node.id, port: ports[index] ?? 'in' },
      }
    })
  })
  const leaving = inside.outputs.map((from, index): NetworkEdge => ({
    from,
    to: { node: stops[index]?.id ?? block.node.id, port: 'in' },
  }))
  const endNode = ({ id }: BlockEnd): NetworkNode => ({ id, type: 'input', params: {} })
  const nodes = [...starts.map(endNode), ...held.map(({ node }) => node), ...stops.map(endNode)]
  const document: NetworkDocument = {
    format: whole.format,
    version: whole.version,
    name: block.node.id,
    nodes,
    edges: [...edges, ...leaving],
    ...(whole.blocks && { blocks: whole.blocks }),
    ...(whole.weights !== undefined && { weights: whole.weights }),
  }
  const known = new Map(inside.nodes)
  starts.forEach(({ id }, index) => known.set(id, standIn(block, id, block.inputs[index] ?? [])))
  const structure = [
    nodes.map(({ id }) => id).join(),
    document.edges.map(({ from, to }) => `${portKey(from)}>${portKey(to)}`).join(),
  ].join(' ')
  return { block, document, inference: { nodes: known }, ends: [...starts, ...stops], structure }
}

/** What is known of an input of the block: its shape. */
function standIn(block: InferredNode, id: NodeId, shape: readonly number[]): InferredNode {
  return {
    ...block,
    node: { id, type: 'input', params: {} },
    outputPorts: ['out'],
    sources: [],
    inputs: [],
    inputNames: [],
    outputs: [shape],
    weights: [],
    inside: undefined,
  }
}
