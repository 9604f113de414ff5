// Tests of the printed numbers of the data and evaluation screens.
import { expect, test } from 'vitest'
import { countOf, printBytes, printCount, printShare } from './printNumbers'

test('separates thousands', () => {
  expect(printCount(25557032)).toBe('25,557,032')
})

test('takes the singular for one', () => {
  expect([countOf(1, 'image'), countOf(2000, 'image'), countOf(2, 'class', 'classes')]).toEqual([
    '1 image',
    '2,000 images',
    '2 classes',
  ])
})

test('never rounds a share to nothing or to everything', () => {
  expect([0, 0.0001, 0.5, 0.99999, 1].map((share) => printShare(share))).toEqual([
    '0.0%',
    '<0.1%',
    '50.0%',
    '99.9%',
    '100.0%',
  ])
})

test('names sizes in decimal units', () => {
  expect([999, 1200, 44_426_000].map(printBytes)).toEqual(['999 B', '1.2 kB', '44 MB'])
})
