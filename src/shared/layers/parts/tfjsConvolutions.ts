// Convolutions as TensorFlow.js layers; not their shapes and counts (convolutions.ts).
import { countSpan, resolvePadding, type Pair } from '../../shapes/window'
import { countTransposed, type TransposedAxis } from '../../shapes/window'
import type { TfjsLowering } from '../define'
import type { ConvolutionParams } from './convolutions'
import { inputShape, outputShape } from './located'
import { cropMap, extentsOf, padMap, sliceChannels } from './tfjsMaps'
import type { SymbolicTensor, WeightLayout } from './tfjsTarget'
import { placeWindow } from './windows'

const noGaps: Pair = [1, 1]

/** Where the weights of one convolution of TensorFlow.js lie. */
interface Group {
  readonly part: string | undefined
  /** Rows of our kernel and of our bias. */
  readonly rows: readonly [number, number]
  readonly biasRows: readonly [number, number]
}

/** The groups of a convolution, of which TensorFlow.js has one in a layer. */
function listGroups(groups: number, kernelRows: number, filters: number): Group[] {
  const share = (count: number, index: number): [number, number] => [
    (index * count) / groups,
    ((index + 1) * count) / groups,
  ]
  return Array.from({ length: groups }, (_, index) => ({
    part: groups === 1 ? undefined : `group${index}`,
    rows: share(kernelRows, index),
    biasRows: share(filters, index),
  }))
}

/** Convolves each group of channels and lays the results side by side. */
function joinGroups(
  lowering: TfjsLowering<ConvolutionParams>,
  value: SymbolicTensor,
  groups: readonly Group[],
  convolve: (value: SymbolicTensor, group: Group) => SymbolicTensor,
): SymbolicTensor {
  const channels = extentsOf(value)[2] ?? 1
  const perGroup = channels / groups.length
  const results = groups.map((group, index) => {
    if (groups.length === 1) return convolve(value, group)
    const part = `${group.part ?? ''}/channels`
    return convolve(sliceChannels(lowering, value, [index * perGroup, (index + 1) * perGroup], part), group)
  })
  const [only, ...more] = results
  if (only && more.length === 0) return only
  return lowering.apply(lowering.tf.layers.concatenate({ name: lowering.layerName(), axis: -1 }), results)
}

/**
 * A convolution with any padding, dilation and groups. TensorFlow.js pads like "same-upper" or not at all, and has no
 * gradient of a dilated window: other padding is a layer of its own, and training spreads the taps with zeros between.
 */
export function convolveTfjs(
  title: string,
  lowering: TfjsLowering<ConvolutionParams>,
  groups: number,
): readonly SymbolicTensor[] {
  const { tf, params, outputs } = lowering
  const [value] = lowering.values
  if (!value) return []
  const { pads, input } = placeWindow(title, lowering, params)
  const { kernel, stride, dilation } = params
  const [filters = 1] = outputShape({ ...lowering, outputs })
  const upper = resolvePadding('same-upper', [input.height, input.width], kernel, stride, dilation)
  const isSame = pads.some((side) => side > 0) && pads.every((side, index) => side === upper[index])
  const padded = isSame ? value : padMap(lowering, value, pads, 'padded')
  const isDepthwise = groups > 1 && groups === input.channels
  const isSpread = !isOne(dilation) && (lowering.mode === 'training' || isDepthwise || !isOne(stride) || groups > 1)
  const taps: Pair = isSpread ? [countSpan(kernel[0], dilation[0]), countSpan(kernel[1], dilation[1])] : kernel
  const common = {
    kernelSize: [...taps],
    strides: [stride[0], stride[1]] as [number, number],
    padding: isSame ? ('same' as const) : ('valid' as const),
    useBias: params.bias,
  }
  const spread: WeightLayout = isSpread ? { dilation } : {}
  if (isDepthwise) {
    const multiplier = filters / input.channels
    const layer = tf.layers.depthwiseConv2d({
      ...common,
      kernelSize: [taps[0], taps[1]],
      name: lowering.layerName(),
      depthMultiplier: multiplier,
      depthwiseInitializer: 'zeros',
    })
    const result = lowering.apply(layer, padded)
    const view = [input.channels, multiplier, ...kernel]
    lowering.bind('weight', layer.weights[0], { view, permutation: [2, 3, 0, 1], ...spread })
    if (params.bias) lowering.bind('bias', layer.weights[1])
    return [result]
  }
  const convolve = (map: SymbolicTensor, { part, rows, biasRows }: Group): SymbolicTensor => {
    const layer = tf.layers.conv2d({
      ...common,
      name: lowering.layerName(part),
      filters: filters / groups,
      dilationRate: isSpread ? [1, 1] : [dilation[0], dilation[1]],
      kernelInitializer: 'zeros',
    })
    const result = lowering.apply(layer, map)
    lowering.bind('weight', layer.weights[0], { rows, permutation: [2, 3, 1, 0], ...spread })
    if (params.bias) lowering.bind('bias', layer.weights[1], { rows: biasRows })
    return result
  }
  return [joinGroups(lowering, padded, listGroups(groups, filters, filters), convolve)]
}

