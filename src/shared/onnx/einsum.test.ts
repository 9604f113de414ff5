// Equations of Einsum with dots, without an arrow, and those that do not fit; expected results after numpy's rules.
import { expect, it } from 'vitest'
import { parseEinsum } from './einsum'

const shapeOf = (equation: string, ...shapes: readonly (readonly number[])[]) => {
  const parsed = parseEinsum(equation, shapes)
  return typeof parsed === 'string' ? parsed : parsed.result.map((letter) => parsed.extents.get(letter))
}

it.each([
  [
    'ij,jk->ik',
    [
      [2, 3],
      [3, 4],
    ],
    [2, 4],
  ],
  [
    'ij,jk',
    [
      [2, 3],
      [3, 4],
    ],
    [2, 4],
  ],
  ['ba', [[2, 3]], [3, 2]],
  ['...ii->...i', [[5, 2, 3, 3]], [5, 2, 3]],
  [
    '...ij,...jk',
    [
      [7, 1, 2, 3],
      [6, 3, 4],
    ],
    [7, 6, 2, 4],
  ],
  [
    'b...,b...->...',
    [
      [2, 3, 4],
      [2, 3, 4],
    ],
    [3, 4],
  ],
  ['i,i->', [[4], [4]], []],
  [
    ' b i j , b j k -> b i k ',
    [
      [1, 2, 3],
      [5, 3, 4],
    ],
    [5, 2, 4],
  ],
  ['...,...->...', [[], [2, 3]], [2, 3]],
] as const)('reads %s', (equation, shapes, expected) => {
  expect(shapeOf(equation, ...shapes)).toEqual(expected)
})

it.each([
  [
    'ij,jk->ik',
    [
      [2, 3],
      [4, 5],
    ],
    '"j" of the equation "ij,jk->ik" stands for the extents 3 and 4',
  ],
  ['ij->ik', [[2, 3]], '"k" of the equation "ij->ik" is in no term'],
  ['ij->ii', [[2, 3]], 'the result of the equation "ij->ii" names a letter twice'],
  ['ijk->i', [[2, 3]], 'the term "ijk" does not fit its input of 2 axes'],
  ['i...j', [[2]], 'the term "i...j" does not fit its input of 1 axes'],
  ['ij,jk', [[2, 3]], 'the equation "ij,jk" has 2 terms for 1 inputs'],
  ['i->i->i', [[2]], 'the equation "i->i->i" has two arrows'],
] as const)('refuses %s', (equation, shapes, expected) => {
  expect(shapeOf(equation, ...shapes)).toBe(expected)
})
