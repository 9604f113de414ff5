import { printCount } from '../graph/printNumbers'
import { describe, expect, it } from 'vitest'
import { printStatement } from './arithmeticLine'
import { printDropped, printWindow, printWindowSteps } from './printWindow'
import { explainWindowSize } from './windowLines'
import {
  countDropped,
  countPadEnd,
  countTransposed,
  countWindows,
  resolvePadding,
  windowAxes,
  type Pair,
  type Rounding,
  type Sides,
  type WindowAxis,
} from './window'

function axis(extent: number, kernel: number, stride: number, padBegin = 0, padEnd = padBegin, dilation = 1) {
  return { extent, kernel, stride, dilation, padBegin, padEnd } satisfies WindowAxis
}

function square(extent: number, kernel: number, stride: number, pads: Sides = [0, 0, 0, 0]) {
  const pair = (value: number): Pair => [value, value]
  return windowAxes(pair(extent), { kernel: pair(kernel), stride: pair(stride), dilation: [1, 1], pads })
}

describe('the number of windows', () => {
  it.each([
    { extent: 7, kernel: 3, stride: 1, pad: 0, count: 5 },
    { extent: 7, kernel: 3, stride: 2, pad: 0, count: 3 },
    { extent: 7, kernel: 3, stride: 3, pad: 0, count: 2 },
    { extent: 7, kernel: 3, stride: 1, pad: 1, count: 7 },
    { extent: 7, kernel: 5, stride: 1, pad: 2, count: 7 },
    { extent: 7, kernel: 7, stride: 1, pad: 3, count: 7 },
    { extent: 33, kernel: 3, stride: 2, pad: 0, count: 16 },
    { extent: 227, kernel: 11, stride: 4, pad: 0, count: 55 },
    { extent: 55, kernel: 3, stride: 2, pad: 0, count: 27 },
  ])(
    'is $count for $extent, window $kernel, stride $stride, padding $pad',
    ({ extent, kernel, stride, pad, count }) => {
      expect(countWindows(axis(extent, kernel, stride, pad))).toBe(count)
    },
  )

  it('takes the span of a dilated window', () => {
    // (7 - (2*2 + 1))/1 + 1 = 3
    expect(countWindows(axis(7, 3, 1, 0, 0, 2))).toBe(3)
  })

  it('is 0 or less where no window fits', () => {
    expect(countWindows(axis(2, 3, 1))).toBe(0)
    expect(countWindows(axis(2, 3, 2))).toBeLessThan(1)
  })

  it('rounds up in ceil mode', () => {
    // (8 - 3)/2 + 1 = 3.5
    expect(countWindows(axis(8, 3, 2), 'ceil')).toBe(4)
    expect(countWindows(axis(7, 3, 2), 'ceil')).toBe(3)
  })

  it('drops a last window that would start in the right padding', () => {
    // (4 - 1 + 2)/3 + 1 = 2.67 gives 3, but the third window starts at 6, and input and left padding end at 5.
    expect(countWindows(axis(4, 1, 3, 1), 'ceil')).toBe(2)
    expect(countWindows(axis(5, 2, 2, 1), 'ceil')).toBe(3)
  })

  it('is reached by floor rounding with the end padding that ceil mode implies', () => {
    const open = axis(8, 3, 2)
    const padEnd = countPadEnd(open, 4)
    // windows start at 0, 2, 4, 6; the last ends at 9
    expect(padEnd).toBe(1)
    expect(countWindows({ ...open, padEnd })).toBe(4)
  })
})

