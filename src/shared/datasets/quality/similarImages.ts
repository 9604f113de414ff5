// Groups of images that are the same or look the same, out of their bytes' digests and their looks; not looking at them (perceptualHash.ts).
import { coefficientCount, countBits } from './perceptualHash'

/** What all images look like. */
export interface ImageLooks {
  /** Of the content; images of one digest are the same. */
  readonly digests: readonly string[]
  /** [N, 63], rows of length 1; rows of zeros show nothing to compare. */
  readonly coefficients: Float32Array
  /** [N, 2] */
  readonly hashes: Uint32Array
  /** Red less green and blue less green in the mean, 0 ... 255: [N, 2]. */
  readonly tints: Float32Array
}

/** Images that are one: the first of them, and how each looks like it. */
export interface SimilarGroup {
  readonly rows: readonly number[]
  /** Whether all have the same content. */
  readonly isExact: boolean
  /** The least correlation of a member with the first: 1 where all have the same content. */
  readonly likeness: number
}

/** Hashes of images that look alike differ in no more bits than this. */
const mostBits = 12
/** 1 - correlation of images that look alike is at most this. */
const largestDistance = 0.04
/** Their tints differ by no more than this. */
const largestTintChange = 24
/** Bands of the hash: 9 x 7 bits. Hashes that differ in few bits agree in one of them. */
const bands = 9
const bandBits = 7
/** More pairs than this are not compared. */
const mostCompared = 1_500_000_000

function bandOf(low: number, high: number, band: number): number {
  const from = band * bandBits
  const mask = (1 << bandBits) - 1
  if (from + bandBits <= 32) return (low >>> from) & mask
  if (from >= 32) return (high >>> (from - 32)) & mask
  return ((low >>> from) | (high << (32 - from))) & mask
}

/** 1 - correlation of two images. */
function distanceOf({ coefficients }: ImageLooks, a: number, b: number): number {
  let product = 0
  for (let i = 0; i < coefficientCount; i++)
    product += coefficients[a * coefficientCount + i]! * coefficients[b * coefficientCount + i]!
  return 1 - product
}

function isPlain({ hashes }: ImageLooks, row: number): boolean {
  return hashes[2 * row] === 0 && hashes[2 * row + 1] === 0
}

/** The nearest image that is not taken for the same is this much farther away. */
const apartBy = 4.5
/** Nearer images than this are the same wherever the next one lies. */
const surelyNear = 0.0005

/** For each row the first with the same content. */
function findFirsts(digests: readonly string[]): Int32Array {
  const first = new Map<string, number>()
  return Int32Array.from(digests, (digest, row) => {
    const found = first.get(digest)
    if (found === undefined) first.set(digest, row)
    return found ?? row
  })
}

function hasSameTint({ tints }: ImageLooks, a: number, b: number): boolean {
  return [0, 1].every((at) => Math.abs((tints[2 * a + at] ?? 0) - (tints[2 * b + at] ?? 0)) <= largestTintChange)
}

function isNear(looks: ImageLooks, a: number, b: number): boolean {
  const { hashes } = looks
  const bits =
    countBits((hashes[2 * a] ?? 0) ^ (hashes[2 * b] ?? 0)) +
    countBits((hashes[2 * a + 1] ?? 0) ^ (hashes[2 * b + 1] ?? 0))
  return bits <= mostBits && hasSameTint(looks, a, b) && distanceOf(looks, a, b) <= largestDistance
}

/** A neighbour and 1 - its correlation. */
interface Near {
  readonly row: number
  readonly distance: number
}

/**
 * Those of the neighbours that are the same image: a gap lies behind the last of them. In a dataset of drawn strokes
 * images are near to many others, each a little farther than the one before, and none of them is the same.
 */
function takeSame(
  looks: ImageLooks,
  rows: readonly number[],
  leader: number,
  near: readonly number[],
): readonly Near[] {
  const members = new Set(near)
  const sorted = near
    .map((row) => ({ row, distance: Math.max(0, distanceOf(looks, leader, row)) }))
    .toSorted((a, b) => a.distance - b.distance)
  let next = Infinity
  for (const row of rows) {
    if (row === leader || members.has(row)) continue
    const distance = distanceOf(looks, leader, row)
    if (distance < next && hasSameTint(looks, leader, row)) next = distance
  }
  for (let count = sorted.length; count > 0; count--) {
    const last = sorted[count - 1]?.distance ?? 0
    if (last <= surelyNear || next >= apartBy * last) return sorted.slice(0, count)
    next = last
  }
  return []
}

/** Pairs that look alike among images of different content. */
function findPairs(looks: ImageLooks, rows: readonly number[]): Map<number, number[]> {
  const pairs = new Map<number, number[]>()
  const link = (a: number, b: number): void => {
    const list = pairs.get(a)
    if (!list) pairs.set(a, [b])
    else if (!list.includes(b)) list.push(b)
  }
  let compared = 0
  for (let band = 0; band < bands; band++) {
    const cells = new Map<number, number[]>()
    for (const row of rows) {
      const key = bandOf(looks.hashes[2 * row] ?? 0, looks.hashes[2 * row + 1] ?? 0, band)
      const cell = cells.get(key)
      if (!cell) {
        cells.set(key, [row])
        continue
      }
      for (const other of cell) {
        if (++compared > mostCompared) return pairs
        if (!isNear(looks, other, row)) continue
        link(other, row)
        link(row, other)
      }
      cell.push(row)
    }
  }
  return pairs
}

/**
 * Groups images that are the same or look the same: stored anew, resized, a little lighter or darker. Every member is
 * like the first of its group, so that no chain of small changes leads from one image to another.
 */
export function groupSimilar(looks: ImageLooks): readonly SimilarGroup[] {
  const firsts = findFirsts(looks.digests)
  const copies = new Map<number, number[]>()
  firsts.forEach((first, row) => copies.set(first, [...(copies.get(first) ?? []), row]))
  const rows = [...copies.keys()].filter((row) => !isPlain(looks, row))
  const pairs = findPairs(looks, rows)
  const taken = new Set<number>()
  const groups: SimilarGroup[] = []
  for (const [leader, own] of copies) {
    if (taken.has(leader)) continue
    const near = (pairs.get(leader) ?? []).filter((row) => !taken.has(row))
    const same = near.length === 0 ? [] : takeSame(looks, rows, leader, near)
    taken.add(leader)
    for (const { row } of same) taken.add(row)
    const members = [...own, ...same.flatMap(({ row }) => copies.get(row) ?? [])]
    if (members.length < 2) continue
    const likeness = 1 - (same.at(-1)?.distance ?? 0)
    groups.push({ rows: members.toSorted((a, b) => a - b), isExact: same.length === 0, likeness })
  }
  return groups.toSorted((a, b) => b.rows.length - a.rows.length || b.likeness - a.likeness)
}
