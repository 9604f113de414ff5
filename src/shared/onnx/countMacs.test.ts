// Multiply-accumulates by hand: products of the extents of the output and of what is summed over.
import { expect, it } from 'vitest'
import { countOperatorMacs } from './countMacs'

const text = (value: string) => ({ type: 'string', value }) as const

it.each([
  [
    'a convolution in two groups',
    'Conv',
    [
      [1, 4, 8, 8],
      [6, 2, 3, 3],
    ],
    [1, 6, 8, 8],
    384 * 18,
  ],
  [
    'a product of matrices',
    'MatMul',
    [
      [1, 7, 5],
      [5, 3],
    ],
    [1, 7, 3],
    21 * 5,
  ],
  [
    'a product of two values of the network',
    'MatMul',
    [
      [1, 2, 7, 5],
      [1, 2, 5, 7],
    ],
    [1, 2, 7, 7],
    98 * 5,
  ],
  ['whole numbers', 'QLinearMatMul', [[1, 7, 5], [], [], [5, 3], [], [], [], []], [1, 7, 3], 21 * 5],
  ['a quantised convolution', 'QLinearConv', [[1, 4, 8, 8], [], [], [6, 4, 3, 3], [], []], [1, 6, 6, 6], 216 * 36],
  ['an activation', 'Relu', [[1, 4, 8, 8]], [1, 4, 8, 8], 0],
  ['a name that is a property of objects', 'constructor', [[1, 4]], [1, 4], 0],
] as const)('counts %s', (_, opType, inputs, output, macs) => {
  expect(countOperatorMacs(opType, inputs, output, {})).toBe(macs)
})

it.each([
  [
    'bhid,bhjd->bhij',
    [
      [1, 2, 5, 4],
      [1, 2, 6, 4],
    ],
    [1, 2, 5, 6],
    60 * 4,
  ],
  [
    '...ij,...jk',
    [
      [1, 3, 5, 4],
      [1, 3, 4, 6],
    ],
    [1, 3, 5, 6],
    90 * 4,
  ],
  [
    'bij, jk -> bik',
    [
      [1, 5, 4],
      [4, 6],
    ],
    [1, 5, 6],
    30 * 4,
  ],
  [
    'bi,bi->bi',
    [
      [1, 5],
      [1, 5],
    ],
    [1, 5],
    0,
  ],
  ['bij->bji', [[1, 5, 4]], [1, 4, 5], 0],
] as const)('counts the Einsum %s', (equation, inputs, output, macs) => {
  expect(countOperatorMacs('Einsum', inputs, output, { equation: text(equation) })).toBe(macs)
})
