// Short forms for the ONNX nodes that gradient rules write most; no rule and no shape inference is here.
import { internalError } from '../graph/errors'
import type { GraphBuilder } from '../onnx/builder'
import { none, type InputGradient, type RuleContext } from './rule'

/** TensorProto.DataType of float32, the target of a Cast. */
export const float32Code = 1

/** The gradient that arrives at the first output. @throws internal where none does */
export function arriving(context: RuleContext): string {
  const gradient = context.outputGradients[0]
  if (gradient === undefined)
    throw internalError(`no gradient arrives at ${context.node.opType} "${context.node.name}"`)
  return gradient
}

/** Gradients of the first inputs; all others hold axes, shapes or other whole numbers, and have none. */
export function othersNone(context: RuleContext, ...gradients: readonly InputGradient[]): readonly InputGradient[] {
  return context.inputs.map((_, index) => (index < gradients.length ? gradients[index] : none))
}

/** The value name of input `index`. @throws internal where it is left out */
export function inputOf(context: RuleContext, index: number): string {
  const value = context.inputs[index]
  if (value === undefined || value === '') {
    throw internalError(`${context.node.opType} "${context.node.name}" has no input ${index}`)
  }
  return value
}

/** The value name of output `index`. @throws internal where it is left out */
export function outputOf(context: RuleContext, index: number): string {
  const value = context.outputs[index]
  if (value === undefined || value === '') {
    throw internalError(`${context.node.opType} "${context.node.name}" has no output ${index}`)
  }
  return value
}

export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis])
}

export function product(extents: readonly number[]): number {
  return extents.reduce((total, extent) => total * extent, 1)
}

/** Axes counted from the front: -1 is the last of `rank`. */
export function normaliseAxes(axes: readonly number[], rank: number): number[] {
  return axes.map((axis) => (axis < 0 ? axis + rank : axis))
}

/** The numbers from 0 to `count - 1`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

/** Every axis but the channel axis 1, over which statistics of a channel are taken. */
export function axesButChannels(rank: number): number[] {
  return range(rank).filter((axis) => axis !== 1)
}

export function reshape(builder: GraphBuilder, value: string, dims: readonly number[]): string {
  if (isSameShape(builder.shapeOf(value), dims)) return value
  return builder.add('Reshape', [value, builder.ints(dims)])
}

export function transpose(builder: GraphBuilder, value: string, perm: readonly number[]): string {
  if (perm.every((axis, index) => axis === index)) return value
  return builder.add('Transpose', [value], { perm })
}

export function expand(builder: GraphBuilder, value: string, dims: readonly number[]): string {
  if (isSameShape(builder.shapeOf(value), dims)) return value
  return builder.add('Expand', [value, builder.ints(dims)])
}

/** Sum over `axes`; with `keepDims` they stay as extents of 1. */
export function sumOver(builder: GraphBuilder, value: string, axes: readonly number[], keepDims: boolean): string {
  if (axes.length === 0) return value
  return builder.add('ReduceSum', [value, builder.ints(axes)], { keepdims: keepDims ? 1 : 0 })
}

/** Mean over `axes`; with `keepDims` they stay as extents of 1. */
export function meanOver(builder: GraphBuilder, value: string, axes: readonly number[], keepDims: boolean): string {
  return builder.add('ReduceMean', [value], { axes, keepdims: keepDims ? 1 : 0 })
}

export interface AxisRange {
  readonly axis: number
  readonly start: number
  /** Exclusive; for a negative step the smallest possible number takes in index 0. */
  readonly end: number
  readonly step?: number
}

export function slice(builder: GraphBuilder, value: string, ranges: readonly AxisRange[]): string {
  const dims = builder.shapeOf(value)
  const cutting = ranges.filter(({ axis, start, end, step = 1 }) => start !== 0 || end !== dims[axis] || step !== 1)
  if (cutting.length === 0) return value
  const inputs = [
    value,
    builder.ints(cutting.map((cut) => cut.start)),
    builder.ints(cutting.map((cut) => cut.end)),
    builder.ints(cutting.map((cut) => cut.axis)),
  ]
  if (cutting.some((cut) => (cut.step ?? 1) !== 1)) inputs.push(builder.ints(cutting.map((cut) => cut.step ?? 1)))
  return builder.add('Slice', inputs)
}

/** The end of a Slice with a negative step that takes in index 0. */
export const beforeFirst = -(2 ** 31)

/** Reverses one axis. */
export function flip(builder: GraphBuilder, value: string, axis: number): string {
  if (builder.shapeOf(value)[axis] === 1) return value
  return slice(builder, value, [{ axis, start: -1, end: beforeFirst, step: -1 }])
}

