// Gradients of LRN, layer and instance normalisation; batch normalisation is in batchNormalizationGradients.ts.
import type { GraphBuilder } from '../../onnx/builder'
import {
  arriving,
  axesButChannels,
  inputOf,
  meanOver,
  normaliseAxes,
  outputOf,
  product,
  range,
  reshape,
  scale,
  sumOver,
} from '../emit'
import type { GradientRule, GradientTable, RuleContext } from '../rule'

/**
 * Sum over a window of channels divided by its `size`, cells outside counting as 0.
 * @param value [N, C, ...]
 * @param before channels in the window before its own
 */
function channelWindowMean(builder: GraphBuilder, value: string, size: number, before: number): string {
  const dims = builder.shapeOf(value)
  const [batch = 1, channels = 1, ...spatial] = dims
  const plane = reshape(builder, value, [batch, 1, channels, product(spatial)])
  const mean = builder.add('AveragePool', [plane], {
    kernel_shape: [size, 1],
    pads: [before, 0, size - 1 - before, 0],
    count_include_pad: 1,
  })
  return reshape(builder, mean, dims)
}

/** s^-beta; for beta 3/4, the usual one, by square roots. */
export function inversePower(builder: GraphBuilder, base: string, beta: number): string {
  if (beta !== 0.75) return builder.add('Pow', [base, builder.scalar(-beta)])
  const root = builder.add('Sqrt', [base])
  return builder.add('Reciprocal', [builder.add('Mul', [root, builder.add('Sqrt', [root])])])
}

/** The numbers of an LRN node. */
export interface LocalResponse {
  readonly size: number
  readonly alpha: number
  readonly bias: number
}

/** s = bias + alpha / size * sum of x_j^2 over the `size` channels j around each. */
export function addResponseSum(builder: GraphBuilder, x: string, { size, alpha, bias }: LocalResponse): string {
  const squares = channelWindowMean(builder, builder.add('Mul', [x, x]), size, Math.floor((size - 1) / 2))
  return builder.add('Add', [scale(builder, squares, alpha), builder.scalar(bias)])
}

/**
 * y_i = x_i * s_i^-beta, s_i = bias + alpha / size * sum of x_j^2 over the channels j around i. Then
 * dx_i = dy_i * s_i^-beta - 2 alpha beta / size * x_i * (sum of dy_j * y_j / s_j over the channels j whose window holds i).
 * @see ONNX LRN-13: the window of channel c is c - floor((size - 1) / 2) ... c + ceil((size - 1) / 2)
 */
const localResponse: GradientRule = (context) => {
  const { builder } = context
  const [x, y, dy] = [inputOf(context, 0), outputOf(context, 0), arriving(context)]
  const size = context.int('size', 1)
  const [alpha, beta] = [context.float('alpha', 1e-4), context.float('beta', 0.75)]
  const before = Math.floor((size - 1) / 2)
  const s = addResponseSum(builder, x, { size, alpha, bias: context.float('bias', 1) })
  const ratio = builder.add('Div', [builder.add('Mul', [dy, y]), s])
  // Seen from i, the windows that hold it lie mirrored.
  const around = channelWindowMean(builder, ratio, size, size - 1 - before)
  const direct = builder.add('Mul', [dy, inversePower(builder, s, beta)])
  const indirect = builder.add('Mul', [x, scale(builder, around, 2 * alpha * beta)])
  return [builder.add('Sub', [direct, indirect])]
}

/** The normalised x without scale and bias, and 1 / deviation: one more LayerNormalization gives both. */
function normalised(
  context: RuleContext,
  axes: readonly number[],
): { readonly xhat: string; readonly inverse: string } {
  const { builder } = context
  const x = inputOf(context, 0)
  const extents = axes.map((axis) => context.shapeOf(x)[axis] ?? 1)
  const data = new Float32Array(product(extents)).fill(1)
  const ones = builder.constant({ dataType: 'float32', dims: extents, data }, 'ones')
  const attributes = { axis: axes[0] ?? -1, epsilon: { float: context.float('epsilon', 1e-5) } }
  const [xhat = '', , inverse = ''] = builder.addMany('LayerNormalization', 3, [x, ones], attributes)
  return { xhat, inverse }
}