function isOne(pair: Pair): boolean {
  return pair[0] === 1 && pair[1] === 1
}

/** A transposed convolution: axes with its cuts resolved, height first. */
export interface TransposedTfjs {
  readonly axes: readonly [TransposedAxis, TransposedAxis]
  readonly groups: number
}

/**
 * A transposed convolution with any padding. TensorFlow.js gives the uncut output, here as large as the padded input
 * makes it, and the rest is cut off: zeros behind the input give the rows that output padding adds.
 */
export function transposeTfjs(
  lowering: TfjsLowering<ConvolutionParams>,
  { axes, groups }: TransposedTfjs,
): readonly SymbolicTensor[] {
  const { tf, params } = lowering
  const [value] = lowering.values
  if (!value) return []
  const [channels = 1] = inputShape(lowering)
  const [filters = 1] = outputShape(lowering)
  const { kernel, stride, dilation } = params
  const [rows, columns] = [planTransposed(axes[0]), planTransposed(axes[1])]
  const padded = padMap(lowering, value, [0, 0, rows.added, columns.added], 'padded')
  const isSpread = dilation[0] > noGaps[0] || dilation[1] > noGaps[1]
  const convolve = (map: SymbolicTensor, { part, rows, biasRows }: Group): SymbolicTensor => {
    const layer = tf.layers.conv2dTranspose({
      name: lowering.layerName(part ?? 'uncut'),
      filters: filters / groups,
      kernelSize: [countSpan(kernel[0], dilation[0]), countSpan(kernel[1], dilation[1])],
      strides: [stride[0], stride[1]],
      padding: 'valid',
      useBias: params.bias,
      kernelInitializer: 'zeros',
    })
    const result = lowering.apply(layer, map)
    const layout: WeightLayout = { rows, permutation: [2, 3, 1, 0], ...(isSpread ? { dilation } : {}) }
    lowering.bind('weight', layer.weights[0], layout)
    if (params.bias) lowering.bind('bias', layer.weights[1], { rows: biasRows })
    return result
  }
  const uncut = joinGroups(lowering, padded, listGroups(groups, channels, filters), convolve)
  return [cropMap(lowering, uncut, [rows.begin, columns.begin, rows.end, columns.end], 'cut')]
}

/** How many rows of zeros follow the input along an axis, and how many of the output are cut off. */
function planTransposed(axis: TransposedAxis): {
  readonly added: number
  readonly begin: number
  readonly end: number
} {
  const { extent, stride, padBegin } = axis
  const beyond = Math.max(0, countSpan(axis.kernel, axis.dilation) - stride)
  const wanted = padBegin + countTransposed(axis)
  const added = Math.max(0, Math.ceil((wanted - extent * stride - beyond) / stride))
  return { added, begin: padBegin, end: (extent + added) * stride + beyond - wanted }
}
