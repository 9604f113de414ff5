// Which image shape an architecture gets for a dataset.
import { describe, expect, it } from 'vitest'
import { alexnet } from '../../shared/lectures/architectures/alexnet'
import { lenet5 } from '../../shared/lectures/architectures/lenet5'
import { fitInput } from './fitArchitecture'

describe('fitInput', () => {
  it('takes the size of the images where all have the same small one', () => {
    expect(fitInput(lenet5, 3, [{ width: 36, height: 32 }])).toEqual([3, 32, 36])
  })

  it('keeps the own size where images differ, are unknown or too small', () => {
    expect(fitInput(lenet5, 1, [])).toEqual([1, 28, 28])
    expect(
      fitInput(lenet5, 3, [
        { width: 32, height: 32 },
        { width: 33, height: 32 },
      ]),
    ).toEqual([3, 28, 28])
    expect(fitInput(lenet5, 1, [{ width: 4, height: 4 }])).toEqual([1, 28, 28])
  })

  it('keeps the own size of networks for large images, and large images out of networks for small ones', () => {
    expect(fitInput(alexnet, 3, [{ width: 64, height: 64 }])).toEqual([3, 227, 227])
    expect(fitInput(lenet5, 3, [{ width: 640, height: 480 }])).toEqual([3, 28, 28])
  })
})
