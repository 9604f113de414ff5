// Convolutions and poolings in PyTorch, where padding is equal on both sides or stands in a module of its own; not other layers (layerRules.ts).
import { internalError } from '../../graph/errors'
import { placePooling, poolingAttributes, type PoolingParams } from '../../layers/parts/pooling'
import { placeWindow, type WindowParams } from '../../layers/parts/windows'
import type { Pair, Sides } from '../../shapes/window'
import { given, moduleCode, named, type Argument, type LayerCode, type TypedLayer } from './layerCode'
import { pythonBoolean, pythonNumber, pythonPair, pythonTuple } from './pythonText'

/** PyTorch counts the sides from the last axis: left, right, top, bottom. */
export function pythonSides([top, left, bottom, right]: Sides): string {
  return pythonTuple([left, right, top, bottom])
}

/** The padding that both ends of each axis have in common, or undefined where they differ. */
function evenPadding([top, left, bottom, right]: Sides): Pair | undefined {
  return top === bottom && left === right ? [top, left] : undefined
}

/** Rows and columns of one value around a map; none where there is nothing to add. Negative sides cut. */
function padInFront(sides: Sides, value = '0'): LayerCode['modules'] {
  if (sides.every((side) => side === 0)) return []
  const args = [given('padding', pythonSides(sides))]
  return [
    {
      suffix: '_pad',
      call:
        value === '0'
          ? { callee: 'nn.ZeroPad2d', args }
          : { callee: 'nn.ConstantPad2d', args: [...args, given('value', value)] },
    },
  ]
}

interface ConvolutionLayerParams extends WindowParams {
  readonly bias: boolean
}

/** Channels and bias, as the weights have them: kernels [Co, Ci / groups, kh, kw]. */
function convolutionArgs(
  layer: TypedLayer<ConvolutionLayerParams>,
  channels: { readonly output: number; readonly groups: number },
  placement: readonly Argument[],
): readonly Argument[] {
  const { params, inputs } = layer
  return [
    given('in_channels', pythonNumber(inputs[0]?.[0] ?? 0)),
    given('out_channels', pythonNumber(channels.output)),
    named('kernel_size', pythonPair(params.kernel)),
    named('stride', pythonPair(params.stride), '1'),
    ...placement,
    named('dilation', pythonPair(params.dilation), '1'),
    named('groups', pythonNumber(channels.groups), '1'),
    named('bias', pythonBoolean(params.bias), 'True'),
  ]
}

const convolutionWeights = { weight: { name: 'weight' }, bias: { name: 'bias' } } as const

/** A convolution. @see torch.nn.Conv2d, 1.13 */
export function convolutionCode(title: string, layer: TypedLayer<ConvolutionLayerParams>, groups: number): LayerCode {
  const [kernel] = layer.weights
  if (!kernel) throw internalError(`"${layer.nodeId}" has no weights`)
  const { pads } = placeWindow(title, layer, layer.params)
  const even = evenPadding(pads)
  const channels = { output: kernel.shape[0] ?? 0, groups }
  return moduleCode(
    'nn.Conv2d',
    convolutionArgs(layer, channels, [named('padding', even ? pythonPair(even) : '0', '0')]),
    { front: even ? [] : padInFront(pads), weights: convolutionWeights },
  )
}

/**
 * A transposed convolution. PyTorch cuts `padding` from both ends and adds `output_padding` at the end; where the cuts
 * cannot be said so, the whole output is computed and cut behind.
 * @see torch.nn.ConvTranspose2d, 1.13
 */
export function transposedCode(
  layer: TypedLayer<ConvolutionLayerParams & { readonly filters: number; readonly groups: number }>,
  cut: { readonly pads: Sides; readonly outputPadding: Pair },
): LayerCode {
  const { params } = layer
  const [top, left, bottom, right] = cut.pads
  const added: Pair = [top - bottom + cut.outputPadding[0], left - right + cut.outputPadding[1]]
  const fits = added.every(
    (extra, axis) => extra >= 0 && extra < Math.max(params.stride[axis] ?? 1, params.dilation[axis] ?? 1),
  )
  const placement = fits
    ? [named('padding', pythonPair([top, left]), '0'), named('output_padding', pythonPair(added), '0')]
    : [named('padding', '0', '0'), named('output_padding', pythonPair(cut.outputPadding), '0')]
  const channels = { output: params.filters, groups: params.groups }
  const code = moduleCode('nn.ConvTranspose2d', convolutionArgs(layer, channels, placement), {
    weights: convolutionWeights,
  })
  if (fits) return code
  const sides = `[${[-left, -right, -top, -bottom].join(', ')}]`
  return { ...code, after: (value) => `F.pad(${value}, ${sides})` }
}

/** Window, stride and padding of a pooling layer that PyTorch can place itself: at most half a window, equal at both ends. */
function plainPooling(params: PoolingParams, pads: Sides): readonly Argument[] | undefined {
  const even = evenPadding(pads)
  if (!even || even.some((pad, axis) => 2 * pad > (params.kernel[axis] ?? 0))) return undefined
  return [
    given('kernel_size', pythonPair(params.kernel)),
    named('stride', pythonPair(params.stride)),
    named('padding', pythonPair(even), '0'),
    named('ceil_mode', pythonBoolean(params.ceilMode), 'False'),
  ]
}

/** @see torch.nn.MaxPool2d, 1.13 */
export function maxPoolingCode(title: string, layer: TypedLayer<PoolingParams>): LayerCode {
  const { params } = layer
  const placed = placePooling(title, layer, params)
  const plain = plainPooling(params, placed.pads)
  if (plain) return moduleCode('nn.MaxPool2d', plain)
  const { pads } = poolingAttributes(placed, params)
  const args = [given('kernel_size', pythonPair(params.kernel)), named('stride', pythonPair(params.stride))]
  return moduleCode('nn.MaxPool2d', args, { front: padInFront(pads, 'float("-inf")') })
}

/** @see torch.nn.AvgPool2d, 1.13: what ceil mode reaches past the padding is never counted */
export function averagePoolingCode(
  title: string,
  layer: TypedLayer<PoolingParams & { readonly countIncludePad: boolean }>,
): LayerCode {
  const { params } = layer
  const placed = placePooling(title, layer, params)
  const plain = plainPooling(params, placed.pads)
  if (plain) {
    const counts = placed.pads.every((pad) => pad === 0) || params.countIncludePad
    return moduleCode('nn.AvgPool2d', [...plain, named('count_include_pad', pythonBoolean(counts), 'True')])
  }
  const { pads } = poolingAttributes(placed, params)
  const none: Sides = [0, 0, 0, 0]
  const counted = params.countIncludePad ? placed.pads : none
  const uncounted: Sides = [pads[0] - counted[0], pads[1] - counted[1], pads[2] - counted[2], pads[3] - counted[3]]
  return moduleCode(
    'PaddedAveragePool2d',
    [
      named('kernel_size', pythonPair(params.kernel)),
      named('stride', pythonPair(params.stride)),
      named('counted', pythonSides(counted)),
      named('uncounted', pythonSides(uncounted)),
    ],
    { helpers: ['PaddedAveragePool2d'] },
  )
}
