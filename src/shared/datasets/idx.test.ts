import { describe, expect, it } from 'vitest'
import { parseIdxImages, parseIdxLabels } from './idx'

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, ...Array.from({ length: 12 }, (_, i) => i))

describe('IDX files', () => {
  it('gives count, height, width and the pixels in file order', () => {
    const parsed = parseIdxImages(images, 'a')
    expect(parsed).toMatchObject({ count: 2, height: 2, width: 3 })
    expect([...parsed.pixels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  it('reads big-endian extents', () => {
    const labels = new Uint8Array(8 + 258)
    labels.set([0, 0, 8, 1, 0, 0, 1, 2])
    labels[265] = 7
    expect(parseIdxLabels(labels, 'l')).toHaveLength(258)
    expect(parseIdxLabels(labels, 'l')[257]).toBe(7)
  })

  it('reads from the middle of a larger buffer', () => {
    const larger = new Uint8Array(images.length + 5)
    larger.set(images, 5)
    expect(parseIdxImages(larger.subarray(5), 'a').pixels[11]).toBe(11)
  })

  it('refuses a file that is cut off, with both numbers', () => {
    expect(() => parseIdxImages(images.subarray(0, 20), 'cut')).toThrow(
      'IDX file "cut": its header states 2 x 2 x 3 = 12 bytes, 4 follow. The file is cut off',
    )
  })

  it('refuses bytes too many', () => {
    expect(() => parseIdxImages(Uint8Array.of(...images, 0), 'long')).toThrow('12 bytes, 13 follow')
  })

  it('refuses a header that is cut off', () => {
    expect(() => parseIdxLabels(Uint8Array.of(0, 0, 8), 'l')).toThrow('holds 3 bytes, a header of labels alone takes 8')
  })

  it('refuses labels where images belong', () => {
    const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 0, 3)
    expect(() => parseIdxImages(labels, 'l')).toThrow('has 1 axes, images have 3. Images and labels may be swapped.')
  })

  it('refuses other number types by name', () => {
    const floats = images.slice()
    floats[2] = 0x0d
    expect(() => parseIdxImages(floats, 'f')).toThrow('holds values of float32, only unsigned bytes are read')
  })

  it('refuses gzip and other bytes as no IDX file', () => {
    const gzip = Uint8Array.from({ length: 20 }, (_, i) => (i === 0 ? 0x1f : i === 1 ? 0x8b : 0))
    expect(() => parseIdxImages(gzip, 'z')).toThrow('starts with 0x1f8b0000')
  })
})
