// What an image file is and how large, from its first bytes alone, without decoding: JPEG, PNG, GIF, WebP, TIFF, BMP, PNM.
import { NetloomError } from '../graph/errors'
import { parseBmpHeader } from './bmp'
import { parsePnmHeader } from './pnm'

export type ImageKind = 'JPEG' | 'PNG' | 'BMP' | 'WebP' | 'GIF' | 'TIFF' | 'PNM'

/** Extensions of files that are taken for images, lower case; what a file really is, its first bytes say. */
export const imageExtensions: ReadonlySet<string> = new Set(
  'jpg jpeg jpe jfif png bmp dib webp gif tif tiff ppm pgm pbm pnm'.split(' '),
)

/** Extensions of images that are not read, lower case: worth naming where they are met. */
export const unreadImageExtensions: ReadonlySet<string> = new Set(
  (
    'heic heif avif jp2 j2k jpx jxl psd svg ico tga exr hdr pcx xcf pam pfm dds eps ' +
    'dng cr2 cr3 nef arw orf rw2 raf raw dcm nii npy npz mat h5 hdf5 tfrecord'
  ).split(' '),
)

/** What a header says. */
export interface ImageHeader {
  readonly kind: ImageKind
  /** As stored, before any rotation; undefined where only decoding tells. */
  readonly size?: { readonly width: number; readonly height: number }
  /** Of a JPEG, PNG, BMP or PNM: whether its pixels are grey. */
  readonly isGrey?: boolean
  /** EXIF orientation, 1 ... 8; undefined where the file may have one that is not read here. */
  readonly orientation?: number
  /** Inks without a profile that says what they look like. */
  readonly isPlainCmyk?: boolean
  /** Stored in passes that each go over the whole image, as a progressive JPEG is. */
  readonly hasPasses?: boolean
}

