// BMP images as RGBA arrays: bytes in, array out, all depths and both run-length codings. libvips reads no BMP.
import { NetloomError } from '../graph/errors'

export interface BmpHeader {
  readonly width: number
  readonly height: number
  /** Rows run from the bottom to the top, as usual in BMP. */
  readonly bottomUp: boolean
  readonly bitsPerPixel: number
  readonly compression: number
  /** Where the rows begin, in bytes from the start of the file. */
  readonly pixelOffset: number
  /** RGB triples. */
  readonly palette: Uint8Array
  /** Bit masks of red, green, blue and alpha; alpha 0: opaque. */
  readonly masks: readonly [number, number, number, number]
}

const fileHeaderBytes = 14
const coreHeaderBytes = 12
const compressions = { rgb: 0, rle8: 1, rle4: 2, bitFields: 3, alphaBitFields: 6 } as const

function refuse(reason: string): never {
  throw new NetloomError('dataset.unreadable', reason)
}

function need(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length < length) refuse(`BMP: the file is cut off, ${what} ends at byte ${length} of ${bytes.length}`)
}

function readPalette(bytes: Uint8Array, at: number, entries: number, entryBytes: number): Uint8Array {
  need(bytes, at + entries * entryBytes, 'the palette')
  const palette = new Uint8Array(entries * 3)
  for (let i = 0; i < entries; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = bytes[at + i * entryBytes + 2 - c] ?? 0
  }
  return palette
}

function readMasks(view: DataView, headerBytes: number, bits: number, compression: number): BmpHeader['masks'] {
  const fields = compression === compressions.bitFields || compression === compressions.alphaBitFields
  if (!fields) return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0xff00, 0xff, 0]
  const at = fileHeaderBytes + 40
  const hasAlpha = headerBytes >= 56 || compression === compressions.alphaBitFields
  const read = (index: number) => view.getUint32(at + 4 * index, true)
  return [read(0), read(1), read(2), hasAlpha ? read(3) : 0]
}

function checkHeader(header: BmpHeader): void {
  const { width, height, bitsPerPixel: bits, compression } = header
  if (width < 1 || height < 1) refuse(`BMP: its size is ${width} x ${height} pixels`)
  const allowed: Readonly<Record<number, readonly number[]>> = {
    [compressions.rgb]: [1, 4, 8, 16, 24, 32],
    [compressions.rle8]: [8],
    [compressions.rle4]: [4],
    [compressions.bitFields]: [16, 32],
    [compressions.alphaBitFields]: [16, 32],
  }
  if (!allowed[compression]?.includes(bits))
    refuse(`BMP: ${bits} bits per pixel with compression ${compression} is not read`)
}

/**
 * Reads the headers (OS/2 core header and all Windows headers) and the palette; no pixels.
 * @throws NetloomError `dataset.unreadable`
 * @see https://learn.microsoft.com/windows/win32/gdi/bitmap-storage
 */
export function parseBmpHeader(bytes: Uint8Array): BmpHeader {
  need(bytes, fileHeaderBytes + coreHeaderBytes, 'the header')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint16(0) !== 0x424d) refuse('BMP: does not begin with "BM"')
  const pixelOffset = view.getUint32(10, true)
  const headerBytes = view.getUint32(14, true)
  if (headerBytes === coreHeaderBytes) {
    const bitsPerPixel = view.getUint16(24, true)
    const entries = bitsPerPixel <= 8 ? 2 ** bitsPerPixel : 0
    const header: BmpHeader = {
      width: view.getUint16(18, true),
      height: view.getUint16(20, true),
      bottomUp: true,
      bitsPerPixel,
      compression: compressions.rgb,
      pixelOffset,
      palette: readPalette(bytes, fileHeaderBytes + coreHeaderBytes, entries, 3),
      masks: [0xff0000, 0xff00, 0xff, 0],
    }
    checkHeader(header)
    return header
  }
  if (headerBytes < 40 || headerBytes > 256) refuse(`BMP: a header of ${headerBytes} bytes is not known`)
  const compression = view.getUint32(30, true)
  const maskBytes = headerBytes > 40 ? 0 : ({ 3: 12, 6: 16 }[compression] ?? 0)
  const paletteAt = fileHeaderBytes + headerBytes + maskBytes
  need(bytes, paletteAt, 'the header')
  const height = view.getInt32(22, true)
  const bitsPerPixel = view.getUint16(28, true)
  const stated = view.getUint32(46, true)
  const most = bitsPerPixel <= 8 ? 2 ** bitsPerPixel : 0
  const entries = stated === 0 ? most : Math.min(stated, most)
  const header: BmpHeader = {
    width: view.getInt32(18, true),
    height: Math.abs(height),
    bottomUp: height > 0,
    bitsPerPixel,
    compression,
    pixelOffset,
    palette: readPalette(bytes, paletteAt, entries, 4),
    masks: readMasks(view, headerBytes, bitsPerPixel, compression),
  }
  checkHeader(header)
  return header
}

