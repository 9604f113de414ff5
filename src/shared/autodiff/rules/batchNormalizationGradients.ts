// Gradients of BatchNormalization, with fixed statistics and with the batch's own; the latter's forward form is in expandTraining.ts.
import { NetloomError } from '../../graph/errors'
import type { GraphBuilder } from '../../onnx/builder'
import { arriving, axesButChannels, inputOf, meanOver, product, reshape, scale, sumOver } from '../emit'
import { none, type GradientRule, type GradientTable, type RuleContext } from '../rule'

/** ONNX's default, also PyTorch's. */
export const defaultEpsilon = 1e-5

/** A vector of one number per channel. */
function filled(builder: GraphBuilder, channels: number, value: number): string {
  return builder.constant({ dataType: 'float32', dims: [channels], data: new Float32Array(channels).fill(value) })
}

/** The per-channel map `(x - mean) / sqrt(variance + epsilon) * factor`; all but x are [C]. */
interface ChannelMap {
  readonly factor: string
  /** Left out: 0. */
  readonly mean?: string
  readonly variance: string
  readonly epsilon: number
}

/** One pass over x. @see ONNX BatchNormalization-15 */
function mapChannels(builder: GraphBuilder, x: string, { factor, mean, variance, epsilon }: ChannelMap): string {
  const zero = filled(builder, builder.shapeOf(x)[1] ?? 1, 0)
  return builder.add('BatchNormalization', [x, factor, zero, mean ?? zero, variance], { epsilon: { float: epsilon } })
}

/** sum(dy) and sum(dy * value) over everything but channels, [C] each; made when first asked for. */
function channelSum(context: RuleContext, value?: string): string {
  const dy = arriving(context)
  const summand = value === undefined ? dy : context.builder.add('Mul', [dy, value])
  return sumOver(context.builder, summand, axesButChannels(context.shapeOf(dy).length), false)
}

function refuseTraining(context: RuleContext): NetloomError {
  const { name } = context.node
  return new NetloomError('autodiff.noGradient', `BatchNormalization "${name}" is still in training mode.`, {
    nodeId: name,
    hint: 'Call expandTraining before the graph is differentiated.',
  })
}

/** Scale, bias, mean and variance, where none of them is wanted. */
const nothingElse = [undefined, undefined, undefined, undefined] as const

/**
 * Fixed statistics: y = (x - mean) * scale / sqrt v + bias, v = variance + epsilon. With S = sum(dy * (x - mean)):
 * dx = dy * scale / sqrt v, dscale = S / sqrt v, dbias = sum(dy), dmean = -dbias * scale / sqrt v,
 * dvariance = -scale * dscale / (2 v).
 */
const fixedStatistics: GradientRule = (context) => {
  const { builder } = context
  if (context.int('training_mode', 0) === 1) throw refuseTraining(context)
  const [x, gain, mean, variance] = [inputOf(context, 0), inputOf(context, 1), inputOf(context, 3), inputOf(context, 4)]
  const epsilon = context.float('epsilon', defaultEpsilon)
  const dx = context.needs(0) ? mapChannels(builder, arriving(context), { factor: gain, variance, epsilon }) : undefined
  if (![1, 2, 3, 4].some((index) => context.needs(index))) return [dx, ...nothingElse]
  const dbias = channelSum(context)
  if (![1, 3, 4].some((index) => context.needs(index))) return [dx, undefined, dbias, undefined, undefined]
  const v = builder.add('Add', [variance, builder.scalar(epsilon)])
  const deviation = builder.add('Sqrt', [v])
  const ofScale = () => {
    const centred = builder.add('Sub', [channelSum(context, x), builder.add('Mul', [mean, dbias])])
    return builder.add('Div', [centred, deviation])
  }
  const dscale = context.needs(1) || context.needs(4) ? ofScale() : undefined
  const ofMean = () => builder.add('Neg', [builder.add('Div', [builder.add('Mul', [dbias, gain]), deviation])])
  const ofVariance = (byScale: string) =>
    scale(builder, builder.add('Div', [builder.add('Mul', [gain, byScale]), v]), -0.5)
  return [
    dx,
    dscale,
    dbias,
    context.needs(3) ? ofMean() : undefined,
    context.needs(4) && dscale !== undefined ? ofVariance(dscale) : undefined,
  ]
}

/** What the forward pass of a batch norm on its batch's statistics leaves for the backward pass. */
export interface BatchStatistics {
  /** x - mean */
  readonly centred: string
  /** [C] */
  readonly mean: string
  /** Biased variance: [C] */
  readonly variance: string
}

/** Adds the statistics of a batch; the variance is taken from the centred values, so a large mean costs no digits. */
export function addBatchStatistics(builder: GraphBuilder, x: string): BatchStatistics {
  const dims = builder.shapeOf(x)
  const axes = axesButChannels(dims.length)
  const mean = meanOver(builder, x, axes, false)
  const perChannel = reshape(builder, mean, [dims[1] ?? 1, ...dims.slice(2).map(() => 1)])
  const centred = builder.add('Sub', [x, perChannel])
  return { centred, mean, variance: meanOver(builder, builder.add('Mul', [centred, centred]), axes, false) }
}

/**
 * The rule of a node BatchNormalization(x, scale, bias, mean, variance) whose statistics are those of x itself. With M
 * elements per channel, v = variance + epsilon, S = sum(dy * (x - mean)): dscale = S / sqrt v, dbias = sum(dy),
 * dx = scale / sqrt v * (dy - dbias / M - (x - mean) * S / (M v)), as two passes of a per-channel map and one Add.
 * The statistics get no gradient of their own: it is in dx.
 * @see Ioffe and Szegedy, 2015, arXiv:1502.03167v3, section 3
 */
export function batchStatisticsRule({ centred, variance }: BatchStatistics): GradientRule {
  return (context) => {
    const { builder } = context
    const gain = inputOf(context, 1)
    const dims = context.shapeOf(centred)
    const count = product(dims) / (dims[1] ?? 1)
    const epsilon = context.float('epsilon', defaultEpsilon)
    const dbias = channelSum(context)
    if (!context.needs(0) && !context.needs(1)) return [undefined, undefined, dbias, none, none]
    const products = channelSum(context, centred)
    const v = builder.add('Add', [variance, builder.scalar(epsilon)])
    const dscale = context.needs(1) ? builder.add('Div', [products, builder.add('Sqrt', [v])]) : undefined
    if (!context.needs(0)) return [undefined, dscale, dbias, none, none]
    const slope = builder.add('Div', [builder.add('Mul', [scale(builder, gain, -1 / count), products]), v])
    const mean = scale(builder, dbias, 1 / count)
    const direct = mapChannels(builder, arriving(context), { factor: gain, mean, variance, epsilon })
    const correction = mapChannels(builder, centred, { factor: slope, variance, epsilon })
    return [builder.add('Add', [direct, correction]), dscale, dbias, none, none]
  }
}

export const batchNormalizationRules = { BatchNormalization: fixedStatistics } satisfies Partial<GradientTable>