/** Adds zeros before and after each axis, and cuts where the count is negative. Lists hold one count per axis. */
export function padOrCrop(
  builder: GraphBuilder,
  value: string,
  begin: readonly number[],
  end: readonly number[],
): string {
  const dims = builder.shapeOf(value)
  const cropped = slice(
    builder,
    value,
    dims.map((extent, axis) => ({
      axis,
      start: Math.max(0, -(begin[axis] ?? 0)),
      end: extent - Math.max(0, -(end[axis] ?? 0)),
    })),
  )
  const pads = [
    ...dims.map((_, axis) => Math.max(0, begin[axis] ?? 0)),
    ...dims.map((_, axis) => Math.max(0, end[axis] ?? 0)),
  ]
  return pads.every((count) => count === 0) ? cropped : builder.add('Pad', [cropped, builder.ints(pads)])
}

/** Puts `step - 1` zeros after every element along `axis`: extent `n` becomes `n * step`. */
export function insertZeros(builder: GraphBuilder, value: string, axis: number, step: number): string {
  if (step === 1) return value
  const dims = builder.shapeOf(value)
  const before = dims.slice(0, axis)
  const after = dims.slice(axis + 1)
  const extent = dims[axis] ?? 1
  if (after.length === 0) return insertZerosInRows(builder, value, step)
  const apart = reshape(builder, value, [product(before), extent, 1, product(after)])
  const filled = builder.add('Pad', [apart, builder.ints([0, 0, 0, 0, 0, 0, step - 1, 0])])
  return reshape(builder, filled, [...before, extent * step, ...after])
}

/** The same along the last axis: each element repeated, times 1, 0, ... 0; a Pad of single elements takes ten times as long. */
function insertZerosInRows(builder: GraphBuilder, value: string, step: number): string {
  const dims = builder.shapeOf(value)
  const lead = dims.slice(0, -1)
  const extent = dims.at(-1) ?? 1
  const rows = reshape(builder, value, [1, 1, product(lead), extent])
  const scales = builder.floats([1, 1, 1, step])
  const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
  const repeated = builder.add('Resize', [rows, '', scales], attributes)
  const data = Float32Array.from({ length: extent * step }, (_, index) => (index % step === 0 ? 1 : 0))
  const mask = builder.constant({ dataType: 'float32', dims: [extent * step], data })
  return reshape(builder, builder.add('Mul', [repeated, mask]), [...lead, extent * step])
}

/** Zeros of a shape. */
export function zeros(builder: GraphBuilder, dims: readonly number[]): string {
  return builder.add('Expand', [builder.scalar(0), builder.ints(dims)])
}

/**
 * Place of the first maximum along the last axis, int32, without that axis. ArgMax gives int64, which devices other than
 * the CPU have to hand over to it.
 */
export function firstMaximum(builder: GraphBuilder, value: string): string {
  const dims = builder.shapeOf(value)
  const extent = dims.at(-1) ?? 1
  const whole = (shape: readonly number[], data: readonly number[]) =>
    builder.constant({ dataType: 'int32', dims: shape, data: new Int32Array(data) })
  const most = builder.add('ReduceMax', [value], { axes: [-1], keepdims: 1 })
  const places = [whole([extent], range(extent)), whole([], [extent])]
  const candidates = builder.add('Where', [builder.add('Equal', [value, most]), ...places])
  return builder.add('ReduceMin', [candidates], { axes: [-1], keepdims: 0 })
}

/** A boolean tensor as 0 and 1. */
export function asFloat(builder: GraphBuilder, condition: string): string {
  return builder.add('Cast', [condition], { to: float32Code })
}

/** A value times a number; times 1 is the value itself. */
export function scale(builder: GraphBuilder, value: string, factor: number): string {
  if (factor === 1) return value
  if (factor === -1) return builder.add('Neg', [value])
  return builder.add('Mul', [value, builder.scalar(factor)])
}

/**
 * Matrix product of the last two axes, either side transposed, leading axes broadcast.
 * @see com.microsoft.FusedMatMul (ONNX Runtime): it reads a transposed side in place, MatMul would need a copy.
 */
export function matMul(
  builder: GraphBuilder,
  a: string,
  b: string,
  { transA = false, transB = false }: { readonly transA?: boolean; readonly transB?: boolean } = {},
): string {
  if (!transA && !transB) return builder.add('MatMul', [a, b])
  const attributes = { transA: transA ? 1 : 0, transB: transB ? 1 : 0 }
  return builder.add('FusedMatMul', [a, b], attributes, { domain: 'com.microsoft' })
}
