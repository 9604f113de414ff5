import { describe, expect, it } from 'vitest'
import { planApply, type FolderImage } from './applyPlan'

const base = { splitFolders: new Map(), leftOutFolder: '../pets-left-out', isTaken: () => false } as const
const image = (file: string, to: string | null, storedClass = file.split('/')[0] ?? ''): FolderImage => ({
  file,
  storedClass,
  class: to,
})

describe('planApply', () => {
  it('moves what has another class, and what is left out beside the folder, and nothing else', () => {
    const images = [
      image('cat/1.png', 'dog'),
      image('cat/deep/2.png', 'dog'),
      image('cat/3.png', null),
      image('dog/4.png', 'dog'),
    ]
    expect(planApply({ ...base, images })).toEqual({
      moves: [
        { from: 'cat/1.png', to: 'dog/1.png' },
        { from: 'cat/deep/2.png', to: 'dog/deep/2.png' },
        { from: 'cat/3.png', to: '../pets-left-out/cat/3.png' },
      ],
      targets: [
        { folder: 'dog', count: 2 },
        { folder: '../pets-left-out', count: 1 },
      ],
      leftOut: 1,
      renamed: 0,
    })
  })

  it('takes no name that another file has, had or gets, in any case', () => {
    const images = [
      image('cat/1.png', 'dog'),
      image('dog/1.PNG', 'cat'),
      image('fox/1.png', 'dog'),
      image('fox/2', 'dog'),
      image('dog/2', 'dog'),
    ]
    const { moves, renamed } = planApply({ ...base, images, isTaken: (path) => path === 'dog/1-2.png' })
    expect(moves).toEqual([
      { from: 'cat/1.png', to: 'dog/1-3.png' },
      { from: 'dog/1.PNG', to: 'cat/1-2.PNG' },
      { from: 'fox/1.png', to: 'dog/1-4.png' },
      { from: 'fox/2', to: 'dog/2-2' },
    ])
    expect(renamed).toBe(4)
  })

  it('uses the folders that there are, however they spell a split or a class, and makes new ones', () => {
    const splitFolders = new Map([
      ['train', 'Train'],
      ['val', 'valid'],
    ] as const)
    const images: FolderImage[] = [
      { file: 'Train/cafe\u0301/1.png', storedClass: 'café', class: 'café', split: 'val' },
      { file: 'Train/cat/2.png', storedClass: 'cat', class: 'café' },
      { file: 'Train/cat/3.png', storedClass: 'cat', class: 'lynx', split: 'test' },
    ]
    expect(planApply({ ...base, splitFolders, images }).moves.map(({ to }) => to)).toEqual([
      'valid/cafe\u0301/1.png',
      'Train/cafe\u0301/2.png',
      'test/lynx/3.png',
    ])
  })

  it('makes split folders of a folder of classes', () => {
    const images = [
      { ...image('cat/1.png', 'cat'), split: 'train' as const },
      { ...image('dog/1.png', 'cat'), split: 'test' as const },
    ]
    expect(planApply({ ...base, images }).moves.map(({ to }) => to)).toEqual(['train/cat/1.png', 'test/cat/1.png'])
  })

  it.each(['a/b', '..', '.hidden', 'C:', 'end.'])('refuses a class that is no name of a folder: %s', (name) => {
    expect(() => planApply({ ...base, images: [image('cat/1.png', name)] })).toThrow('cannot be the name of a folder')
  })
})
