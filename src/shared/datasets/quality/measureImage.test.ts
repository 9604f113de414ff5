// Tests of the measures of single images, with images of known brightness, contrast and sharpness.
import { describe, expect, it } from 'vitest'
import { measureImage, toGrey } from './measureImage'

const grey = (width: number, height: number, valueAt: (x: number, y: number) => number): Uint8Array =>
  Uint8Array.from({ length: width * height }, (_, at) => valueAt(at % width, Math.floor(at / width)))

describe('measures of an image', () => {
  it('are those of a plain one: its brightness, no contrast, no edges', () => {
    expect(
      measureImage(
        grey(8, 6, () => 51),
        8,
        6,
      ),
    ).toEqual({ brightness: 0.2, contrast: 0, sharpness: 0 })
  })

  it('see the contrast of halves, and the Laplacian of their edge', () => {
    // Inner columns 1 ... 6: the Laplacian is 255 left of the edge, -255 right of it, else 0: variance 255^2 / 3.
    const { brightness, contrast, sharpness } = measureImage(
      grey(8, 5, (x) => (x < 4 ? 0 : 255)),
      8,
      5,
    )
    expect([brightness, contrast]).toEqual([0.5, 1])
    expect(sharpness).toBeCloseTo(1 / 3, 6)
  })

  it('leave single bright dots out of the contrast', () => {
    expect(
      measureImage(
        grey(10, 10, (x, y) => (x + y === 0 ? 255 : 10)),
        10,
        10,
      ).contrast,
    ).toBe(0)
  })

  it('know no sharpness of an image of two rows', () => {
    expect(
      measureImage(
        grey(9, 2, (x) => 20 * x),
        9,
        2,
      ).sharpness,
    ).toBe(0)
  })

  it('weigh colours as eyes do', () => {
    expect([...toGrey(Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255), 3)]).toEqual([76, 150, 29])
  })
})
