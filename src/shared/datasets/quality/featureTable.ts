// Numbers of many images as a table, one row each, and bringing its columns to one scale.

/** [rows, columns], row after row. */
export interface FeatureTable {
  readonly rows: number
  readonly columns: number
  readonly values: Float32Array
}

/** Brings each column to mean 0 and deviation 1, in place; columns that are the same everywhere become 0. */
export function standardise({ rows, columns, values }: FeatureTable): void {
  const sums = new Float64Array(columns)
  const squares = new Float64Array(columns)
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0
    sums[at % columns]! += value
    squares[at % columns]! += value * value
  }
  const mean = sums.map((sum) => sum / Math.max(1, rows))
  const scale = squares.map((sum, column) => {
    const variance = sum / Math.max(1, rows) - (mean[column] ?? 0) ** 2
    return variance > 1e-12 ? 1 / Math.sqrt(variance) : 0
  })
  for (let at = 0; at < values.length; at++)
    values[at] = ((values[at] ?? 0) - (mean[at % columns] ?? 0)) * (scale[at % columns] ?? 0)
}
