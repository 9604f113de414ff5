// Arithmetic as a tree of named numbers: worked out, and printed with names or with numbers; not what it is about (arithmeticLine.ts).
import { printCount, printDecimal } from '../graph/printNumbers'

/** A piece of arithmetic. Build it with the functions of this file. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  /** What is called `name` in the formula and stands as `of` among the numbers. */
  | { readonly kind: 'named'; readonly name: string; readonly of: Expression }
  | { readonly kind: 'sum'; readonly terms: readonly Expression[] }
  | { readonly kind: 'difference'; readonly from: Expression; readonly less: Expression }
  | { readonly kind: 'product'; readonly factors: readonly Expression[] }
  | { readonly kind: 'quotient'; readonly dividend: Expression; readonly divisor: Expression }
  | { readonly kind: 'rounded'; readonly rounding: 'floor' | 'ceil'; readonly of: Expression }

/** A number as an expression; an expression as it is. */
type Operand = Expression | number

function toExpression(operand: Operand): Expression {
  return typeof operand === 'number' ? { kind: 'number', value: operand } : operand
}

/** A number, or a whole calculation, with a name: `C_in`, 64. `_` before a word sets it below the line. */
export function named(name: string, value: Operand): Expression {
  return { kind: 'named', name, of: toExpression(value) }
}

/** A sum; of one term, the term itself. */
export function plus(...terms: readonly Operand[]): Expression {
  const [only, ...rest] = terms.map(toExpression)
  return only && rest.length === 0 ? only : { kind: 'sum', terms: terms.map(toExpression) }
}

export function minus(from: Operand, less: Operand): Expression {
  return { kind: 'difference', from: toExpression(from), less: toExpression(less) }
}

/** A product; of one factor, the factor itself. */
export function times(...factors: readonly Operand[]): Expression {
  const [only, ...rest] = factors.map(toExpression)
  return only && rest.length === 0 ? only : { kind: 'product', factors: factors.map(toExpression) }
}

export function over(dividend: Operand, divisor: Operand): Expression {
  return { kind: 'quotient', dividend: toExpression(dividend), divisor: toExpression(divisor) }
}

/** Rounded to a whole number: down (`floor`) or up (`ceil`). */
export function rounded(of: Expression, rounding: 'floor' | 'ceil'): Expression {
  return { kind: 'rounded', rounding, of }
}

/** What it comes to. */
export function evaluate(expression: Expression): number {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'named':
      return evaluate(expression.of)
    case 'sum':
      return expression.terms.reduce((sum, term) => sum + evaluate(term), 0)
    case 'difference':
      return evaluate(expression.from) - evaluate(expression.less)
    case 'product':
      return expression.factors.reduce((product, factor) => product * evaluate(factor), 1)
    case 'quotient':
      return evaluate(expression.dividend) / evaluate(expression.divisor)
    case 'rounded':
      return expression.rounding === 'floor' ? Math.floor(evaluate(expression.of)) : Math.ceil(evaluate(expression.of))
    default:
      return expression satisfies never
  }
}

/** The signs of arithmetic: those of print on a screen, those of a keyboard in messages. */
export interface Signs {
  readonly times: string
  readonly minus: string
}

export const printSigns: Signs = { times: '·', minus: '−' }
export const keyboardSigns: Signs = { times: '*', minus: '-' }

/** How strongly parts hold together: what binds less than its surroundings stands in parentheses. */
const bindings = { sum: 1, difference: 1, product: 2, quotient: 2, rounded: 3, number: 3, named: 3 } as const

interface Printing {
  readonly signs: Signs
  readonly withNames: boolean
}

/** What is printed: a name among numbers shows what it stands for. */
function seen(expression: Expression, printing: Printing): Expression {
  return expression.kind === 'named' && !printing.withNames ? seen(expression.of, printing) : expression
}

function print(expression: Expression, printing: Printing): string {
  const { signs } = printing
  const part = (inner: Expression, atLeast: number): string => {
    const text = print(inner, printing)
    return bindings[seen(inner, printing).kind] < atLeast ? `(${text})` : text
  }
  const shown = seen(expression, printing)
  switch (shown.kind) {
    case 'number':
      return Number.isInteger(shown.value) ? printCount(shown.value) : printDecimal(shown.value)
    case 'named':
      return shown.name
    case 'sum':
      return shown.terms.map((term) => part(term, 1)).join(' + ')
    case 'difference':
      return `${part(shown.from, 1)} ${signs.minus} ${part(shown.less, 2)}`
    case 'product':
      return shown.factors.map((factor) => part(factor, 2)).join(signs.times)
    case 'quotient':
      return `${part(shown.dividend, 2)}/${part(shown.divisor, 3)}`
    case 'rounded':
      return shown.rounding === 'floor' ? `⌊${print(shown.of, printing)}⌋` : `⌈${print(shown.of, printing)}⌉`
    default:
      return shown satisfies never
  }
}

/** With names: `(F_h·F_w·C_in + 1)·C_out`. */
export function printNames(expression: Expression, signs = printSigns): string {
  return print(expression, { signs, withNames: true })
}

/** With numbers: `(5·5·3 + 1)·10`. Whole numbers have all digits, others at most two decimals. */
export function printNumbers(expression: Expression, signs = printSigns): string {
  return print(expression, { signs, withNames: false })
}

/** Whether anything in it has a name, so that a formula says more than the numbers. */
export function hasNames(expression: Expression): boolean {
  switch (expression.kind) {
    case 'number':
      return false
    case 'named':
      return true
    case 'sum':
      return expression.terms.some(hasNames)
    case 'product':
      return expression.factors.some(hasNames)
    case 'difference':
      return hasNames(expression.from) || hasNames(expression.less)
    case 'quotient':
      return hasNames(expression.dividend) || hasNames(expression.divisor)
    case 'rounded':
      return hasNames(expression.of)
    default:
      return expression satisfies never
  }
}

/** Whether it is one number that nothing is worked out for. */
export function isSingle(expression: Expression): boolean {
  return expression.kind === 'number' || (expression.kind === 'named' && isSingle(expression.of))
}
