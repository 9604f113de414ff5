// Tests of distances to neighbours and of spreads, by tables of known distances.
import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../training/randomStream'
import { findNeighbourDistances } from './neighbourDistances'
import { findSpread } from './unusualValues'

describe('neighbours', () => {
  it('are those of points on a line', () => {
    const table = { rows: 5, columns: 1, values: Float32Array.of(0, 1, 3, 7, 100) }
    expect([...findNeighbourDistances(table, 2)]).toEqual([2, 1.5, 2.5, 5, 95])
  })

  it('of a large table are searched in cells: nearly the true ones, and the farthest exactly', () => {
    const random = new RandomStream(4, 'cloud')
    const [rows, columns] = [4100, 6]
    const values = Float32Array.from({ length: rows * columns }, () => random.normal())
    values.fill(9, 17 * columns, 18 * columns)
    const distances = findNeighbourDistances({ rows, columns, values }, 5)
    const exact = (row: number): number => {
      const all = new Float64Array(rows)
      for (let at = 0; at < values.length; at++)
        all[Math.floor(at / columns)]! += (values[row * columns + (at % columns)]! - values[at]!) ** 2
      const nearest = all.sort().subarray(1, 6)
      return nearest.reduce((sum, square) => sum + Math.sqrt(square), 0) / 5
    }
    expect(Math.max(...distances)).toBe(distances[17])
    expect(distances[17]).toBeCloseTo(exact(17), 3)
    for (let row = 1000; row < 1008; row++) {
      expect(distances[row]).toBeGreaterThanOrEqual(exact(row) - 1e-4)
      expect(distances[row]).toBeLessThan(1.25 * exact(row))
    }
  })
})

it('spreads leave single far values aside', () => {
  expect(findSpread([1, 2, 3, 4, 1000])).toEqual({ median: 3, spread: 1.4826 })
  expect(findSpread([5, 5, 5])).toEqual({ median: 5, spread: 0 })
  expect(findSpread([])).toEqual({ median: 0, spread: 0 })
})
