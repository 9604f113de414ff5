// Per-channel scale and shift on blocked values, and sums per channel; each is one pass of a blocked kernel.
import type { GraphBuilder } from '../../../onnx/builder'
import { blockedDomain, type Layout } from '../layout'

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
 * @param x a blocked target value of `channels` channels
 * @param scale target value, [C]
 */
export function addAffine(
  layout: Layout,
  x: string,
  scale: string,
  channels: number,
  extras: AffineExtras = {},
): string {
  const { target } = layout
  const kernel = target.add('Reshape', [scale, target.ints([channels, 1, 1, 1])])
  const inputs = [
    x,
    kernel,
    ...(extras.shift ? [extras.shift] : extras.sum ? [''] : []),
    ...(extras.sum ? [extras.sum] : []),
  ]
  return target.add(
    'Conv',
    inputs,
    {
      kernel_shape: [1, 1],
      pads: [0, 0, 0, 0],
      strides: [1, 1],
      dilations: [1, 1],
      group: channels,
      ...(extras.activation ? { activation: extras.activation } : {}),
    },
    { domain: blockedDomain, name: extras.name ?? 'affine' },
  )
}

/** Mean over pictures and positions of a blocked target value of shape [N, C, H, W]: [C]. */
export function addChannelMean(layout: Layout, x: string): string {
  const { target } = layout
  const perPicture = target.add('GlobalAveragePool', [x], {}, { domain: blockedDomain })
  return target.add('ReduceMean', [perPicture], { axes: [0, 2, 3], keepdims: 0 }, { name: 'channelMean' })
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
  const attributes = { kernel_shape: [1, 1], pads, strides: [1, 1], dilations: [1, 1], group: channels }
  return target.add('Conv', [x, ones], attributes, { domain: blockedDomain, name: 'padded' })
}
