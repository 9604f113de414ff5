// Which momentum of a file is one to train with.
import { expect, it } from 'vitest'
import { trainingMomentum } from './trainingMomentum'

it.each([0.5, 0.9, 0.99, 0.997, 0.9999])('keeps %d', (momentum) => {
  expect(trainingMomentum(momentum)).toEqual({ momentum })
})

it.each([
  // Older exporters of PyTorch: no statistic would ever move.
  [1, 'never move'],
  [0.99999, 'never move'],
  [NaN, 'be those of the last batch'],
  [0, 'be those of the last batch'],
  // PyTorch's own number, which counts the new statistics.
  [0.1, 'be those of the last batch'],
])('takes 0.9 in place of %d, and says why', (momentum, why) => {
  const taken = trainingMomentum(momentum)
  expect(taken.momentum).toBe(0.9)
  expect(taken.note).toContain(why)
})
