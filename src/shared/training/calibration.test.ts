import { describe, expect, it } from 'vitest'
import { fitTemperature, measureReliability } from './calibration'

const answer = (confidence: number, isRight: boolean) => ({ confidence, isRight })

describe('measureReliability', () => {
  it('weighs the distance of accuracy from confidence by images', () => {
    // Bin (0.8, 0.9]: 3 images, confidence 0.85, 2/3 right; bin (0.5, 0.6]: 1 image, confidence 0.6, right.
    // ECE = (3 * |0.85 - 2/3| + 1 * |0.6 - 1|) / 4 = (0.55 + 0.4) / 4 = 0.2375
    const answers = [answer(0.85, true), answer(0.9, true), answer(0.8000001, false), answer(0.6, true)]
    const { bins, error, surplus } = measureReliability(answers)
    expect(error).toBeCloseTo(0.2375, 6)
    expect(surplus).toBeCloseTo((0.85 + 0.9 + 0.8 + 0.6 - 3) / 4, 6)
    expect(bins[8]).toMatchObject({ images: 3, low: 0.8, high: 0.9 })
    expect(bins[8]?.confidence).toBeCloseTo(0.85, 6)
    expect(bins[8]?.accuracy).toBeCloseTo(2 / 3, 12)
    expect(bins[5]).toMatchObject({ images: 1, accuracy: 1 })
  })

  it('puts 0 and 1 into the first and last bin, and says nothing without images', () => {
    const { bins } = measureReliability([answer(0, false), answer(1, true)])
    expect([bins[0]?.images, bins[9]?.images]).toEqual([1, 1])
    expect(measureReliability([])).toMatchObject({ error: null, surplus: null })
  })
})

describe('fitTemperature', () => {
  it('finds the temperature at which confidence is accuracy', () => {
    // All logits differ by 2 and 3 of 4 are right: sigmoid(2 / T) = 3/4, so 2 / T = ln 3.
    const logits = Float32Array.from([2, 0, 2, 0, 0, 2, 0, 2])
    const fitted = fitTemperature({ logits, labels: [0, 0, 1, 0], classes: 2 })
    expect(fitted?.temperature).toBeCloseTo(2 / Math.log(3), 3)
    expect(fitted?.loss[0]).toBeCloseTo(Math.log(1 + Math.exp(-2)) + 2 / 4, 6)
    expect(fitted?.loss[1]).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 6)
    expect(fitted?.error[0]).toBeCloseTo(1 / (1 + Math.exp(-2)) - 0.75, 6)
    expect(fitted?.error[1]).toBeCloseTo(0, 3)
  })

  it('takes logarithms of probabilities for logits', () => {
    const labels = [0, 2, 1, 1]
    const logits = Float32Array.from([3, 1, 0, 0, 1, 4, 2, 0, 1, 0, 5, 1])
    const logarithms = logits.map((value, index) => {
      const start = index - (index % 3)
      return value - Math.log(logits.subarray(start, start + 3).reduce((sum, other) => sum + Math.exp(other), 0))
    })
    const [first, second] = [logits, logarithms].map((values) => fitTemperature({ logits: values, labels, classes: 3 }))
    expect(second?.temperature).toBeCloseTo(first?.temperature ?? 0, 3)
  })

  it('refuses what it cannot be fitted on', () => {
    expect(fitTemperature({ logits: new Float32Array(0), labels: [], classes: 2 })).toBeUndefined()
    expect(fitTemperature({ logits: Float32Array.of(1), labels: [0], classes: 1 })).toBeUndefined()
    expect(fitTemperature({ logits: Float32Array.of(NaN, 1), labels: [0], classes: 2 })).toBeUndefined()
  })

  it('stays within its bounds where all answers are right', () => {
    expect(fitTemperature({ logits: Float32Array.of(1, 0), labels: [0], classes: 2 })?.temperature).toBeCloseTo(0.05, 3)
  })
})