describe('padding rules', () => {
  it('splits an odd total with the larger part at the end for upper and at the beginning for lower', () => {
    // window 4, stride 1: 3 rows to add
    const pair: Pair = [4, 4]
    expect(resolvePadding('same-upper', [7, 7], pair, [1, 1], [1, 1])).toEqual([1, 1, 2, 2])
    expect(resolvePadding('same-lower', [7, 7], pair, [1, 1], [1, 1])).toEqual([2, 2, 1, 1])
  })

  it('is (F - 1)/2 on all sides for odd windows at stride 1', () => {
    for (const [kernel, pad] of [
      [3, 1],
      [5, 2],
      [7, 3],
    ] as const)
      expect(resolvePadding('same-upper', [7, 7], [kernel, kernel], [1, 1], [1, 1])).toEqual([pad, pad, pad, pad])
  })

  it('gives ceil(N / S) windows at larger strides', () => {
    // 224, window 3, stride 2: 112 windows reach 111*2 + 3 = 225, so one row is added
    expect(resolvePadding('same-upper', [224, 224], [3, 3], [2, 2], [1, 1])).toEqual([0, 0, 1, 1])
    expect(resolvePadding('same-lower', [224, 224], [3, 3], [2, 2], [1, 1])).toEqual([1, 1, 0, 0])
  })

  it('pads each axis by its own window, and nothing where the stride exceeds the window', () => {
    expect(resolvePadding('same-upper', [8, 8], [3, 5], [1, 1], [1, 1])).toEqual([1, 2, 1, 2])
    expect(resolvePadding('same-upper', [8, 8], [1, 1], [2, 2], [1, 1])).toEqual([0, 0, 0, 0])
    expect(resolvePadding('valid', [8, 8], [3, 3], [1, 1], [1, 1])).toEqual([0, 0, 0, 0])
  })
})

describe('what a stride drops', () => {
  it('names the last row and the last column with the arithmetic', () => {
    expect(printDropped(square(7, 3, 3))).toEqual([
      '(7 - 3)/3 + 1 = 2.33: the last row is dropped',
      '(7 - 3)/3 + 1 = 2.33: the last column is dropped',
    ])
    // windows at 0 and 3 of 8: rows 6 and 7 are left over
    expect(printDropped(square(8, 3, 3))[1]).toBe('(8 - 3)/3 + 1 = 2.67: the last 2 columns are dropped')
  })

  it('says nothing where it divides, where only padding is left over, and where a stride skips pixels anyway', () => {
    expect(printDropped(square(7, 3, 2))).toEqual([])
    expect(printDropped(square(32, 3, 2, [1, 1, 1, 1]))).toEqual([])
    expect(countDropped(axis(32, 1, 2))).toBe(0)
  })
})

describe('the printed arithmetic', () => {
  it('shows padding once where it is symmetric, twice where it is not, and not where there is none', () => {
    expect(printWindowSteps(axis(32, 5, 1, 2))).toBe('(32 - 5 + 2*2)/1 + 1 = 32')
    expect(printWindowSteps(axis(7, 4, 1, 1, 2))).toBe('(7 - 4 + 1 + 2)/1 + 1 = 7')
    expect(printWindowSteps(axis(7, 3, 2))).toBe('(7 - 3)/2 + 1 = 3')
  })

  it('shows the span of a dilated window', () => {
    expect(printWindowSteps(axis(7, 3, 1, 0, 0, 2))).toBe('(7 - (2*(3 - 1) + 1))/1 + 1 = 3')
  })

  it('joins both axes where they are the same', () => {
    const read = (axes: readonly [WindowAxis, WindowAxis], rounding?: Rounding) =>
      explainWindowSize(axes, rounding).map(({ title, states }) => [title, printStatement(states).result])
    expect(read(square(7, 3, 2))).toEqual([['Height and width', '3']])
    expect(read([axis(7, 3, 2), axis(9, 3, 2)])).toEqual([
      ['Height', '3'],
      ['Width', '4'],
    ])
    expect(read(square(8, 3, 2), 'ceil')).toEqual([['Height and width', '4']])
  })

  it('separates thousands and names dilated windows by their span', () => {
    expect(printCount(3600000100)).toBe('3,600,000,100')
    expect(printCount(760)).toBe('760')
    expect(printWindow([axis(9, 3, 1, 0, 0, 2), axis(9, 3, 1, 0, 0, 2)])).toBe('3x3 with dilation 2x2 (spans 5x5)')
  })
})

describe('transposed convolution', () => {
  it('inverts the extent of a convolution, with output padding for the rest', () => {
    expect(countTransposed({ ...axis(4, 3, 2, 1), outputPadding: 0 })).toBe(7)
    expect(countTransposed({ ...axis(4, 3, 2, 1), outputPadding: 1 })).toBe(8)
    expect(countTransposed({ ...axis(7, 2, 2), outputPadding: 0 })).toBe(14)
  })
})
