// Parameters, shapes and weights of every node of a document and of what its blocks expand to, with all findings; not counts (analyze.ts), not ONNX (lower.ts).
import { checkGraph, sortIssues, type LayerPorts } from '../graph/checkGraph'
import type { NetworkDocument, NetworkNode, NodeId, PortReference } from '../graph/document'
import { internalError, NetloomError, type Issue } from '../graph/errors'
import { errorOf } from '../graph/issue'
import type { Shape } from '../graph/shape'
import { portsOf, type NodeDefinition } from '../layers/define'
import { findDefinition, nodeDefinitions } from '../layers/index'
import { freezeBeforeBarriers } from './gradientBarriers'
import { checkAuxiliaries } from './auxiliary'
import { checkUserBlocks } from './checkUserBlocks'
import { flattenNodes } from './flattenNodes'
import { inferReadyNode, type FindLayer, type InferredLayer, type InferredNode, type NodeInference } from './inferNode'
import { parseParams } from './parseParams'
import { findLayerIn } from './userBlocks'

export type { FindLayer, InferredBlock, InferredLayer, InferredNode } from './inferNode'

export interface Inference {
  /** The ids of all inferred nodes, each after its sources. */
  readonly order: readonly NodeId[]
  /** The nodes that are sound and have only sound nodes before them. */
  readonly nodes: ReadonlyMap<NodeId, InferredNode>
  /**
   * All primitive layers, those inside blocks by their full paths (`stage2/block1/conv1`), each after its sources; their
   * sources are primitive layers too.
   */
  readonly layers: ReadonlyMap<NodeId, InferredLayer>
  /** The primitive layer behind an output port of any node; undefined where it is not inferred. */
  resolve(this: void, port: PortReference): PortReference | undefined
  /** The input layer, where the network has exactly one. */
  readonly inputId: NodeId | undefined
  /** The last layer, where the network has exactly one. */
  readonly outputId: NodeId | undefined
  /** Errors and warnings of structure, parameters and shapes, in the order of the document. */
  readonly issues: readonly Issue[]
}

/** What became of one node with certain inputs. */
interface NodeOutcome extends NodeInference {
  readonly definition: NodeDefinition
  /** Shapes and names of the inputs. */
  readonly key: string
}

// A node object never changes, so its outcome holds as long as its inputs have the same shapes and names. The one without
// inputs stands beside it: where an edge is taken away and put back, nothing behind it is computed again.
const outcomes = new WeakMap<NetworkNode, NodeOutcome>()
const brokenOutcomes = new WeakMap<NetworkNode, NodeOutcome>()

// Nor does a document: shapes, counts and findings of one are asked for in turn and inferred once.
const inferences = new WeakMap<NetworkDocument, Inference>()

/**
 * Infers a whole document. Broken nodes are reported once; nodes that depend on them are left out without a word.
 * Linear in nodes and edges; nodes that are the same objects as before, with the same inputs, are not inferred again;
 * the same document with the listed layers gives the same object.
 */
export function inferDocument(document: NetworkDocument, findListed: FindLayer = findDefinition): Inference {
  if (findListed !== findDefinition) return inferWhole(document, findListed)
  const known = inferences.get(document)
  if (known) return known
  const inference = inferWhole(document, findListed)
  inferences.set(document, inference)
  return inference
}

