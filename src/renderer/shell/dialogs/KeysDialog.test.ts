import { expect, test } from 'vitest'
import { listKeys, searchKeys } from './KeysDialog'

const run = () => undefined

test('lists commands with keys by group, what cannot be done now marked, and the keys of the canvas', () => {
  const groups = listKeys([
    { id: 'file.save', title: 'Save', group: 'File', shortcut: 'Ctrl+S', run },
    {
      id: 'edit.redo',
      title: 'Redo',
      group: 'Edit',
      shortcut: ['Ctrl+Y', 'Ctrl+Shift+Z'],
      isEnabled: () => false,
      run,
    },
    { id: 'file.new', title: 'New', group: 'File', run },
    { id: 'file.hidden', title: 'Hidden', group: 'File', shortcut: 'Ctrl+H', isHidden: true, run },
  ])
  expect([...groups.keys()]).toEqual(['File', 'Edit', 'With the canvas in focus'])
  expect(groups.get('File')).toEqual([{ title: 'Save', keys: ['Ctrl+S'], isEnabled: true }])
  expect(groups.get('Edit')).toEqual([{ title: 'Redo', keys: ['Ctrl+Y', 'Ctrl+Shift+Z'], isEnabled: false }])
  expect(groups.get('With the canvas in focus')?.map(({ title }) => title)).toContain('Go to a neighbour')
})

test('finds keys by the words of their command, of their group and by the key itself', () => {
  const groups = listKeys([
    { id: 'file.save', title: 'Save', group: 'File', shortcut: 'Ctrl+S', run },
    { id: 'edit.redo', title: 'Redo', group: 'Edit', shortcut: 'Ctrl+Y', run },
  ])
  const titles = (search: string) => [...searchKeys(groups, search).values()].flat().map(({ title }) => title)
  expect(titles('edit redo')).toEqual(['Redo'])
  expect(titles('ctrl+s')).toEqual(['Save'])
  expect(titles('neighbour arrows').length).toBeGreaterThan(0)
  expect(titles('nothing is called so')).toEqual([])
  expect(titles(' ')).toEqual([...groups.values()].flat().map(({ title }) => title))
})
