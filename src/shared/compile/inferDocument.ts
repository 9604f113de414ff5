// Parameters, shapes and weights of every layer of a document, with all findings; not counts (analyze.ts), not ONNX (lower.ts).
import { checkGraph, sortIssues } from '../graph/checkGraph'
import type { NetworkDocument, NetworkNode, NodeId, PortReference } from '../graph/document'
import { NetloomError, type Issue } from '../graph/errors'
import { errorIssue, errorOf, issueOf } from '../graph/issue'
import type { Shape } from '../graph/shape'
import type { LayerDefinition, WeightSpec } from '../layers/define'
import { findLayer as findListedLayer, layerDefinitions } from '../layers/index'
import { parseParams, type LayerParams } from './parseParams'

/** Finds the definition of a layer type; the default everywhere is the list of layers/index.ts. */
export type FindLayer = (type: string) => LayerDefinition | undefined

export interface InferredNode {
  readonly node: NetworkNode
  readonly definition: LayerDefinition
  /** Checked, with defaults put in. */
  readonly params: LayerParams
  /** One shape per input, in port order. */
  readonly inputs: readonly Shape[]
  /** Where each input comes from: the ids of the source nodes, in port order. */
  readonly inputNames: readonly NodeId[]
  /** The same with their ports. */
  readonly sources: readonly PortReference[]
  /** One shape per output port. */
  readonly outputs: readonly Shape[]
  readonly weights: readonly WeightSpec[]
}

export interface Inference {
  /** The ids of all inferred nodes, each after its sources. */
  readonly order: readonly NodeId[]
  /** The nodes that are sound and have only sound nodes before them. */
  readonly nodes: ReadonlyMap<NodeId, InferredNode>
  /** The input layer, where the network has exactly one. */
  readonly inputId: NodeId | undefined
  /** The last layer, where the network has exactly one. */
  readonly outputId: NodeId | undefined
  /** Errors and warnings of structure, parameters and shapes, in the order of the document. */
  readonly issues: readonly Issue[]
}

/** What became of one node with certain inputs. */
interface NodeOutcome {
  readonly definition: LayerDefinition
  readonly key: string
  /** undefined where the node is broken. */
  readonly inferred: InferredNode | undefined
  readonly issues: readonly Issue[]
}

// A node object never changes, so its outcome holds as long as its inputs have the same shapes and names.
const outcomes = new WeakMap<NetworkNode, NodeOutcome>()

/**
 * Infers a whole document. Broken nodes are reported once; nodes that depend on them are left out without a word.
 * Linear in nodes and edges; nodes that are the same objects as before, with the same inputs, are not inferred again.
 */
export function inferDocument(document: NetworkDocument, findLayer: FindLayer = findListedLayer): Inference {
  const types = findLayer === findListedLayer ? layerDefinitions.map(({ type }) => type) : []
  const structure = checkGraph(document, findLayer, types)
  const issues: Issue[] = [...structure.issues]
  const nodes = new Map<NodeId, InferredNode>()
  const places = new Map(document.nodes.map(({ id }, index) => [id, index]))
  for (const id of structure.order) {
    const node = structure.nodes.get(id)
    const definition = node && findLayer(node.type)
    if (!node || !definition) continue
    const outcome = inferNode(node, definition, structure.sources.get(id), nodes)
    const path = `nodes[${places.get(id) ?? 0}]`
    for (const issue of outcome.issues) {
      issues.push(issue.path?.startsWith('params') ? { ...issue, path: `${path}.${issue.path}` } : issue)
    }
    if (outcome.inferred) nodes.set(id, outcome.inferred)
  }
  return {
    order: structure.order.filter((id) => nodes.has(id)),
    nodes,
    inputId: structure.inputs.length === 1 ? structure.inputs[0] : undefined,
    outputId: structure.outputs.length === 1 ? structure.outputs[0] : undefined,
    issues: sortIssues(document, issues),
  }
}

/** A document without errors, with both its ends. */
export interface SoundInference extends Inference {
  readonly inputNode: InferredNode
  readonly outputNode: InferredNode
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
  return { ...inference, inputNode, outputNode }
}

/** Infers one node, or takes the outcome of an earlier time. */
function inferNode(
  node: NetworkNode,
  definition: LayerDefinition,
  sources: readonly PortReference[] | undefined,
  nodes: ReadonlyMap<NodeId, InferredNode>,
): NodeOutcome {
  const inputs = sources && findShapes(sources, nodes)
  const key =
    sources && inputs
      ? sources.map(({ node, port }, index) => `${node}:${port}:${inputs[index]?.join()}`).join(' ')
      : 'broken inputs'
  const known = outcomes.get(node)
  if (known && known.definition === definition && known.key === key) return known
  const { params, issues: paramIssues } = parseParams(node, definition)
  const outcome: NodeOutcome =
    params && inputs && sources
      ? { definition, key, ...runInference(node, definition, params, inputs, sources) }
      : { definition, key, inferred: undefined, issues: paramIssues }
  outcomes.set(node, outcome)
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
    const shape = source?.outputs[source.definition.outputPorts.indexOf(port)]
    if (!shape) return undefined
    shapes.push(shape)
  }
  return shapes
}

function runInference(
  node: NetworkNode,
  definition: LayerDefinition,
  params: LayerParams,
  inputs: readonly Shape[],
  sources: readonly PortReference[],
): Pick<NodeOutcome, 'inferred' | 'issues'> {
  const inputNames = sources.map((source) => source.node)
  const context = { nodeId: node.id, params, inputs, inputNames }
  try {
    const { outputs, warnings = [] } = definition.infer(context)
    const impossible = outputs.find((shape) => shape.some((extent) => !Number.isSafeInteger(extent) || extent < 1))
    if (impossible) return { inferred: undefined, issues: [impossibleShape(node, definition, impossible)] }
    return {
      inferred: {
        node,
        definition,
        params,
        inputs,
        inputNames,
        sources,
        outputs,
        weights: definition.weights?.(context) ?? [],
      },
      issues: warnings.map((warning) => ({ level: 'warning', nodeId: node.id, ...warning })),
    }
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
    return { inferred: undefined, issues: [{ ...issueOf(error), nodeId: node.id }] }
  }
}

function impossibleShape(node: NetworkNode, definition: LayerDefinition, shape: Shape): Issue {
  return errorIssue('layer.shape', `${definition.title} "${node.id}": its output would be ${shape.join('x')}.`, {
    nodeId: node.id,
    received: shape,
    hint: 'Every extent must be a whole number of at least 1: change its parameters.',
  })
}
