// Paths of both kinds of platform, typed, split, joined and shown as the way from a root.
import { describe, expect, it } from 'vitest'
import { crumbsOf, joinPath, resolveTyped, splitPath } from './filePaths'

describe('paths', () => {
  it('are split into folder and name, either of which may be missing', () => {
    expect(splitPath('/home/ann/net.json')).toEqual({ folder: '/home/ann', name: 'net.json' })
    expect(splitPath('C:\\nets\\net.json')).toEqual({ folder: 'C:\\nets', name: 'net.json' })
    expect(splitPath('net.json')).toEqual({ folder: undefined, name: 'net.json' })
  })

  it('are joined with the separator of their folder', () => {
    expect(joinPath('/', 'a')).toBe('/a')
    expect(joinPath('/home', 'a')).toBe('/home/a')
    expect(joinPath('C:\\nets', 'a')).toBe('C:\\nets\\a')
  })

  it('are shown from the outermost root that holds them, never above it', () => {
    expect(crumbsOf('/home/ann/nets/old', ['/data', '/home/ann', '/home/ann/nets'])).toEqual([
      { name: 'ann', path: '/home/ann' },
      { name: 'nets', path: '/home/ann/nets' },
      { name: 'old', path: '/home/ann/nets/old' },
    ])
    expect(crumbsOf('/home/annabel', ['/home/ann'])[0]).toEqual({ name: '/', path: '/' })
    expect(crumbsOf('C:\\nets\\old', ['C:\\nets']).map(({ path }) => path)).toEqual(['C:\\nets', 'C:\\nets\\old'])
  })
})

describe('typed paths', () => {
  const resolve = (typed: string) => resolveTyped('/home/ann/nets', typed, '/home/ann')

  it.each([
    ['/data/images', '/data/images'],
    ['  /data/my images ', '/data/my images'],
    ['"/data/my images"', '/data/my images'],
    ["'/data/images'", '/data/images'],
    ['~', '/home/ann'],
    ['~/', '/home/ann'],
    ['~/images', '/home/ann/images'],
    ['old/lenet.netloom', '/home/ann/nets/old/lenet.netloom'],
    ['~backup.netloom', '/home/ann/nets/~backup.netloom'],
    ['C:\\nets\\a.onnx', 'C:\\nets\\a.onnx'],
    ['\\\\server\\share', '\\\\server\\share'],
  ])('%j leads to %s', (typed, path) => {
    expect(resolve(typed)).toBe(path)
  })
})
