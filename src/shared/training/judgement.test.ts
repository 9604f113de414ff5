import { describe, expect, it } from 'vitest'
import { describeTestUse, pairedGain, comparePaired, judgeEvaluation, wilsonInterval } from './judgement'

describe('the interval of a share', () => {
  it.each([
    // By Wilson's formula in Python; 8 of 10 is the textbook's 0.490 to 0.943.
    [8, 10, 0.4901625, 0.9433178],
    [1, 2, 0.0945312, 0.9054688],
    [37, 37, 0.9059422, 1],
    [0, 5, 0, 0.4344825],
    [9310, 10_000, 0.9258651, 0.9358039],
  ])('is Wilson’s for %i of %i', (successes, count, low, high) => {
    const interval = wilsonInterval(successes, count)
    expect(interval[0]).toBeCloseTo(low, 6)
    expect(interval[1]).toBeCloseTo(high, 6)
  })
})

describe('the judgement of an evaluation', () => {
  it('compares with the most frequent class and averages over classes', () => {
    // 6 cats, 3 dogs, 1 bird that is taken for a cat.
    const judgement = judgeEvaluation([
      [5, 1, 0],
      [1, 2, 0],
      [1, 0, 0],
    ])
    expect(judgement.majority).toEqual({ classIndex: 0, share: 0.6 })
    expect(judgement.interval?.[0]).toBeCloseTo(0.3967781, 6)
    expect(judgement.balancedAccuracy).toBeCloseTo((5 / 6 + 2 / 3 + 0) / 3, 12)
    expect(judgement.f1).toEqual([10 / 13, 4 / 6, 0])
    expect(judgement.macroF1).toBeCloseTo((10 / 13 + 4 / 6) / 3, 12)
  })

  it('leaves classes out that have no images, but counts a wrong name for one', () => {
    expect(
      judgeEvaluation([
        [4, 0],
        [0, 0],
      ]),
    ).toMatchObject({ balancedAccuracy: 1, macroF1: 1, f1: [1, null] })
    expect(
      judgeEvaluation([
        [3, 1],
        [0, 0],
      ]),
    ).toMatchObject({ balancedAccuracy: 0.75, f1: [6 / 7, 0] })
  })

  it('says nothing without images', () => {
    expect(
      judgeEvaluation([
        [0, 0],
        [0, 0],
      ]),
    ).toEqual({
      interval: null,
      majority: null,
      balancedAccuracy: null,
      macroF1: null,
      f1: [null, null],
    })
  })
})

describe('the comparison of two models on the same images', () => {
  it.each([
    // By exact fractions in Python.
    [0, 0, 1, 'undecided'],
    [5, 5, 1, 'undecided'],
    [0, 5, 0.0625, 'undecided'],
    [0, 6, 0.03125, 'second'],
    [23, 4, 0.000310748815536499, 'first'],
    [480, 560, 0.014259079095386026, 'second'],
    [5000, 5200, 0.04878796312682245, 'second'],
  ] as const)('is McNemar’s exact test for %i against %i', (first, second, p, verdict) => {
    const test = comparePaired(first, second)
    expect(test.p).toBeCloseTo(p, 10)
    expect(test.verdict).toBe(verdict)
  })
})

describe('pairedGain', () => {
  it('gives the gain with its interval', () => {
    // By hand for b = 16, c = 9, n = 100: middle -7/102, half 1.96 * sqrt(26 - 49/102) / 102.
    const { gain, interval } = pairedGain(16, 9, 100)
    expect(gain).toBeCloseTo(-0.07, 12)
    expect(interval[0]).toBeCloseTo(-0.1657, 3)
    expect(interval[1]).toBeCloseTo(0.0284, 3)
  })

  it('does not call two models equal that agree on a few images', () => {
    const { gain, interval } = pairedGain(0, 0, 10)
    expect(gain).toBe(0)
    expect(interval[0]).toBeLessThan(-0.1)
    expect(interval[1]).toBeGreaterThan(0.1)
  })
})

describe('describeTestUse', () => {
  it('warns when several models were measured on the same test images', () => {
    expect(describeTestUse({ evaluations: 3, models: 1 })).toBeUndefined()
    expect(describeTestUse({ evaluations: 7, models: 3 })).toContain('7 times with 3 models')
  })
})
