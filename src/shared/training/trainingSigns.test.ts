import { describe, expect, it } from 'vitest'
import { recipeSchema } from './recipe'
import { chanceLoss, standingOf } from './standing'
import { findTrainingSigns, isAbsurdLoss, type SeenEpoch } from './trainingSigns'

const recipe = recipeSchema.parse({ learningRate: 0.01 })
const crossEntropy = { type: 'cross-entropy', labelSmoothing: 0 } as const
const names = ['cat', 'dog', 'bird']
/** 6 cats, 3 dogs, 1 bird, all but one bird right. */
const usual = standingOf(
  [
    [6, 0, 0],
    [0, 3, 0],
    [0, 0, 1],
  ],
  names,
  crossEntropy,
)

function epochsOf(
  train: readonly number[],
  val: readonly number[] = [],
  { standing = usual, accuracy = 0.9 } = {},
): readonly SeenEpoch[] {
  return train.map((loss, index) => ({
    epoch: index + 1,
    train: { loss, accuracy },
    val: val[index] === undefined ? null : { loss: val[index], accuracy },
    standing,
  }))
}

const codesOf = (epochs: readonly SeenEpoch[]) => findTrainingSigns(epochs, recipe).map(({ code }) => code)

describe('chanceLoss', () => {
  it('is the loss of outputs that say nothing', () => {
    expect(chanceLoss(crossEntropy, 10)).toBe(Math.LN10)
    expect(chanceLoss({ type: 'hinge', margin: 1 }, 10)).toBe(9)
    expect(chanceLoss({ type: 'mse' }, 10)).toBe(0.1)
    expect(chanceLoss({ type: 'perceptron' }, 2)).toBe(0.5)
  })
})

describe('standingOf', () => {
  it('tells the largest class, the class named most and those never named', () => {
    const standing = standingOf(
      [
        [6, 0, 0],
        [2, 1, 0],
        [1, 0, 0],
      ],
      names,
      crossEntropy,
    )
    expect(standing).toMatchObject({
      images: 10,
      largest: { name: 'cat', images: 6 },
      mostPredicted: { name: 'cat', images: 9 },
      neverPredicted: [{ name: 'bird', images: 1 }],
      neverPredictedCount: 1,
    })
  })

  it('counts no class as never named that has no images', () => {
    const standing = standingOf([[1, 0, 0], [0, 1, 0], []], names, crossEntropy)
    expect(standing?.neverPredictedCount).toBe(0)
    expect(standingOf([[], []], names, crossEntropy)).toBeUndefined()
  })
})

describe('findTrainingSigns', () => {
  it('says nothing of a training that goes well, nor before an epoch has ended', () => {
    expect(findTrainingSigns([], recipe)).toEqual([])
    expect(codesOf(epochsOf([1, 0.6, 0.4, 0.3, 0.25], [0.9, 0.6, 0.45, 0.4, 0.41]))).toEqual([])
    // One that has learnt its images falls slowly at the end.
    expect(codesOf(epochsOf([0.02, 0.0199, 0.0198, 0.0197]))).toEqual([])
  })

  it('does not take a validation loss of 1e12 for a good one', () => {
    const epochs = epochsOf([0.5], [1e12])
    expect(isAbsurdLoss({ loss: 1e12, accuracy: 0.9 }, usual)).toBe(true)
    expect(isAbsurdLoss({ loss: 2, accuracy: 0.9 }, usual)).toBe(false)
    const [sign] = findTrainingSigns(epochs, recipe)
    expect(sign).toMatchObject({ code: 'exploded', changes: [{ value: 0.001 }, { key: 'gradientClipNorm', value: 1 }] })
    expect(sign?.text).toContain('1.00e+12')
    expect(sign?.text).toContain('1.099')
  })

  it('sees a training that diverges', () => {
    const [sign] = findTrainingSigns(epochsOf([0.8, 0.7, 2.5]), recipe)
    expect(sign).toMatchObject({ code: 'rateTooHigh', title: 'The training diverges' })
    expect(sign?.text).toContain('from 0.700 in epoch 2 to 2.500')
  })

  it('tells a rate that is too high from one that is too low and from a dead start', () => {
    // Three classes: ln 3 = 1.0986.
    expect(codesOf(epochsOf([1.6, 1.4, 1.7, 1.5]))).toEqual(['rateTooHigh'])
    expect(codesOf(epochsOf([0.5, 0.7, 0.4, 0.6, 0.35, 0.5]))).toEqual(['rateTooHigh'])
    expect(codesOf(epochsOf([1.0986, 1.0986, 1.0985, 1.0986]))).toEqual(['deadStart'])
    expect(codesOf(epochsOf([1.09, 1.08, 1.07, 1.06]))).toEqual(['rateTooLow'])
    expect(findTrainingSigns(epochsOf([1.09, 1.08, 1.07, 1.06]), recipe)[0]?.changes).toEqual([
      { key: 'learningRate', value: 0.1 },
    ])
  })

  it('names the epoch from which on it overfits', () => {
    const epochs = epochsOf([1, 0.6, 0.3, 0.1, 0.05, 0.02], [0.9, 0.7, 0.72, 0.8, 0.95, 1.2])
    const [sign] = findTrainingSigns(epochs, recipe)
    expect(sign).toMatchObject({ code: 'overfitting', title: 'Overfitting since epoch 2' })
    expect(sign?.text).toContain('from 0.700 to 1.200')
    expect(sign?.changes).toContainEqual({ key: 'epochs', value: 2 })
    // Two epochs of it are no trend.
    expect(codesOf(epochs.slice(0, 4))).toEqual([])
  })

  it('sees that all images are taken for one class, and that a model is no better than that', () => {
    const always = standingOf(
      [
        [6, 0, 0],
        [3, 0, 0],
        [1, 0, 0],
      ],
      names,
      crossEntropy,
    )
    const epochs = epochsOf([0.9, 0.7, 0.6], [0.9, 0.8, 0.8], { standing: always, accuracy: 0.6 })
    expect(findTrainingSigns(epochs, recipe)).toMatchObject([{ title: 'Every image is taken for cat' }])
    const poor = epochsOf([0.9, 0.7, 0.6], [0.9, 0.8, 0.8], { accuracy: 0.6 })
    expect(findTrainingSigns(poor, recipe)).toMatchObject([{ title: 'No better than always saying cat' }])
    expect(findTrainingSigns(poor, recipe)[0]?.text).toContain('60.00%')
  })

  it('names a class that is never predicted', () => {
    const without = standingOf(
      [
        [6, 0, 0],
        [0, 3, 0],
        [0, 1, 0],
      ],
      names,
      crossEntropy,
    )
    const epochs = epochsOf([0.9, 0.5, 0.3], [0.8, 0.5, 0.4], { standing: without })
    expect(findTrainingSigns(epochs, recipe)).toMatchObject([{ title: 'bird is never predicted' }])
    expect(findTrainingSigns(epochs, recipe)[0]?.text).toContain('bird (1)')
  })

  it('speaks of older runs and unknown recipes as far as it can', () => {
    const old = epochsOf([0.8, 0.7, 2.5], [0.5, 0.5, 0.5]).map((epoch) => ({ ...epoch, standing: undefined }))
    expect(findTrainingSigns(old, undefined)).toMatchObject([{ code: 'rateTooHigh', changes: [] }])
  })
})
