import { describe, expect, it } from 'vitest'
import { parseReference } from './datasetReference'

describe('dataset references', () => {
  it.each([
    ['builtin:digits', { kind: 'builtin', name: 'digits' }],
    ['BUILTIN:Shapes', { kind: 'builtin', name: 'shapes' }],
    ['mnist:/data/m', { kind: 'mnist', path: '/data/m' }],
    ['fashion-mnist:x', { kind: 'fashion-mnist', path: 'x' }],
    ['folder:a:b', { kind: 'folder', path: 'a:b' }],
    ['csv:list.csv', { kind: 'csv', path: 'list.csv' }],
    ['../images', { kind: 'guess', path: '../images' }],
    ['C:\\images', { kind: 'guess', path: 'C:\\images' }],
    ['folder:C:\\images', { kind: 'folder', path: 'C:\\images' }],
  ])('reads %s', (reference, expected) => {
    expect(parseReference(reference)).toEqual(expected)
  })

  it('refuses what names nothing', () => {
    expect(() => parseReference('  ')).toThrow('The dataset reference is empty.')
    expect(() => parseReference('cifar10:')).toThrow('The dataset reference "cifar10:" has no path.')
    expect(() => parseReference('builtin:x')).toThrow('There is no built-in dataset "x".')
  })
})
