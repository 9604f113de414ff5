// The arithmetic of windows as text with the numbers put in, for warnings and the "show the arithmetic" view.
import { printDecimal } from '../graph/printNumbers'
import { countDropped, countSpan, countTravel, countWindows, type Rounding, type WindowAxis } from './window'

/** Height x width: `3x3`. */
export function printPair(pair: readonly [number, number]): string {
  return `${pair[0]}x${pair[1]}`
}

function printPads(axis: WindowAxis): string {
  if (axis.padBegin === 0 && axis.padEnd === 0) return ''
  return axis.padBegin === axis.padEnd ? ` + 2*${axis.padBegin}` : ` + ${axis.padBegin} + ${axis.padEnd}`
}

/** The number of windows before rounding, `(7 - 3)/3 + 1 = 2.33`; a dilated window shows its span `(2*(3 - 1) + 1)`. */
export function printWindowSteps(axis: WindowAxis): string {
  const span = axis.dilation === 1 ? `${axis.kernel}` : `(${axis.dilation}*(${axis.kernel} - 1) + 1)`
  const exact = countTravel(axis) / axis.stride + 1
  return `(${axis.extent} - ${span}${printPads(axis)})/${axis.stride} + 1 = ${printDecimal(exact)}`
}

/** The same with what rounding makes of it: `(32 - 3 + 2*1)/2 + 1 = 16.5, rounded down to 16`. */
export function printWindowArithmetic(axis: WindowAxis, rounding: Rounding = 'floor'): string {
  const steps = printWindowSteps(axis)
  if (countTravel(axis) % axis.stride === 0) return steps
  return `${steps}, rounded ${rounding === 'floor' ? 'down' : 'up'} to ${countWindows(axis, rounding)}`
}

/** One line per axis, or one line for both where their numbers are the same. */
export function explainWindow(axes: readonly [WindowAxis, WindowAxis], rounding: Rounding = 'floor'): string[] {
  const [height, width] = axes.map((axis) => printWindowArithmetic(axis, rounding))
  return height === width ? [`height and width: ${height}`] : [`height: ${height}`, `width: ${width}`]
}

/**
 * What a stride leaves out of its input, a text per axis: `(7 - 3)/3 + 1 = 2.33: the last column is dropped`.
 * Padding that is left over, and the gaps of a stride larger than its window, are not worth a warning.
 */
export function printDropped(axes: readonly [WindowAxis, WindowAxis]): string[] {
  const names = ['row', 'column'] as const
  return axes.flatMap((axis, index) => {
    const dropped = countDropped(axis)
    if (dropped === 0) return []
    const name = names[index] ?? 'row'
    const subject = dropped === 1 ? `the last ${name} is` : `the last ${dropped} ${name}s are`
    return [`${printWindowSteps(axis)}: ${subject} dropped`]
  })
}

/** A window with its dilation: `3x3`, `3x3 with dilation 2x2 (spans 5x5)`. */
export function printWindow(axes: readonly [WindowAxis, WindowAxis]): string {
  const [height, width] = axes
  const kernel = printPair([height.kernel, width.kernel])
  if (height.dilation === 1 && width.dilation === 1) return kernel
  const span = printPair([countSpan(height.kernel, height.dilation), countSpan(width.kernel, width.dilation)])
  return `${kernel} with dilation ${printPair([height.dilation, width.dilation])} (spans ${span})`
}
