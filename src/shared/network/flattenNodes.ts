// All primitive layers of a network in one list, blocks opened to the last; not their shapes (inferNode.ts).
import type { NodeId, PortReference } from '../graph/document'
import type { Issue } from '../graph/errors'
import { errorIssue } from '../graph/issue'
import { isBlock } from '../layers/define'
import type { InferredLayer, InferredNode } from './inferNode'

/** A network without blocks. */
export interface FlatNetwork {
  readonly layers: ReadonlyMap<NodeId, InferredLayer>
  /** The primitive layer behind an output port of any node, block or layer; undefined where there is none. */
  resolve(this: void, port: PortReference): PortReference | undefined
  /** Layers outside blocks that are named like one inside. */
  readonly issues: readonly Issue[]
}

/** Opens all blocks; linear in what they hold. Nodes come in the order given, each after its sources. */
export function flattenNodes(nodes: ReadonlyMap<NodeId, InferredNode>): FlatNetwork {
  const all = new Map<NodeId, InferredNode>()
  const layers = new Map<NodeId, InferredLayer>()
  const issues: Issue[] = []
  const resolve = (port: PortReference): PortReference | undefined => {
    const node = all.get(port.node)
    if (!node?.inside) return node && port
    const end = node.inside.outputs[node.outputPorts.indexOf(port.port)]
    return end && resolve(end)
  }
  const visit = (node: InferredNode, owner: NodeId): void => {
    const { id } = node.node
    if (all.has(id)) issues.push(doubleName(id, owner))
    all.set(id, node)
    if (node.inside) for (const inner of node.inside.nodes.values()) visit(inner, owner)
    else if (isLayer(node)) layers.set(id, withSources(node, resolve))
  }
  for (const [id, node] of nodes) visit(node, id)
  return { layers, resolve, issues }
}

function isLayer(node: InferredNode): node is InferredLayer {
  return !isBlock(node.definition)
}

/** The layer with primitive layers as its sources; the same object where they are so already. */
function withSources(layer: InferredLayer, resolve: FlatNetwork['resolve']): InferredLayer {
  const sources = layer.sources.map((source) => resolve(source) ?? source)
  if (sources.every((source, index) => source === layer.sources[index])) return layer
  return { ...layer, sources, inputNames: sources.map(({ node }) => node) }
}

function doubleName(id: NodeId, owner: NodeId): Issue {
  const where = id === owner ? 'a layer inside a block' : `another layer of the document, inside "${owner}"`
  return errorIssue('graph.duplicateId', `"${id}" is also the name of ${where}.`, {
    nodeId: owner,
    received: id,
    hint: 'Give the layer outside the block another name.',
  })
}
