// From results of experiments to what charts draw: curves over epochs, over shifts, and the boundary on a plane; pure.
import type { Experiment } from '../../../../shared/lectures/experiments/experimentPlan'
import type { FieldResult, VariantResult } from '../../../../shared/lectures/experiments/results'
import type { ChartColumns } from '../../../kernel/charts/chartColumns'

/** Share of wrong training images of each variant, by epoch; null where a variant has no such epoch. */
export function errorByEpoch(results: readonly Pick<VariantResult, 'epochs'>[]): ChartColumns {
  const last = Math.max(0, ...results.map(({ epochs }) => epochs.length))
  const places = Array.from({ length: last }, (_, index) => index + 1)
  const curves = results.map(({ epochs }) =>
    places.map((_, index) => {
      const accuracy = epochs[index]?.train.accuracy
      return accuracy === undefined ? null : 1 - accuracy
    }),
  )
  return [new Float64Array(places), ...curves]
}

/** Accuracy of each variant by the number of pixels of a shift, 0 for the test images as they are. */
export function accuracyByShift(
  results: readonly Pick<VariantResult, 'test' | 'measures'>[],
  measures: ReturnType<Experiment['variants']>[number]['measures'],
): ChartColumns {
  const places = [0, ...measures.map(({ transform }) => transform.shift ?? 0)]
  const curves = results.map(({ test, measures: found }) => [
    test?.top1 ?? null,
    ...measures.map(({ id }) => found.find((measure) => measure.id === id)?.top1 ?? null),
  ])
  return [new Float64Array(places), ...curves]
}

/** What a perceptron makes of the plane, w x + b, on the points of a field. */
export function planeField(
  { low, high, extent }: FieldResult,
  { weights, bias }: { readonly weights: readonly number[]; readonly bias: number },
): FieldResult {
  const at = (index: number) => low + ((high - low) * index) / (extent - 1)
  const [first = 0, second = 0] = weights
  const values = Array.from(
    { length: extent * extent },
    (_, point) => first * at(point % extent) + second * at(Math.floor(point / extent)) + bias,
  )
  return { low, high, extent, values }
}

/** A line from one place to another, in the units of the plane. */
export interface Segment {
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
}

/**
 * The share of the plane on which class 1 is ahead, in [0, 1]: the area on the positive side of the boundary, each cell of
 * the grid cut as `traceBoundary` cuts it. Exact where the field is a plane.
 */
export function shareAhead({ extent, values }: FieldResult): number {
  const valueAt = (x: number, y: number) => values[y * extent + x] ?? 0
  let area = 0
  for (let y = 0; y < extent - 1; y++) for (let x = 0; x < extent - 1; x++) area += areaAhead(valueAt, x, y)
  return area / (extent - 1) ** 2
}

/** The part of one cell, of side 1, where the value is above 0: the polygon of its positive corners and of the crossings. */
function areaAhead(valueAt: (x: number, y: number) => number, x: number, y: number): number {
  const polygon = cornersOf(x, y).flatMap(([ax, ay], index, corners): [number, number][] => {
    const [bx, by] = corners[(index + 1) % 4] ?? [ax, ay]
    const [a, b] = [valueAt(ax, ay), valueAt(bx, by)]
    const own: [number, number][] = a > 0 ? [[ax, ay]] : []
    if (a > 0 === b > 0) return own
    const share = a / (a - b)
    return [...own, [ax + share * (bx - ax), ay + share * (by - ay)]]
  })
  // The shoelace formula.
  const doubled = polygon.reduce((sum, [ax, ay], index) => {
    const [bx, by] = polygon[(index + 1) % polygon.length] ?? [ax, ay]
    return sum + ax * by - bx * ay
  }, 0)
  return Math.abs(doubled) / 2
}

/** The corners of a cell of the grid, in turn around it. */
function cornersOf(x: number, y: number): readonly (readonly [number, number])[] {
  return [
    [x, y],
    [x + 1, y],
    [x + 1, y + 1],
    [x, y + 1],
  ]
}

/**
 * Where class 1 is neither ahead nor behind: through each cell of the grid, between the sides on which the sign changes
 * (marching squares; of a saddle, one of its two readings).
 */
export function traceBoundary({ low, high, extent, values }: FieldResult): readonly Segment[] {
  const step = (high - low) / (extent - 1)
  const valueAt = (x: number, y: number) => values[y * extent + x] ?? 0
  const segments: Segment[] = []
  for (let y = 0; y < extent - 1; y++) {
    for (let x = 0; x < extent - 1; x++) {
      const corners = cornersOf(x, y)
      const crossings = corners.flatMap(([ax, ay], index): [number, number][] => {
        const [bx, by] = corners[(index + 1) % 4] ?? [ax, ay]
        const [a, b] = [valueAt(ax, ay), valueAt(bx, by)]
        if (a > 0 === b > 0) return []
        // The sign changes, so a and b differ.
        const share = a / (a - b)
        return [[low + step * (ax + share * (bx - ax)), low + step * (ay + share * (by - ay))]]
      })
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
        const [from, to] = [crossings[pair], crossings[pair + 1]]
        if (from && to) segments.push({ from, to })
      }
    }
  }
  return segments
}
