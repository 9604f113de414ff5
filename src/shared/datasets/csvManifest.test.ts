import { describe, expect, it } from 'vitest'
import { parseCsvManifest } from './csvManifest'

describe('CSV manifests', () => {
  it('need no header', () => {
    expect(parseCsvManifest('a.png,cat\nb.png,dog\n', 'm')).toEqual([
      { path: 'a.png', label: 'cat', line: 1 },
      { path: 'b.png', label: 'dog', line: 2 },
    ])
  })

  it('find columns by their names, in any order and among others', () => {
    const rows = parseCsvManifest('id,Label,Split,FILENAME\n1,cat,Train,a.png\n2,dog,VALIDATION,b.png\n', 'm')
    expect(rows).toEqual([
      { path: 'a.png', label: 'cat', split: 'train', line: 2 },
      { path: 'b.png', label: 'dog', split: 'val', line: 3 },
    ])
  })

  it('take a third column as the split', () => {
    expect(parseCsvManifest('a.png,1,test', 'm')[0]?.split).toBe('test')
  })

  it('may use semicolons or tabs, quotes, a byte order mark and Windows line ends', () => {
    const rows = parseCsvManifest('\ufeff"dir; one/a.png";cat\r\n\r\n"b ""x"".png";dog\r\n', 'm')
    expect(rows.map((row) => row.path)).toEqual(['dir; one/a.png', 'b "x".png'])
    expect(parseCsvManifest('a.png\tcat', 'm')[0]?.label).toBe('cat')
  })

  it('give no rows for an empty file', () => {
    expect(parseCsvManifest('', 'm')).toEqual([])
    expect(parseCsvManifest('path,label\n', 'm')).toEqual([])
  })

  it('are refused where a line has no label, with the line', () => {
    expect(() => parseCsvManifest('a.png,cat\nb.png\n', 'm.csv')).toThrow(
      'CSV manifest "m.csv", line 2: has 1 cells, no label. A line is path,label or path,label,split.',
    )
  })

  it('are refused with a split of another name', () => {
    expect(() => parseCsvManifest('a.png,cat,holdout', 'm')).toThrow('line 1: has the split "holdout"')
  })

  it('are refused with an open quote', () => {
    expect(() => parseCsvManifest('"a.png,cat\n', 'm')).toThrow(/CSV manifest "m": Quote Not Closed/)
  })

  it('are refused with many columns and no header', () => {
    expect(() => parseCsvManifest('1,2,3,4', 'm')).toThrow('has 4 columns, no header')
  })
})
