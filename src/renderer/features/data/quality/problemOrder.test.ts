// Tests of which problems are listed, in which order, and of what is suggested for them.
import { expect, it } from 'vitest'
import type { FoundImage, Problem } from '../../../../shared/datasets/quality/problems'
import { groupBySuggestion, listProblems, orderProblems, suggestImages } from './problemOrder'

const image = (file: string, name: string): FoundImage => ({ split: 'train', index: 0, name: file, file, class: name })
const doubt = (file: string, own: string, suggested: string, isLikely = true): Problem => ({
  kind: 'labelErrors',
  images: [image(file, own)],
  figures: { form: 'label', given: 0.1, suggested, probability: 0.8 },
  isLikely,
})
const copies: Problem = {
  kind: 'duplicates',
  images: [image('a', 'cat'), image('b', 'cat'), image('c', 'dog')],
  figures: { form: 'group', isExact: true, likeness: 1 },
  isLikely: true,
}
const problems = [
  doubt('2.png', 'dog', 'cat'),
  doubt('10.png', 'cat', 'dog'),
  doubt('1.png', 'cat', 'dog', false),
  copies,
]

it('lists those that are held for problems, and on demand the next in line', () => {
  expect(listProblems(problems, 'labelErrors', false)).toHaveLength(2)
  expect(listProblems(problems, 'labelErrors', true)).toHaveLength(3)
})

it('keeps the worst first, or orders by class or file, numbers as numbers', () => {
  const files = (order: 'worst' | 'class' | 'file') =>
    orderProblems(listProblems(problems, 'labelErrors', true), order).map(({ images: [first] }) => first?.file)
  expect(files('worst')).toEqual(['2.png', '10.png', '1.png'])
  expect(files('file')).toEqual(['1.png', '2.png', '10.png'])
  expect(files('class')).toEqual(['10.png', '1.png', '2.png'])
})

it('suggests all but the first of a group, and a class for each doubted image', () => {
  expect(suggestImages([copies]).map(({ file }) => file)).toEqual(['b', 'c'])
  const groups = groupBySuggestion(problems, new Set(['2.png', '10.png', 'a']))
  expect([...groups].map(([name, images]) => [name, images.map(({ file }) => file)])).toEqual([
    ['cat', ['2.png']],
    ['dog', ['10.png']],
  ])
})
