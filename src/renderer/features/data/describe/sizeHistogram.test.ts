// Tests of the grouping of image sizes.
import { expect, test } from 'vitest'
import { groupSizes, printSizeRange } from './sizeHistogram'

test('shows few sizes one by one, smallest first', () => {
  expect(
    groupSizes([
      { width: 64, height: 48, count: 2 },
      { width: 28, height: 28, count: 5 },
    ]),
  ).toEqual([
    { label: '28×28', count: 5 },
    { label: '64×48', count: 2 },
  ])
})

test('groups many sizes by the longer side and keeps gaps', () => {
  const sizes = [30, 31, 32, 33, 64, 65, 300].map((width) => ({ width, height: 10, count: 1 }))
  expect(groupSizes(sizes)).toEqual([
    { label: '17–32 px', count: 3 },
    { label: '33–64 px', count: 2 },
    { label: '65–128 px', count: 1 },
    { label: '129–256 px', count: 0 },
    { label: '257–512 px', count: 1 },
  ])
})

test('prints the range of both sides', () => {
  expect(printSizeRange([{ width: 28, height: 28, count: 9 }])).toBe('28 × 28')
  expect(
    printSizeRange([
      { width: 640, height: 24, count: 1 },
      { width: 32, height: 480, count: 1 },
    ]),
  ).toBe('32–640 × 24–480')
})
