// Lines of arithmetic that state a rule instead of working a number out.
import { countOf } from '../../graph/printNumbers'
import type { ArithmeticLine } from '../../shapes/arithmeticLine'

/** A rule that holds for each of `count` values: `f(x) = max(0, x)`. */
export function explainRule(rule: string, count?: number): ArithmeticLine {
  const notes = count === undefined ? [] : [`for each of ${countOf(count, 'value')}`]
  return { subject: 'output', title: 'Rule', states: { kind: 'rule', rule }, notes }
}
