import { describe, expect, it } from 'vitest'
import { RandomStream } from '../training/randomStream'
import { limitStratified, takeStratified } from './split'

function labelsOf(...counts: number[]): Int32Array {
  return Int32Array.from(counts.flatMap((count, label) => Array.from({ length: count }, () => label)))
}

function countClasses(labels: Int32Array, members: Uint32Array): number[] {
  const counts: number[] = []
  for (const member of members) {
    const label = labels[member] ?? 0
    counts[label] = (counts[label] ?? 0) + 1
  }
  return counts
}

const all = (labels: Int32Array) => Uint32Array.from(labels.keys())

describe('stratified choices', () => {
  it('take the share of every class', () => {
    const labels = labelsOf(100, 50, 10)
    const { taken, left } = takeStratified(labels, all(labels), 0.1, new RandomStream(1))
    expect(countClasses(labels, taken)).toEqual([10, 5, 1])
    expect(countClasses(labels, left)).toEqual([90, 45, 9])
  })

  it('reach the rounded total when every class is small', () => {
    // 100 classes of 4: a tenth of each is 0.4, of all 40.
    const labels = labelsOf(...Array.from({ length: 100 }, () => 4))
    const { taken } = takeStratified(labels, all(labels), 0.1, new RandomStream(1))
    expect(taken).toHaveLength(40)
    expect(Math.max(...countClasses(labels, taken).filter(Boolean))).toBe(1)
  })

  it('leave one image in each class', () => {
    const labels = labelsOf(1, 1, 1, 1)
    expect(takeStratified(labels, all(labels), 0.9, new RandomStream(1)).left).toHaveLength(4)
  })

  it('depend on the seed alone and keep file order', () => {
    const labels = labelsOf(40, 40)
    const take = (seed: number) => [...takeStratified(labels, all(labels), 0.25, new RandomStream(seed)).taken]
    expect(take(3)).toEqual(take(3))
    expect(take(3)).not.toEqual(take(4))
    expect(take(3)).toEqual(take(3).toSorted((a, b) => a - b))
  })

  it('limit to a number, small classes whole', () => {
    const labels = labelsOf(100, 2, 100)
    const kept = limitStratified(labels, all(labels), 12, new RandomStream(1))
    expect(countClasses(labels, kept)).toEqual([5, 2, 5])
  })

  it('limit to less than one image per class', () => {
    const labels = labelsOf(3, 3, 3)
    expect(limitStratified(labels, all(labels), 2, new RandomStream(1))).toHaveLength(2)
  })
})
