// Counts and times in words, at the edges between units.
import { describe, expect, it } from 'vitest'
import { printAgo, printShort, printWhole } from './printCounts'

describe('counts', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1.00 k'],
    [61_706, '61.7 k'],
    [999_499, '999 k'],
    [999_500, '1.00 M'],
    [25_557_032, '25.6 M'],
    [4_089_184_256, '4.09 G'],
    [1.2e12, '1.20 T'],
  ])('prints %d short', (count, text) => expect(printShort(count)).toBe(text))

  it('prints all digits with thousands separated', () => expect(printWhole(25_557_032)).toBe('25,557,032'))
})

describe('times', () => {
  it.each([
    [-5, 'just now'],
    [59, 'just now'],
    [60, '1 minute ago'],
    [3599, '59 minutes ago'],
    [7200, '2 hours ago'],
    [86_400, '1 day ago'],
  ])('says how long %d seconds are', (seconds, text) => {
    expect(printAgo(1_000_000_000, 1_000_000_000 + 1000 * seconds)).toBe(text)
  })
})
