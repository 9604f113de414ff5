// Products with a constant matrix as dense layers: Gemm in all its forms, MatMul with or without an addition after it.
import type { Tensor } from '../../../onnx/tensor'
import { transposeMatrix } from '../foldWeights'
import type { LayerMatch, MatchContext, Pattern, PatternTable } from '../match'

/** [units, features] from either order. */
function kernelOf(matrix: Tensor, isTransposed: boolean, factor: number): Tensor {
  const [rows = 0, columns = 0] = matrix.dims
  const data = isTransposed ? matrix.data : transposeMatrix(matrix.data, matrix.dims)
  const dims = isTransposed ? [rows, columns] : [columns, rows]
  return { dims, data: factor === 1 ? data : data.map((value) => value * factor) }
}

/** One value per unit from `[units]`, `[1, units]` or a single value. */
function biasOf(bias: Tensor, units: number, factor = 1): Tensor | undefined {
  const isVector = bias.data.length === units && bias.dims.at(-1) === units
  if (!isVector && bias.data.length !== 1) return undefined
  if (isVector && factor === 1) return { dims: [units], data: bias.data }
  const data = Float32Array.from({ length: units }, (_, unit) => (bias.data[isVector ? unit : 0] ?? 0) * factor)
  return { dims: [units], data }
}

function denseMatch(match: MatchContext, weightName: string, weight: Tensor, bias: Tensor | undefined): LayerMatch {
  return {
    type: 'dense',
    params: { units: weight.dims[0] ?? 0, bias: bias !== undefined },
    inputs: [match.input(0)],
    weights: { weight, ...(bias ? { bias } : {}) },
    weightNames: [weightName],
  }
}

const gemm: Pattern = (match) => {
  const matrix = match.floats(match.input(1))
  if (matrix?.dims.length !== 2 || match.int('transA', 0) === 1) return undefined
  const [alpha, beta] = [match.float('alpha', 1), match.float('beta', 1)]
  const weight = kernelOf(matrix, match.int('transB', 0) === 1, alpha)
  const given = match.floats(match.input(2))
  const bias = given && biasOf(given, weight.dims[0] ?? 0, beta)
  if (match.input(2) !== '' && !bias) return undefined
  const scaled = alpha !== 1 || (bias && beta !== 1)
  const dense = denseMatch(match, match.input(1), weight, bias)
  return scaled ? { ...dense, note: `factors alpha ${alpha} and beta ${beta} are multiplied into its weights` } : dense
}

const matMul: Pattern = (match) => {
  const matrix = match.floats(match.input(1))
  if (matrix?.dims.length !== 2 || match.shape(match.input(0))?.length !== 1) return undefined
  return denseMatch(match, match.input(1), kernelOf(matrix, false, 1), undefined)
}

/** MatMul and Add are one dense layer where the sum is one constant value per unit. */
const matMulAndBias: Pattern = (match) => {
  const operands = match.withConstant()
  const inner = operands && match.only(operands.value, 'MatMul')
  const before = inner && matMul(inner)
  const weight = before?.weights?.['weight']
  const given = operands && match.floats(operands.constant)
  const bias = weight && given && biasOf(given, weight.dims[0] ?? 0)
  if (!inner || !weight || !bias || given.dims.length > 2 || match.dims(match.output).length !== 2) return undefined
  return { ...denseMatch(inner, inner.input(1), weight, bias), absorbed: [inner.node] }
}

export const densePatterns = { Gemm: [gemm], MatMul: [matMul], Add: [matMulAndBias] } satisfies PatternTable
