// A person's image as numbers in [0, 255]: decoded by the browser, made small enough to step over; not datasets' own decoding.
import { NetloomError } from '../../../shared/graph/errors'
import type { FeatureMaps } from '../../../shared/network/explanation/slidingWindow'
import { uploadPartBytes } from '../../../shared/contract/uploadCalls'
import { readBase64 } from '../files/readBase64'

/** Larger images are made smaller: a window steps over 65,536 positions at most. */
export const largestSide = 256

/** An image in use. */
export interface StageImage {
  readonly name: string
  /** The file as it was given, for networks that fit it themselves. */
  readonly file: Blob
  /** An image file to be shown: the file itself, or a smaller form of a large one. */
  readonly base64: string
  /** Red, green, blue: [3, H, W], 0 ... 255. */
  readonly maps: FeatureMaps
}

/** Which channel of an image is stepped over. */
export const planes = ['grey', 'red', 'green', 'blue'] as const
export type Plane = (typeof planes)[number]

/** Extents that fit a square of `largest` pixels; small images stay as they are. */
export function fitExtents(width: number, height: number, largest = largestSide): readonly [number, number] {
  const factor = Math.min(1, largest / Math.max(width, height))
  return [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))]
}

/** Pixels as browsers give them (RGBA) as three planes. */
export function splitPlanes(pixels: Uint8ClampedArray, width: number, height: number): FeatureMaps {
  const size = width * height
  const values = new Float32Array(3 * size)
  for (let pixel = 0; pixel < size; pixel++)
    for (let channel = 0; channel < 3; channel++) values[channel * size + pixel] = pixels[4 * pixel + channel] ?? 0
  return { channels: 3, height, width, values }
}

/** One plane of a colour image; grey by the weights of ITU-R BT.601. */
export function selectPlane(maps: FeatureMaps, plane: Plane): FeatureMaps {
  const { channels, height, width, values } = maps
  if (channels === 1) return maps
  const size = height * width
  const index = planes.indexOf(plane) - 1
  if (index >= 0) return { channels: 1, height, width, values: values.slice(index * size, (index + 1) * size) }
  const grey = new Float32Array(size)
  for (let pixel = 0; pixel < size; pixel++) {
    const [red = 0, green = 0, blue = 0] = [values[pixel], values[size + pixel], values[2 * size + pixel]]
    grey[pixel] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue)
  }
  return { channels: 1, height, width, values: grey }
}

/**
 * Decodes an image file.
 * @throws NetloomError `dataset.unreadable`
 */
export async function readImage(file: Blob, name: string): Promise<StageImage> {
  const bitmap = await createImageBitmap(file).catch((cause: unknown) => {
    const hint = 'Choose a PNG, JPEG, WebP, GIF or BMP image.'
    throw new NetloomError('dataset.unreadable', `"${name}" cannot be read as an image.`, { cause, hint })
  })
  const [width, height] = fitExtents(bitmap.width, bitmap.height)
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new NetloomError('dataset.unreadable', 'The browser gives no canvas to decode images.')
  // Transparent pixels lie on white, as the core decodes them.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  const shown = file.size <= uploadPartBytes ? file : await canvas.convertToBlob({ type: 'image/png' })
  const maps = splitPlanes(context.getImageData(0, 0, width, height).data, width, height)
  return { name, file, base64: await readBase64(shown), maps }
}

/** Decodes an image that came as base64. */
export async function readBase64Image(png: string, name: string): Promise<StageImage> {
  const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0))
  return readImage(new Blob([bytes], { type: 'image/png' }), name)
}
