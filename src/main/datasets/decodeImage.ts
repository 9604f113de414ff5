// Image files as arrays in the form a network wants: sniffing, decoding, turning, resizing; not lists of files.
import { readFile } from 'node:fs/promises'
import type { Metadata, Sharp } from 'sharp'
import { decodeBmp, parseBmpHeader } from '../../shared/datasets/bmp'
import type { ImageFormat } from '../../shared/datasets/dataset'
import { luma } from '../../shared/datasets/resize'
import { NetloomError } from '../../shared/graph/errors'
import { describeFileError } from '../files/fileErrors'
import { SharedGate } from './sharedGate'
import { loadSharp } from './sharpLibrary'

/** Extensions of files that are taken for images, lower case; what a file really is, its first bytes say. */
export const imageExtensions: ReadonlySet<string> = new Set(
  'jpg jpeg jpe jfif png bmp dib webp gif tif tiff'.split(' '),
)

type ImageKind = 'JPEG' | 'PNG' | 'BMP' | 'WebP' | 'GIF' | 'TIFF'

/** Larger images are refused unseen, since their header may be made to fill the memory: 150 megapixels. */
const largestPixels = 150_000_000

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

function sniffKind(bytes: Uint8Array): ImageKind {
  if (bytes.length === 0) throw unreadable('the file is empty')
  const found = signatures.find((signature) =>
    signature.bytes.every((byte, at) => byte === undefined || bytes[at] === byte),
  )
  if (!found) throw unreadable('is no JPEG, PNG, BMP, WebP, GIF or TIFF image, whatever its name says')
  return found.kind
}

function unreadable(reason: string, cause?: unknown): NetloomError {
  return new NetloomError('dataset.unreadable', reason, { cause })
}

function checkPixels(width: number, height: number): void {
  if (width * height > largestPixels) {
    throw unreadable(`its header states ${width} x ${height} pixels, more than ${largestPixels / 1e6} megapixels`)
  }
}

/** Turns a message of libvips into a reason: its first line, without the loader's name. */
function vipsReason(kind: ImageKind, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const line = text.split('\n')[0] ?? ''
  if (/pixel limit/i.test(line)) return `its header states more than ${largestPixels / 1e6} megapixels`
  const plain = line.replace(/^(Input buffer has corrupt header: )?(\w+(_buffer)?: )?/, '')
  return `the ${kind} data is damaged or cut off (${plain})`
}

/** Warnings of libjpeg that mean lost image data; others (odd markers, stray bytes between segments) are harmless. */
const jpegDamage = /bad Huffman|bad arithmetic|premature end|instead of RST/i

type Opener = (failOn: 'warning' | 'error') => Sharp

async function openVips(bytes: Uint8Array, kind: ImageKind): Promise<Opener> {
  const sharp = await loadSharp()
  const options = { limitInputPixels: largestPixels, sequentialRead: true, autoOrient: true } as const
  if (kind === 'BMP') {
    const header = parseBmpHeader(bytes)
    checkPixels(header.width, header.height)
    const { width, height, rgba } = decodeBmp(bytes)
    return () => sharp(rgba, { raw: { width, height, channels: 4 }, limitInputPixels: largestPixels })
  }
  if (kind === 'TIFF') {
    const { depth } = await sharp(bytes, options).metadata()
    if (depth !== 'uchar' && depth !== 'ushort') {
      throw unreadable(`its pixels are of type ${depth}; 8 and 16 bits are read, others have no fixed range`)
    }
  }
  return (failOn) => sharp(bytes, { ...options, failOn })
}

/** Warnings about a PNG's or TIFF's additions are common and harmless; those about a JPEG may mean lost pixels. */
function strictnessOf(kind: ImageKind): 'warning' | 'error' {
  return kind === 'JPEG' ? 'warning' : 'error'
}

/** Decoding shares it; finding out why an image failed has it alone. */
const gate = new SharedGate()

/** Reads strictly, and a JPEG again more kindly when the warning was a harmless one. */
async function runAgain<T>(bytes: Uint8Array, kind: ImageKind, run: (image: Sharp) => Promise<T>): Promise<T> {
  try {
    return await run((await openVips(bytes, kind))(strictnessOf(kind)))
  } catch (error) {
    if (kind !== 'JPEG' || jpegDamage.test(String(error))) throw error
    return await run((await openVips(bytes, kind))('error'))
  }
}

/**
 * Runs a pipeline. libvips keeps its messages in one place for all images under way, so after a failure the image
 * is decoded again while no other is: what counts as damage, and its reason, depend on the image alone. The first
 * of two runs clears what others left there.
 */
