import { expect, it } from 'vitest'
import { noImages, rangesOf, selectAll, selectPlace, type ImageSelection, type SelectingKeys } from './imageSelection'

const plain: SelectingKeys = { isRange: false, isToggle: false }
const shift: SelectingKeys = { isRange: true, isToggle: false }
const control: SelectingKeys = { isRange: false, isToggle: true }
const chosenOf = ({ chosen }: ImageSelection) => [...chosen].sort((a, b) => a - b)

it('selects one, a range from it in both directions, and single ones beside', () => {
  const one = selectPlace(noImages, 4, plain)
  expect(chosenOf(one)).toEqual([4])
  const range = selectPlace(one, 6, shift)
  expect(chosenOf(range)).toEqual([4, 5, 6])
  expect(chosenOf(selectPlace(range, 2, shift)), 'the anchor stays').toEqual([2, 3, 4])
  const more = selectPlace(range, 9, control)
  expect(chosenOf(more)).toEqual([4, 5, 6, 9])
  expect(chosenOf(selectPlace(more, 5, control))).toEqual([4, 6, 9])
  expect(chosenOf(selectPlace(more, 11, { isRange: true, isToggle: true }))).toEqual([4, 5, 6, 9, 10, 11])
  expect(chosenOf(selectPlace(more, 1, plain))).toEqual([1])
})

it('gives the ranges of what is selected, for any number of images', () => {
  expect(rangesOf(new Set([7, 3, 4, 0]))).toEqual([
    [0, 1],
    [3, 5],
    [7, 8],
  ])
  expect(rangesOf(selectAll(60_000).chosen)).toEqual([[0, 60_000]])
  expect(rangesOf(noImages.chosen)).toEqual([])
})
