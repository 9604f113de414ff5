// Images as PNG bytes for a screen: small ones of files and arrays, and exactly what a network sees; not lists of them.
import { augmentImage, type AugmentationPreset } from '../../shared/datasets/augmentation'
import type { ImageFormat } from '../../shared/datasets/dataset'
import { identityTransform, type ImageTransform } from '../../shared/datasets/imageTransform'
import { ImageResizer, type ImageExtents } from '../../shared/datasets/resize'
import { NetloomError } from '../../shared/graph/errors'
import { RandomStream } from '../../shared/training/randomStream'
import { decodeImageBytes, inspectHeader, readImageFile } from './decodeImage'
import { SplitDecoder } from './imageStore'
import { loadSharp } from './sharpLibrary'
import type { LocatedImage, SplitImages } from './splitImages'

/** [C, H, W] of 0 ... 255 as a PNG. */
export async function encodePng(pixels: Uint8Array, { channels, height, width }: ImageExtents): Promise<Uint8Array> {
  const sharp = await loadSharp()
  const plane = height * width
  const interleaved = new Uint8Array(pixels.length)
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0; i < plane; i++) interleaved[i * channels + channel] = pixels[channel * plane + i] ?? 0
  return sharp(interleaved, { raw: { width, height, channels } }).png({ compressionLevel: 6 }).toBuffer()
}

/** The largest extents of the same proportions that fit into `size` x `size`; never larger than the image. */
export function fitInto({ height, width }: { height: number; width: number }, size: number) {
  const scale = Math.min(1, size / Math.max(height, width))
  return { height: Math.max(1, Math.round(height * scale)), width: Math.max(1, Math.round(width * scale)) }
}

async function drawSmall(image: LocatedImage, size: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  if (image.form === 'array') {
    const { channels } = image.extents
    const format = { channels, ...fitInto(image.extents, size), resize: 'stretch' } as const
    return encodePng(new ImageResizer(image.extents, format).resize(image.pixels), format)
  }
  return drawSmallFile(image.path, size, signal)
}

async function drawSmallFile(path: string, size: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes = await readImageFile(path)
  const header = await inspectHeader(bytes)
  const format = { channels: header.channels, ...fitInto(header, size), resize: 'stretch' } as const
  return encodePng(await decodeImageBytes(bytes, format, signal), format)
}

/** What cannot be decoded is drawn as null; other failures stay what they are. */
async function orNull(drawn: Promise<Uint8Array>): Promise<Uint8Array | null> {
  try {
    return await drawn
  } catch (error) {
    if (error instanceof NetloomError && error.code === 'dataset.unreadable') return null
    throw error
  }
}

/** Draws an image file at most `size` pixels wide and high; null where it cannot be decoded. */
export function drawFile(path: string, size: number, signal?: AbortSignal): Promise<Uint8Array | null> {
  return orNull(drawSmallFile(path, size, signal))
}

/** How an image is to be drawn: at most `size` pixels wide and high, or in a network's format, augmented as in epoch 1. */
export type DrawRequest =
  | { readonly size: number }
  | {
      readonly format: ImageFormat
      readonly augmentation: AugmentationPreset
      /** What the dataset's options do to every image; left out: nothing. */
      readonly transform?: ImageTransform
    }

/** Draws images of one split; null in the place of one that cannot be decoded. */
export function imageDrawer(
  split: SplitImages,
  request: DrawRequest,
  signal?: AbortSignal,
): (index: number) => Promise<Uint8Array | null> {
  const decoder = 'format' in request ? new SplitDecoder(split, request.format, request.transform) : undefined
  const draw = async (index: number): Promise<Uint8Array> => {
    if (!decoder || !('format' in request))
      return drawSmall(split.locate(index), 'size' in request ? request.size : 1, signal)
    const { format, augmentation, transform = identityTransform } = request
    const pixels = await decoder.decode(index, signal)
    // The same stream as the trainer's with its usual seed: one of the images that training will see.
    const random = new RandomStream(1, 'augmentation', 1, index)
    const augmented = augmentation === 'none' ? pixels : augmentImage(pixels, format, augmentation, random)
    return encodePng(transform.permute(augmented), format)
  }
  return (index) => orNull(draw(index))
}
