import { describe, expect, it } from 'vitest'
import { RandomStream } from '../training/randomStream'
import { augmentationPresets } from '../training/recipe'
import { augmentImage } from './augmentation'

const extents = { channels: 3, height: 8, width: 8 } as const
const image = Uint8Array.from({ length: 192 }, (_, i) => (i * 37) % 251)
const runs = Array.from({ length: 40 }, (_, i) => i)

function rows(values: Uint8Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, y) => [...values.subarray(y * width, (y + 1) * width)])
}

describe('augmentation', () => {
  it.each(augmentationPresets)('%s depends on its stream alone and leaves the image as it is', (preset) => {
    const before = image.slice()
    const make = () => [...augmentImage(image, extents, preset, new RandomStream(7, 'a', 3))]
    expect(make()).toEqual(make())
    expect(image).toEqual(before)
  })

  it('flips either every row or none', () => {
    const mirrored = rows(image, 8).flatMap((row) => row.toReversed())
    const results = runs.map((i) => [...augmentImage(image, extents, 'flip', new RandomStream(i))])
    const flipped = results.filter((result) => result[0] !== image[0])
    for (const result of flipped) expect(result).toEqual(mirrored)
    expect(flipped.length).toBeGreaterThan(10)
    expect(flipped.length).toBeLessThan(30)
  })

  it('shifts by an eighth at most, black filling in', () => {
    const white = new Uint8Array(192).fill(200)
    for (const i of runs) {
      const result = augmentImage(white, extents, 'crop-flip', new RandomStream(i))
      // Extents of 8 shift by one pixel at most: the inner 6 x 6 stay covered.
      for (const [y, row] of rows(result, 8).entries()) {
        if (y % 8 >= 1 && y % 8 <= 6) expect(row.slice(1, 7)).toEqual(Array.from({ length: 6 }, () => 200))
      }
    }
    const corners = new Set(runs.map((i) => augmentImage(white, extents, 'crop-flip', new RandomStream(i))[0]))
    expect(corners).toEqual(new Set([0, 200]))
  })

  it('warps digits only a little and keeps any background', () => {
    const dark = new Uint8Array(784)
    const light = new Uint8Array(784).fill(255)
    const grey = { channels: 1, height: 28, width: 28 } as const
    expect(augmentImage(light, grey, 'digits', new RandomStream(1))).toEqual(light)
    dark.fill(255, 13 * 28, 15 * 28)
    for (const i of runs) {
      const result = augmentImage(dark, grey, 'digits', new RandomStream(i))
      const ink = result.reduce((sum, value) => sum + value, 0) / (2 * 28 * 255)
      // The bar's thickness scales by 0.9 ... 1.1, its length at the border by 1 / cos(15 degrees) at most.
      expect(ink).toBeGreaterThan(0.75)
      expect(ink).toBeLessThan(1.25)
    }
  })

  it('keeps a grey image grey when colours change', () => {
    const grey = Uint8Array.from({ length: 192 }, (_, i) => (i % 64) * 3)
    const result = augmentImage(grey, extents, 'colour', new RandomStream(5))
    expect(result.subarray(0, 64)).toEqual(result.subarray(64, 128))
    expect(result).not.toEqual(grey)
  })

  it('cuts out a square of at most a quarter of the area, in the mean colour', () => {
    // Each plane has values 0 and 100 in alternation: mean 50.
    const striped = Uint8Array.from({ length: 192 }, (_, i) => (i % 2) * 100)
    for (const i of runs) {
      const result = augmentImage(striped, extents, 'cutout', new RandomStream(i))
      const cut = result.filter((value) => value === 50).length
      expect(cut).toBeGreaterThanOrEqual(3 * 4)
      expect(cut).toBeLessThanOrEqual(3 * 16)
      expect(result.filter((value, at) => value !== striped[at]).length).toBe(cut)
    }
  })
})
