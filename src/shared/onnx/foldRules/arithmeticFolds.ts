// Folding rules of arithmetic, comparison, logic and types on small constants.
import { broadcastTensor, cellsOf, mapCells, stridesOf, wholeBigInt, type Cell } from '../cells'
import { countDims, isWholeType } from '../dataTypes'
import type { OnnxTensor } from '../model'
import type { ValueType } from '../shapeRules/shapeContext'
import { isOpaque, type Evaluator, type EvaluatorTable } from './foldContext'

/** A function of one cell; 16-bit floats are patterns and left alone. */
function unary(onNumber: (value: number) => number, onWhole?: (value: bigint) => bigint): Evaluator {
  return ({ input, output }) => {
    if (isOpaque(output)) return undefined
    const cells = cellsOf(input(0))
    const cellAt = (index: number): Cell => {
      const cell = cells[index] ?? 0
      if (typeof cell === 'bigint') return onWhole ? onWhole(cell) : cell
      return onNumber(Number(cell))
    }
    return [mapCells(output.dataType, output.dims, cells.length, cellAt)]
  }
}

type Combine = (a: number, b: number, isWhole: boolean) => number | undefined
type CombineWhole = (a: bigint, b: bigint) => bigint | undefined

/** A function of two or more broadcast inputs, folded from the left; undefined (a division by zero) gives the node up. */
function combine(onNumbers: Combine, onWhole: CombineWhole): Evaluator {
  return ({ context, input, output }) => {
    if (context.node.inputs.some((_, index) => isOpaque(input(index)))) return undefined
    const isWhole = isWholeType(input(0).dataType)
    let result = input(0)
    for (let index = 1; index < context.inputCount; index++) {
      const next = combineTwo(result, input(index), output, (cell, other) =>
        typeof cell === 'bigint' && typeof other === 'bigint'
          ? onWhole(cell, other)
          : onNumbers(Number(cell), Number(other), isWhole),
      )
      if (!next) return undefined
      result = next
    }
    return [context.inputCount > 1 ? result : broadcastTensor(result, output.dims)]
  }
}

/** Both operands stretched and combined; undefined where a pair has no result. */
function combineTwo(
  left: OnnxTensor,
  right: OnnxTensor,
  { dataType, dims }: ValueType,
  onCells: (a: Cell, b: Cell) => Cell | undefined,
): OnnxTensor | undefined {
  const [a, b] = [left, right].map((tensor) => cellsOf(broadcastTensor(tensor, dims)))
  let isWhole = true
  const result = mapCells(dataType, dims, countDims(dims), (index) => {
    const value = onCells(a?.[index] ?? 0, b?.[index] ?? 0)
    isWhole &&= value !== undefined
    return value ?? 0
  })
  return isWhole ? result : undefined
}

function compare(test: (a: number | bigint, b: number | bigint) => boolean): Evaluator {
  return combine(
    (a, b) => Number(test(a, b)),
    (a, b) => BigInt(test(a, b)),
  )
}

/** The sign of the divisor, as Python's %; with fmod the sign of the dividend, which is not used in shapes. */
const modulo: Evaluator = (evaluation) =>
  evaluation.context.int('fmod', 0) === 0
    ? combine(
        (a, b) => (b === 0 ? undefined : ((a % b) + b) % b),
        (a, b) => (b === 0n ? undefined : ((a % b) + b) % b),
      )(evaluation)
    : undefined

const cast: Evaluator = ({ input, output }) => {
  const source = input(0)
  if (isOpaque(source) || isOpaque(output)) return undefined
  const cells = cellsOf(source)
  const whole = isWholeType(output.dataType)
  const cellAt = (index: number): Cell => {
    const cell = cells[index] ?? 0
    if (output.dataType === 'bool') return Number(Number(cell) !== 0)
    return whole ? wholeCell(cell) : Number(cell)
  }
  return [mapCells(output.dataType, output.dims, cells.length, cellAt)]
}

/** Keeps 64-bit integers exact and cuts fractions off everything else. */
function wholeCell(cell: Cell): Cell {
  return typeof cell === 'bigint' ? BigInt.asIntN(64, cell) : wholeBigInt(cell)
}

