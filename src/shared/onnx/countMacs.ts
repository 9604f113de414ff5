// Multiply-accumulates of one ONNX operator from the shapes of its values; not of layers with a count of their own, nor sums.
import { countElements } from '../graph/shape'
import { parseEinsum } from './einsum'
import type { OnnxNode } from './model'

type Dims = readonly number[]

/** Operators that multiply and add up; all others count as none, as additions and activations do for layers. */
type Count = (inputs: readonly Dims[], output: Dims, attributes: OnnxNode['attributes']) => number

/** Each output is a sum over Ci / groups * kernel, which is the weight without its first axis. */
const convolution =
  (weightInput: number): Count =>
  (inputs, output) =>
    countElements(output) * countElements(inputs[weightInput]?.slice(1) ?? [0])

const product: Count = ([left = [0]], output) => countElements(output) * (left.at(-1) ?? 0)

/**
 * A sum of products over all letters. One operand is only moved or summed, and operands without a letter to be summed are
 * only multiplied, as Mul does.
 * @see ONNX Einsum-12
 */
const einsum: Count = (inputs, output, { equation }) => {
  if (inputs.length < 2 || equation?.type !== 'string') return 0
  const parsed = parseEinsum(equation.value, inputs)
  if (typeof parsed === 'string') return 0
  const summed = [...parsed.extents].filter(([letter]) => !parsed.result.includes(letter))
  const sum = summed.reduce((count, [, extent]) => count * extent, 1)
  return summed.length === 0 ? 0 : countElements(output) * sum * (inputs.length - 1)
}

const counts: Readonly<Record<string, Count>> = {
  Conv: convolution(1),
  ConvInteger: convolution(1),
  QLinearConv: convolution(3),
  ConvTranspose: ([input = [0], weight = [0]]) => countElements(input) * countElements(weight.slice(1)),
  Gemm: ([left = [0]], output, { transA }) =>
    countElements(output) * (left[transA?.type === 'int' && transA.value === 1 ? 0 : 1] ?? 0),
  MatMul: product,
  MatMulInteger: product,
  QLinearMatMul: product,
  Einsum: einsum,
}

/** Operators that have multiply-accumulates. */
export const productOperators: ReadonlySet<string> = new Set(Object.keys(counts))

/**
 * Multiply-accumulates of an operator of ONNX's own domain.
 * @param inputs shapes of all inputs; [0] for those that are not known
 * @param output shape of the first output
 */
export function countOperatorMacs(
  opType: string,
  inputs: readonly Dims[],
  output: Dims,
  attributes: OnnxNode['attributes'],
): number {
  return productOperators.has(opType) ? (counts[opType]?.(inputs, output, attributes) ?? 0) : 0
}
