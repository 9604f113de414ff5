// Shapes, weights and findings of one node with known inputs, and of all that a block holds; not of a whole document (inferDocument.ts).
import type { NetworkNode, NodeId, PortReference } from '../graph/document'
import { NetloomError, type Issue } from '../graph/errors'
import { errorIssue, errorOf, issueOf } from '../graph/issue'
import type { Shape } from '../graph/shape'
import {
  isBlock,
  portsOf,
  type BlockDefinition,
  type InferResult,
  type LayerContext,
  type LayerDefinition,
  type LayerWarning,
  type NodeDefinition,
  type WeightSpec,
} from '../layers/define'
import { parseParams, type LayerParams } from './parseParams'

/** Finds the definition of a layer or block type; the default everywhere is the list of layers/index.ts. */
export type FindLayer = (type: string) => NodeDefinition | undefined

export interface InferredNode {
  readonly node: NetworkNode
  readonly definition: NodeDefinition
  /** Names of its output ports. */
  readonly outputPorts: readonly string[]
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
  /** Those of a block are named relative to it: `conv1/weight`. */
  readonly weights: readonly WeightSpec[]
  /** What a block holds; undefined for a layer. */
  readonly inside?: InferredBlock
}

/** A primitive layer, wherever it stands: in the document or inside a block. */
export interface InferredLayer extends InferredNode {
  readonly definition: LayerDefinition
}

/** What a block holds: layers and blocks by their full paths, each after its sources. */
export interface InferredBlock {
  readonly nodes: ReadonlyMap<NodeId, InferredNode>
  /** The node inside that gives each output port of the block. */
  readonly outputs: readonly PortReference[]
}

/** A node whose parameters are checked and whose inputs are known. */
export type ReadyNode = Pick<InferredNode, 'node' | 'definition' | 'params' | 'inputs' | 'sources'>

/** A node as it was inferred, or why it was not. */
export interface NodeInference {
  readonly inferred: InferredNode | undefined
  readonly issues: readonly Issue[]
}

/** Blocks inside blocks inside blocks: deeper than this, a block holds itself. */
const deepestBlock = 24

/** Infers one node of a document, or one inside a block. */
export function inferReadyNode(ready: ReadyNode, findLayer: FindLayer, depth = 0): NodeInference {
  const { node, definition, params, inputs, sources } = ready
  const inputNames = sources.map((source) => source.node)
  try {
    const { outputs, warnings, weights, inside } = isBlock(definition)
      ? inferBlock(ready, definition, findLayer, depth)
      : inferLayer(definition, { nodeId: node.id, params, inputs, inputNames })
    const impossible = outputs.find((shape) => shape.some((extent) => !Number.isSafeInteger(extent) || extent < 1))
    if (impossible) return { inferred: undefined, issues: [impossibleShape(node, definition, impossible)] }
    const { outputPorts } = portsOf(definition, node.params)
    return {
      inferred: { node, definition, outputPorts, params, inputs, inputNames, sources, outputs, weights, inside },
      issues: warnings.map((warning) => ({ level: 'warning', nodeId: node.id, ...warning })),
    }
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
    return { inferred: undefined, issues: [{ ...issueOf(error), nodeId: node.id }] }
  }
}

/** What a node gives, before it is checked. */
interface NodeResult {
  readonly outputs: readonly Shape[]
  readonly warnings: readonly LayerWarning[]
  readonly weights: readonly WeightSpec[]
  readonly inside?: InferredBlock
}

function inferLayer(definition: LayerDefinition, context: LayerContext<LayerParams>): NodeResult {
  const { outputs, warnings = [] } = definition.infer(context)
  return { outputs, warnings, weights: definition.weights?.(context) ?? [] }
}

