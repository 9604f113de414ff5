import { describe, expect, it } from 'vitest'
import { centreImage, makeTransform, shiftImage } from './imageTransform'

const extents = { channels: 1, height: 3, width: 3 } as const
const image = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)

describe('shifting', () => {
  it('moves right and down and repeats the edges', () => {
    expect([...shiftImage(image, extents, 1, 0)]).toEqual([1, 1, 2, 4, 4, 5, 7, 7, 8])
    expect([...shiftImage(image, extents, 0, -1)]).toEqual([4, 5, 6, 7, 8, 9, 7, 8, 9])
  })

  it('touches test images alone', () => {
    expect(makeTransform({ shift: 2 }, 'train', extents).place(image, 0)).toBe(image)
    expect(makeTransform({ shift: 2 }, 'test', extents).place(image, 0)).not.toEqual(image)
  })
})

describe('centring', () => {
  it('brings the bright pixels to the middle, whatever the noise around them', () => {
    // The bright pixel at the top left goes one right and one down.
    const cornered = Uint8Array.of(200, 9, 0, 4, 0, 0, 0, 0, 30)
    expect(centreImage(cornered, extents)[4]).toBe(200)
  })

  it('leaves a black image', () => {
    const black = new Uint8Array(9)
    expect(centreImage(black, extents)).toBe(black)
  })
})

describe('permuting', () => {
  const colour = { channels: 3, height: 2, width: 2 } as const
  const pixels = Uint8Array.of(1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24)

  it('is one order for all splits, images and channels', () => {
    const permuted = makeTransform({ permute: 5 }, 'train', colour).permute(pixels)
    expect([...permuted.subarray(0, 4)].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4])
    expect([...permuted.subarray(4, 8)].map((value) => value - 10)).toEqual([...permuted.subarray(0, 4)])
    expect([...permuted.subarray(8)].map((value) => value - 20)).toEqual([...permuted.subarray(0, 4)])
    expect(makeTransform({ permute: 5 }, 'test', colour).permute(pixels)).toEqual(permuted)
  })

  it('differs from seed to seed', () => {
    const large = { channels: 1, height: 16, width: 16 } as const
    const ramp = Uint8Array.from({ length: 256 }, (_, index) => index)
    const of = (permute: number) => makeTransform({ permute }, 'train', large).permute(ramp)
    expect(of(1)).not.toEqual(of(2))
    expect(of(1)).not.toEqual(ramp)
  })
})
