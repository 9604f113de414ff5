// Numbers and tables of the terminal.
import { describe, expect, it } from 'vitest'
import { countOf, printBytes, printCount, printDecimal, printDuration, printShare, printTable } from './text'

describe('numbers', () => {
  it('puts a comma between thousands', () => {
    expect([0, 999, 1000, 61706, 62378344, 3600030100].map(printCount)).toEqual([
      '0',
      '999',
      '1,000',
      '61,706',
      '62,378,344',
      '3,600,030,100',
    ])
  })

  it('leaves the digits after a point alone', () => {
    expect(printCount(1234567.12345)).toBe('1,234,567.12345')
  })

  it('uses the singular for one', () => {
    expect([countOf(1, 'image'), countOf(2000, 'image'), countOf(0, 'class', 'classes')]).toEqual([
      '1 image',
      '2,000 images',
      '0 classes',
    ])
  })

  it('prints bytes in powers of 1,024', () => {
    expect([0, 1023, 1536, 5 * 1024 ** 2, 3 * 1024 ** 3].map(printBytes)).toEqual([
      '0 bytes',
      '1023 bytes',
      '1.5 KB',
      '5.0 MB',
      '3.0 GB',
    ])
  })

  it('prints durations with as many parts as they need', () => {
    expect([0, 9.4, 95, 3700].map(printDuration)).toEqual(['0:00', '0:09', '1:35', '1:01:40'])
  })

  it('prints shares and losses with fixed digits', () => {
    expect([printShare(0.97654), printDecimal(0.5), printDecimal(2e6)]).toEqual(['97.65%', '0.5000', '2.0000e+6'])
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