/** Expands a block and infers all that it holds. @throws NetloomError the first error inside, named by its full path */
function inferBlock(ready: ReadyNode, definition: BlockDefinition, findLayer: FindLayer, depth: number): NodeResult {
  const { node, params, inputs, sources } = ready
  if (depth >= deepestBlock) throw endlessBlock(node, definition)
  const inputNames = sources.map((source) => source.node)
  const graph = definition.expand({ nodeId: node.id, params, inputs, inputNames })
  const nodes = new Map<NodeId, InferredNode>()
  const pathOf = (id: string): NodeId => `${node.id}/${id}` as NodeId
  const warnings: LayerWarning[] = []
  const weights: WeightSpec[] = []
  for (const inner of graph.nodes) {
    const given = inner.sources.map((source) => {
      if ('input' in source) return { source: sources[source.input], shape: inputs[source.input] }
      const before = nodes.get(pathOf(source.node))
      const shape = before?.outputs[before.outputPorts.indexOf(source.port)]
      return { source: { node: pathOf(source.node), port: source.port }, shape }
    })
    const frozen = node.frozen === undefined ? {} : { frozen: node.frozen }
    const innerNode: NetworkNode = { id: pathOf(inner.id), type: inner.type, params: inner.params, ...frozen }
    const found = findLayer(inner.type)
    if (!found) throw unknownInside(node, definition, inner.type)
    const { params: parsed, issues: paramIssues } = parseParams(innerNode, found)
    const parameterError = errorOf(paramIssues)
    if (parameterError || !parsed) throw parameterError ?? unknownInside(node, definition, inner.type)
    const { inferred, issues } = inferReadyNode(
      {
        node: innerNode,
        definition: found,
        params: parsed,
        inputs: given.flatMap(({ shape }) => (shape ? [shape] : [])),
        sources: given.flatMap(({ source }) => (source ? [source] : [])),
      },
      findLayer,
      depth + 1,
    )
    const error = errorOf(issues)
    if (error || !inferred) throw error ?? unknownInside(node, definition, inner.type)
    nodes.set(innerNode.id, inferred)
    for (const issue of issues) warnings.push({ code: issue.code as LayerWarning['code'], message: issue.message })
    for (const weight of inferred.weights) weights.push({ ...weight, name: `${inner.id}/${weight.name}` })
  }
  const ends = graph.outputs.map(({ node, port }): PortReference => ({ node: pathOf(node), port }))
  const outputs = ends.flatMap(({ node, port }) => {
    const end = nodes.get(node)
    const shape = end?.outputs[end.outputPorts.indexOf(port)]
    return shape ? [shape] : []
  })
  return { outputs, warnings, weights, inside: { nodes, outputs: ends } }
}

/**
 * The output shapes of a layer or block with these inputs, as a trial.
 * @throws NetloomError where they do not fit
 */
export function inferOutputs(
  definition: NodeDefinition,
  context: LayerContext<LayerParams>,
  findLayer: FindLayer,
): InferResult {
  if (!isBlock(definition)) return definition.infer(context)
  const { nodeId, params, inputs, inputNames } = context
  const node: NetworkNode = { id: nodeId as NodeId, type: definition.type, params }
  const sources = inputNames.map((name): PortReference => ({ node: name as NodeId, port: 'out' }))
  return inferBlock({ node, definition, params, inputs, sources }, definition, findLayer, 0)
}

function impossibleShape(node: NetworkNode, definition: NodeDefinition, shape: Shape): Issue {
  return errorIssue('layer.shape', `${definition.title} "${node.id}": its output would be ${shape.join('x')}.`, {
    nodeId: node.id,
    received: shape,
    hint: 'Every extent must be a whole number of at least 1: change its parameters.',
  })
}

function endlessBlock(node: NetworkNode, definition: NodeDefinition): NetloomError {
  return new NetloomError('graph.cycle', `${definition.title} "${node.id}": the block holds itself.`, {
    nodeId: node.id,
    hint: 'Take the block out of its own definition.',
  })
}

function unknownInside(node: NetworkNode, definition: NodeDefinition, type: string): NetloomError {
  const message = `${definition.title} "${node.id}": it holds the unknown layer type "${type}".`
  return new NetloomError('graph.unknownLayer', message, {
    nodeId: node.id,
    received: type,
    hint: 'Edit the block, or take a block of this name from a newer version.',
  })
}
