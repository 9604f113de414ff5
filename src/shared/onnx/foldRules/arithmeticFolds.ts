// Folding rules of arithmetic, comparison, logic and types on small constants.
import { broadcastCells, cellsOf, tensorOf, wholeBigInt, type Cell } from '../cells'
import { countDims, isWholeType } from '../dataTypes'
import { isOpaque, type Evaluator, type EvaluatorTable } from './foldContext'

/** A function of one cell; 16-bit floats are patterns and left alone. */
function unary(onNumber: (value: number) => number, onWhole?: (value: bigint) => bigint): Evaluator {
  return ({ input, output }) => {
    if (isOpaque(output)) return undefined
    const cells = cellsOf(input(0)).map((cell) => {
      if (typeof cell === 'bigint') return onWhole ? onWhole(cell) : cell
      return onNumber(Number(cell))
    })
    return [tensorOf(output.dataType, output.dims, cells)]
  }
}

type Combine = (a: number, b: number, isWhole: boolean) => number | undefined
type CombineWhole = (a: bigint, b: bigint) => bigint | undefined

/** A function of two or more broadcast inputs, folded from the left; undefined (a division by zero) gives the node up. */
function combine(onNumbers: Combine, onWhole: CombineWhole): Evaluator {
  return ({ context, input, output }) => {
    if (context.node.inputs.some((_, index) => isOpaque(input(index)))) return undefined
    const isWhole = isWholeType(input(0).dataType)
    let result = broadcastCells(input(0), output.dims)
    for (let index = 1; index < context.inputCount; index++) {
      const others = broadcastCells(input(index), output.dims)
      const next: Cell[] = []
      for (const [position, cell] of result.entries()) {
        const other = others[position] ?? 0
        const value =
          typeof cell === 'bigint' && typeof other === 'bigint'
            ? onWhole(cell, other)
            : onNumbers(Number(cell), Number(other), isWhole)
        if (value === undefined) return undefined
        next.push(value)
      }
      result = next
    }
    return [tensorOf(output.dataType, output.dims, result)]
  }
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
  if (output.dataType === 'bool')
    return [
      tensorOf(
        'bool',
        output.dims,
        cells.map((cell) => Number(Number(cell) !== 0)),
      ),
    ]
  const whole = isWholeType(output.dataType)
  return [tensorOf(output.dataType, output.dims, whole ? cells.map((cell) => wholeCell(cell)) : cells.map(Number))]
}

/** Keeps 64-bit integers exact and cuts fractions off everything else. */
function wholeCell(cell: Cell): Cell {
  return typeof cell === 'bigint' ? BigInt.asIntN(64, cell) : wholeBigInt(cell)
}

/** Reduces a tensor whose every axis is reduced, as shape subgraphs do; other reductions are left alone. */
function reduceAll(onNumbers: (a: number, b: number) => number, onWhole: (a: bigint, b: bigint) => bigint): Evaluator {
  return ({ input, output }) => {
    const [first, ...rest] = cellsOf(input(0))
    if (isOpaque(output) || first === undefined || countDims(output.dims) !== 1) return undefined
    const result = rest.reduce<Cell>(
      (sum, cell) =>
        typeof sum === 'bigint' && typeof cell === 'bigint' ? onWhole(sum, cell) : onNumbers(Number(sum), Number(cell)),
      first,
    )
    return [tensorOf(output.dataType, output.dims, [result])]
  }
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
  ReduceProd: reduceAll(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  ReduceSum: reduceAll(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  ReduceMax: reduceAll(
    (a, b) => Math.max(a, b),
    (a, b) => (a > b ? a : b),
  ),
  ReduceMin: reduceAll(
    (a, b) => Math.min(a, b),
    (a, b) => (a < b ? a : b),
  ),
} satisfies EvaluatorTable
