import { describe, expect, it } from 'vitest'
import { bestThreshold, countsAt, ratesOf, traceThresholds } from './thresholdCurves'

/** The example in scikit-learn's documentation of roc_curve, roc_auc_score and average_precision_score. */
const example = [
  { score: 0.1, isPositive: false },
  { score: 0.4, isPositive: false },
  { score: 0.35, isPositive: true },
  { score: 0.8, isPositive: true },
]

describe('traceThresholds', () => {
  it('gives the curves and areas of scikit-learn', () => {
    const { points, rocArea, averagePrecision } = traceThresholds(example)
    const rates = points.map(ratesOf)
    expect(points.map(({ threshold }) => threshold)).toEqual([Infinity, 0.8, 0.4, 0.35, 0.1])
    expect(rates.map(({ falsePositiveRate }) => falsePositiveRate)).toEqual([0, 0, 0.5, 0.5, 1])
    expect(rates.map(({ recall }) => recall)).toEqual([0, 0.5, 0.5, 1, 1])
    expect(rates.map(({ precision }) => precision)).toEqual([null, 1, 0.5, 2 / 3, 0.5])
    expect(rocArea).toBe(0.75)
    expect(averagePrecision).toBeCloseTo(0.8333333, 6)
  })

  it('counts a tie of a positive and a negative image as half', () => {
    const tied = [
      { score: 0.5, isPositive: true },
      { score: 0.5, isPositive: false },
    ]
    expect(traceThresholds(tied)).toMatchObject({ rocArea: 0.5, averagePrecision: 0.5 })
    expect(traceThresholds(tied).points).toHaveLength(2)
  })

  it('says of a curve without images of one of the classes that it has no area', () => {
    expect(traceThresholds([{ score: 1, isPositive: true }])).toMatchObject({ rocArea: null, averagePrecision: 1 })
    expect(traceThresholds([{ score: 1, isPositive: false }])).toMatchObject({ rocArea: null, averagePrecision: null })
  })
})

describe('countsAt', () => {
  it('takes images of exactly the threshold for positive', () => {
    const { points } = traceThresholds(example)
    expect(countsAt(points, 0.4)).toMatchObject({ truePositives: 1, falsePositives: 1 })
    expect(countsAt(points, 0.41)).toMatchObject({ truePositives: 1, falsePositives: 0 })
    expect(countsAt(points, 0)).toMatchObject({ truePositives: 2, falsePositives: 2 })
    expect(countsAt(points, 1)).toMatchObject({ truePositives: 0, falsePositives: 0, trueNegatives: 2 })
  })
})

describe('bestThreshold', () => {
  it('has the highest F1', () => {
    // At 0.8: 2/3; at 0.35: 2*2 / (4 + 1) = 0.8.
    expect(bestThreshold(traceThresholds(example).points)).toBe(0.35)
    expect(bestThreshold([])).toBeNull()
  })
})
