// Shape rules of matrix products and of sums of products.
import { broadcastShapes } from '../../shapes/broadcast'
import { parseEinsum } from '../einsum'
import { show, type ShapeContext, type ShapeRule, type ShapeRuleTable } from './shapeContext'
import { at } from './windowShapes'

/** alpha * A' * B' + beta * C. A': [M, K], B': [K, N], C broadcasts to [M, N]. @see ONNX Gemm-13 */
const gemm: ShapeRule = (context) => {
  context.requireRank(0, 2)
  context.requireRank(1, 2)
  const a = context.int('transA', 0) ? context.dims(0).toReversed() : context.dims(0)
  const b = context.int('transB', 0) ? context.dims(1).toReversed() : context.dims(1)
  const dims = [at(a, 0), at(b, 1)]
  if (a[1] !== b[0]) context.fail(`${show(a)} times ${show(b)}: the inner extents ${a[1]} and ${b[0]} differ`)
  if (context.has(2)) {
    const joint = broadcastShapes([dims, context.dims(2)])
    if (joint === undefined || joint.join() !== dims.join())
      context.fail(`the summand ${show(context.dims(2))} does not broadcast to ${show(dims)}`)
  }
  return context.like(0, dims)
}

/** numpy's matmul: batch axes broadcast; a vector counts as a row on the left and as a column on the right. */
function multiply(context: ShapeContext, left: readonly number[], right: readonly number[]): readonly number[] {
  if (left.length === 0 || right.length === 0) context.fail('a scalar is no matrix')
  const a = left.length === 1 ? [1, at(left, 0)] : left
  const b = right.length === 1 ? [at(right, 0), 1] : right
  const [inner, other] = [a.at(-1), b.at(-2)]
  if (inner !== other)
    context.fail(`${show(left)} times ${show(right)}: the inner extents ${inner} and ${other} differ`)
  const batch =
    broadcastShapes([a.slice(0, -2), b.slice(0, -2)]) ??
    context.fail(`the batch axes of ${show(left)} and ${show(right)} do not broadcast together`)
  const rows = left.length === 1 ? [] : [a.at(-2) ?? 0]
  const columns = right.length === 1 ? [] : [b.at(-1) ?? 0]
  return [...batch, ...rows, ...columns]
}

const matMul: ShapeRule = (context) => context.like(0, multiply(context, context.dims(0), context.dims(1)))

/** x: [S, N, I], r: [D, gates * H, H]; all states, and the last one of each direction. @see ONNX LSTM-14, layout 0 */
const recurrent: ShapeRule = (context) => {
  context.requireRank(0, 3)
  context.requireRank(2, 3)
  if (context.int('layout', 0) !== 0) context.fail('only layout 0 is known')
  const [steps, batch] = [context.extent(0, 0), context.extent(0, 1)]
  const [directions, width] = [context.extent(2, 0), context.extent(2, 2)]
  const last = { dataType: context.type(0).dataType, dims: [directions, batch, width] }
  return [{ dataType: last.dataType, dims: [steps, directions, batch, width] }, last, last]
}

/** transBatch moves the first axis in front of the last; trans then swaps the last two. */
function arrange(dims: readonly number[], transpose: boolean, transposeBatch: boolean): readonly number[] {
  if (dims.length < 2) return dims
  const moved = transposeBatch ? [...dims.slice(1, -1), at(dims, 0), dims.at(-1) ?? 0] : dims
  if (!transpose) return moved
  return [...moved.slice(0, -2), moved.at(-1) ?? 0, moved.at(-2) ?? 0]
}

/** MatMul with transposed operands. @see ONNX Runtime 1.20, docs/ContribOperators.md, com.microsoft.FusedMatMul */
const fusedMatMul: ShapeRule = (context) => {
  const flag = (name: string): boolean => context.int(name, 0) !== 0
  const a = arrange(context.dims(0), flag('transA'), flag('transBatchA'))
  const b = arrange(context.dims(1), flag('transB'), flag('transBatchB'))
  return context.like(0, multiply(context, a, b))
}

/** @see ONNX Einsum-12 */
const einsum: ShapeRule = (context) => {
  const shapes = context.node.inputs.map((_, index) => context.dims(index))
  const parsed = parseEinsum(context.string('equation', ''), shapes)
  if (typeof parsed === 'string') return context.fail(parsed)
  return context.like(
    0,
    parsed.result.map((letter) => parsed.extents.get(letter) ?? 1),
  )
}

export const matrixRules = {
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  Gemm: gemm,
  MatMul: matMul,
  FusedMatMul: fusedMatMul,
  Einsum: einsum,
} satisfies ShapeRuleTable
