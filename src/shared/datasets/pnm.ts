// Netpbm images (PBM, PGM, PPM; plain and binary) as interleaved arrays: bytes in, array out. libvips here reads none.
import { NetloomError } from '../graph/errors'

export interface PnmHeader {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  /** The largest value of a sample, 1 ... 65535; of a bitmap 1. */
  readonly maximum: number
  /** Samples are written as numbers in text. */
  readonly isText: boolean
  /** One bit per sample, and 1 is black. */
  readonly isBitmap: boolean
  /** Where the samples begin, in bytes from the start of the file. */
  readonly offset: number
}

const newline = 0x0a
const comment = 0x23

function refuse(reason: string): never {
  throw new NetloomError('dataset.unreadable', `PNM: ${reason}`)
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d)
}

/** Reads numbers of text one after another; comments run from # to the end of the line. */
class TextNumbers {
  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
  ) {}

  private skip(): void {
    for (;;) {
      if (this.bytes[this.at] === comment)
        while (this.at < this.bytes.length && this.bytes[this.at] !== newline) this.at++
      else if (isSpace(this.bytes[this.at])) this.at++
      else return
    }
  }

  /** The next number; of `single`, a digit alone: bitmaps need no spaces. */
  next(what: string, single = false): number {
    this.skip()
    let value = 0
    const start = this.at
    for (let digit = this.digit(); digit >= 0; digit = this.digit()) {
      value = Math.min(value * 10 + digit, Number.MAX_SAFE_INTEGER)
      this.at++
      if (single) break
    }
    if (this.at === start)
      refuse(this.at >= this.bytes.length ? `the file is cut off before ${what}` : `${what} is no number`)
    return value
  }

  private digit(): number {
    const digit = (this.bytes[this.at] ?? 0) - 0x30
    return digit >= 0 && digit <= 9 ? digit : -1
  }
}

/**
 * Reads the header.
 * @see https://netpbm.sourceforge.net/doc/ppm.html
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone
 */
export function parsePnmHeader(bytes: Uint8Array): PnmHeader {
  const kind = (bytes[1] ?? 0) - 0x30
  if (bytes[0] !== 0x50 || kind < 1 || kind > 6) refuse('it begins with no P1 ... P6')
  const numbers = new TextNumbers(bytes, 2)
  const width = numbers.next('its width')
  const height = numbers.next('its height')
  const isBitmap = kind === 1 || kind === 4
  const maximum = isBitmap ? 1 : numbers.next('its largest value')
  if (width < 1 || height < 1) refuse(`its size is ${width} x ${height} pixels`)
  if (maximum < 1 || maximum > 65_535) refuse(`its largest value is ${maximum}, and may be 1 to 65,535`)
  // One white space ends the header; what follows is data, whatever it looks like.
  const offset = numbers.at + 1
  return { width, height, channels: kind === 3 || kind === 6 ? 3 : 1, maximum, isText: kind <= 3, isBitmap, offset }
}

function readText(bytes: Uint8Array, { offset, maximum, isBitmap }: PnmHeader, count: number): Uint8Array {
  const numbers = new TextNumbers(bytes, offset - 1)
  return Uint8Array.from({ length: count }, (_, index) => {
    const value = Math.min(maximum, numbers.next(`value ${index + 1} of ${count}`, isBitmap))
    return isBitmap ? 255 * (1 - value) : Math.round((255 * value) / maximum)
  })
}

function readBits(bytes: Uint8Array, { width, height, offset }: PnmHeader): Uint8Array {
  const rowBytes = Math.ceil(width / 8)
  const result = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const byte = bytes[offset + y * rowBytes + (x >> 3)] ?? 0
      result[y * width + x] = (byte >> (7 - (x & 7))) & 1 ? 0 : 255
    }
  return result
}

function readBinary(bytes: Uint8Array, { offset, maximum }: PnmHeader, count: number): Uint8Array {
  if (maximum === 255) return bytes.slice(offset, offset + count)
  const isWide = maximum > 255
  const result = new Uint8Array(count)
  for (let index = 0; index < count; index++) {
    const at = offset + (isWide ? 2 * index : index)
    const value = isWide ? 256 * (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) : (bytes[at] ?? 0)
    result[index] = Math.round((255 * Math.min(value, maximum)) / maximum)
  }
  return result
}

/** How many bytes the samples take at least. */
function neededBytes({ width, height, channels, maximum, isText, isBitmap }: PnmHeader): number {
  const samples = width * height * channels
  if (isText) return isBitmap ? samples : 2 * samples - 1
  if (isBitmap) return Math.ceil(width / 8) * height
  return samples * (maximum > 255 ? 2 : 1)
}

/**
 * Decodes an image; several in one file: the first.
 * @returns `pixels`: [height, width, channels], the largest value as 255
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone
 */
export function decodePnm(bytes: Uint8Array): PnmHeader & { readonly pixels: Uint8Array } {
  const header = parsePnmHeader(bytes)
  const { width, height, channels, isText, isBitmap, offset } = header
  const end = offset + neededBytes(header)
  if (end > bytes.length)
    refuse(`the file is cut off, ${width} x ${height} pixels end at byte ${end} of ${bytes.length}`)
  const count = width * height * channels
  const read = isText ? readText : isBitmap ? readBits : readBinary
  return { ...header, pixels: read(bytes, header, count) }
}
