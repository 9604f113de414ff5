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

  it('are matched by the names of their classes, as after the head was replaced', () => {
    // Ten outputs before, of which the dataset has two, in another order; three classes after, one of them new to the first.
    const before: EvaluationResult = {
      ...evaluation([0, 1, 1, 0]),
      classes: ['dog', 'cat', 'ship', 'frog'],
      leftOut: [{ name: 'owl', images: 1 }],
      answers: evaluation([]).answers.map((image, at) => ({
        ...image,
        label: 1 - image.label,
        // cat, ship, dog, cat
        predicted: [1, 2, 0, 1][at] ?? 0,
        loss: 2,
      })),
    }
    const owl = { index: 4, name: 'e', label: 2, predicted: 2, confidence: 0.9, loss: 0.1 }
    const after: EvaluationResult = {
      ...evaluation([0, 0, 1, 0]),
      classes: ['cat', 'dog', 'owl'],
      answers: [...evaluation([0, 0, 1, 0]).answers, owl],
    }
    const comparison = compareEvaluations(before, after)
    expect(comparison?.classNames).toEqual(['dog', 'cat', 'ship', 'frog', 'owl'])
    expect(comparison).toMatchObject({ images: 4, onlyOne: 1, agreed: 3 })
    // Both took d for a cat. The second mends b, which the first took for a ship.
    expect(comparison?.mended.map(({ name, label, predicted }) => [name, label, predicted])).toEqual([['b', 1, 1]])
    expect([comparison?.first, comparison?.second]).toEqual([
      { top1: 0.5, loss: 2 },
      { top1: 0.75, loss: 1 },
    ])
    expect(comparison?.classes.filter(({ count }) => count > 0)).toEqual([
      { name: 'cat', count: 2, first: 0.5, second: 1, change: 0.5 },
      { name: 'dog', count: 2, first: 0.5, second: 0.5, change: 0 },
    ])
  })

  it('are not compared where they have no image in common, or one of another class', () => {
    const { answers } = evaluation([0, 0, 1, 1])
    const elsewhere = answers.map((image) => ({ ...image, index: image.index + 10 }))
    expect(compareEvaluations(evaluation([0, 0, 1, 1]), { ...evaluation([]), answers: elsewhere })).toBeUndefined()
    const renamed = { ...evaluation([0, 0, 1, 1]), classes: ['cat', 'wolf'] }
    expect(compareEvaluations(evaluation([0, 0, 1, 1]), renamed)).toBeUndefined()
  })

  it('are not compared on other images', () => {
    expect(compareEvaluations(evaluation([0, 0, 1, 1]), evaluation([0, 0, 1, 1], ['a', 'b', 'c', 'e']))).toBeUndefined()
  })
})
