// Which of the dropped files are images, and which classes their folders are.
import { expect, it } from 'vitest'
import { groupByClass, isMeant, sortOut } from './droppedFiles'

const given = (path: string, type = '') => ({ path, file: new File([], path.split('/').at(-1) ?? '', { type }) })

it('takes images of folders by name or kind, readable or not, and nothing hidden', () => {
  const meant = ['a/1.PNG', 'a/b/2.jpeg', 'a/phone.heic', '1.tif']
  const others = ['a/notes.txt', 'a/.DS_Store', 'a/.thumbs/1.png', 'a/__MACOSX/1.png', 'a/png']
  expect(meant.filter((path) => !isMeant(path, ''))).toEqual([])
  expect(others.filter((path) => isMeant(path, ''))).toEqual([])
  expect(isMeant('a/without', 'image/png')).toBe(true)
})

it('tries every file that was given by itself, and counts what it passes over in folders', () => {
  const { files, passedOver } = sortOut([given('notes.txt'), given('a/1.png'), given('a/b.txt'), given('a/.DS_Store')])
  expect(files.map(({ path }) => path)).toEqual(['notes.txt', 'a/1.png'])
  expect(passedOver).toBe(1)
})

it('makes a class of each dropped folder, or of the folders in a single one', () => {
  const group = (paths: readonly string[]) => [...groupByClass(paths)]
  expect(group(['cat/1.png', 'dog/x/2.png', 'cat/y/3.png'])).toEqual([
    ['cat', [0, 2]],
    ['dog', [1]],
  ])
  expect(group(['pets/cat/1.png', 'pets/dog/2.png'])).toEqual([
    ['cat', [0]],
    ['dog', [1]],
  ])
  expect(group(['cat/1.png', 'cat/young/2.png'])).toEqual([['cat', [0, 1]]])
  expect(group(['1.png'])).toEqual([])
})