function inferWhole(document: NetworkDocument, findListed: FindLayer): Inference {
  const findLayer = findLayerIn(document, findListed)
  const types = findListed === findDefinition ? nodeDefinitions.map(({ type }) => type) : []
  const structure = checkGraph(document, (node) => describePorts(node, findLayer), types)
  const blockIssues = checkUserBlocks(document, findLayer)
  const issues: Issue[] = [...structure.issues, ...blockIssues]
  const nodes = new Map<NodeId, InferredNode>()
  const places = new Map(document.nodes.map(({ id }, index) => [id, index]))
  for (const id of structure.order) {
    const node = structure.nodes.get(id)
    const definition = node && findLayer(node.type)
    if (!node || !definition) continue
    // A use of a block that is not sound has no shapes, and the finding is about the block.
    if (blockIssues.length > 0 && document.blocks?.some(({ type }) => type === node.type)) continue
    const outcome = inferNode(node, definition, structure.sources.get(id), nodes, findLayer)
    const path = `nodes[${places.get(id) ?? 0}]`
    for (const issue of outcome.issues) {
      issues.push(issue.path?.startsWith('params') ? { ...issue, path: `${path}.${issue.path}` } : issue)
    }
    if (outcome.inferred) nodes.set(id, outcome.inferred)
  }
  const flat = flattenNodes(nodes)
  const { layers, issues: barriers } = freezeBeforeBarriers(flat.layers)
  const network = {
    order: structure.order.filter((id) => nodes.has(id)),
    nodes,
    layers,
    resolve: flat.resolve,
    inputId: structure.inputs.length === 1 ? structure.inputs[0] : undefined,
    outputId: structure.outputs.length === 1 ? structure.outputs[0] : undefined,
  }
  issues.push(...flat.issues, ...barriers, ...checkAuxiliaries(network))
  return { ...network, issues: sortIssues(document, issues) }
}

function describePorts(node: NetworkNode, findLayer: FindLayer): LayerPorts | undefined {
  const definition = findLayer(node.type)
  if (!definition) return undefined
  const { inputs, outputPorts } = portsOf(definition, node.params)
  return { title: definition.title, inputs, outputPorts }
}

/** A document without errors, with both its ends. */
export interface SoundInference extends Inference {
  readonly inputNode: InferredNode
  readonly outputNode: InferredNode
  /** The primitive layer that gives the output: `outputNode`, or one inside it. */
  readonly outputLayer: InferredLayer
}

/**
 * Infers a document that is about to be computed.
 * @throws NetloomError the first error of the document, with the number of further ones
 */
export function requireSound(document: NetworkDocument, findLayer?: FindLayer): SoundInference {
  const inference = inferDocument(document, findLayer)
  const error = errorOf(inference.issues)
  if (error) throw error
  const inputNode = inference.inputId && inference.nodes.get(inference.inputId)
  const outputNode = inference.outputId && inference.nodes.get(inference.outputId)
  if (!inputNode || !outputNode) throw new NetloomError('graph.noInput', 'The network is empty. Add an input layer.')
  const last = inference.resolve({ node: outputNode.node.id, port: outputNode.outputPorts[0] ?? '' })
  const outputLayer = last && inference.layers.get(last.node)
  if (!outputLayer) throw internalError(`"${outputNode.node.id}" has no layer inside`)
  return { ...inference, inputNode, outputNode, outputLayer }
}

/** Infers one node, or takes the outcome of an earlier time. */
function inferNode(
  node: NetworkNode,
  definition: NodeDefinition,
  sources: readonly PortReference[] | undefined,
  nodes: ReadonlyMap<NodeId, InferredNode>,
  findLayer: FindLayer,
): NodeOutcome {
  const inputs = sources && findShapes(sources, nodes)
  const key =
    sources && inputs
      ? sources.map(({ node, port }, index) => `${node}:${port}:${inputs[index]?.join()}`).join(' ')
      : 'broken inputs'
  const kept = sources && inputs ? outcomes : brokenOutcomes
  const known = kept.get(node)
  if (known && known.definition === definition && known.key === key) return known
  const { params, issues: paramIssues } = parseParams(node, definition)
  const outcome: NodeOutcome =
    params && inputs && sources
      ? { definition, key, ...inferReadyNode({ node, definition, params, inputs, sources }, findLayer) }
      : { definition, key, inferred: undefined, issues: paramIssues }
  kept.set(node, outcome)
  return outcome
}

/** The shapes at the sources, or undefined where one of them is not inferred. */
function findShapes(
  sources: readonly PortReference[],
  nodes: ReadonlyMap<NodeId, InferredNode>,
): readonly Shape[] | undefined {
  const shapes: Shape[] = []
  for (const { node, port } of sources) {
    const source = nodes.get(node)
    const shape = source?.outputs[source.outputPorts.indexOf(port)]
    if (!shape) return undefined
    shapes.push(shape)
  }
  return shapes
}
