import { expect, it } from 'vitest'
import { contradictionActions, duplicateActions, leaveCopiesOut } from './findingChoices'

it('offers each class of a contradiction once', () => {
  const images = [
    { file: 'cat/1.png', class: 'cat' },
    { file: 'dog/1.png', class: 'dog' },
    { file: 'dog/2.png', class: 'dog' },
  ]
  const actions = contradictionActions({ isExact: true, images })
  expect(actions.map(({ title }) => title)).toEqual([
    'All are cat',
    'All are dog',
    'Leave all of them out',
    'Keep as they are',
  ])
  expect(actions[1]).toMatchObject({
    files: ['cat/1.png', 'dog/1.png', 'dog/2.png'],
    change: { kind: 'relabel', to: 'dog' },
  })
})

it('leaves all copies but the first out', () => {
  expect(duplicateActions(['train/a.png', 'test/a.png'])[0]).toEqual({
    title: 'Leave all but train/a.png out',
    files: ['test/a.png'],
    change: { kind: 'leaveOut' },
  })
  expect(
    leaveCopiesOut([
      ['train/a.png', 'test/a.png', 'val/a.png'],
      ['train/b.png', 'val/b.png'],
    ]).files,
  ).toEqual(['test/a.png', 'val/a.png', 'val/b.png'])
})
