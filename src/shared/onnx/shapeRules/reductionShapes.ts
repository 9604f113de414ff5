// Shape rules of operators that reduce or scan along axes.
import type { ShapeContext, ShapeRule, ShapeRuleTable } from './shapeContext'

/** Extents after reducing `axes`: 1 with keepdims, gone without. */
function reduceDims(context: ShapeContext, axes: readonly number[], keep: boolean): readonly number[] {
  const dims = context.dims(0)
  const reduced = new Set(context.axes(axes, dims.length))
  return keep
    ? dims.map((extent, axis) => (reduced.has(axis) ? 1 : extent))
    : dims.filter((_, axis) => !reduced.has(axis))
}

/** Axes are an attribute in older operator sets, an input in newer ones; none means all. @see ONNX ReduceSum-13, ReduceMean-18 */
const reduce: ShapeRule = (context) => {
  const stated = context.listOf(1, 'axes') ?? []
  if (stated.length === 0 && context.int('noop_with_empty_axes', 0) !== 0) return [context.type(0)]
  const axes = stated.length === 0 ? context.dims(0).map((_, axis) => axis) : stated
  return context.like(0, reduceDims(context, axes, context.int('keepdims', 1) !== 0))
}

const argument: ShapeRule = (context) => [
  { dataType: 'int64', dims: reduceDims(context, [context.int('axis', 0)], context.int('keepdims', 1) !== 0) },
]

/** Values and indices of the K largest along an axis. @see ONNX TopK-11 */
const topK: ShapeRule = (context) => {
  const dims = context.dims(0)
  const axis = context.axis(context.int('axis', -1), dims.length)
  const count = context.numbers(1, 'count')?.[0] ?? context.int('k', -1)
  const extent = context.extent(0, axis)
  if (count < 0 || count > extent) context.fail(`the ${count} largest of ${extent} values are wanted`)
  const kept = dims.map((present, position) => (position === axis ? count : present))
  return [...context.like(0, kept), { dataType: 'int64', dims: kept }]
}

const cumulative: ShapeRule = (context) => [context.type(0)]

export const reductionRules = {
  ReduceMean: reduce,
  ReduceSum: reduce,
  ReduceMax: reduce,
  ReduceMin: reduce,
  ReduceProd: reduce,
  ReduceL1: reduce,
  ReduceL2: reduce,
  ReduceSumSquare: reduce,
  ReduceLogSum: reduce,
  ReduceLogSumExp: reduce,
  ArgMax: argument,
  ArgMin: argument,
  TopK: topK,
  CumSum: cumulative,
} satisfies ShapeRuleTable
