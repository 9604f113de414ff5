// Images that look the same although their bytes differ, by small grey prints of them.

/** Prints are this wide and high. */
export const printExtent = 16

/**
 * The print of an image: the mean of each of 16 x 16 parts, of its colours alike.
 * @param pixels [height, width, channels]; of two or four channels the last is left aside
 */
export function makePrint(
  pixels: Uint8Array,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: number },
): Uint8Array {
  const colours = channels > 2 ? 3 : 1
  const print = new Uint8Array(printExtent * printExtent)
  const from = (part: number, extent: number): number => Math.floor((part * extent) / printExtent)
  for (let row = 0; row < printExtent; row++) {
    const top = from(row, height)
    const bottom = Math.max(top + 1, from(row + 1, height))
    for (let column = 0; column < printExtent; column++) {
      const left = from(column, width)
      const right = Math.max(left + 1, from(column + 1, width))
      let sum = 0
      for (let y = top; y < bottom; y++)
        for (let at = (y * width + left) * channels; at < (y * width + right) * channels; at += channels)
          for (let c = 0; c < colours; c++) sum += pixels[at + c] ?? 0
      print[row * printExtent + column] = Math.round(sum / ((bottom - top) * (right - left) * colours))
    }
  }
  return print
}

/** Prints that differ by more than this in the mean, of 255, are of different images. */
const largestDifference = 2
/** Nor may they be alike only because most of both is plain: their correlation is at least this. */
const leastCorrelation = 0.998
/** Prints that vary less than this show nothing to compare. */
const leastDeviation = 6
/** The deviations of two prints that look alike differ by no more than this. */
const largestDeviationChange = 4
/** More pairs than this are not listed. */
const mostPairs = 1000
/** More pairs than this are not compared: such a dataset holds little but images of one kind. */
const mostCompared = 50_000_000

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

/** Whether two prints differ little enough; most pairs are told apart by their first few values. */
function isNear(a: Uint8Array, b: Uint8Array): boolean {
  const limit = largestDifference * a.length
  let difference = 0
  for (let at = 0; at < a.length && difference <= limit; at++) difference += Math.abs((a[at] ?? 0) - (b[at] ?? 0))
  return difference <= limit
}

function looksLike(a: Uint8Array, b: Uint8Array, one: Sketch, other: Sketch): boolean {
  if (!isNear(a, b)) return false
  let product = 0
  for (let at = 0; at < a.length; at++) product += ((a[at] ?? 0) - one.mean) * ((b[at] ?? 0) - other.mean)
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
  let compared = 0
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
        if (++compared > mostCompared) return found
        if (!there || !its || Math.abs(there.deviation - own.deviation) > largestDeviationChange) continue
        if (!isWanted(other, index) || !looksLike(its, print, there, own)) continue
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
