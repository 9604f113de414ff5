import { describe, expect, it } from 'vitest'
import { drawTruthRow, labelOf, truthTables } from './truthTables'

describe('truth tables', () => {
  it('hold the eight rows of lecture 1', () => {
    const lecture = [
      [1, 0, 0, -1],
      [1, 0, 1, 1],
      [1, 1, 0, 1],
      [1, 1, 1, 1],
      [0, 0, 1, -1],
      [0, 1, 0, -1],
      [0, 1, 1, 1],
      [0, 0, 0, -1],
    ]
    const own = truthTables['truth-table'].map(({ inputs, answer }) => [...inputs, answer].join(' '))
    expect(own.toSorted()).toEqual(lecture.map((row) => row.join(' ')).toSorted())
  })

  it('hold the four rows of XOR', () => {
    const rows = truthTables.xor.map(({ inputs, answer }) => [...inputs, answer])
    expect(rows).toEqual([
      [0, 0, -1],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, -1],
    ])
  })

  it('are images of one row, and classes 0 and 1', () => {
    const row = { inputs: [1, 0, 1], answer: 1 } as const
    expect([...drawTruthRow(row)]).toEqual([255, 0, 255])
    expect(labelOf(row)).toBe(1)
    expect(labelOf({ inputs: [0], answer: -1 })).toBe(0)
  })
})
