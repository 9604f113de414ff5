// Per-channel scale and shift on blocked values, padding, and means per channel; each is one pass of a blocked kernel.
import type { GraphBuilder } from '../../onnx/builder'
import { blockedDomain, type Layout } from '../channelLayout'

/** What an affine pass adds to scale * x. */
export interface AffineExtras {
  /** [C] */
  readonly shift?: string
  /** A blocked value of the shape of x. */
  readonly sum?: string
  readonly activation?: 'Relu'
  readonly name?: string
}

/**
 * scale[c] * x + shift[c] + sum, then the activation: a depthwise convolution with a 1x1 kernel.
 * @param x a source value that is blocked
 * @param scale plain target value, [C]
 */
export function addAffine(layout: Layout, x: string, scale: string, extras: AffineExtras = {}): string {
  const { target } = layout
  const channels = layout.blockedChannels(x)
  const kernel = target.add('Reshape', [addChannelFill(layout, scale, channels), target.ints([channels, 1, 1, 1])])
  const shift = extras.shift === undefined ? undefined : addChannelFill(layout, extras.shift, channels)
  const inputs = [
    layout.blocked(x),
    kernel,
    ...(shift ? [shift] : extras.sum ? [''] : []),
    ...(extras.sum ? [extras.sum] : []),
  ]
  const options = { domain: blockedDomain, name: extras.name ?? 'affine' }
  const linear = { ...depthwise(channels), pads: [0, 0, 0, 0] }
  const attributes = extras.activation ? { ...linear, activation: extras.activation } : linear
  return target.add('Conv', inputs, attributes, options)
}

/** Fills a vector of one number per channel up with zeros. */
export function addChannelFill({ target }: Layout, vector: string, channels: number): string {
  const [present = 0] = target.shapeOf(vector)
  return present === channels ? vector : target.add('Pad', [vector, target.ints([0, channels - present])])
}

/** Zeros around a blocked target value: a 1x1 depthwise convolution pads in parallel, Pad does not. */
export function addBlockedPad(
  target: GraphBuilder,
  x: string,
  channels: number,
  pads: readonly [top: number, left: number, bottom: number, right: number],
): string {
  if (pads.every((count) => count === 0)) return x
  const data = new Float32Array(channels).fill(1)
  const ones = target.constant({ dataType: 'float32', dims: [channels, 1, 1, 1], data }, 'ones')
  return target.add('Conv', [x, ones], { ...depthwise(channels), pads }, { domain: blockedDomain, name: 'padded' })
}

function depthwise(channels: number) {
  return { kernel_shape: [1, 1], strides: [1, 1], dilations: [1, 1], group: channels }
}

/** Mean over images and positions of a blocked source value of shape [N, C, H, W]: [C]. */
export function addChannelMean(layout: Layout, x: string): string {
  const { target } = layout
  const [, channels = 1] = layout.shapeOf(x)
  const perImage = target.add('GlobalAveragePool', [layout.blocked(x)], {}, { domain: blockedDomain })
  const mean = target.add('ReduceMean', [perImage], { axes: [0, 2, 3], keepdims: 0 }, { name: 'channelMean' })
  if (channels === layout.blockedChannels(x)) return mean
  return target.add('Slice', [mean, target.ints([0]), target.ints([channels])])
}
