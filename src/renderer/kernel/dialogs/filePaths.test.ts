// Paths of both kinds of platform, split, joined and shown as the way from a root.
import { describe, expect, it } from 'vitest'
import { crumbsOf, joinPath, splitPath } from './filePaths'

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
