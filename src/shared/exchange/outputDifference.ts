// How far the outputs of an imported network are from those of its file, and when that is a failure; not running them.

/** A larger difference, relative to the largest value of the original's output, is another network. */
export const largestDifference = 1e-3

/** Outputs that are all smaller than this are compared as if one were as large: rounding alone moves them. */
const smallestScale = 1e-6

/** `equal` but for rounding; `different`; or `not-run`: nothing was compared. */
export type DifferenceVerdict = 'equal' | 'different' | 'not-run'

/** Differences of outputs; Infinity where they are not numbers or of other sizes, null where nothing was compared. */
export interface OutputDifference {
  readonly maxAbs: number | null
  /** Relative to the largest value of the original's output. */
  readonly maxRel: number | null
}

/** Judges a difference. NaN counts as one, and so does Infinity. */
export function judgeDifference({ maxRel }: Pick<OutputDifference, 'maxRel'>): DifferenceVerdict {
  if (maxRel === null) return 'not-run'
  return maxRel <= largestDifference ? 'equal' : 'different'
}

/**
 * Compares two outputs value by value. NaN or an infinity on one side only, or another number of values, is an infinite
 * difference; the same on both sides is none.
 */
export function compareOutputs(
  expected: ArrayLike<number>,
  received: ArrayLike<number>,
): { readonly maxAbs: number; readonly maxRel: number } {
  if (expected.length !== received.length) return { maxAbs: Infinity, maxRel: Infinity }
  let [maxAbs, largest] = [0, 0]
  for (let index = 0; index < expected.length; index++) {
    const [value = NaN, other = NaN] = [expected[index], received[index]]
    if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value))
    if (Object.is(value, other) || value === other) continue
    const difference = Math.abs(value - other)
    maxAbs = Number.isNaN(difference) ? Infinity : Math.max(maxAbs, difference)
  }
  return { maxAbs, maxRel: maxAbs === 0 ? 0 : maxAbs / Math.max(largest, smallestScale) }
}

/** The largest of several differences. */
export function largestOf(differences: readonly OutputDifference[]): OutputDifference {
  const largest = (values: readonly (number | null)[]): number | null => {
    const numbers = values.filter((value) => value !== null)
    return numbers.length === 0 ? null : numbers.reduce((a, b) => (Number.isNaN(b) ? Infinity : Math.max(a, b)), 0)
  }
  return { maxAbs: largest(differences.map(({ maxAbs }) => maxAbs)), maxRel: largest(differences.map((d) => d.maxRel)) }
}

/** A difference for JSON, which has no infinity. */
export function differenceForJson(value: number | null): number | 'infinite' | 'not-run' {
  if (value === null) return 'not-run'
  return Number.isFinite(value) ? value : 'infinite'
}

/** A difference for people. */
export function printDifference(value: number | null): string {
  if (value === null) return 'not compared'
  return Number.isFinite(value) ? value.toExponential(1) : 'infinite'
}
