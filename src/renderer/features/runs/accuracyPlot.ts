// Where the points of "accuracy against MACs" lie and what stands on its axes; not drawing it.
import type { RunSummary } from '../../../shared/contract/runCalls'

/** The accuracy that a run is placed by: on validation, else on the test images; null where it has neither. */
export function accuracyOf({ val, test }: Pick<RunSummary, 'val' | 'test'>): number | null {
  return val?.accuracy ?? test?.top1 ?? null
}

/** A range with the round numbers on it. */
export interface Axis {
  readonly low: number
  readonly high: number
  readonly ticks: readonly number[]
}

/** An axis of powers for values above 0; the ends are the ticks outside of them. */
export function powerAxis(values: readonly number[]): Axis {
  const [least, most] = [Math.max(1, Math.min(...values)), Math.max(1, ...values)]
  const isWide = most / least > 20
  const digits = isWide ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]
  const marks = Array.from({ length: 20 }, (_, power) => digits.map((digit) => digit * 10 ** power)).flat()
  const low = marks.findLast((mark) => mark < least) ?? 1
  const high = marks.find((mark) => mark > most) ?? 1e20
  const inside = marks.filter((mark) => mark >= low && mark <= high)
  // Beyond some, whole powers are enough.
  const ticks = inside.length <= 9 ? inside : inside.filter((mark) => Number.isInteger(Math.log10(mark)))
  return { low, high, ticks }
}

/** An axis of shares in [0, 1] around the values. */
export function shareAxis(values: readonly number[]): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const distance = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2].find((each) => each * 5 >= most - least) ?? 0.2
  const low = Math.max(0, Math.floor(least / distance - 0.25) * distance)
  const high = Math.min(1, Math.ceil(most / distance + 0.25) * distance)
  const count = Math.round((high - low) / distance)
  const ticks = Array.from({ length: count + 1 }, (_, index) => Math.min(1, low + index * distance))
  return { low, high, ticks }
}
