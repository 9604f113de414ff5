// The arithmetic that checks an explanation: orders of pixels, areas under curves, rank correlation; not running networks.
import type { RandomStream } from '../training/randomStream'

/** A map over an image, row by row. */
export interface ExplanationMap {
  readonly height: number
  readonly width: number
  readonly data: Float32Array
  /** Where the centres of the cells lie in the image, in pixels; left out: the cells tile it. */
  readonly centres?: {
    readonly first: number
    readonly step: number
    /** Height and width of the image. */
    readonly image: readonly [number, number]
  }
}

/** A map at another resolution, bilinear between the centres of its cells. */
export function enlargeMap(map: ExplanationMap, rows: number, columns: number): Float32Array {
  const { height, width, data, centres } = map
  const place = (index: number, from: number, to: number, axis: 0 | 1): readonly [number, number, number] => {
    const [tiles, pixels] = [from / to, (centres?.image[axis] ?? 0) / to]
    const cell = centres ? ((index + 0.5) * pixels - centres.first) / centres.step : (index + 0.5) * tiles - 0.5
    const at = Math.min(from - 1, Math.max(0, cell))
    const low = Math.floor(at)
    return [low, Math.min(from - 1, low + 1), at - low]
  }
  const result = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    const [top, bottom, down] = place(row, height, rows, 0)
    for (let column = 0; column < columns; column++) {
      const [left, right, across] = place(column, width, columns, 1)
      const value = (y: number, x: number): number => data[y * width + x] ?? 0
      const upper = value(top, left) * (1 - across) + value(top, right) * across
      const lower = value(bottom, left) * (1 - across) + value(bottom, right) * across
      result[row * columns + column] = upper * (1 - down) + lower * down
    }
  }
  return result
}

/** The pixels of an image from the one that the map marks most to the least; ties in the order of reading. */
export function orderPixels(map: ExplanationMap, rows: number, columns: number): Uint32Array {
  const values = enlargeMap(map, rows, columns)
  return Uint32Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b)
}

/** A map of the same resolution with random values. */
export function randomMap(map: ExplanationMap, random: RandomStream): ExplanationMap {
  const { height, width } = map
  return { ...map, data: Float32Array.from({ length: height * width }, () => random.uniform()) }
}

/**
 * Images in which ever more pixels are taken from `to` in place of `from`, the first with none and the last with all.
 * @param from, to [C, H, W]
 * @returns [steps + 1, C, H, W], image by image
 */
export function* replacePixels(
  from: Float32Array,
  to: Float32Array,
  order: Uint32Array,
  steps: number,
): Generator<Float32Array> {
  const plane = order.length
  const image = from.slice()
  let done = 0
  for (let step = 0; step <= steps; step++) {
    const until = Math.round((step * plane) / steps)
    for (; done < until; done++) {
      const pixel = order[done] ?? 0
      for (let at = pixel; at < image.length; at += plane) image[at] = to[at] ?? 0
    }
    yield image.slice()
  }
}

/** Area under a curve of evenly spaced points over [0, 1], by trapezoids. */
export function areaUnder(curve: readonly number[]): number {
  const [first = 0] = curve
  const ends = (first + (curve.at(-1) ?? 0)) / 2
  return curve.length < 2 ? first : (curve.reduce((sum, value) => sum + value, 0) - ends) / (curve.length - 1)
}

/** Ranks from 0; equal values share their mean rank. */
function rank(values: Float32Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const ranks = new Float64Array(values.length)
  for (let start = 0; start < order.length;) {
    let end = start
    while (end + 1 < order.length && values[order[end + 1] ?? 0] === values[order[start] ?? 0]) end++
    for (let at = start; at <= end; at++) ranks[order[at] ?? 0] = (start + end) / 2
    start = end + 1
  }
  return ranks
}

/** Spearman's rank correlation in [-1, 1]; 0 where one of them is the same everywhere. */
export function rankCorrelation(a: Float32Array, b: Float32Array): number {
  const [x, y] = [rank(a), rank(b)]
  const middle = (a.length - 1) / 2
  let [xy, xx, yy] = [0, 0, 0]
  x.forEach((value, index) => {
    const [left, right] = [value - middle, (y[index] ?? 0) - middle]
    xy += left * right
    xx += left * left
    yy += right * right
  })
  return xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy)
}
