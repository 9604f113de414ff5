// How far images lie from those most like them, by their features; not which are too far (unusualValues.ts).
import { RandomStream } from '../../training/randomStream'
import type { FeatureTable } from './featureTable'

/** Tables of fewer rows are compared row by row with all others. */
const fewRows = 4000
/** Cells that are looked into for each row. */
const visited = 6
const rounds = 6
/** Rows that the cells are made by. */
const seedRows = 8000

/** The largest few of the smallest distances, in order. */
class Nearest {
  private readonly kept: Float64Array
  private count = 0

  constructor(private readonly size: number) {
    this.kept = new Float64Array(size)
  }

  get farthest(): number {
    return this.count < this.size ? Infinity : (this.kept[this.size - 1] ?? Infinity)
  }

  add(distance: number): void {
    if (distance >= this.farthest) return
    let at = Math.min(this.count, this.size - 1)
    while (at > 0 && (this.kept[at - 1] ?? 0) > distance) {
      this.kept[at] = this.kept[at - 1] ?? 0
      at--
    }
    this.kept[at] = distance
    if (this.count < this.size) this.count++
  }

  meanRoot(): number {
    let sum = 0
    for (let at = 0; at < this.count; at++) sum += Math.sqrt(this.kept[at] ?? 0)
    return this.count === 0 ? 0 : sum / this.count
  }
}

/** Squared distance of two rows; gives up beyond a limit. */
function squaredDistance(a: Float32Array, from: number, b: Float32Array, at: number, columns: number, limit: number) {
  let sum = 0
  for (let i = 0; i < columns; i++) {
    const difference = a[from + i]! - b[at + i]!
    sum += difference * difference
    if ((i & 15) === 15 && sum > limit) return Infinity
  }
  return sum
}

/** Centres of as many cells, by a few rounds of k-means on some of the rows. */
function findCentres({ rows, columns, values }: FeatureTable, cells: number): Float32Array {
  const random = new RandomStream(1, 'cells')
  const sample = Uint32Array.from({ length: Math.min(rows, seedRows) }, (_, at) =>
    rows <= seedRows ? at : Math.floor(random.uniform() * rows),
  )
  let centres = new Float32Array(cells * columns)
  for (let cell = 0; cell < cells; cell++) {
    const row = sample[Math.floor((cell * sample.length) / cells)] ?? 0
    centres.set(values.subarray(row * columns, (row + 1) * columns), cell * columns)
  }
  for (let round = 0; round < rounds; round++) {
    const sums = new Float32Array(cells * columns)
    const counts = new Uint32Array(cells)
    for (const row of sample) {
      const [cell = 0] = nearestCells(values, row * columns, centres, columns, 1)
      counts[cell]!++
      for (let i = 0; i < columns; i++) sums[cell * columns + i]! += values[row * columns + i]!
    }
    centres = sums.map((sum, at) => {
      const count = counts[Math.floor(at / columns)] ?? 0
      return count === 0 ? (centres[at] ?? 0) : sum / count
    })
  }
  return centres
}

/** The nearest few centres, the nearest first. */
function nearestCells(values: Float32Array, from: number, centres: Float32Array, columns: number, count: number) {
  const found: { cell: number; distance: number }[] = []
  for (let cell = 0; cell * columns < centres.length; cell++) {
    const limit = found.length < count ? Infinity : (found.at(-1)?.distance ?? Infinity)
    const distance = squaredDistance(values, from, centres, cell * columns, columns, limit)
    if (distance >= limit) continue
    found.push({ cell, distance })
    found.sort((a, b) => a.distance - b.distance)
    if (found.length > count) found.pop()
  }
  return found.map(({ cell }) => cell)
}

/** Rows that lie farthest by an estimate are compared with all others: this share of them, and no more than so many. */
const checkedShare = 0.02
const mostChecked = 1000

function compareWithAll(table: FeatureTable, row: number, nearest: Nearest): number {
  const { rows, columns, values } = table
  for (let other = 0; other < rows; other++)
    if (other !== row)
      nearest.add(squaredDistance(values, row * columns, values, other * columns, columns, nearest.farthest))
  return nearest.meanRoot()
}

/**
 * Mean distance of each row to its nearest others: [rows]. In large tables only the cells around a row are searched,
 * and the rows that lie farthest are compared with all.
 * @param count of neighbours
 */
export function findNeighbourDistances(table: FeatureTable, count = 10): Float64Array {
  const { rows, columns, values } = table
  const distances = new Float64Array(rows)
  if (rows <= fewRows) {
    for (let row = 0; row < rows; row++) distances[row] = compareWithAll(table, row, new Nearest(count))
    return distances
  }
  const cells = Math.round(2 * Math.sqrt(rows))
  const centres = findCentres(table, cells)
  const members: number[][] = Array.from({ length: cells }, () => [])
  const around: (readonly number[])[] = []
  for (let row = 0; row < rows; row++) {
    const near = nearestCells(values, row * columns, centres, columns, visited)
    around.push(near)
    members[near[0] ?? 0]?.push(row)
  }
  for (let row = 0; row < rows; row++) {
    const nearest = new Nearest(count)
    for (const cell of around[row] ?? [])
      for (const other of members[cell] ?? [])
        if (other !== row)
          nearest.add(squaredDistance(values, row * columns, values, other * columns, columns, nearest.farthest))
    distances[row] = nearest.meanRoot()
  }
  const farthest = Array.from(distances.keys()).toSorted((a, b) => (distances[b] ?? 0) - (distances[a] ?? 0))
  for (const row of farthest.slice(0, Math.min(mostChecked, Math.ceil(checkedShare * rows))))
    distances[row] = compareWithAll(table, row, new Nearest(count))
  return distances
}
