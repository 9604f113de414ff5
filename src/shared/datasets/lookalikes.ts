// Images that look the same although their bytes differ, by small grey prints of them; not making the prints.

/** Prints are this wide and high. */
export const printExtent = 16

/** Prints that differ by more than this in the mean, of 255, are of different images. */
const largestDifference = 2
/** Nor may they be alike only because most of both is plain: their correlation is at least this. */
const leastCorrelation = 0.998
/** Prints that vary less than this show nothing to compare. */
const leastDeviation = 6
/** More pairs than this are not listed. */
const mostPairs = 1000

interface Sketch {
  readonly mean: number
  readonly deviation: number
  /** Mean of the right half less that of the left, and of the lower less that of the upper. */
  readonly across: number
  readonly down: number
}

function sketch(print: Uint8Array): Sketch {
  let [sum, squares, across, down] = [0, 0, 0, 0]
  print.forEach((value, at) => {
    sum += value
    squares += value * value
    across += at % printExtent < printExtent / 2 ? -value : value
    down += at < print.length / 2 ? -value : value
  })
  const mean = sum / print.length
  const deviation = Math.sqrt(Math.max(0, squares / print.length - mean * mean))
  return { mean, deviation, across: (2 * across) / print.length, down: (2 * down) / print.length }
}

function looksLike(a: Uint8Array, b: Uint8Array, one: Sketch, other: Sketch): boolean {
  let [difference, product] = [0, 0]
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0]
    difference += Math.abs(x - y)
    product += (x - one.mean) * (y - other.mean)
  }
  if (difference > largestDifference * a.length) return false
  return product / a.length >= leastCorrelation * one.deviation * other.deviation
}

/**
 * Pairs of prints that look the same.
 * @param prints grey values, [16, 16] each
 * @param isWanted whether a pair is of interest; only such are compared
 */
export function findLookalikes(
  prints: readonly Uint8Array[],
  isWanted: (a: number, b: number) => boolean,
): readonly (readonly [number, number])[] {
  // The means of halves differ by twice the mean difference at most: prints that look alike lie in neighbouring cells.
  const cells = new Map<number, number[]>()
  const sketches = prints.map(sketch)
  const step = (value: number, width: number): number => Math.floor(value / width) + 300
  const keyOf = (x: number, y: number, z: number): number => (x * 1024 + y) * 1024 + z
  const found: [number, number][] = []
  for (const [index, own] of sketches.entries()) {
    if (own.deviation < leastDeviation) continue
    const print = prints[index] ?? new Uint8Array(0)
    const [x, y, z] = [
      step(own.mean, largestDifference),
      step(own.across, 2 * largestDifference),
      step(own.down, 2 * largestDifference),
    ]
    for (let cell = 0; cell < 27; cell++) {
      const key = keyOf(x + (cell % 3) - 1, y + (Math.floor(cell / 3) % 3) - 1, z + Math.floor(cell / 9) - 1)
      for (const other of cells.get(key) ?? []) {
        const [there, its] = [sketches[other], prints[other]]
        if (!there || !its || !isWanted(other, index) || !looksLike(its, print, there, own)) continue
        found.push([other, index])
        if (found.length >= mostPairs) return found
      }
    }
    const key = keyOf(x, y, z)
    const cell = cells.get(key)
    if (cell) cell.push(index)
    else cells.set(key, [index])
  }
  return found
}