/**
 * With g = dy * scale: dx = (g - mean(g) - xhat * mean(g * xhat)) / deviation, dscale = sum(dy * xhat), dbias = sum(dy);
 * the walker takes the sums over the leading axes.
 * @see Ba, Kiros and Hinton, 2016, arXiv:1607.06450
 */
const layerNormalization: GradientRule = (context) => {
  const { builder } = context
  const dy = arriving(context)
  const rank = context.shapeOf(inputOf(context, 0)).length
  const [first = 0] = normaliseAxes([context.int('axis', -1)], rank)
  const axes = range(rank).filter((axis) => axis >= first)
  const dbias = context.needs(2) ? dy : undefined
  if (!context.needs(0) && !context.needs(1)) return [undefined, undefined, dbias]
  const { xhat, inverse } = normalised(context, axes)
  const dscale = context.needs(1) ? builder.add('Mul', [dy, xhat]) : undefined
  if (!context.needs(0)) return [undefined, dscale, dbias]
  const g = builder.add('Mul', [dy, inputOf(context, 1)])
  const projection = meanOver(builder, builder.add('Mul', [g, xhat]), axes, true)
  const centred = builder.add('Sub', [g, meanOver(builder, g, axes, true)])
  const across = builder.add('Sub', [centred, builder.add('Mul', [xhat, projection])])
  return [builder.add('Mul', [across, inverse]), dscale, dbias]
}

/** The dimensions of a value per channel beside x: [C, 1, 1]. */
function perChannel(context: RuleContext, index: number): string {
  const [, channels = 1, ...spatial] = context.shapeOf(inputOf(context, 0))
  return reshape(context.builder, inputOf(context, index), [channels, ...spatial.map(() => 1)])
}

/**
 * As layer normalisation, with the statistics of each channel of each image: dx = scale * (dy - mean(dy) - xhat *
 * mean(dy * xhat)) / deviation, dscale and dbias are sums over all but the channels.
 * @see Ulyanov, Vedaldi and Lempitsky, 2016, arXiv:1607.08022
 */
const instanceNormalization: GradientRule = (context) => {
  const { builder } = context
  const [x, dy] = [inputOf(context, 0), arriving(context)]
  const rank = context.shapeOf(x).length
  const positions = range(rank).slice(2)
  const dbias = context.needs(2) ? sumOver(builder, dy, axesButChannels(rank), false) : undefined
  if (!context.needs(0) && !context.needs(1)) return [undefined, undefined, dbias]
  const centred = builder.add('Sub', [x, meanOver(builder, x, positions, true)])
  const variance = meanOver(builder, builder.add('Mul', [centred, centred]), positions, true)
  const offset = builder.add('Add', [variance, builder.scalar(context.float('epsilon', 1e-5))])
  const deviation = builder.add('Sqrt', [offset])
  const xhat = builder.add('Div', [centred, deviation])
  const products = builder.add('Mul', [dy, xhat])
  const dscale = context.needs(1) ? sumOver(builder, products, axesButChannels(rank), false) : undefined
  if (!context.needs(0)) return [undefined, dscale, dbias]
  const projection = builder.add('Mul', [xhat, meanOver(builder, products, positions, true)])
  const across = builder.add('Sub', [builder.add('Sub', [dy, meanOver(builder, dy, positions, true)]), projection])
  const dx = builder.add('Mul', [builder.add('Div', [across, deviation]), perChannel(context, 1)])
  return [dx, dscale, dbias]
}

export const normalisationRules = {
  LRN: localResponse,
  LayerNormalization: layerNormalization,
  InstanceNormalization: instanceNormalization,
} satisfies Partial<GradientTable>
