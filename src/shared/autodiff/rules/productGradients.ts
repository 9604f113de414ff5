// Gradients of matrix products (Gemm, MatMul); convolutions are in convolution/.
import { arriving, inputOf, isSameShape, matMul, product, reshape, scale } from '../emit'
import type { GradientRule, GradientTable, RuleContext } from '../rule'

/** Y = alpha * A' B' + beta * C, where A' is A or its transpose. */
const gemm: GradientRule = (context) => {
  const { builder } = context
  const [a, b, dy] = [inputOf(context, 0), inputOf(context, 1), arriving(context)]
  const transA = context.int('transA', 0)
  const transB = context.int('transB', 0)
  const alpha = { float: context.float('alpha', 1) }
  const byA = () =>
    transA === 0
      ? builder.add('Gemm', [dy, b], { alpha, transB: 1 - transB })
      : builder.add('Gemm', [b, dy], { alpha, transA: transB, transB: 1 })
  const byB = () =>
    transB === 0
      ? builder.add('Gemm', [a, dy], { alpha, transA: 1 - transA })
      : builder.add('Gemm', [dy, a], { alpha, transA: 1, transB: transA })
  return [
    context.needs(0) ? byA() : undefined,
    context.needs(1) ? byB() : undefined,
    context.needs(2) ? scale(builder, dy, context.float('beta', 1)) : undefined,
  ]
}

/** The operands as matrices: a vector on the left is a row, on the right a column. */
interface Operands {
  readonly a: string
  readonly b: string
  readonly dy: string
}

function asMatrices(context: RuleContext): Operands {
  const { builder } = context
  const [a, b] = [inputOf(context, 0), inputOf(context, 1)]
  const [dimsA, dimsB] = [context.shapeOf(a), context.shapeOf(b)]
  const wideA = dimsA.length === 1 ? [1, ...dimsA] : dimsA
  const wideB = dimsB.length === 1 ? [...dimsB, 1] : dimsB
  const [batchA, batchB] = [wideA.slice(0, -2), wideB.slice(0, -2)]
  const rank = Math.max(batchA.length, batchB.length)
  const at = (dims: readonly number[], axis: number) => dims[axis - (rank - dims.length)] ?? 1
  const batch = Array.from({ length: rank }, (_, axis) => Math.max(at(batchA, axis), at(batchB, axis)))
  const dims = [...batch, wideA.at(-2) ?? 1, wideB.at(-1) ?? 1]
  return { a: reshape(builder, a, wideA), b: reshape(builder, b, wideB), dy: reshape(builder, arriving(context), dims) }
}

/** dL/dB = A^T dY. One matrix B for many A: the rows of all A stand under each other, so the product sums over them. */
function byRightOperand(context: RuleContext, { a, b, dy }: Operands): string {
  const { builder } = context
  const [dimsA, dimsB, dimsY] = [a, b, dy].map((value) => context.shapeOf(value))
  if (dimsB?.length === 2 && dimsA && dimsA.length > 2 && dimsY) {
    const rows = product(dimsA.slice(0, -1))
    const flatA = reshape(builder, a, [rows, dimsA.at(-1) ?? 1])
    return matMul(builder, flatA, reshape(builder, dy, [rows, dimsY.at(-1) ?? 1]), { transA: true })
  }
  return matMul(builder, a, dy, { transA: true })
}

/** A gradient in the shape its operand had as a vector; broadcast leading axes stay for the walker. */
function asGiven(context: RuleContext, gradient: string, index: number): string {
  const dims = context.shapeOf(inputOf(context, index))
  const wide = context.shapeOf(gradient)
  if (dims.length > 1 || isSameShape(dims, wide)) return gradient
  return reshape(context.builder, gradient, [...wide.slice(0, -2), dims[0] ?? 1])
}

/** Y = A B over the last two axes: dL/dA = dY B^T, dL/dB = A^T dY. */
const matrixProduct: GradientRule = (context) => {
  const operands = asMatrices(context)
  const { a: _a, b, dy } = operands
  return [
    context.needs(0) ? asGiven(context, matMul(context.builder, dy, b, { transB: true }), 0) : undefined,
    context.needs(1) ? asGiven(context, byRightOperand(context, operands), 1) : undefined,
  ]
}

export const productRules = { Gemm: gemm, MatMul: matrixProduct } satisfies Partial<GradientTable>