async function runVips<T>(bytes: Uint8Array, run: (image: Sharp) => Promise<T>): Promise<T> {
  const kind = sniffKind(bytes)
  const once = async (): Promise<T> => run((await openVips(bytes, kind))(strictnessOf(kind)))
  try {
    return await gate.share(once)
  } catch (error) {
    if (error instanceof NetloomError) throw error
  }
  return gate
    .alone(async () => {
      try {
        return await once()
      } catch {
        return await runAgain(bytes, kind, run)
      }
    })
    .catch((error: unknown) => {
      throw error instanceof NetloomError ? error : unreadable(vipsReason(kind, error), error)
    })
}

const fits = { stretch: 'fill', crop: 'cover', letterbox: 'contain' } as const

/** [H, W, 3] as [3, H, W], or as luma [1, H, W]. */
function toPlanes(interleaved: Uint8Array, channels: 1 | 3): Uint8Array {
  const plane = interleaved.length / 3
  const result = new Uint8Array(plane * channels)
  for (let i = 0; i < plane; i++) {
    const red = interleaved[3 * i] ?? 0
    const green = interleaved[3 * i + 1] ?? 0
    const blue = interleaved[3 * i + 2] ?? 0
    if (channels === 1) result[i] = luma(red, green, blue)
    else {
      result[i] = red
      result[plane + i] = green
      result[2 * plane + i] = blue
    }
  }
  return result
}

/**
 * Decodes the bytes of one image: JPEG, PNG, BMP, WebP, GIF and TIFF; of several frames or pages the first.
 * Turned as its EXIF orientation says, colours converted to sRGB, 16 bits scaled to 8, transparency laid on white.
 * `crop` takes the centre; `letterbox` puts black around.
 * @returns [C, H, W] of the format
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone, without a file name
 */
export async function decodeImageBytes(bytes: Uint8Array, format: ImageFormat): Promise<Uint8Array> {
  const { channels, height, width, resize } = format
  const data = await runVips(bytes, (image) =>
    image
      .flatten({ background: '#ffffff' })
      // A triangle filter, as ImageResizer has and as networks are mostly trained with elsewhere.
      .resize(width, height, { fit: fits[resize], kernel: 'linear', background: '#000000' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer(),
  )
  if (data.length !== 3 * height * width)
    throw unreadable(`decoded to ${data.length} bytes instead of ${3 * height * width}`)
  return toPlanes(data, channels)
}

export interface InspectedImage {
  /** As seen, after the EXIF rotation. */
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

function orientedSize({ autoOrient, width, height }: Metadata): { width: number; height: number } {
  return { width: autoOrient.width || width, height: autoOrient.height || height }
}

/**
 * Reads size and channels from the header of an image; its pixels may still be damaged.
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone
 */
export async function inspectHeader(bytes: Uint8Array): Promise<InspectedImage> {
  if (sniffKind(bytes) === 'BMP') {
    const { width, height } = parseBmpHeader(bytes)
    return { width, height, channels: 3 }
  }
  const metadata = await runVips(bytes, (image) => image.metadata())
  const grey = metadata.space === 'b-w' || metadata.space === 'grey16'
  return { ...orientedSize(metadata), channels: grey ? 1 : 3 }
}

/**
 * Reads all of an image, so that damage anywhere in it shows, and gives its size and channels.
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone
 */
export async function inspectImage(bytes: Uint8Array): Promise<InspectedImage> {
  const header = await inspectHeader(bytes)
  // libvips decodes a JPEG quickest at an eighth of its size; for small images setting up a resize costs more.
  const shrink = header.width * header.height > 2 ** 18 ? 8 : 1
  const height = Math.ceil(header.height / shrink)
  const width = Math.ceil(header.width / shrink)
  await decodeImageBytes(bytes, { channels: 1, height, width, resize: 'stretch' })
  return header
}

/**
 * Reads the bytes of an image file.
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone
 */
export async function readImageFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (error) {
    throw unreadable(describeFileError(error), error)
  }
}

/**
 * Decodes one image file, as `decodeImageBytes` does.
 * @returns [C, H, W] of the format
 * @throws NetloomError `dataset.unreadable` naming the file and the reason
 */
export async function decodeImage(file: string, format: ImageFormat): Promise<Uint8Array> {
  try {
    return await decodeImageBytes(await readImageFile(file), format)
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
    throw new NetloomError('dataset.unreadable', `Image "${file}": ${error.message}.`, { path: file, cause: error })
  }
}
