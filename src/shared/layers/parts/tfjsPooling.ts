// Pooling as TensorFlow.js layers; not its shapes (pooling.ts).
import type { Sides } from '../../shapes/window'
import type { TfjsLowering } from '../define'
import { placePooling, poolingAttributes, type PoolingParams } from './pooling'
import { padMap, scalePositions, scaleValues } from './tfjsMaps'
import { ownLayers } from './tfjsOwnLayers'
import type { SymbolicTensor } from './tfjsTarget'
import type { PlacedWindow } from '../../shapes/window'

/** Larger than what a network holds, and still a float32 number. */
const farBelow = -3e38

interface Axis {
  readonly extent: number
  readonly kernel: number
  readonly stride: number
  readonly begin: number
  readonly count: number
}

interface PlacedPooling {
  readonly placed: PlacedWindow
  readonly axes: readonly [Axis, Axis]
  /** Padding that windows really reach: top, left, bottom, right. */
  readonly pads: Sides
  /** What TensorFlow.js calls this padding; undefined where it has no word for it. */
  readonly padding: 'valid' | 'same' | undefined
}

function place(title: string, lowering: TfjsLowering<PoolingParams>): PlacedPooling {
  const placed = placePooling(title, lowering, lowering.params)
  const { pads } = poolingAttributes(placed, lowering.params)
  const axisOf = (index: 0 | 1): Axis => ({
    extent: placed.axes[index].extent,
    kernel: placed.axes[index].kernel,
    stride: placed.axes[index].stride,
    begin: pads[index],
    count: placed.extents[index],
  })
  const axes = [axisOf(0), axisOf(1)] as const
  const reach = ({ extent, kernel, stride, begin, count }: Axis): number =>
    Math.max(0, (count - 1) * stride + kernel - extent - begin)
  const needed: Sides = [pads[0], pads[1], reach(axes[0]), reach(axes[1])]
  const padding = needed.every((side) => side === 0) ? 'valid' : axes.every(isSame) ? 'same' : undefined
  return { placed, axes, pads: needed, padding }
}

/** Whether padding "same" of TensorFlow.js, the larger half at the end, gives these windows. */
function isSame({ extent, kernel, stride, begin, count }: Axis): boolean {
  const total = Math.max(0, (count - 1) * stride + kernel - extent)
  return count === Math.ceil(extent / stride) && begin === Math.floor(total / 2)
}

function windowOf({ kernel, stride }: PoolingParams) {
  return {
    poolSize: [kernel[0], kernel[1]] as [number, number],
    strides: [stride[0], stride[1]] as [number, number],
  }
}

/** Maximum pooling. Padding of no name is a layer of our own, or for plain TensorFlow.js a border far below all values. */
export function maxPoolTfjs(title: string, lowering: TfjsLowering<PoolingParams>): readonly SymbolicTensor[] {
  const { tf, params } = lowering
  const [value] = lowering.values
  if (!value) return []
  const { pads, padding } = place(title, lowering)
  const name = lowering.layerName()
  if (padding) return [lowering.apply(tf.layers.maxPooling2d({ name, ...windowOf(params), padding }), value)]
  if (lowering.audience === 'engine') {
    const { poolSize, strides } = windowOf(params)
    return [lowering.apply(ownLayers(tf).paddedMaxPool({ name, poolSize, strides, pads: [...pads] }), value)]
  }
  const zeros = padMap(lowering, value, pads, 'padded')
  const ones = scaleValues(lowering, value, [0, 1], 'ones')
  // 1 inside and 0 in the border becomes 0 inside and the least number in the border.
  const border = scaleValues(lowering, padMap(lowering, ones, pads, 'inside'), [-farBelow, farBelow], 'border')
  const bordered = lowering.apply(tf.layers.add({ name: lowering.layerName('bordered') }), [zeros, border])
  return [lowering.apply(tf.layers.maxPooling2d({ name, ...windowOf(params), padding: 'valid' }), bordered)]
}

/**
 * Average pooling. Where padding does not count, the average over the padded window times window / counted values; the
 * gradient of TensorFlow.js for padding "same" divides by the whole window, so that training takes this way too.
 */
export function averagePoolTfjs(
  title: string,
  lowering: TfjsLowering<PoolingParams & { readonly countIncludePad: boolean }>,
): readonly SymbolicTensor[] {
  const { tf, params } = lowering
  const [value] = lowering.values
  if (!value) return []
  const { placed, axes, pads, padding } = place(title, lowering)
  const name = lowering.layerName()
  const isPlain = padding === 'valid' || (padding === 'same' && lowering.mode === 'inference')
  if (padding && isPlain && (padding === 'valid' || !params.countIncludePad)) {
    return [lowering.apply(tf.layers.averagePooling2d({ name, ...windowOf(params), padding }), value)]
  }
  const padded = padMap(lowering, value, pads, 'padded')
  const factors = countFactors(axes, params.countIncludePad ? placed.pads : [0, 0, 0, 0])
  const isEven = factors.every((factor) => factor === 1)
  const pool = tf.layers.averagePooling2d({
    name: isEven ? name : lowering.layerName('whole'),
    ...windowOf(params),
    padding: 'valid',
  })
  const whole = lowering.apply(pool, padded)
  return [isEven ? whole : scalePositions(lowering, whole, factors, 'shares')]
}

/**
 * Window / counted values for each window, row by row.
 * @param counted the padding that counts: top, left, bottom, right
 */
function countFactors([rows, columns]: readonly [Axis, Axis], counted: Sides): number[] {
  const along = ({ extent, kernel, stride, begin, count }: Axis, before: number, after: number): number[] =>
    Array.from({ length: count }, (_, index) => {
      const start = index * stride - begin
      const inside = Math.min(start + kernel, extent + after) - Math.max(start, -before)
      return kernel / inside
    })
  const down = along(rows, counted[0], counted[2])
  const right = along(columns, counted[1], counted[3])
  return down.flatMap((row) => right.map((column) => row * column))
}
