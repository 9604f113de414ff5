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

  it('find columns by the names that traffic signs, skin lesions and competitions give them', () => {
    const signs = 'Filename;Width;Height;Roi.X1;ClassId\n00000.ppm;53;54;6;16\n00001.ppm;42;45;5;1\n'
    expect(parseCsvManifest(signs, 'm').map(({ path, label }) => [path, label])).toEqual([
      ['00000.ppm', '16'],
      ['00001.ppm', '1'],
    ])
    expect(parseCsvManifest('image_id,age,Class Name\nx1,40,cat\n', 'm')).toEqual([
      { path: 'x1', label: 'cat', line: 2 },
    ])
    expect(parseCsvManifest('id,breed\n0a,boxer\n', 'm')).toEqual([{ path: '0a', label: 'boxer', line: 2 }])
    expect(parseCsvManifest('id,where,target\n7,a/b.JPG,dog\n', 'm')).toEqual([
      { path: 'a/b.JPG', label: 'dog', line: 2 },
    ])
    expect(parseCsvManifest('foto,sorte\nb.png,rose\n', 'm')).toEqual([{ path: 'b.png', label: 'rose', line: 2 }])
  })

  it('may mark the class by columns of 0 and 1', () => {
    const rows = parseCsvManifest('image,MEL,NV,constructor\na,0.0,1.0,0.0\nb,1,0,0\nc,0,0,1\n', 'm')
    expect(rows.map(({ path, label }) => [path, label])).toEqual([
      ['a', 'NV'],
      ['b', 'MEL'],
      ['c', 'constructor'],
    ])
    expect(() => parseCsvManifest('image,A,B\na,1,0\nb,1,1\n', 'm')).toThrow(
      'line 3: is marked with 2 classes (A, B). A classifier needs exactly one class for each image.',
    )
    expect(() => parseCsvManifest('image,A,B\na,0,0\n', 'm')).toThrow('line 2: is marked with no class')
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