/** Reduces the axes that are named, or all. */
function reduce(onNumbers: (a: number, b: number) => number, onWhole: (a: bigint, b: bigint) => bigint): Evaluator {
  return ({ context, input, output }) => {
    const source = input(0)
    const cells = cellsOf(source)
    if (isOpaque(output) || cells.length === 0) return undefined
    const { dims } = source
    const stated = context.listOf(1, 'axes') ?? []
    if (stated.length === 0 && context.int('noop_with_empty_axes', 0) !== 0) return [source]
    const reduced = new Set(stated.length === 0 ? dims.keys() : context.axes(stated, dims.length))
    const strides = stridesOf(dims)
    const kept = dims.map((extent, axis) => (reduced.has(axis) ? 1 : extent))
    const keptStrides = stridesOf(kept)
    const found: (Cell | undefined)[] = Array.from({ length: countDims(kept) })
    for (let index = 0; index < cells.length; index++) {
      let place = 0
      for (let axis = 0; axis < dims.length; axis++)
        if (!reduced.has(axis))
          place += (Math.floor(index / (strides[axis] ?? 1)) % (dims[axis] ?? 1)) * (keptStrides[axis] ?? 0)
      const [sum, cell] = [found[place], cells[index] ?? 0]
      if (sum === undefined) found[place] = cell
      else
        found[place] =
          typeof sum === 'bigint' && typeof cell === 'bigint'
            ? onWhole(sum, cell)
            : onNumbers(Number(sum), Number(cell))
    }
    return [mapCells(output.dataType, output.dims, found.length, (index) => found[index] ?? 0)]
  }
}

/** The nearest whole number, the even one of two. */
function roundToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor
}

export const arithmeticFolds = {
  Cast: cast,
  Add: combine(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  Sub: combine(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  Mul: combine(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  Div: combine(
    (a, b, isWhole) => (isWhole ? (b === 0 ? undefined : Math.trunc(a / b)) : a / b),
    (a, b) => (b === 0n ? undefined : a / b),
  ),
  Mod: modulo,
  Max: combine(
    (a, b) => Math.max(a, b),
    (a, b) => (a > b ? a : b),
  ),
  Min: combine(
    (a, b) => Math.min(a, b),
    (a, b) => (a < b ? a : b),
  ),
  Equal: compare((a, b) => a === b),
  Greater: compare((a, b) => a > b),
  GreaterOrEqual: compare((a, b) => a >= b),
  Less: compare((a, b) => a < b),
  LessOrEqual: compare((a, b) => a <= b),
  And: compare((a, b) => Number(a) !== 0 && Number(b) !== 0),
  Or: compare((a, b) => Number(a) !== 0 || Number(b) !== 0),
  Not: unary((value) => Number(value === 0)),
  Neg: unary(
    (value) => -value,
    (value) => -value,
  ),
  Abs: unary(Math.abs, (value) => (value < 0n ? -value : value)),
  Sign: unary(Math.sign, (value) => (value > 0n ? 1n : value < 0n ? -1n : 0n)),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Tan: unary(Math.tan),
  Tanh: unary(Math.tanh),
  Sigmoid: unary((value) => 1 / (1 + Math.exp(-value))),
  Relu: unary(
    (value) => Math.max(0, value),
    (value) => (value > 0n ? value : 0n),
  ),
  Reciprocal: unary((value) => 1 / value),
  Round: unary(roundToEven),
  Pow: combine(
    (a, b, isWhole) => (isWhole ? Math.trunc(a ** b) : a ** b),
    (a, b) => (b < 0n ? undefined : a ** b),
  ),
  Sum: combine(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  Xor: compare((a, b) => (Number(a) !== 0) !== (Number(b) !== 0)),
  ReduceProd: reduce(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  ReduceSum: reduce(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  ReduceMax: reduce(
    (a, b) => Math.max(a, b),
    (a, b) => (a > b ? a : b),
  ),
  ReduceMin: reduce(
    (a, b) => Math.min(a, b),
    (a, b) => (a < b ? a : b),
  ),
} satisfies EvaluatorTable
