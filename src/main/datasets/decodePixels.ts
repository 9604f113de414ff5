// The bytes of images as arrays in the form a network wants: sniffing, decoding, turning, resizing, in this process; not files, nor the process for large images.
import type { Metadata, Sharp } from 'sharp'
import { decodeBmp } from '../../shared/datasets/bmp'
import type { ImageFormat } from '../../shared/datasets/dataset'
import {
  checkImageSize,
  decodingBytes,
  pixelLimit,
  readImageHeader,
  type ImageHeader,
  type ImageKind,
} from '../../shared/datasets/imageHeader'
import { makePrint, printExtent } from '../../shared/datasets/lookalikes'
import { decodePnm } from '../../shared/datasets/pnm'
import { luma } from '../../shared/datasets/resize'
import { NetloomError } from '../../shared/graph/errors'
import { MemoryGate } from './memoryGate'
import { SharedGate } from './sharedGate'
import { loadSharp, type SharpLibrary } from './sharpLibrary'

function unreadable(reason: string, cause?: unknown): NetloomError {
  return new NetloomError('dataset.unreadable', reason, { cause })
}

/** An image that has more pixels than are decoded here, which only decoding showed. */
export class TooManyPixels extends Error {}

/** An image and what is known of it. */
interface Source {
  readonly bytes: Uint8Array
  readonly header: ImageHeader
  /** With more pixels it is not decoded. */
  readonly limit: number
}

function isOverLimit(error: unknown): boolean {
  return /pixel limit/i.test(String(error))
}

/** Turns a message of libvips into a reason: its first line, without the loader's name. */
function vipsReason(kind: ImageKind, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const line = text.split('\n')[0] ?? ''
  if (isOverLimit(error)) return `its header states more than ${pixelLimit / 1e6} megapixels`
  const plain = line.replace(/^(Input buffer has corrupt header: )?(\w+(_buffer)?: )?/, '')
  return `the ${kind} data is damaged or cut off (${plain})`
}

/** Warnings of libjpeg that mean lost image data; others (odd markers, stray bytes between segments) are harmless. */
const jpegDamage = /bad Huffman|bad arithmetic|premature end|instead of RST/i

type Opener = (failOn: 'warning' | 'error') => Sharp

function vipsOptions(limit: number) {
  return { limitInputPixels: limit, sequentialRead: true, autoOrient: true } as const
}

async function openTiff({ bytes, limit }: Source, sharp: SharpLibrary): Promise<Opener> {
  const { depth, width, height, space, hasProfile } = await sharp(bytes, vipsOptions(limit)).metadata()
  checkImageSize({ width, height })
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw unreadable(`its pixels are of type ${depth}; 8 and 16 bits are read, others have no fixed range`)
  }
  if (space === 'cmyk' && !hasProfile) return openCmyk(bytes, limit, sharp)
  return (failOn) => sharp(bytes, { ...vipsOptions(limit), failOn })
}

/**
 * Inks without a profile, as viewers and browsers show them: R = (1 - C)(1 - K), G and B alike. libvips would take
 * them for a certain printer's.
 */
async function openCmyk(bytes: Uint8Array, limit: number, sharp: SharpLibrary): Promise<Opener> {
  const inks = await sharp(bytes, { ...vipsOptions(limit), failOn: 'warning' })
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = inks.info
  const rgb = new Uint8Array(3 * width * height)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const light = 255 - (inks.data[pixel * channels + 3] ?? 0)
    for (let c = 0; c < 3; c++)
      rgb[3 * pixel + c] = Math.round(((255 - (inks.data[pixel * channels + c] ?? 0)) * light) / 255)
  }
  return () => sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: pixelLimit })
}

async function openVips(source: Source): Promise<Opener> {
  const { bytes, limit } = source
  const { kind, isPlainCmyk } = source.header
  const sharp = await loadSharp()
  const raw = (data: Uint8Array, width: number, height: number, channels: 1 | 3 | 4): Opener => {
    return () => sharp(data, { raw: { width, height, channels }, limitInputPixels: pixelLimit })
  }
  if (kind === 'BMP') {
    const { width, height, rgba } = decodeBmp(bytes)
    return raw(rgba, width, height, 4)
  }
  if (kind === 'PNM') {
    const { width, height, channels, pixels } = decodePnm(bytes)
    return raw(pixels, width, height, channels)
  }
  if (kind === 'TIFF') return openTiff(source, sharp)
  if (isPlainCmyk) return openCmyk(bytes, limit, sharp)
  return (failOn) => sharp(bytes, { ...vipsOptions(limit), failOn })
}

/** Warnings about a PNG's or TIFF's additions are common and harmless; those about a JPEG may mean lost pixels. */
function strictnessOf(kind: ImageKind): 'warning' | 'error' {
  return kind === 'JPEG' ? 'warning' : 'error'
}

/** Decoding shares it; finding out why an image failed has it alone. */
const gate = new SharedGate()

/** What all images that are decoded at once may take together, in bytes. */
const memory = new MemoryGate(2 ** 29)

