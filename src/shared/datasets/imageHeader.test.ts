import { describe, expect, it } from 'vitest'
import { checkImageSize, readImageHeader } from './imageHeader'

const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.replaceAll(' ', '').match(/../gu) ?? [], (b) => parseInt(b, 16))

describe('image headers', () => {
  it('tell size, colour and orientation of a JPEG, stray bytes passed over', () => {
    const exif = 'ffe1 0022 457869660000 4d4d002a00000008 0001 0112 0003 00000001 0006 0000 00000000'
    const frame = 'ffc0 0011 08 0010 0020 03 012200 021101 031101'
    expect(readImageHeader(hex(`ffd8 ffff ${exif} ${frame} ffda`))).toEqual({
      kind: 'JPEG',
      size: { width: 32, height: 16 },
      isGrey: false,
      orientation: 6,
      isPlainCmyk: false,
      hasPasses: false,
    })
    const inks = 'ffc2 0014 08 0010 0020 04 011100 021100 031100 041100'
    expect(readImageHeader(hex(`ffd8 ${inks} ffda`))).toMatchObject({ isPlainCmyk: true, hasPasses: true })
    const profile = 'ffe2 0010 4943435f50524f46494c4500 0101'
    expect(readImageHeader(hex(`ffd8 ${profile} ${inks} ffda`)).isPlainCmyk).toBe(false)
  })

  it('tell the size of PNG, GIF, WebP and TIFF', () => {
    const png = '89504e470d0a1a0a 0000000d49484452 00000007 00000005 08 00 00 00 00 00000000'
    expect(readImageHeader(hex(png))).toMatchObject({ size: { width: 7, height: 5 }, isGrey: true, orientation: 1 })
    expect(readImageHeader(hex('474946383961 0700 0500')).size).toEqual({ width: 7, height: 5 })
    const riff = '52494646 00000000 57454250'
    // Lossless: 14 bits each of width - 1 = 6 and height - 1 = 4.
    const lossless = `${riff} 5650384c 00000000 2f 06 00 01 00 0000000000`
    expect(readImageHeader(hex(lossless)).size).toEqual({ width: 7, height: 5 })
    const extended = `${riff} 56503858 0a000000 00000000 060000 040000`
    expect(readImageHeader(hex(extended)).size).toEqual({ width: 7, height: 5 })
    const tiff = '49492a0008000000 0200 0001 0300 01000000 07000000 0101 0400 01000000 05000000'
    expect(readImageHeader(hex(tiff)).size).toEqual({ width: 7, height: 5 })
  })

  it('may be cut off anywhere without harm', () => {
    for (const start of [
      'ffd8ff',
      '89504e470d0a1a0a',
      '474946383961',
      '52494646000000005745425056503858',
      '49492a0008',
    ])
      expect(readImageHeader(hex(start)).size).toBeUndefined()
  })

  it('are refused beyond what is read, with the numbers', () => {
    expect(() => checkImageSize({ width: 65_535, height: 2000 })).not.toThrow()
    expect(() => checkImageSize({ width: 70_000_000, height: 2 })).toThrow(
      '70000000 x 2 pixels, and a side may have 65535',
    )
    expect(() => checkImageSize({ width: 20_000, height: 20_000 })).toThrow('more than 150 megapixels')
  })
})
