// Aligned columns as a chart takes them: one of places, and one per curve.

/** A curve of values, one per place; null where it has none. */
export type Curve = ArrayLike<number> & Iterable<number | null>
/** The places in rising order, and the values of each curve there. */
export type ChartColumns = readonly [x: Float64Array, ...curves: (Float64Array | (number | null)[])[]]