/** Reads strictly, and a JPEG again more kindly when the warning was a harmless one. */
async function runAgain<T>(source: Source, run: (image: Sharp) => Promise<T>): Promise<T> {
  const { kind } = source.header
  try {
    return await run((await openVips(source))(strictnessOf(kind)))
  } catch (error) {
    if (kind !== 'JPEG' || jpegDamage.test(String(error))) throw error
    return await run((await openVips(source))('error'))
  }
}

/**
 * Runs a pipeline. libvips keeps its messages in one place for all images under way, so after a failure the image
 * is decoded again while no other is: what counts as damage, and its reason, depend on the image alone. The first
 * of two runs clears what others left there.
 */
async function runVips<T>(source: Source, run: (image: Sharp) => Promise<T>): Promise<T> {
  const { kind } = source.header
  const once = async (): Promise<T> => run((await openVips(source))(strictnessOf(kind)))
  try {
    return await gate.share(once)
  } catch (error) {
    if (error instanceof NetloomError) throw error
    if (source.limit < pixelLimit && isOverLimit(error)) throw new TooManyPixels()
  }
  return gate
    .alone(async () => {
      try {
        return await once()
      } catch {
        return await runAgain(source, run)
      }
    })
    .catch((error: unknown) => {
      throw error instanceof NetloomError ? error : unreadable(vipsReason(kind, error), error)
    })
}

/** Runs a pipeline when there is room in the memory for the whole image. */
function withRoom<T>(source: Source, run: (image: Sharp) => Promise<T>): Promise<T> {
  const { bytes, header } = source
  const needed = header.size ? decodingBytes(header.size) : 8 * bytes.length
  return memory.run(needed, () => runVips(source, run))
}

/** The header, checked against what is read. @throws NetloomError `dataset.unreadable`; its message is the reason alone */
export function checkedHeader(bytes: Uint8Array): ImageHeader {
  const header = readImageHeader(bytes)
  if (header.size) checkImageSize(header.size)
  return header
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
 * Decodes the bytes of one image: JPEG, PNG, BMP, WebP, GIF, TIFF and PNM; of several frames or pages the first.
 * Turned as its EXIF orientation says, colours converted to sRGB, 16 bits scaled to 8, transparency laid on white.
 * `crop` takes the centre; `letterbox` puts black around.
 * @param limit with more pixels than this it is not decoded
 * @returns [C, H, W] of the format
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone, without a file name. TooManyPixels
 */
export async function decodePixels(bytes: Uint8Array, format: ImageFormat, limit = pixelLimit): Promise<Uint8Array> {
  const { channels, height, width, resize } = format
  const data = await withRoom({ bytes, header: checkedHeader(bytes), limit }, (image) =>
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

/** What the header says of size and channels; libvips is asked where the first bytes do not tell. */
async function inspectKnown(source: Source): Promise<InspectedImage> {
  const { size, orientation, isGrey } = source.header
  if (size && orientation !== undefined && isGrey !== undefined) {
    const [width, height] = orientation > 4 ? [size.height, size.width] : [size.width, size.height]
    return { width, height, channels: isGrey ? 1 : 3 }
  }
  const metadata = await runVips(source, (image) => image.metadata())
  const grey = metadata.space === 'b-w' || metadata.space === 'grey16'
  const found = { ...orientedSize(metadata), channels: grey ? 1 : 3 } as const
  checkImageSize(found)
  return found
}

/**
 * Reads size and channels from the header of an image; its pixels may still be damaged.
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone
 */
export function inspectHeader(bytes: Uint8Array): Promise<InspectedImage> {
  return Promise.resolve().then(() => inspectKnown({ bytes, header: checkedHeader(bytes), limit: pixelLimit }))
}

/** Images of fewer pixels are decoded whole to be looked at. */
const largestWhole = 2 ** 18

/** What all of an image shows. */
export interface SeenImage extends InspectedImage {
  /** What one sees of it in 16 x 16 grey values. */
  readonly print: Uint8Array
}

/**
 * Reads all of an image, so that damage anywhere in it shows.
 * @param limit with more pixels than this it is not decoded
 * @throws NetloomError `dataset.unreadable`; its message is the reason alone. TooManyPixels
 */
export async function inspectPixels(bytes: Uint8Array, limit = pixelLimit): Promise<SeenImage> {
  const header = checkedHeader(bytes)
  const source = { bytes, header, limit }
  const found = await inspectKnown(source)
  // Setting up a resize costs as much as decoding a small image does; of a large JPEG libvips decodes an eighth.
  const isLarge = found.width * found.height > largestWhole
  const { data, info } = await withRoom(source, (image) => {
    const opaque = header.kind === 'JPEG' ? image : image.flatten({ background: '#ffffff' })
    const seen = isLarge ? opaque.resize(printExtent, printExtent, { fit: 'fill', kernel: 'linear' }) : opaque
    return seen.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  })
  const print = makePrint(data, info)
  return { ...found, print }
}
