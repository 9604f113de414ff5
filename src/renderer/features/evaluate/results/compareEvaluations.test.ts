// What two evaluations of the same images have in common, and where they differ.
import { describe, expect, it } from 'vitest'
import type { EvaluationResult } from '../../../../shared/contract/modelCalls'
import { compareEvaluations } from './compareEvaluations'

/** Four images, two of each class, taken for `predicted`. */
function evaluation(predicted: readonly number[], names = ['a', 'b', 'c', 'd']): EvaluationResult {
  const labels = [0, 0, 1, 1]
  const answers = names.map((name, index) => ({
    index,
    name,
    label: labels[index] ?? 0,
    predicted: predicted[index] ?? 0,
    confidence: 0.5 + index / 10,
    loss: 1,
  }))
  const recall = (label: number) =>
    answers.filter((image) => image.label === label && image.predicted === label).length / 2
  const perClass = ['cat', 'dog'].map((name, label) => ({ name, count: 2, precision: null, recall: recall(label) }))
  return {
    images: 4,
    loss: 1,
    top1: 0.5,
    top5: 1,
    classes: ['cat', 'dog'],
    classesMatchedBy: 'name',
    leftOut: [],
    perClass,
    confusion: [],
    answers,
  }
}

describe('two models on the same images', () => {
  it('disagree on images that one of them mends or breaks', () => {
    // The first takes a, c rightly; the second a, b and d.
    const comparison = compareEvaluations(evaluation([0, 1, 1, 0]), evaluation([0, 0, 0, 1]))
    expect(comparison?.mended.map(({ name }) => name)).toEqual(['d', 'b'])
    expect(comparison?.broken.map(({ name }) => name)).toEqual(['c'])
    expect(comparison?.agreed).toBe(1)
    // Cats: one of two, then both. Dogs: one of two, then the other one.
    expect(comparison?.classes).toEqual([
      { name: 'cat', count: 2, first: 0.5, second: 1, change: 0.5 },
      { name: 'dog', count: 2, first: 0.5, second: 0.5, change: 0 },
    ])
  })

  it('are not compared on other images', () => {
    expect(compareEvaluations(evaluation([0, 0, 1, 1]), evaluation([0, 0, 1, 1], ['a', 'b', 'c', 'e']))).toBeUndefined()
  })
})
