// Convolutions and transposed convolutions of two axes with constant kernels as layers.
import type { ParameterValues } from '../../../graph/document'
import type { LayerMatch, MatchContext, Pattern, PatternTable } from '../match'

/** Extents, steps and padding of a window over two axes; undefined for other ranks. */
export function windowParams(match: MatchContext, kernelShape?: readonly number[]): ParameterValues | undefined {
  const kernel = match.ints('kernel_shape') ?? kernelShape
  if (kernel?.length !== 2 || match.dims(match.input(0)).length !== 4) return undefined
  const padding = paddingOf(match)
  if (padding === undefined) return undefined
  return { kernel: [...kernel], stride: [...(match.ints('strides') ?? [1, 1])], padding }
}

function paddingOf(match: MatchContext): string | number[] | undefined {
  const rule = match.string('auto_pad', 'NOTSET')
  if (rule === 'SAME_UPPER') return 'same-upper'
  if (rule === 'SAME_LOWER') return 'same-lower'
  const pads = match.ints('pads') ?? [0, 0, 0, 0]
  if (pads.length !== 4) return undefined
  return rule === 'VALID' || pads.every((side) => side === 0) ? 'valid' : [...pads]
}

const convolution: Pattern = (match) => {
  const weight = match.floats(match.input(1))
  const params = weight && windowParams(match, weight.dims.slice(2))
  if (!weight || !params) return undefined
  const [filters = 0, depth = 0] = weight.dims
  const groups = match.int('group', 1)
  const [channels = 0] = match.shape(match.input(0)) ?? []
  const bias = match.floats(match.input(2))
  if (match.input(2) !== '' && !bias) return undefined
  const dilation = [...(match.ints('dilations') ?? [1, 1])]
  const common = { ...params, dilation, bias: bias !== undefined }
  const isDepthwise = groups > 1 && groups === channels && depth === 1
  return {
    type: isDepthwise ? 'depthwiseConv2d' : 'conv2d',
    params: isDepthwise ? { ...common, multiplier: filters / groups } : { ...common, filters, groups },
    inputs: [match.input(0)],
    weights: { weight, ...(bias ? { bias } : {}) },
    weightNames: [match.input(1)],
  }
}

/** A convolution without a bias and the addition of one value per channel after it. */
const convolutionAndBias: Pattern = (match) => {
  const operands = match.withConstant()
  const inner = operands && match.only(operands.value, 'Conv')
  const bias = operands && match.floats(operands.constant)
  const before = inner?.input(2) === '' ? convolution(inner) : undefined
  if (!operands || !inner || !bias || !before) return undefined
  const [filters = 0] = match.shape(operands.value) ?? []
  const isPerChannel = bias.data.length === filters && isChannelVector(bias.dims, filters)
  if (!isPerChannel) return undefined
  return {
    ...before,
    params: { ...before.params, bias: true },
    weights: { ...before.weights, bias: { dims: [filters], data: bias.data } },
    absorbed: [inner.node],
  }
}

/** `[C, 1, 1]` or `[1, C, 1, 1]`. */
function isChannelVector(dims: readonly number[], channels: number): boolean {
  const trimmed = dims.length === 4 && dims[0] === 1 ? dims.slice(1) : dims
  return trimmed.length === 3 && trimmed[0] === channels && trimmed[1] === 1 && trimmed[2] === 1
}

const transposedConvolution: Pattern = (match): LayerMatch | undefined => {
  const weight = match.floats(match.input(1))
  const bias = match.floats(match.input(2))
  const params = weight && windowParams(match, weight.dims.slice(2))
  const isOpen = match.ints('output_shape') !== undefined || (match.input(2) !== '' && !bias)
  if (!weight || !params || isOpen) return undefined
  const groups = match.int('group', 1)
  return {
    type: 'convTranspose2d',
    params: {
      ...params,
      filters: (weight.dims[1] ?? 0) * groups,
      groups,
      dilation: [...(match.ints('dilations') ?? [1, 1])],
      outputPadding: [...(match.ints('output_padding') ?? [0, 0])],
      bias: bias !== undefined,
    },
    inputs: [match.input(0)],
    weights: { weight, ...(bias ? { bias } : {}) },
    weightNames: [match.input(1)],
  }
}

export const convolutionPatterns = {
  Conv: [convolution],
  ConvTranspose: [transposedConvolution],
} satisfies PatternTable

export const biasPatterns: readonly Pattern[] = [convolutionAndBias]
