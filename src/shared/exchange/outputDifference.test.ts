// What counts as a difference between two outputs, and when it is a failure.
import { describe, expect, it } from 'vitest'
import { compareOutputs, differenceForJson, judgeDifference, largestOf, printDifference } from './outputDifference'

describe('compareOutputs', () => {
  it('takes the largest difference, and that relative to the largest value of the original', () => {
    // |4 - 3.5| = 0.5, and 0.5 / 4 = 0.125
    expect(compareOutputs([1, -2, 4], [1, -2, 3.5])).toEqual({ maxAbs: 0.5, maxRel: 0.125 })
    expect(compareOutputs([1, 2], [1, 2])).toEqual({ maxAbs: 0, maxRel: 0 })
  })

  it.each([
    ['NaN in the one', [1, 2], [NaN, 2]],
    ['NaN in the other', [NaN, 2], [1, 2]],
    ['an infinity in the one', [1, 2], [Infinity, 2]],
    ['an infinity in the other, before a number that differs', [Infinity, 2], [1, 3]],
    ['infinities of both signs', [Infinity], [-Infinity]],
    ['NaN before numbers that are equal', [NaN, 2, 3], [0, 2, 3]],
    ['another number of values', [1, 2], [1]],
  ])('finds an infinite difference: %s', (_, expected, received) => {
    expect(compareOutputs(expected, received)).toEqual({ maxAbs: Infinity, maxRel: Infinity })
  })

  it('finds none where both are the same, whatever it is', () => {
    expect(compareOutputs([NaN, Infinity, 1], [NaN, Infinity, 1])).toEqual({ maxAbs: 0, maxRel: 0 })
  })

  it('is not hidden by an infinity beside it', () => {
    expect(compareOutputs([Infinity, 2], [Infinity, 1])).toEqual({ maxAbs: 1, maxRel: 0.5 })
  })
})

it('judges: up to 1e-3 is rounding, NaN and Infinity are a failure, null is no comparison', () => {
  const verdicts = [0, 1e-3, 1.1e-3, Infinity, NaN, null].map((maxRel) => judgeDifference({ maxRel }))
  expect(verdicts).toEqual(['equal', 'equal', 'different', 'different', 'different', 'not-run'])
})

it('gathers the largest, and nothing from nothing', () => {
  expect(largestOf([])).toEqual({ maxAbs: null, maxRel: null })
  const some = [0.5, NaN, 1].map((value) => ({ maxAbs: value, maxRel: value }))
  expect(largestOf(some)).toEqual({ maxAbs: Infinity, maxRel: Infinity })
})

it('says infinite and not run apart', () => {
  expect([0.25, Infinity, NaN, null].map(differenceForJson)).toEqual([0.25, 'infinite', 'infinite', 'not-run'])
  expect([0.25, Infinity, null].map(printDifference)).toEqual(['2.5e-1', 'infinite', 'not compared'])
})
