import { expect, it } from 'vitest'
import { countClasses, everyRow, filterRows, printRowsCsv, type PredictedRow } from './predictedRows'

const rows: readonly PredictedRow[] = [
  { file: '1.png', class: 'cat', confidence: 0.9, error: null },
  { file: '2.png', class: 'dog', confidence: 0.4, error: null },
  { file: '3, odd.png', class: 'cat', confidence: 0.5, error: null },
  { file: '4.png', class: null, confidence: 0, error: 'cannot be read' },
]
const filesOf = (found: readonly PredictedRow[]) => found.map(({ file }) => file[0])

it('filters by class and confidence, and keeps rows without an answer for the whole list', () => {
  expect(filesOf(filterRows(rows, everyRow))).toEqual(['1', '2', '3', '4'])
  expect(filesOf(filterRows(rows, { ...everyRow, class: 'cat' }))).toEqual(['1', '3'])
  expect(filesOf(filterRows(rows, { ...everyRow, most: 0.5 }))).toEqual(['2', '3'])
  expect(filesOf(filterRows(rows, { class: 'cat', least: 0.6, most: 1 }))).toEqual(['1'])
})

it('counts the classes and prints the rows', () => {
  expect(countClasses(rows)).toEqual([
    ['cat', 2],
    ['dog', 1],
  ])
  expect(printRowsCsv(rows.slice(2))).toBe(
    'file,class,confidence,error\r\n"3, odd.png",cat,0.5,\r\n4.png,,,cannot be read\r\n',
  )
})
