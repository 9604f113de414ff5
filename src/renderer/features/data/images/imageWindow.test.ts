// Tests of the paging and movement of the image grid.
import { expect, test } from 'vitest'
import { countColumns, findPages, moveInGrid } from './imageWindow'

test('fits as many columns as the width holds', () => {
  expect([countColumns(40, 96, 8), countColumns(200, 96, 8), countColumns(199, 96, 8)]).toEqual([1, 2, 1])
})

test('finds the pages of a range and stops at the last image', () => {
  expect(findPages(0, 20, 1000)).toEqual([0])
  expect(findPages(95, 205, 1000)).toEqual([0, 1, 2])
  expect(findPages(900, 1300, 950)).toEqual([9])
  expect(findPages(0, 20, 0)).toEqual([])
  expect(findPages(99_990, 100_020, 100_000)).toEqual([999])
})

test('moves by tile, row and page and stays inside', () => {
  const grid = { columns: 10, total: 95, rowsPerPage: 3 }
  const to = (key: string, at: number) => moveInGrid(key, at, grid)
  expect([to('ArrowRight', 3), to('ArrowLeft', 0), to('ArrowDown', 3), to('ArrowUp', 3)]).toEqual([4, 0, 13, 3])
  expect([to('PageDown', 80), to('PageUp', 5), to('Home', 40), to('End', 40)]).toEqual([94, 0, 0, 94])
  expect([to('ArrowDown', 89), to('a', 1)]).toEqual([89, null])
})
