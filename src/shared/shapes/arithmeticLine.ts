// One line of arithmetic about a layer: what it is about and how its number comes about, and the one place that prints it.
import { printBytes, printCount, printDecimal } from '../graph/printNumbers'
import type { Shape } from '../graph/shape'
import {
  evaluate,
  hasNames,
  isSingle,
  printNames,
  printNumbers,
  printSigns,
  type Expression,
  type Signs,
} from './expression'

/** What a line works out. */
export type ArithmeticSubject = 'output' | 'parameters' | 'multiplications' | 'memory' | 'field'

/** What a line states. */
export type Statement =
  /** A number, with the unit it is in; `symbol` is what the formula calls it. */
  | { readonly kind: 'number'; readonly value: Expression; readonly symbol?: string; readonly unit?: 'bytes' | 'px' }
  /** A number for height and one for width. */
  | {
      readonly kind: 'pair'
      readonly values: readonly [Expression, Expression]
      readonly symbol?: string
      readonly unit: 'px'
      /** Whether both are printed though they are the same: `3×3 px`. */
      readonly isSize?: boolean
    }
  /** Extents, one shape for each output. */
  | { readonly kind: 'shape'; readonly shapes: readonly Shape[] }
  /** A rule that needs no working out: `f(x) = max(0, x)`, `the whole image`. */
  | { readonly kind: 'rule'; readonly rule: string }

export interface ArithmeticLine {
  readonly subject: ArithmeticSubject
  /** `Height and width`. */
  readonly title: string
  readonly states: Statement
  /** What else is worth knowing. */
  readonly notes?: readonly string[]
  /** What a stride leaves out, with the arithmetic. */
  readonly warnings?: readonly string[]
}

/** A statement as text. `_` before a word sets it below the line (`C_in`, `P_begin`). */
export interface PrintedStatement {
  /** With names; left out where there is nothing to name. */
  readonly formula?: string
  /** The formula with this layer's numbers; left out where it would only repeat the result. */
  readonly numbers?: string
  readonly result: string
}

/** Both axes, or one of them where they read the same. */
function joinAxes([height, width]: readonly [string, string]): string {
  return height === width ? height : `${height} × ${width}`
}

function printValue(value: number): string {
  return Number.isInteger(value) ? printCount(value) : printDecimal(value)
}

/** `4,096 bytes = 4 KiB`; small numbers alone. */
export function printMemory(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${printCount(bytes)} bytes = ${printBytes(bytes)}`
}

function printResult(value: number, unit: 'bytes' | 'px' | undefined): string {
  if (unit === 'bytes') return printMemory(value)
  return unit === undefined ? printValue(value) : `${printValue(value)} ${unit}`
}

function printShape(shape: Shape): string {
  return shape.length === 0 ? '1' : shape.join('×')
}

/** `symbol = names`, and the numbers where they are more than one. */
function printWork(
  values: readonly [Expression, Expression],
  symbol: string | undefined,
  signs: Signs,
): Pick<PrintedStatement, 'formula' | 'numbers'> {
  const names = joinAxes([printNames(values[0], signs), printNames(values[1], signs)])
  return {
    ...(values.some(hasNames) && { formula: symbol === undefined ? names : `${symbol} = ${names}` }),
    ...(!values.every(isSingle) && {
      numbers: joinAxes([printNumbers(values[0], signs), printNumbers(values[1], signs)]),
    }),
  }
}

/** What a line states, as formula, numbers and result. */
export function printStatement(states: Statement, signs: Signs = printSigns): PrintedStatement {
  switch (states.kind) {
    case 'number': {
      const { value, symbol, unit } = states
      return { ...printWork([value, value], symbol, signs), result: printResult(evaluate(value), unit) }
    }
    case 'pair': {
      const { values, symbol, unit, isSize } = states
      const [height, width] = values.map((value) => printValue(evaluate(value)))
      const pair: [string, string] = [height ?? '', width ?? '']
      const result = isSize ? pair.join('×') : joinAxes(pair)
      return { ...printWork(values, symbol, signs), result: `${result} ${unit}` }
    }
    case 'shape': {
      const isMap = states.shapes[0]?.length === 3
      return { ...(isMap && { formula: 'C × H × W' }), result: states.shapes.map(printShape).join(', ') }
    }
    case 'rule':
      return { result: states.rule }
    default:
      return states satisfies never
  }
}
