// Pictures as PNG bytes for a screen: small ones of files and arrays, and exactly what a network sees; not lists of them.
import { augmentPicture, type AugmentationPreset } from '../../shared/datasets/augmentation'
import type { PictureFormat } from '../../shared/datasets/dataset'
import { identityTransform, type PictureTransform } from '../../shared/datasets/pictureTransform'
import { PictureResizer, type PictureExtents } from '../../shared/datasets/resize'
import { NetloomError } from '../../shared/graph/errors'
import { RandomStream } from '../../shared/random'
import { decodePictureBytes, inspectHeader, readPictureFile } from './decodePicture'
import { SplitDecoder } from './pictureStore'
import { loadSharp } from './sharpLibrary'
import type { LocatedPicture, SplitPictures } from './splitPictures'

/** [C, H, W] of 0 ... 255 as a PNG. */
export async function encodePng(pixels: Uint8Array, { channels, height, width }: PictureExtents): Promise<Uint8Array> {
  const sharp = await loadSharp()
  const plane = height * width
  const interleaved = new Uint8Array(pixels.length)
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0; i < plane; i++) interleaved[i * channels + channel] = pixels[channel * plane + i] ?? 0
  return sharp(interleaved, { raw: { width, height, channels } }).png({ compressionLevel: 6 }).toBuffer()
}

/** The largest extents of the same proportions that fit into `size` x `size`; never larger than the picture. */
export function fitInto({ height, width }: { height: number; width: number }, size: number) {
  const scale = Math.min(1, size / Math.max(height, width))
  return { height: Math.max(1, Math.round(height * scale)), width: Math.max(1, Math.round(width * scale)) }
}

async function drawSmall(picture: LocatedPicture, size: number): Promise<Uint8Array> {
  if (picture.form === 'array') {
    const { channels } = picture.extents
    const format = { channels, ...fitInto(picture.extents, size), resize: 'stretch' } as const
    return encodePng(new PictureResizer(picture.extents, format).resize(picture.pixels), format)
  }
  const bytes = await readPictureFile(picture.path)
  const header = await inspectHeader(bytes)
  const format = { channels: header.channels, ...fitInto(header, size), resize: 'stretch' } as const
  return encodePng(await decodePictureBytes(bytes, format), format)
}

/** How a picture is to be drawn: at most `size` pixels wide and high, or in a network's format, augmented as in epoch 1. */
export type DrawRequest =
  | { readonly size: number }
  | {
      readonly format: PictureFormat
      readonly augmentation: AugmentationPreset
      /** What the dataset's options do to every picture; left out: nothing. */
      readonly transform?: PictureTransform
    }

/** Draws pictures of one split; null in the place of one that cannot be decoded. */
export function pictureDrawer(
  split: SplitPictures,
  request: DrawRequest,
): (index: number) => Promise<Uint8Array | null> {
  const decoder = 'format' in request ? new SplitDecoder(split, request.format, request.transform) : undefined
  const draw = async (index: number): Promise<Uint8Array> => {
    if (!decoder || !('format' in request)) return drawSmall(split.locate(index), 'size' in request ? request.size : 1)
    const { format, augmentation, transform = identityTransform } = request
    const pixels = await decoder.decode(index)
    // The same stream as the trainer's with its usual seed: one of the pictures that training will see.
    const random = new RandomStream(1, 'augmentation', 1, index)
    const augmented = augmentation === 'none' ? pixels : augmentPicture(pixels, format, augmentation, random)
    return encodePng(transform.permute(augmented), format)
  }
  return async (index) => {
    try {
      return await draw(index)
    } catch (error) {
      if (error instanceof NetloomError && error.code === 'dataset.unreadable') return null
      throw error
    }
  }
}
