// Smoothing against hand arithmetic.
import { describe, expect, it } from 'vitest'
import { Smoother, smoothColumn } from './smoothing'

describe('smoothColumn', () => {
  it('starts at the first value instead of near 0', () => {
    // beta 0.9: m1 = 0.1 * 4, divided by 1 - 0.9 = 0.1, is 4.
    expect(smoothColumn([4], 0.9)[0]).toBeCloseTo(4, 12)
  })

  it('divides the average by 1 - beta^t', () => {
    // beta 0.5 over 2, 4, 8: m = 1, 2.5, 5.25; corrections 0.5, 0.75, 0.875.
    const smooth = smoothColumn([2, 4, 8], 0.5)
    expect([...smooth]).toEqual([1 / 0.5, 2.5 / 0.75, 5.25 / 0.875])
  })

  it('keeps a constant curve and, with a share of 0, every curve', () => {
    for (const value of smoothColumn([3, 3, 3, 3], 0.97)) expect(value).toBeCloseTo(3, 12)
    expect([...smoothColumn([1, 5, 2], 0)]).toEqual([1, 5, 2])
  })

  it('leaves values that are no numbers as they are and goes on after them', () => {
    const smooth = smoothColumn([2, Number.NaN, 2], 0.5)
    expect(smooth[1]).toBeNaN()
    expect(smooth[2]).toBeCloseTo(2, 12)
  })
})

describe('Smoother', () => {
  it('gives the same piece by piece as at once, beyond its first capacity', () => {
    const values = Float64Array.from({ length: 5000 }, (_, index) => Math.sin(index / 7) + 2)
    const smoother = new Smoother(0.93)
    for (let end = 0; end <= values.length; end += 777) smoother.extend(values.subarray(0, end))
    smoother.extend(values)
    expect(smoother.values).toEqual(smoothColumn(values, 0.93))
  })
})
