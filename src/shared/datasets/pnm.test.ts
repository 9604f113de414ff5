import { describe, expect, it } from 'vitest'
import { decodePnm, parsePnmHeader } from './pnm'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const withData = (header: string, ...data: readonly number[]): Uint8Array => Uint8Array.of(...text(header), ...data)

describe('Netpbm images', () => {
  it('are read in binary form: grey, colour, bits, and 16 bits as 8', () => {
    expect([...decodePnm(withData('P5\n2 2\n255\n', 0, 128, 255, 10)).pixels]).toEqual([0, 128, 255, 10])
    const colour = decodePnm(withData('P6 1 2 255 ', 1, 2, 3, 250, 251, 252))
    expect([colour.channels, [...colour.pixels]]).toEqual([3, [1, 2, 3, 250, 251, 252]])
    // Ten bits a row: two bytes, 1 is black.
    const bits = decodePnm(withData('P4 10 2\n', 0b10000000, 0b01000000, 0b11111111, 0b11000000))
    expect([...bits.pixels.subarray(0, 10)]).toEqual([0, 255, 255, 255, 255, 255, 255, 255, 255, 0])
    expect([...bits.pixels.subarray(10)]).toEqual(Array.from({ length: 10 }, () => 0))
    // 0x8000 of 0xffff is 127.5 of 255; 50 of 100 too.
    expect([...decodePnm(withData('P5 2 1 65535 ', 0x80, 0, 0xff, 0xff)).pixels]).toEqual([128, 255])
    expect([...decodePnm(withData('P5 2 1 100 ', 50, 100)).pixels]).toEqual([128, 255])
  })

  it('are read as text, with comments, and bits without spaces', () => {
    expect([...decodePnm(text('P2 # grey\n# 2 wide\n2 1\n15\n15 0\n')).pixels]).toEqual([255, 0])
    expect([...decodePnm(text('P3\n1 1\n255\n9\n8 7')).pixels]).toEqual([9, 8, 7])
    expect([...decodePnm(text('P1\n3 1\n101\n')).pixels]).toEqual([0, 255, 0])
  })

  it('may hold data that looks like text behind one white space', () => {
    expect([...decodePnm(withData('P5 2 1 255\n', 0x20, 0x23)).pixels]).toEqual([0x20, 0x23])
  })

  it('are refused where they are cut off or no image, with the numbers', () => {
    expect(() => decodePnm(withData('P6 2 2 255 ', 1, 2, 3))).toThrow('2 x 2 pixels end at byte 23 of 14')
    expect(() => decodePnm(text('P2 2 2 255 1 2 3'))).toThrow('cut off')
    expect(() => parsePnmHeader(text('P5 0 2 255 '))).toThrow('its size is 0 x 2 pixels')
    expect(() => parsePnmHeader(text('P5 2 2 70000 '))).toThrow('its largest value is 70000')
    expect(() => parsePnmHeader(text('P5 two'))).toThrow('its width is no number')
    expect(() => parsePnmHeader(text('P5 2'))).toThrow('cut off before its height')
  })
})
