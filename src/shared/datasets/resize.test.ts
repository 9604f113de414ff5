import { describe, expect, it } from 'vitest'
import { convertChannels, luma, ImageResizer } from './resize'

function resize(values: number[], height: number, width: number, target: [number, number], policy = 'stretch') {
  const format = { channels: 1, height: target[0], width: target[1], resize: policy as 'stretch' } as const
  return [...new ImageResizer({ channels: 1, height, width }, format).resize(Uint8Array.from(values))]
}

describe('resizing raw images', () => {
  it('gives the same array when nothing changes', () => {
    const image = Uint8Array.of(1, 2, 3, 4)
    const format = { channels: 1, height: 2, width: 2, resize: 'stretch' } as const
    expect(new ImageResizer({ channels: 1, height: 2, width: 2 }, format).resize(image)).toBe(image)
  })

  it('enlarges linearly between pixel centres', () => {
    // Target centres lie at source -0.25, 0.25, 0.75, 1.25: 0, 25, 75, 100 between 0 and 100.
    expect(resize([0, 100], 1, 2, [1, 4])).toEqual([0, 25, 75, 100])
  })

  it('averages over a triangle when it shrinks', () => {
    // Step 2, radius 2: weights 1/4, 3/4, 3/4, 1/4 cut at the border: (0.75*a + 0.75*b + 0.25*c) / 1.75.
    expect(resize([0, 0, 175, 175], 1, 4, [1, 2])).toEqual([25, 150])
  })

  it('keeps a constant image constant', () => {
    expect(
      new Set(
        resize(
          Array.from({ length: 35 }, () => 77),
          5,
          7,
          [3, 11],
        ),
      ),
    ).toEqual(new Set([77]))
  })

  it('crops the centre with the aspect of the target', () => {
    expect(resize([1, 2, 3, 4, 1, 2, 3, 4], 2, 4, [2, 2], 'crop')).toEqual([2, 3, 2, 3])
  })

  it('puts black around with letterbox', () => {
    expect(resize([9, 9, 9, 9], 1, 4, [4, 4], 'letterbox')).toEqual([0, 0, 0, 0, 9, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0])
  })

  it('makes grey with the weights of Rec. 601', () => {
    expect([luma(255, 0, 0), luma(0, 255, 0), luma(0, 0, 255), luma(255, 255, 255)]).toEqual([76, 150, 29, 255])
    expect([...convertChannels(Uint8Array.of(255, 0, 0, 255, 0, 0), 3, 1)]).toEqual([76, 150])
  })

  it('makes colour by copying the grey plane', () => {
    expect([...convertChannels(Uint8Array.of(5, 6), 1, 3)]).toEqual([5, 6, 5, 6, 5, 6])
  })

  it('resizes and converts in one go', () => {
    const format = { channels: 3, height: 1, width: 1, resize: 'stretch' } as const
    const resizer = new ImageResizer({ channels: 1, height: 1, width: 2 }, format)
    expect([...resizer.resize(Uint8Array.of(10, 20))]).toEqual([15, 15, 15])
  })
})
