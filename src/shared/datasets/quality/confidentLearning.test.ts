// Tests of the cross-validated classifier and of doubts in labels, on points whose classes are known.
import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../training/randomStream'
import { doubtLabels } from './confidentLearning'
import { assignFolds, crossValidate } from './discriminant'
import { standardise, type FeatureTable } from './featureTable'

/** Clouds of points around the corners of a cube, one class each. */
function clouds(perClass: number, classes: number, spread: number): { table: FeatureTable; labels: number[] } {
  const random = new RandomStream(2, 'clouds')
  const labels = Array.from({ length: perClass * classes }, (_, row) => row % classes)
  const columns = 4
  const values = Float32Array.from({ length: labels.length * columns }, (_, at) => {
    const label = labels[Math.floor(at / columns)] ?? 0
    return ((label >> (at % columns)) & 1) + spread * random.normal()
  })
  const table = { rows: labels.length, columns, values }
  standardise(table)
  return { table, labels }
}

describe('features', () => {
  it('have mean 0 and deviation 1 on one scale, and 0 where they never differ', () => {
    const table = { rows: 3, columns: 2, values: Float32Array.of(1, 5, 2, 5, 3, 5) }
    standardise(table)
    expect([...table.values].map((value) => Number(value.toFixed(4)))).toEqual([-1.2247, 0, 0, 0, 1.2247, 0])
  })
})

describe('cross-validation', () => {
  it('spreads every class over five parts', () => {
    const labels = [...Array.from({ length: 50 }, () => 0), ...Array.from({ length: 10 }, () => 1)]
    const parts = assignFolds(labels, 2)
    for (let part = 0; part < 5; part++) {
      const own = labels.filter((_, row) => parts[row] === part)
      expect(own.length).toBe(12)
      expect(own.filter((label) => label === 1).length).toBe(2)
    }
  })

  it('tells clouds apart that lie apart, with probabilities that are sure of it', () => {
    const { table, labels } = clouds(60, 8, 0.12)
    const [result] = crossValidate(table, labels, 8, [3])
    expect(result?.accuracy).toBeGreaterThan(0.99)
    expect(result?.loss).toBeLessThan(0.05)
  })

  it('is no better than chance on labels that mean nothing, and does not pretend to be', () => {
    const { table } = clouds(100, 4, 0.1)
    const random = new RandomStream(9, 'labels')
    const labels = Array.from({ length: 400 }, () => random.below(4))
    const [result] = crossValidate(table, labels, 4, [4])
    expect(result?.accuracy).toBeLessThan(0.35)
    expect(result?.loss).toBeCloseTo(Math.log(4), 1)
  })

  it('chooses among numbers of columns by the loss of images that were not seen', () => {
    const { table, labels } = clouds(40, 4, 0.2)
    const [one, both] = crossValidate(table, labels, 4, [1, 2])
    expect(both?.loss ?? 9).toBeLessThan(one?.loss ?? 0)
  })
})

describe('doubts', () => {
  it('rank by the probability of the given class and count by thresholds of each class', () => {
    // Self-confidence of class 0: (0.9 + 0.8 + 0.1) / 3 = 0.6, of class 1: (0.7 + 0.6 + 0.45) / 3 = 0.583.
    const probabilities = Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.3, 0.7, 0.4, 0.6, 0.55, 0.45)
    const labels = [0, 0, 0, 1, 1, 1]
    const { ranked, likely } = doubtLabels(probabilities, labels, 2)
    expect(ranked.map(({ row, suggested }) => [row, suggested])).toEqual([
      [2, 1],
      [5, 0],
    ])
    // Row 5 is of class 0 with 0.55 only, below 0.6.
    expect(likely).toBe(1)
    expect(doubtLabels(probabilities, labels, 2, (row) => row !== 2).ranked.map(({ row }) => row)).toEqual([5])
  })

  it('find nearly all labels that were changed, and few others', () => {
    const { table, labels } = clouds(125, 8, 0.2)
    const random = new RandomStream(3, 'noise')
    const wrong = new Set(random.permutation(1000).slice(0, 50))
    const given = labels.map((label, row) => (wrong.has(row) ? (label + 1 + random.below(7)) % 8 : label))
    const [result] = crossValidate(table, given, 8, [4])
    const { ranked, likely } = doubtLabels(result?.probabilities ?? new Float32Array(8000), given, 8)
    const found = ranked.slice(0, 100).filter(({ row }) => wrong.has(row))
    expect(found.length).toBeGreaterThanOrEqual(48)
    expect(found.filter(({ row, suggested }) => suggested === labels[row]).length).toBeGreaterThanOrEqual(46)
    expect(likely).toBeGreaterThan(35)
    expect(likely).toBeLessThan(65)
    expect(ranked.slice(0, likely).filter(({ row }) => wrong.has(row)).length).toBeGreaterThan(0.9 * likely)
  })
})
