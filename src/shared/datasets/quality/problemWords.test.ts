// Tests of what is said of problems and of the check of labels.
import { expect, it } from 'vitest'
import type { LabelCheck, Problem } from './problems'
import { countProblems, describeLabelCheck, explainProblem } from './problemWords'

const image = { split: 'train', index: 0, name: 'cat/1.png', file: 'train/cat/1.png', class: 'cat' } as const

it('explains each form of problem by its figures', () => {
  const of = (kind: Problem['kind'], figures: Problem['figures'], count = 1): string =>
    explainProblem({ kind, figures, images: Array.from({ length: count }, () => image), isLikely: true })
  expect(of('labelErrors', { form: 'label', given: 0.02, suggested: 'dog', probability: 0.91 })).toBe(
    'cat 2.0%, dog 91.0%',
  )
  expect(of('leaks', { form: 'group', isExact: false, likeness: 0.9876 }, 2)).toBe(
    '2 images that look the same (likeness 0.988 of 1)',
  )
  expect(of('duplicates', { form: 'group', isExact: true, likeness: 1 }, 3)).toBe('3 images, the same content')
  expect(of('dark', { form: 'value', value: 0.05, usual: 0.5 })).toBe('brightness 5.0%; usual 50.0%')
  expect(of('blurred', { form: 'value', value: 0.01, usual: 0.2 })).toBe('sharpness 20 times below the usual')
  expect(of('outliers', { form: 'value', value: 15, usual: 6 })).toBe('2.5 times as far from its neighbours as usual')
  expect(of('oddSizes', { form: 'size', width: 90, height: 9, usualWidth: 32, usualHeight: 32 })).toBe(
    '90x9; usual 32x32',
  )
})

it('says how far the check of labels can be trusted', () => {
  const check: LabelCheck = { method: 'network', accuracy: 0.9, baseline: 0.1, judged: 100 }
  expect(describeLabelCheck(check)).toContain(
    'for 90.0% of images that it has not seen (always the same answer: 10.0%).',
  )
  expect(describeLabelCheck(check)).not.toContain('little')
  expect(describeLabelCheck({ ...check, accuracy: 0.4 })).toContain('That is little')
  expect(describeLabelCheck({ ...check, accuracy: 0.15 })).toContain('no better than guessing')
  expect(describeLabelCheck(undefined)).toContain('not checked')
})

it('counts what is held for a problem apart from what is next in line', () => {
  const figures = { form: 'value', value: 1, usual: 2 } as const
  const problems: Problem[] = [true, false, true].map((isLikely) => ({
    kind: 'dark',
    images: [image],
    figures,
    isLikely,
  }))
  expect(countProblems(problems, 'dark')).toEqual({ likely: 2, listed: 3 })
  expect(countProblems(problems, 'bright')).toEqual({ likely: 0, listed: 0 })
})
