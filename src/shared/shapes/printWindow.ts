// The arithmetic of windows: how far they move and what they leave out; the lines of a layer stand in windowLines.ts.
import { printDecimal } from '../graph/printNumbers'
import {
  evaluate,
  keyboardSigns,
  minus,
  named,
  over,
  plus,
  printNumbers,
  times,
  type Expression,
  type Signs,
} from './expression'
import { countDropped, countSpan, type WindowAxis } from './window'

/** Height x width: `3x3`. */
export function printPair(pair: readonly [number, number]): string {
  return `${pair[0]}x${pair[1]}`
}

/** `F`, or the span of a dilated window: `D·(F − 1) + 1`. */
export function spanExpression({ kernel, dilation }: Pick<WindowAxis, 'kernel' | 'dilation'>): Expression {
  const window = named('F', kernel)
  return dilation === 1 ? window : plus(times(named('D', dilation), minus(window, 1)), 1)
}

/** How far a window can move, `N − F + 2·P`; padding of 0 is left out where `withZeros` is false. */
export function travelExpression(axis: WindowAxis, withZeros = true): Expression {
  const { extent, padBegin, padEnd } = axis
  const inside = minus(named('N', extent), spanExpression(axis))
  if (padBegin !== padEnd) return plus(inside, named('P_begin', padBegin), named('P_end', padEnd))
  return padBegin === 0 && !withZeros ? inside : plus(inside, times(2, named('P', padBegin)))
}

/** The number of windows before rounding, `(7 - 3)/3 + 1 = 2.33`; a dilated window shows its span `(2*(3 - 1) + 1)`. */
export function printWindowSteps(axis: WindowAxis, signs: Signs = keyboardSigns): string {
  const steps = plus(over(travelExpression(axis, false), named('S', axis.stride)), 1)
  return `${printNumbers(steps, signs)} = ${printDecimal(evaluate(steps))}`
}

/**
 * What a stride leaves out of its input, a text per axis: `(7 - 3)/3 + 1 = 2.33: the last column is dropped`.
 * Padding that is left over, and the gaps of a stride larger than its window, are not worth a warning.
 */
export function printDropped(axes: readonly [WindowAxis, WindowAxis]): string[] {
  return [...printDroppedOf(axes[0], 'row'), ...printDroppedOf(axes[1], 'column')]
}

/** The same along one axis, or nothing. */
export function printDroppedOf(axis: WindowAxis, name: 'row' | 'column', signs: Signs = keyboardSigns): string[] {
  const dropped = countDropped(axis)
  if (dropped === 0) return []
  const subject = dropped === 1 ? `the last ${name} is` : `the last ${dropped} ${name}s are`
  return [`${printWindowSteps(axis, signs)}: ${subject} dropped`]
}

/** A window with its dilation: `3x3`, `3x3 with dilation 2x2 (spans 5x5)`. */
export function printWindow(axes: readonly [WindowAxis, WindowAxis]): string {
  const [height, width] = axes
  const kernel = printPair([height.kernel, width.kernel])
  if (height.dilation === 1 && width.dilation === 1) return kernel
  const span = printPair([countSpan(height.kernel, height.dilation), countSpan(width.kernel, width.dilation)])
  return `${kernel} with dilation ${printPair([height.dilation, width.dilation])} (spans ${span})`
}
