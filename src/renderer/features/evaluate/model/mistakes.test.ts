// Tests of the order of mistakes, confusions and class rows.
import { expect, test } from 'vitest'
import { listConfusions, imagesOfCell, sortClassRows, worstMistakes } from './mistakes'

const image = (index: number, label: number, predicted: number, confidence: number) => ({
  index,
  name: `${index}.png`,
  label,
  predicted,
  confidence,
  loss: 1,
})
const images = [
  image(0, 3, 5, 0.6),
  image(1, 3, 5, 0.99),
  image(2, 3, 3, 0.99),
  image(3, 3, 3, 0.51),
  image(4, 3, 5, 0.6),
  image(5, 7, 1, 0.8),
]

test('shows the most confident mistakes first', () => {
  expect(imagesOfCell(images, { label: 3, predicted: 5 }).map(({ index }) => index)).toEqual([1, 0, 4])
  expect(worstMistakes(images).map(({ index }) => index)).toEqual([1, 5, 0, 4])
})

test('shows the least confident right answers first', () => {
  expect(imagesOfCell(images, { label: 3, predicted: 3 }).map(({ index }) => index)).toEqual([3, 2])
})

test('lists the pairs that are mistaken most often', () => {
  const confusion = [
    [8, 2, 0],
    [2, 2, 0],
    [0, 1, 9],
  ]
  expect(listConfusions(confusion, 2)).toEqual([
    { label: 1, predicted: 0, count: 2, share: 0.5 },
    { label: 0, predicted: 1, count: 2, share: 0.2 },
  ])
})

test('keeps classes without a value last in both directions', () => {
  const rows = [
    { name: 'a10', count: 0, precision: null, recall: null },
    { name: 'a2', count: 5, precision: 0.5, recall: 1 },
    { name: 'b', count: 9, precision: 0.9, recall: 0.2 },
  ]
  const confusion = [
    [0, 0, 0],
    [0, 5, 0],
    [0, 7, 2],
  ]
  const order = (column: 'name' | 'precision' | 'f1', isDescending: boolean) =>
    sortClassRows({ perClass: rows, confusion }, column, isDescending).map(({ index }) => index)
  expect([order('precision', false), order('precision', true)]).toEqual([
    [1, 2, 0],
    [2, 1, 0],
  ])
  expect(order('name', false)).toEqual([1, 0, 2])
  // 10/17 and 4/11; the first has neither images nor guesses.
  expect([order('f1', true), order('f1', false)]).toEqual([
    [1, 2, 0],
    [2, 1, 0],
  ])
})
