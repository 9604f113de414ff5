import { describe, expect, it } from 'vitest'
import { decodeBmp, parseBmpHeader } from './bmp'

interface Parts {
  readonly width: number
  readonly height: number
  readonly bits: number
  readonly compression?: number
  readonly extra?: readonly number[]
  readonly palette?: readonly number[]
  readonly pixels: readonly number[]
}

const uint32 = (value: number) => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]

function makeBmp({ width, height, bits, compression = 0, extra = [], palette = [], pixels }: Parts): Uint8Array {
  const offset = 54 + extra.length + palette.length
  return Uint8Array.from(
    [
      [0x42, 0x4d, ...uint32(offset + pixels.length), 0, 0, 0, 0, ...uint32(offset)],
      [...uint32(40), ...uint32(width), ...uint32(height), 1, 0, bits, 0, ...uint32(compression)],
      [...uint32(0), ...uint32(0), ...uint32(0), ...uint32(palette.length / 4), ...uint32(0)],
      extra,
      palette,
      pixels,
    ].flat(),
  )
}

const red = [255, 0, 0, 255]
const green = [0, 255, 0, 255]
const blue = [0, 0, 255, 255]
const black = [0, 0, 0, 255]
const white = [255, 255, 255, 255]
// Palette entries are blue, green, red, 0.
const palette = [0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0]

describe('BMP images', () => {
  it('of 24 bits run from the bottom up, blue first, rows padded to four bytes', () => {
    const bytes = makeBmp({ width: 1, height: 2, bits: 24, pixels: [0, 0, 255, 0, 255, 0, 0, 0] })
    expect([...decodeBmp(bytes).rgba]).toEqual([...blue, ...red])
  })

  it('of negative height run from the top down', () => {
    const bytes = makeBmp({ width: 1, height: -2, bits: 24, pixels: [0, 0, 255, 0, 255, 0, 0, 0] })
    expect([...decodeBmp(bytes).rgba]).toEqual([...red, ...blue])
  })

  it('of 8, 4 and 1 bits look colours up', () => {
    const eight = makeBmp({ width: 3, height: 1, bits: 8, palette, pixels: [1, 2, 3, 0] })
    expect([...decodeBmp(eight).rgba]).toEqual([...red, ...green, ...blue])
    const four = makeBmp({ width: 3, height: 2, bits: 4, palette, pixels: [0x12, 0x30, 0, 0, 0x33, 0x10, 0, 0] })
    expect([...decodeBmp(four).rgba]).toEqual([...blue, ...blue, ...red, ...red, ...green, ...blue])
    const two = [0, 0, 0, 0, 255, 255, 255, 0]
    const one = makeBmp({ width: 10, height: 1, bits: 1, palette: two, pixels: [0b10000001, 0b01000000, 0, 0] })
    const colours = [white, black, black, black, black, black, black, white, black, white]
    expect([...decodeBmp(one).rgba]).toEqual(colours.flat())
  })

  it('of 16 bits are 5-5-5 unless masks say otherwise', () => {
    const plain = makeBmp({ width: 2, height: 1, bits: 16, pixels: [0x00, 0x7c, 0x1f, 0x00] })
    expect([...decodeBmp(plain).rgba]).toEqual([...red, ...blue])
    const masks = [...uint32(0xf800), ...uint32(0x07e0), ...uint32(0x001f)]
    const fields = makeBmp({
      width: 2,
      height: 1,
      bits: 16,
      compression: 3,
      extra: masks,
      pixels: [0xe0, 0x07, 0, 0xf8],
    })
    expect([...decodeBmp(fields).rgba]).toEqual([...green, ...red])
  })

  it('of 32 bits ignore the fourth byte unless there is an alpha mask', () => {
    const plain = makeBmp({ width: 1, height: 1, bits: 32, pixels: [0, 255, 0, 7] })
    expect([...decodeBmp(plain).rgba]).toEqual(green)
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000].flatMap(uint32)
    const alpha = makeBmp({ width: 1, height: 1, bits: 32, compression: 6, extra: masks, pixels: [0, 255, 0, 7] })
    expect([...decodeBmp(alpha).rgba]).toEqual([0, 255, 0, 7])
  })

  it('in run-length coding of 8 bits have runs, literals, jumps and line ends', () => {
    // Bottom row: 2 red, then literals green blue red (padded). Next row: jump one right, then 1 blue.
    const pixels = [2, 1, 0, 3, 2, 3, 1, 0, 0, 0, 0, 2, 1, 0, 1, 3, 0, 1]
    const bytes = makeBmp({ width: 5, height: 2, bits: 8, compression: 1, palette, pixels })
    const top = [black, blue, black, black, black]
    expect([...decodeBmp(bytes).rgba]).toEqual([...top, red, red, green, blue, red].flat())
  })

  it('in run-length coding of 4 bits alternate between two colours', () => {
    const bytes = makeBmp({ width: 3, height: 1, bits: 4, compression: 2, palette, pixels: [3, 0x12, 0, 1] })
    expect([...decodeBmp(bytes).rgba]).toEqual([...red, ...green, ...red])
  })

  it('with the old core header have a palette of triples', () => {
    const bytes = Uint8Array.from(
      [
        [0x42, 0x4d, 0, 0, 0, 0, 0, 0, 0, 0, ...uint32(32)],
        [...uint32(12), 1, 0, 1, 0, 1, 0, 1, 0],
        [0, 0, 0, 255, 0, 0],
        [0x80, 0, 0, 0],
      ].flat(),
    )
    expect([...decodeBmp(bytes).rgba]).toEqual(blue)
  })

  it('are refused when cut off, with the numbers', () => {
    const bytes = makeBmp({ width: 1, height: 2, bits: 24, pixels: [0, 0, 255, 0, 255, 0, 0, 0] })
    expect(() => decodeBmp(bytes.subarray(0, 58))).toThrow(
      'BMP: the file is cut off, the last row ends at byte 61 of 58',
    )
    expect(() => decodeBmp(bytes.subarray(0, 20))).toThrow('the header ends at byte 26 of 20')
    const runs = makeBmp({ width: 3, height: 1, bits: 4, compression: 2, palette, pixels: [3] })
    expect(() => decodeBmp(runs)).toThrow('the run-length data')
  })

  it('are refused with an unknown compression or no pixels', () => {
    expect(() => parseBmpHeader(makeBmp({ width: 1, height: 1, bits: 24, compression: 4, pixels: [] }))).toThrow(
      '24 bits per pixel with compression 4 is not read',
    )
    expect(() => parseBmpHeader(makeBmp({ width: 0, height: 1, bits: 24, pixels: [] }))).toThrow('0 x 1 pixels')
  })
})
