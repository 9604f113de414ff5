// Which of many values lie far from the others, by their median and the spread around it.

export interface ValueSpread {
  readonly median: number
  /** Like a standard deviation of the middle half: 1.4826 times the median absolute deviation. */
  readonly spread: number
}

function medianOf(sorted: Float64Array): number {
  const half = sorted.length >> 1
  if (sorted.length === 0) return 0
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2
}

/** @see Leys et al., 2013, doi:10.1016/j.jesp.2013.03.013 */
export function findSpread(values: ArrayLike<number>): ValueSpread {
  const sorted = Float64Array.from(values).toSorted()
  const median = medianOf(sorted)
  const deviations = sorted.map((value) => Math.abs(value - median)).toSorted()
  return { median, spread: 1.4826 * medianOf(deviations) }
}
