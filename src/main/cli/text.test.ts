// Numbers and tables of the terminal.
import { describe, expect, it } from 'vitest'
import { printDecimal, printTable } from './text'

describe('losses', () => {
  it('have fixed digits', () => {
    expect([printDecimal(0.5), printDecimal(2e6)]).toEqual(['0.5000', '2.0000e+6'])
  })
})

describe('tables', () => {
  it('aligns text left and numbers right', () => {
    const columns = [{ title: 'layer' }, { title: 'size', align: 'right' }] as const
    const rows = [
      ['conv1', '5'],
      ['a-long-name', '12,345'],
    ]
    expect(printTable(columns, rows)).toMatchInlineSnapshot(`
      "layer          size
      -----------  ------
      conv1             5
      a-long-name  12,345"
    `)
  })

  it('counts wide characters as two columns', () => {
    const [, , first = '', second = ''] = printTable(
      [{ title: 'x' }, { title: 'y' }],
      [
        ['猫', '1'],
        ['abcd', '2'],
      ],
    ).split('\n')
    // 2 columns of text and 2 of filling against 4 of text, then the gap of 2
    expect(first).toBe('猫    1')
    expect(second).toBe('abcd  2')
  })
})
