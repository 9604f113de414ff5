// Rewrites the training form of operators into ordinary ones, since ONNX Runtime's inference build has no training kernels.
import { internalError } from '../graph/errors'
import type { GraphBuilder } from '../onnx/builder'
import type { OnnxNode } from '../onnx/model'
import { rewriteGraph, type Rewrite } from '../onnx/rewriteGraph'
import type { NodeRules } from './backward'
import { product, scale } from './emit'
import type { GradientRule } from './rule'
import { addBatchStatistics, batchStatisticsRule, defaultEpsilon } from './rules/batchNormalizationGradients'
import { maskedMaxPoolingRules } from './rules/maskedMaxPooling'

/** A graph of ordinary operators, and the rules that differentiate what was rewritten. */
export interface ExpandedTraining {
  readonly builder: GraphBuilder
  /** Hand these to `differentiate`: they hold the short form of a batch norm's gradient, and what the options ask for. */
  readonly rules: NodeRules
}

export interface ExpandOptions {
  /**
   * Whether the target's MaxPool can give the indices of its maxima (left out: yes). Without them the gradient compares
   * every cell of the windows with the maximum.
   */
  readonly maxPoolIndices?: boolean
}

/**
 * Copies a static graph: every BatchNormalization of training mode becomes statistics of the batch and the ordinary
 * operator fed with them, every MaxPool keeps the indices that its gradient needs, where the target has them. Value names
 * stay. Running statistics become `momentum * running + (1 - momentum) * batch`, with the unbiased batch variance (one
 * value per channel has 0).
 * @see ONNX BatchNormalization-15; the unbiased running variance is PyTorch's
 */
export function expandTraining(source: GraphBuilder, options: ExpandOptions = {}): ExpandedTraining {
  const rules = new Map<string, GradientRule>()
  const { maxPoolIndices = true } = options
  const rewrite: Rewrite = (node, builder) => {
    const masked = maxPoolIndices || node.domain !== '' ? undefined : maskedMaxPoolingRules.get(node.opType)
    if (masked) rules.set(node.name, masked)
    if (isTrainingNorm(node)) expandNorm(builder, node, rules)
    else if (maxPoolIndices && needsIndices(node)) builder.append(withIndices(builder, node))
    else return false
    return true
  }
  return { builder: rewriteGraph(source, () => rewrite), rules }
}

function isTrainingNorm(node: OnnxNode): boolean {
  const mode = node.attributes.training_mode
  return node.domain === '' && node.opType === 'BatchNormalization' && mode?.type === 'int' && mode.value === 1
}

function needsIndices(node: OnnxNode): boolean {
  return node.domain === '' && node.opType === 'MaxPool' && node.outputs.length === 1
}

function withIndices(builder: GraphBuilder, node: OnnxNode): OnnxNode {
  const [output = ''] = node.outputs
  return { ...node, outputs: [output, builder.unique(`${output}/indices`)] }
}

function floatOf(node: OnnxNode, name: string, fallback: number): number {
  const attribute = node.attributes[name]
  return attribute?.type === 'float' ? attribute.value : fallback
}

function expandNorm(builder: GraphBuilder, node: OnnxNode, rules: Map<string, GradientRule>): void {
  const [x, scale, bias, runningMean = '', runningVariance = ''] = node.inputs
  const [y, newMean = '', newVariance = ''] = node.outputs
  if (!x || !scale || !bias || !y) throw internalError(`BatchNormalization "${node.name}" lacks inputs or outputs`)
  const statistics = addBatchStatistics(builder, x)
  const { mean, variance } = statistics
  const epsilon = { float: floatOf(node, 'epsilon', defaultEpsilon) }
  builder.add('BatchNormalization', [x, scale, bias, mean, variance], { epsilon }, { outputs: [y] })
  rules.set(y, batchStatisticsRule(statistics))
  const dims = builder.shapeOf(x)
  const count = product(dims) / (dims[1] ?? 1)
  const momentum = floatOf(node, 'momentum', 0.9)
  const unbiased = count > 1 ? count / (count - 1) : 1
  if (newMean) blend(builder, newMean, [runningMean, momentum], [mean, 1 - momentum])
  if (newVariance) blend(builder, newVariance, [runningVariance, momentum], [variance, (1 - momentum) * unbiased])
}

type Weighted = readonly [value: string, weight: number]

/** output = a * weight + b * weight */
function blend(builder: GraphBuilder, output: string, a: Weighted, b: Weighted): void {
  builder.add('Add', [scale(builder, ...a), scale(builder, ...b)], {}, { outputs: [output] })
}
