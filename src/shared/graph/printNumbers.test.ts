// Numbers as people read them, at the edges between units.
import { describe, expect, it } from 'vitest'
import {
  countOf,
  printAccuracy,
  printAgo,
  printBytes,
  printClock,
  printCount,
  printDecimal,
  printDuration,
  printExtents,
  printPace,
  printShare,
  printShort,
  printTimeLeft,
} from './printNumbers'

describe('counts', () => {
  it('separates thousands, and leaves the digits after a point alone', () => {
    expect([0, 999, 1000, 25_557_032, 3_600_030_100, 1234567.12345].map(printCount)).toEqual([
      '0',
      '999',
      '1,000',
      '25,557,032',
      '3,600,030,100',
      '1,234,567.12345',
    ])
  })

  it('take the singular for one', () => {
    expect([countOf(1, 'image'), countOf(2000, 'image'), countOf(0, 'class', 'classes')]).toEqual([
      '1 image',
      '2,000 images',
      '0 classes',
    ])
  })

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
  ])('print %d short', (count, text) => expect(printShort(count)).toBe(text))

  it('keep a digit of what is slow', () => {
    expect([0.25, 2.5, 9, 12.7, 12_345.6].map(printPace)).toEqual(['0.3', '2.5', '9', '13', '12,346'])
  })

  it('keep two decimals at most', () => expect([7 / 3, 16.5, 55].map(printDecimal)).toEqual(['2.33', '16.5', '55']))
})

describe('shares', () => {
  it('never round to nothing or to everything', () => {
    expect([0, 0.0001, 0.0007, 0.5, 0.99999, 1].map((share) => printShare(share))).toEqual([
      '0.0%',
      '<0.1%',
      '0.1%',
      '50.0%',
      '99.9%',
      '100.0%',
    ])
    expect([0.97654, 0.999999, Number.NaN].map(printAccuracy)).toEqual(['97.65%', '99.99%', 'NaN'])
  })
})

describe('bytes', () => {
  // 6,898,516 / 1,048,576 = 6.579; 1,022 KiB are 0.998 MiB.
  it.each([
    [0, '0 B'],
    [512, '512 B'],
    [1023, '1,023 B'],
    [1536, '1.5 KiB'],
    [6_898_516, '6.58 MiB'],
    [1022 * 1024, '0.998 MiB'],
    [44_426_000, '42.4 MiB'],
    [3 * 1024 ** 3, '3 GiB'],
    [5 * 1024 ** 5, '5,120 TiB'],
  ])('print %d', (bytes, text) => expect(printBytes(bytes)).toBe(text))
})

describe('shapes', () => {
  it('stand with a sign between their extents', () => {
    expect([printExtents([64, 56, 56]), printExtents([10], '×'), printExtents([3, 4], '×')]).toEqual([
      '64x56x56',
      '10',
      '3×4',
    ])
  })
})

describe('times', () => {
  it.each([
    [0, '0 s'],
    [0.0051, '5.1 ms'],
    [0.42, '0.4 s'],
    [42, '42 s'],
    [60, '1 min'],
    [185, '3 min 5 s'],
    [3600, '1 h'],
    [3599.6, '1 h'],
    [7800, '2 h 10 min'],
    [86_399, '1 d'],
    [273_600, '3 d 4 h'],
    [Infinity, 'unknown'],
  ])('print %d seconds', (seconds, text) => expect(printDuration(seconds)).toBe(text))

  it('are a clock with as many parts as they need', () => {
    expect([0, 9.4, 95, 3700].map(printClock)).toEqual(['0:00', '0:09', '1:35', '1:01:40'])
  })

  it.each([
    [null, 'estimating time left'],
    [0.3, 'almost done'],
    [3.2, '4 s left'],
    [32, '35 s left'],
    [124, '2 min left'],
    [3725, 'about 1 h 2 min left'],
  ])('print %s seconds left', (seconds, text) => expect(printTimeLeft(seconds)).toBe(text))

  it.each([
    [-5, 'just now'],
    [59, 'just now'],
    [60, '1 minute ago'],
    [3599, '59 minutes ago'],
    [7200, '2 hours ago'],
    [86_400, '1 day ago'],
  ])('say how long ago %d seconds are', (seconds, text) => {
    expect(printAgo(1_000_000_000, 1_000_000_000 + 1000 * seconds)).toBe(text)
  })
})
