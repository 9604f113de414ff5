// Copies weights between ONNX's layout and the variables of TensorFlow.js; which weight has which layout stands in the layers.
import type { Tensor } from '../../onnx/tensor'
import type { WeightLayout } from '../../layers/parts/tfjsTarget'

/** Where each value of some rows of our weight lies in a variable. */
interface Placement {
  /** Extents of the variable. */
  readonly dims: readonly number[]
  /** Extents of the axes that are walked, in the variable's order. */
  readonly extents: readonly number[]
  readonly ourStrides: readonly number[]
  readonly variableStrides: readonly number[]
  /** Where our rows begin. */
  readonly offset: number
}

function stridesOf(dims: readonly number[]): number[] {
  const strides = dims.map(() => 1)
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = (strides[axis + 1] ?? 1) * (dims[axis + 1] ?? 1)
  return strides
}

function placeWeight(shape: readonly number[], layout: WeightLayout): Placement {
  const [begin, end] = layout.rows ?? [0, shape[0] ?? 1]
  const perRow = shape.slice(1).reduce((product, extent) => product * extent, 1)
  const view = layout.view ?? [end - begin, ...shape.slice(1)]
  const permutation = layout.permutation ?? view.map((_, axis) => axis)
  const ours = stridesOf(view)
  const extents = permutation.map((axis) => view[axis] ?? 1)
  const dilation = layout.dilation ?? [1, 1]
  const gaps = extents.map((_, axis) => dilation[axis] ?? 1)
  const dims = extents.map((extent, axis) => (extent - 1) * (gaps[axis] ?? 1) + 1)
  return {
    dims,
    extents,
    ourStrides: permutation.map((axis) => ours[axis] ?? 1),
    variableStrides: stridesOf(dims).map((stride, axis) => stride * (gaps[axis] ?? 1)),
    offset: begin * perRow,
  }
}

/** Visits every value: its place in our weight and in the variable. */
function visitPlaces(placement: Placement, visit: (ours: number, theirs: number) => void): void {
  const { extents, ourStrides, variableStrides, offset } = placement
  const last = extents.length - 1
  const walk = (axis: number, ours: number, theirs: number): void => {
    const extent = extents[axis] ?? 1
    const [ourStep, theirStep] = [ourStrides[axis] ?? 1, variableStrides[axis] ?? 1]
    for (let index = 0; index < extent; index++) {
      if (axis >= last) visit(ours + index * ourStep, theirs + index * theirStep)
      else walk(axis + 1, ours + index * ourStep, theirs + index * theirStep)
    }
  }
  walk(0, offset, 0)
}

/** Extents of the variable that holds a weight of `shape`, or some rows of it. */
export function variableDims(shape: readonly number[], layout: WeightLayout): readonly number[] {
  return placeWeight(shape, layout).dims
}

/** The values of a variable; zeros where a dilated window has gaps. */
export function toVariable({ dims, data }: Tensor, layout: WeightLayout): Tensor {
  const placement = placeWeight(dims, layout)
  const result = new Float32Array(placement.dims.reduce((product, extent) => product * extent, 1))
  visitPlaces(placement, (ours, theirs) => (result[theirs] = data[ours] ?? 0))
  return { dims: placement.dims, data: result }
}

/** Copies the values of a variable to where they lie in our weight, `target` of extents `shape`. */
export function fromVariable(
  values: Float32Array,
  layout: WeightLayout,
  shape: readonly number[],
  target: Float32Array,
): void {
  visitPlaces(placeWeight(shape, layout), (ours, theirs) => (target[ours] = values[theirs] ?? 0))
}

/** Extents of one image's tensor in TensorFlow.js: [C, H, W] becomes [H, W, C]; vectors stay. */
export function toNhwcDims([first = 1, ...rest]: readonly number[]): number[] {
  return [...rest, first]
}

/** The values of `count` images [C, H, W] as [H, W, C]; vectors stay. */
export function toNhwc(data: Float32Array, count: number, shape: readonly number[]): Float32Array {
  return turnImages(data, count, shape, true)
}

/** The values of `count` images [H, W, C] as [C, H, W]; vectors stay. */
export function toNchw(data: Float32Array, count: number, shape: readonly number[]): Float32Array {
  return turnImages(data, count, shape, false)
}

function turnImages(data: Float32Array, count: number, shape: readonly number[], toLast: boolean): Float32Array {
  const [channels = 1, ...positions] = shape
  const plane = positions.reduce((product, extent) => product * extent, 1)
  if (channels === 1 || plane === 1) return data
  const result = new Float32Array(data.length)
  for (let image = 0; image < count; image++) {
    const start = image * channels * plane
    for (let channel = 0; channel < channels; channel++) {
      for (let position = 0; position < plane; position++) {
        const first = start + channel * plane + position
        const last = start + position * channels + channel
        if (toLast) result[last] = data[first] ?? 0
        else result[first] = data[last] ?? 0
      }
    }
  }
  return result
}
