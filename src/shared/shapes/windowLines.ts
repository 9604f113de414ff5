// The output size of a sliding window as lines of arithmetic, and why a stride does not divide; not where the window lies (window.ts).
import { printDecimal } from '../graph/printNumbers'
import type { ArithmeticLine } from './arithmeticLine'
import { named, over, plus, printNumbers, printSigns, rounded } from './expression'
import { printDroppedOf, travelExpression } from './printWindow'
import { countDropped, countTravel, countWindows, type Rounding, type WindowAxis } from './window'

/** What the names stand for, for the line of notes. */
function printLegend({ dilation, padBegin, padEnd }: WindowAxis): string {
  const pads = padBegin === padEnd ? 'P padding at each side' : 'P padding at begin and end'
  return `N input, F window, ${pads}, S stride${dilation === 1 ? '' : ', D dilation'}`
}

/** `2.33 is not whole and is rounded down to 2: ...`, where it is not. */
function printDivision(axis: WindowAxis, rounding: Rounding): string[] {
  const travel = countTravel(axis)
  if (travel % axis.stride === 0) return []
  const exact = printDecimal(travel / axis.stride + 1)
  const count = countWindows(axis, rounding)
  const what = countDropped(axis) === 0 ? 'only padding is left over' : 'the rest of the input is not seen'
  return [
    rounding === 'floor'
      ? `${exact} is not whole and is rounded down to ${count}: ${what}.`
      : `${exact} is not whole and is rounded up to ${count}: the last window reaches past the input.`,
  ]
}

/** Height and width of the output: one line where both axes have the same numbers. */
export function explainWindowSize(
  axes: readonly [WindowAxis, WindowAxis],
  rounding: Rounding = 'floor',
): readonly ArithmeticLine[] {
  const explain = (axis: WindowAxis, title: string, name: 'row' | 'column') => ({
    subject: 'output' as const,
    title,
    states: {
      kind: 'number' as const,
      value: plus(rounded(over(travelExpression(axis), named('S', axis.stride)), rounding), 1),
    },
    notes: [printLegend(axis), ...printDivision(axis, rounding)],
    warnings: rounding === 'floor' ? printDroppedOf(axis, name, printSigns) : [],
  })
  const [height, width] = [explain(axes[0], 'Height', 'row'), explain(axes[1], 'Width', 'column')]
  if (printNumbers(height.states.value) !== printNumbers(width.states.value)) return [height, width]
  return [{ ...height, title: 'Height and width', warnings: [...height.warnings, ...width.warnings] }]
}
