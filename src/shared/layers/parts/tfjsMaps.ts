// Small steps on feature maps and vectors that TensorFlow.js layers are written from, of its own layers only; not the layers of a network.
import type { Sides } from '../../shapes/window'
import type { SymbolicTensor, TfjsTarget } from './tfjsTarget'

type Target = Pick<TfjsTarget, 'tf' | 'apply' | 'fix' | 'layerName'>

/** The extents of a value without its batch axis. */
export function extentsOf(value: SymbolicTensor): number[] {
  return value.shape.slice(1).map((extent) => extent ?? 1)
}

/** Zeros around a feature map: top, left, bottom, right. */
export function padMap(target: Target, value: SymbolicTensor, sides: Sides, part: string): SymbolicTensor {
  const [top, left, bottom, right] = sides
  if (sides.every((side) => side === 0)) return value
  const padding: [[number, number], [number, number]] = [
    [top, bottom],
    [left, right],
  ]
  return target.apply(target.tf.layers.zeroPadding2d({ name: target.layerName(part), padding }), value)
}

/** Cuts rows and columns from a feature map: top, left, bottom, right. */
export function cropMap(target: Target, value: SymbolicTensor, sides: Sides, part: string): SymbolicTensor {
  const [top, left, bottom, right] = sides
  if (sides.every((side) => side === 0)) return value
  const cropping: [[number, number], [number, number]] = [
    [top, bottom],
    [left, right],
  ]
  return target.apply(target.tf.layers.cropping2D({ name: target.layerName(part), cropping }), value)
}

/**
 * Channels `begin` ... `end` of a feature map. The layers that pad and cut work on the last two of four axes where they are
 * told that channels come first: with NHWC these are the columns and the channels.
 */
export function sliceChannels(
  target: Target,
  value: SymbolicTensor,
  [begin, end]: readonly [number, number],
  part: string,
): SymbolicTensor {
  const channels = extentsOf(value)[2] ?? 1
  const cropping: [[number, number], [number, number]] = [
    [0, 0],
    [begin, channels - end],
  ]
  const layer = target.tf.layers.cropping2D({
    name: target.layerName(part),
    cropping,
    dataFormat: 'channelsFirst',
  })
  return target.apply(layer, value)
}

/** Channels of zeros before and after those of a feature map. */
export function padChannels(
  target: Target,
  value: SymbolicTensor,
  counts: readonly [number, number],
  part: string,
): SymbolicTensor {
  if (counts[0] === 0 && counts[1] === 0) return value
  const padding: [[number, number], [number, number]] = [
    [0, 0],
    [counts[0], counts[1]],
  ]
  const layer = target.tf.layers.zeroPadding2d({ name: target.layerName(part), padding, dataFormat: 'channelsFirst' })
  return target.apply(layer, value)
}

/** factor * x + shift for every value: batch normalisation with a mean of 0 and a variance of 1. */
export function scaleValues(
  target: Target,
  value: SymbolicTensor,
  [factor, shift]: readonly [number, number],
  part: string,
): SymbolicTensor {
  const { tf } = target
  const layer = tf.layers.batchNormalization({
    name: target.layerName(part),
    axis: -1,
    epsilon: 0,
    gammaInitializer: tf.initializers.constant({ value: factor }),
    betaInitializer: tf.initializers.constant({ value: shift }),
    trainable: false,
  })
  return target.apply(layer, value)
}

/**
 * Multiplies each position of a feature map by a number of its own.
 * @param factors [H, W], row by row
 */
export function scalePositions(
  target: Target,
  value: SymbolicTensor,
  factors: readonly number[],
  part: string,
): SymbolicTensor {
  const [height = 1, width = 1, channels = 1] = extentsOf(value)
  // prelu(-1) is -slope: the layer that can hold one number for each value.
  const minusOne = scaleValues(target, value, [0, -1], `${part}/minusOne`)
  const slopes = target.tf.layers.prelu({ name: target.layerName(`${part}/factors`), trainable: false })
  const map = target.apply(slopes, minusOne)
  const values = new Float32Array(height * width * channels)
  factors.forEach((factor, position) => values.fill(-factor, position * channels, (position + 1) * channels))
  target.fix(slopes.weights[0], values)
  return target.apply(target.tf.layers.multiply({ name: target.layerName(part) }), [value, map])
}

/** Whether channels, rows and columns come in the same order in NHWC and in NCHW. */
function isOrderShared([height = 1, width = 1, channels = 1]: readonly number[]): boolean {
  return channels === 1 || height * width === 1
}

/** The values of a feature map as a vector in the order [C, H, W]; a vector stays. */
export function flattenMap(target: Target, value: SymbolicTensor, part?: string): SymbolicTensor {
  const extents = extentsOf(value)
  if (extents.length === 1) return value
  const { tf } = target
  const ordered = isOrderShared(extents)
    ? value
    : target.apply(tf.layers.permute({ name: target.layerName(`${part ?? 'map'}/chw`), dims: [3, 1, 2] }), value)
  return target.apply(tf.layers.flatten({ name: target.layerName(part) }), ordered)
}

/** A vector in the order [C, H, W] as a feature map. */
export function unflattenMap(
  target: Target,
  value: SymbolicTensor,
  [channels = 1, height = 1, width = 1]: readonly number[],
): SymbolicTensor {
  const { tf } = target
  if (isOrderShared([height, width, channels])) {
    return target.apply(tf.layers.reshape({ name: target.layerName(), targetShape: [height, width, channels] }), value)
  }
  const map = target.apply(
    tf.layers.reshape({ name: target.layerName('chw'), targetShape: [channels, height, width] }),
    value,
  )
  return target.apply(tf.layers.permute({ name: target.layerName(), dims: [2, 3, 1] }), map)
}
