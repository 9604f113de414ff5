import { expect, it } from 'vitest'
import { describeCorrection, listHistory } from './correctionHistory'
import type { NotedCorrection } from './corrections'

const at = '2026-11-28T12:00:00.000Z'
const show = (own: string): string => (own === 'n01' ? 'cat' : own)
const entries: readonly NotedCorrection[] = [
  { kind: 'leaveOut', files: ['n01/1.png', 'n01/2.png'], was: ['n01', ''], at, by: 'ada' },
  { kind: 'relabel', files: ['n01/3.png'], to: 'dog', was: ['n01'], at },
  { kind: 'move', files: ['dog/1.png'], to: 'val', was: ['test'], at },
  { kind: 'merge', classes: ['n01', 'fox', 'dog'], to: 'dog', at },
  { kind: 'keep', files: ['dog/2.png'], at },
]

it('says what was done, with classes as they are shown', () => {
  expect(entries.map((entry) => describeCorrection(entry, show))).toEqual([
    '2 images left out, from cat',
    '1 image now dog, from cat',
    '1 image moved to validation',
    'cat and fox merged into dog',
    '1 image looked at and kept',
  ])
})

it('lists every image and class of the history', () => {
  expect(listHistory(entries, show)).toEqual([
    [at, 'ada', 'left out', 'n01/1.png', 'cat', null],
    [at, 'ada', 'left out', 'n01/2.png', null, null],
    [at, null, 'class', 'n01/3.png', 'cat', 'dog'],
    [at, null, 'split', 'dog/1.png', 'test', 'val'],
    [at, null, 'classes merged', null, 'cat', 'dog'],
    [at, null, 'classes merged', null, 'fox', 'dog'],
    [at, null, 'kept', 'dog/2.png', null, null],
  ])
})
