// Names are given once, with the lowest free number.
import { expect, it } from 'vitest'
import { UniqueNames } from './uniqueNames'

it('numbers names that are taken from 2 on, past numbers that others have', () => {
  const names = new UniqueNames(['relu', 'relu_3'], '_')
  expect(['relu', 'relu', 'conv', 'relu_2', 'relu'].map((name) => names.take(name))).toEqual([
    'relu_2',
    'relu_4',
    'conv',
    'relu_2_2',
    'relu_5',
  ])
})
