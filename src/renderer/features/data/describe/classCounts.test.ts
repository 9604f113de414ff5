// Tests of the spread over classes.
import { expect, test } from 'vitest'
import { findImbalance, listClasses } from './classCounts'

const describe = (train: readonly number[], test?: readonly number[]) =>
  listClasses({
    classes: ['cat', 'dog'],
    splits: { train: { count: 0, perClass: train }, ...(test && { test: { count: 0, perClass: test } }) },
  })

test('adds up the splits of each class', () => {
  expect(describe([10, 20], [1, 2])).toEqual([
    { index: 0, name: 'cat', counts: { train: 10, val: 0, test: 1 }, total: 11 },
    { index: 1, name: 'dog', counts: { train: 20, val: 0, test: 2 }, total: 22 },
  ])
})

test('points out classes with few or no training images', () => {
  expect(findImbalance(describe([10, 30]))).toBeNull()
  expect(findImbalance(describe([1000, 3001]))).toMatch(/^Unbalanced: "dog" has 3,001 training images, "cat" 1,000\./)
  expect(findImbalance(describe([5, 0], [5, 5]))).toMatch(/"dog" has no training images/)
})

test('says nothing where there is no training split', () => {
  expect(findImbalance(describe([0, 0], [10, 1]))).toBeNull()
})
