// Names of classes as names of folders on any system, and their order.
import { describe, expect, it } from 'vitest'
import { areLikeSplits, checkClassName, moveName, putInOrder, tidyName, whyNoFolderName } from './folderNames'

describe('the name of a class', () => {
  it('is anything that a folder can be called on every system', () => {
    for (const name of ['cat', 'Größe 2', '猫', 'a.b', 'console', "d'oh", 'com10', '1e3', '__proto__'])
      expect([name, whyNoFolderName(name)]).toEqual([name, null])
  })

  it('is told why it is not', () => {
    const refused = ['', 'a/b', 'a\\b', 'who?', 'a:b', 'tab\there', '.hidden', '..', 'end.', 'NUL', 'con.txt', 'Lpt1']
    for (const name of refused) expect([name, whyNoFolderName(name)]).toEqual([name, expect.any(String)])
    expect(whyNoFolderName('who?')).toBe('holds ?, which names of folders do not have on every system')
    expect(whyNoFolderName('é'.repeat(128))).toBe('has 256 bytes, and names of folders have 255 at most')
    expect(whyNoFolderName('é'.repeat(127))).toBeNull()
  })

  it('is composed and without space around it', () => {
    expect(tidyName('  Cafe\u0301 ')).toBe('Café')
  })

  it('is no other one in capitals or another spelling', () => {
    expect(() => checkClassName('CAT', ['dog', 'cat'])).toThrow('There is a class "cat" already.')
    expect(() => checkClassName('Café', ['cafe\u0301'])).toThrow('already')
    expect(() => checkClassName('cats', ['cat'])).not.toThrow()
  })

  it('may be that of a split, as long as not all are', () => {
    expect([areLikeSplits(['train', 'Test']), areLikeSplits(['train', 'car']), areLikeSplits([])]).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('the order of classes', () => {
  it('is the noted one, new ones behind', () => {
    expect(putInOrder(['a', 'b', 'c', 'd'], ['c', 'gone', 'a'])).toEqual(['c', 'a', 'b', 'd'])
    expect(putInOrder(['b', 'a'], [])).toEqual(['b', 'a'])
  })

  it('changes by moving one, never beyond the ends', () => {
    expect(moveName(['a', 'b', 'c'], 'c', 0)).toEqual(['c', 'a', 'b'])
    expect(moveName(['a', 'b', 'c'], 'a', 9)).toEqual(['b', 'c', 'a'])
    expect(moveName(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c'])
    expect(moveName(['a'], 'x', 0)).toEqual(['a'])
  })
})