const signatures: readonly { readonly kind: ImageKind; readonly bytes: readonly (number | undefined)[] }[] = [
  { kind: 'JPEG', bytes: [0xff, 0xd8, 0xff] },
  { kind: 'PNG', bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { kind: 'GIF', bytes: [0x47, 0x49, 0x46, 0x38] },
  // RIFF, four bytes of length, WEBP.
  { kind: 'WebP', bytes: [0x52, 0x49, 0x46, 0x46, undefined, undefined, undefined, undefined, 0x57, 0x45, 0x42, 0x50] },
  { kind: 'TIFF', bytes: [0x49, 0x49, 0x2a, 0x00] },
  { kind: 'TIFF', bytes: [0x4d, 0x4d, 0x00, 0x2a] },
  { kind: 'TIFF', bytes: [0x49, 0x49, 0x2b, 0x00] },
  { kind: 'TIFF', bytes: [0x4d, 0x4d, 0x00, 0x2b] },
  { kind: 'BMP', bytes: [0x42, 0x4d] },
]

function unreadable(reason: string): NetloomError {
  return new NetloomError('dataset.unreadable', reason)
}

function isPnm(bytes: Uint8Array): boolean {
  const [letter, digit = 0, space = 0] = bytes
  return (
    letter === 0x50 &&
    digit >= 0x31 &&
    digit <= 0x36 &&
    (space === 0x20 || space === 0x23 || (space >= 9 && space <= 13))
  )
}

/** @throws NetloomError `dataset.unreadable`; its message is the reason alone */
export function sniffKind(bytes: Uint8Array): ImageKind {
  if (bytes.length === 0) throw unreadable('the file is empty')
  const found = signatures.find((signature) =>
    signature.bytes.every((byte, at) => byte === undefined || bytes[at] === byte),
  )
  if (found) return found.kind
  if (isPnm(bytes)) return 'PNM'
  throw unreadable('is no JPEG, PNG, BMP, WebP, GIF, TIFF or PNM image, whatever its name says')
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false
  return true
}

/** The orientation in EXIF data (a small TIFF), 1 where there is none. @see EXIF 2.32, tag 0x0112 */
function exifOrientation(bytes: Uint8Array, from: number, end: number): number {
  const view = viewOf(bytes.subarray(from, end))
  if (view.byteLength < 8) return 1
  const little = view.getUint16(0) === 0x4949
  const directory = view.getUint32(4, little)
  if (directory + 2 > view.byteLength) return 1
  const count = view.getUint16(directory, little)
  for (let entry = 0; entry < count; entry++) {
    const at = directory + 2 + 12 * entry
    if (at + 12 > view.byteLength) return 1
    if (view.getUint16(at, little) !== 0x0112) continue
    const value = view.getUint16(at + 8, little)
    return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

/** Markers of frame headers: C0 ... CF without DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

/** @see ITU T.81, B.1 and B.2 */
function readJpeg(bytes: Uint8Array): ImageHeader {
  let at = 2
  let orientation = 1
  let hasProfile = false
  let size: ImageHeader['size']
  let components = 0
  let hasPasses = false
  while (at + 4 <= bytes.length) {
    // Stray bytes between segments are passed over, as decoders do.
    if (bytes[at] !== 0xff || bytes[at + 1] === 0xff) {
      at++
      continue
    }
    const marker = bytes[at + 1] ?? 0
    const isAlone = marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)
    if (isAlone) {
      at += 2
      continue
    }
    if (marker === 0xda || marker === 0xd9) break
    const length = 256 * (bytes[at + 2] ?? 0) + (bytes[at + 3] ?? 0)
    const data = at + 4
    if (isFrame(marker) && data + 6 <= bytes.length && !size) {
      const view = viewOf(bytes)
      size = { height: view.getUint16(data + 1), width: view.getUint16(data + 3) }
      components = bytes[data + 5] ?? 0
      // C2, C6, CA and CE: progressive.
      hasPasses = (marker & 3) === 2
    } else if (marker === 0xe1 && startsWith(bytes, data, 'Exif\0\0'))
      orientation = exifOrientation(bytes, data + 6, at + 2 + length)
    else if (marker === 0xe2 && startsWith(bytes, data, 'ICC_PROFILE\0')) hasProfile = true
    at += 2 + length
  }
  const isPlainCmyk = components === 4 && !hasProfile
  return { kind: 'JPEG', size, isGrey: components === 1, orientation, isPlainCmyk, hasPasses }
}

/** @see https://www.w3.org/TR/png-3/ 11.2.1 (IHDR), 11.3.3.4 (eXIf) */
function readPng(bytes: Uint8Array): ImageHeader {
  if (bytes.length < 33) return { kind: 'PNG' }
  const view = viewOf(bytes)
  const colourType = bytes[25] ?? 0
  let orientation: number | undefined = 1
  for (let at = 8; at + 12 <= bytes.length && !startsWith(bytes, at + 4, 'IDAT'); at += 12 + view.getUint32(at))
    if (startsWith(bytes, at + 4, 'eXIf')) orientation = undefined
  const size = { width: view.getUint32(16), height: view.getUint32(20) }
  return { kind: 'PNG', size, isGrey: colourType === 0 || colourType === 4, orientation }
}

function readGif(bytes: Uint8Array): ImageHeader {
  if (bytes.length < 10) return { kind: 'GIF' }
  const view = viewOf(bytes)
  return { kind: 'GIF', size: { width: view.getUint16(6, true), height: view.getUint16(8, true) }, orientation: 1 }
}

/** @see https://developers.google.com/speed/webp/docs/riff_container */
function readWebp(bytes: Uint8Array): ImageHeader {
  if (bytes.length < 30) return { kind: 'WebP' }
  const view = viewOf(bytes)
  if (startsWith(bytes, 12, 'VP8 ')) {
    const size = { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    return { kind: 'WebP', size, orientation: 1 }
  }
  if (startsWith(bytes, 12, 'VP8L')) {
    const bits = view.getUint32(21, true)
    return { kind: 'WebP', size: { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }, orientation: 1 }
  }
  const three = (at: number): number => view.getUint16(at, true) + 65_536 * (bytes[at + 2] ?? 0)
  return { kind: 'WebP', size: { width: three(24) + 1, height: three(27) + 1 } }
}

/** Tags of the first directory: 256 ImageWidth, 257 ImageLength. @see TIFF 6.0, section 2 */
function readTiff(bytes: Uint8Array): ImageHeader {
  const view = viewOf(bytes)
  const little = bytes[0] === 0x49
  if (bytes.length < 8 || view.getUint16(2, little) !== 42) return { kind: 'TIFF' }
  const directory = view.getUint32(4, little)
  if (directory + 2 > bytes.length) return { kind: 'TIFF' }
  const found = new Map<number, number>()
  for (let entry = 0; entry < view.getUint16(directory, little); entry++) {
    const at = directory + 2 + 12 * entry
    if (at + 12 > bytes.length) break
    const isShort = view.getUint16(at + 2, little) === 3
    found.set(view.getUint16(at, little), isShort ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little))
  }
  const [width, height] = [found.get(256), found.get(257)]
  return { kind: 'TIFF', ...(width && height && { size: { width, height } }) }
}

/**
 * Reads what the first bytes say. A damaged header may leave everything but the kind out.
 * @throws NetloomError `dataset.unreadable` where it is no image that is read; its message is the reason alone
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  const kind = sniffKind(bytes)
  switch (kind) {
    case 'JPEG':
      return readJpeg(bytes)
    case 'PNG':
      return readPng(bytes)
    case 'GIF':
      return readGif(bytes)
    case 'WebP':
      return readWebp(bytes)
    case 'TIFF':
      return readTiff(bytes)
    case 'BMP': {
      const { width, height } = parseBmpHeader(bytes)
      return { kind, size: { width, height }, isGrey: false, orientation: 1 }
    }
    case 'PNM': {
      const { width, height, channels } = parsePnmHeader(bytes)
      return { kind, size: { width, height }, isGrey: channels === 1, orientation: 1 }
    }
    default:
      return kind satisfies never
  }
}

/** The longest side that is read: more than any camera or scanner gives, and rows of more fill the memory. */
const longestSide = 65_535
/** Larger images are refused unseen, since a header may be made to fill the memory. */
const largestPixels = 150_000_000

/** Bytes that decoding an image takes at most: every pixel with four samples. */
export function decodingBytes({ width, height }: { readonly width: number; readonly height: number }): number {
  return 4 * width * height
}

/** @throws NetloomError `dataset.unreadable` where an image is larger than what is read; its message is the reason alone */
export function checkImageSize({ width, height }: { readonly width: number; readonly height: number }): void {
  const stated = `its header states ${width} x ${height} pixels`
  if (Math.max(width, height) > longestSide) throw unreadable(`${stated}, and a side may have ${longestSide} at most`)
  if (width * height > largestPixels) throw unreadable(`${stated}, more than ${largestPixels / 1e6} megapixels`)
}

/** The limit of all pixels, for decoders that check it themselves. */
export const pixelLimit = largestPixels
