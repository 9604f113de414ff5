// Numbers that describe feature maps: mean, extremes, share of zeros, histogram; not the maps.

export interface MapStatistics {
  /** One value per channel. */
  readonly mean: readonly number[]
  readonly min: readonly number[]
  readonly max: readonly number[]
  /** Share of all values that are 0, in [0, 1]. */
  readonly zeroShare: number
}

/** @param values [C, H, W] */
export function describeMaps(values: Float32Array, channels: number): MapStatistics {
  const plane = values.length / Math.max(1, channels)
  const [mean, min, max]: [number[], number[], number[]] = [[], [], []]
  let zeros = 0
  for (let channel = 0; channel < channels; channel++) {
    let [sum, low, high] = [0, Infinity, -Infinity]
    for (let i = channel * plane; i < (channel + 1) * plane; i++) {
      const value = values[i] ?? 0
      sum += value
      if (value < low) low = value
      if (value > high) high = value
      if (value === 0) zeros++
    }
    mean.push(sum / plane)
    min.push(low)
    max.push(high)
  }
  return { mean, min, max, zeroShare: values.length === 0 ? 0 : zeros / values.length }
}

export interface Histogram {
  readonly low: number
  readonly high: number
  /** Numbers of values in bins of the same width; the last one holds `high` too. */
  readonly counts: readonly number[]
}

/** @param bins how many of the same width */
export function countHistogram(values: Float32Array, bins: number): Histogram {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const counts = Array<number>(bins).fill(0)
  if (!(low <= high)) return { low: 0, high: 0, counts }
  const width = (high - low) / bins
  for (const value of values) {
    const bin = width > 0 ? Math.min(bins - 1, Math.floor((value - low) / width)) : 0
    if (Number.isFinite(bin)) counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { low, high, counts }
}