/** Takes one masked value out of a pixel and stretches it to 0 ... 255. */
function makeChannel(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0
  const low = (mask & -mask) >>> 0
  const largest = Math.floor((mask >>> 0) / low)
  return (pixel) => Math.round((Math.floor(((pixel & mask) >>> 0) / low) * 255) / largest)
}

function setPaletteColour(header: BmpHeader, rgba: Uint8Array, pixel: number, entry: number): void {
  // An entry beyond the palette is black, as in Windows.
  for (let c = 0; c < 3; c++) rgba[4 * pixel + c] = header.palette[3 * entry + c] ?? 0
}

type RowReader = (rowAt: number, firstPixel: number) => void

function makeRowReader(bytes: Uint8Array, header: BmpHeader, rgba: Uint8Array): RowReader {
  const { width, bitsPerPixel: bits } = header
  if (bits <= 8) {
    const perByte = 8 / bits
    return (rowAt, first) => {
      for (let x = 0; x < width; x++) {
        const byte = bytes[rowAt + Math.floor(x / perByte)] ?? 0
        const entry = (byte >>> (8 - bits * ((x % perByte) + 1))) & (2 ** bits - 1)
        setPaletteColour(header, rgba, first + x, entry)
      }
    }
  }
  if (bits === 24) {
    return (rowAt, first) => {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) rgba[4 * (first + x) + c] = bytes[rowAt + 3 * x + 2 - c] ?? 0
      }
    }
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const channels = header.masks.map(makeChannel)
  const used = header.masks[3] === 0 ? 3 : 4
  return (rowAt, first) => {
    for (let x = 0; x < width; x++) {
      const pixel = bits === 16 ? view.getUint16(rowAt + 2 * x, true) : view.getUint32(rowAt + 4 * x, true)
      for (let c = 0; c < used; c++) rgba[4 * (first + x) + c] = channels[c]?.(pixel) ?? 0
    }
  }
}

function readRows(bytes: Uint8Array, header: BmpHeader, rgba: Uint8Array): void {
  const { width, height, bitsPerPixel, pixelOffset, bottomUp } = header
  const usedBytes = Math.ceil((width * bitsPerPixel) / 8)
  const rowBytes = Math.ceil(usedBytes / 4) * 4
  // The last row may lack its padding.
  need(bytes, pixelOffset + rowBytes * (height - 1) + usedBytes, 'the last row')
  const readRow = makeRowReader(bytes, header, rgba)
  for (let row = 0; row < height; row++) {
    readRow(pixelOffset + row * rowBytes, (bottomUp ? height - 1 - row : row) * width)
  }
}

/** Run-length coding: pairs of count and value; count 0 escapes to end of line, end, a jump or literal values. */
function readRuns(bytes: Uint8Array, header: BmpHeader, rgba: Uint8Array): void {
  const { width, height, bottomUp } = header
  const nibbles = header.compression === compressions.rle4
  let at = header.pixelOffset
  let x = 0
  let row = 0
  const next = (): number => {
    need(bytes, at + 1, 'the run-length data')
    return bytes[at++] ?? 0
  }
  const put = (entry: number): void => {
    if (x < width && row < height)
      setPaletteColour(header, rgba, (bottomUp ? height - 1 - row : row) * width + x, entry)
    x++
  }
  const putFrom = (byte: number, i: number): void => {
    put(nibbles ? (byte >>> (i % 2 === 0 ? 4 : 0)) & 15 : byte)
  }
  while (row < height) {
    const count = next()
    const value = next()
    if (count > 0) {
      for (let i = 0; i < count; i++) putFrom(value, i)
    } else if (value === 0) {
      x = 0
      row++
    } else if (value === 1) return
    else if (value === 2) {
      x += next()
      row += next()
    } else {
      const start = at
      let byte = 0
      for (let i = 0; i < value; i++) {
        if (!nibbles || i % 2 === 0) byte = next()
        putFrom(byte, i)
      }
      // Literal values end on an even number of bytes.
      if ((at - start) % 2 === 1) at++
    }
  }
}

/**
 * Decodes a BMP image.
 * @returns [H, W, 4] red, green, blue, alpha, from the top; alpha is 255 unless the file has an alpha mask
 * @throws NetloomError `dataset.unreadable` when the file is cut off or of an unknown kind
 */
export function decodeBmp(bytes: Uint8Array): { width: number; height: number; rgba: Uint8Array } {
  const header = parseBmpHeader(bytes)
  const { width, height, compression } = header
  const rgba = new Uint8Array(width * height * 4)
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255
  if (compression === compressions.rle8 || compression === compressions.rle4) {
    // Pixels that no run covers keep the first colour.
    for (let i = 0; i < width * height; i++) setPaletteColour(header, rgba, i, 0)
    readRuns(bytes, header, rgba)
  } else readRows(bytes, header, rgba)
  return { width, height, rgba }
}
