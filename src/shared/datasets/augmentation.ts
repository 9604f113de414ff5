// Random changes of training images, by the presets of a recipe, on raw 8-bit arrays.
import type { RandomStream } from '../training/randomStream'
import type { augmentationPresets } from '../training/recipe'
import { luma, type ImageExtents } from './resize'

export type AugmentationPreset = (typeof augmentationPresets)[number]

/** What each preset does, as a sentence for help texts and screens. */
export const augmentationDescriptions: Readonly<Record<AugmentationPreset, string>> = {
  none: 'Images stay as they are.',
  flip: 'Half of the images are mirrored left to right; harms where left and right differ, as in digits and text.',
  'crop-flip': 'Images are shifted by up to 1/8 of their size in each direction, black filling in, and half mirrored.',
  digits: 'Small rotation (15 degrees), shift (7%), scale (10%) and slant; for digits, letters and other drawings.',
  colour: 'Brightness and contrast change by up to 30%, saturation of colour images by up to 40%.',
  cutout: 'A square of half the size at a random place takes the mean colour of the image.',
}

/** Mirrors left to right, in place. */
function flip(image: Uint8Array, { channels, height, width }: ImageExtents): void {
  for (let row = 0; row < channels * height; row++) image.subarray(row * width, (row + 1) * width).reverse()
}

/** Moves the image by (dx, dy) pixels; what comes in from outside is black. */
function shift(image: Uint8Array, { channels, height, width }: ImageExtents, dx: number, dy: number): Uint8Array {
  const result = new Uint8Array(image.length)
  const from = Math.max(0, -dx)
  const to = Math.min(width, width - dx)
  for (let c = 0; c < channels; c++) {
    for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
      const source = (c * height + y) * width
      result.set(image.subarray(source + from, source + to), (c * height + y + dy) * width + from + dx)
    }
  }
  return result
}

/** Standard crop of CIFAR training: 4 pixels of padding for an image of 32 (He et al. 2016, section 4.2). */
function randomCrop(image: Uint8Array, extents: ImageExtents, stream: RandomStream): Uint8Array {
  const padY = Math.max(1, Math.round(extents.height / 8))
  const padX = Math.max(1, Math.round(extents.width / 8))
  const dx = stream.below(2 * padX + 1) - padX
  const dy = stream.below(2 * padY + 1) - padY
  return shift(image, extents, dx, dy)
}

/** A linear map of target positions (from the centre) to source positions, and a shift in pixels. */
interface Warp {
  readonly xx: number
  readonly xy: number
  readonly yx: number
  readonly yy: number
  readonly dx: number
  readonly dy: number
}

/** Bilinear sampling; positions outside take the nearest border pixel, so any background continues. */
function warp(image: Uint8Array, { channels, height, width }: ImageExtents, map: Warp): Uint8Array {
  const result = new Uint8Array(image.length)
  const centreX = (width - 1) / 2
  const centreY = (height - 1) / 2
  const plane = height * width
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const tx = x - centreX - map.dx
      const ty = y - centreY - map.dy
      const sx = Math.min(width - 1, Math.max(0, map.xx * tx + map.xy * ty + centreX))
      const sy = Math.min(height - 1, Math.max(0, map.yx * tx + map.yy * ty + centreY))
      const x0 = Math.floor(sx)
      const y0 = Math.floor(sy)
      const right = x0 < width - 1 ? 1 : 0
      const below = y0 < height - 1 ? width : 0
      const fx = sx - x0
      const fy = sy - y0
      for (let c = 0; c < channels; c++) {
        const at = c * plane + y0 * width + x0
        const top = (image[at] ?? 0) * (1 - fx) + (image[at + right] ?? 0) * fx
        const bottom = (image[at + below] ?? 0) * (1 - fx) + (image[at + below + right] ?? 0) * fx
        result[c * plane + y * width + x] = Math.round(top * (1 - fy) + bottom * fy)
      }
    }
  }
  return result
}

function randomWarp({ height, width }: ImageExtents, stream: RandomStream): Warp {
  const angle = stream.between(-15, 15) * (Math.PI / 180)
  const shear = stream.between(-0.1, 0.1)
  const inverseX = 1 / stream.between(0.9, 1.1)
  const inverseY = 1 / stream.between(0.9, 1.1)
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  return {
    xx: inverseX * (cos + shear * sin),
    xy: inverseX * (sin - shear * cos),
    yx: -inverseY * sin,
    yy: inverseY * cos,
    dx: stream.between(-0.07, 0.07) * width,
    dy: stream.between(-0.07, 0.07) * height,
  }
}

function clampByte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)))
}

/** Brightness, contrast (about the mean luma) and saturation (about each pixel's luma), in place. */
function jitterColour(image: Uint8Array, { channels, height, width }: ImageExtents, stream: RandomStream): void {
  const brightness = stream.between(0.7, 1.3)
  const contrast = stream.between(0.7, 1.3)
  const saturation = channels === 3 ? stream.between(0.6, 1.4) : 1
  const plane = height * width
  const grey = Float32Array.from({ length: plane }, (_, i) =>
    channels === 3 ? luma(image[i] ?? 0, image[plane + i] ?? 0, image[2 * plane + i] ?? 0) : (image[i] ?? 0),
  )
  const mean = grey.reduce((sum, value) => sum + value, 0) / plane
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < plane; i++) {
      const own = grey[i] ?? 0
      const coloured = own + ((image[c * plane + i] ?? 0) - own) * saturation
      image[c * plane + i] = clampByte((mean + (coloured - mean) * contrast) * brightness)
    }
  }
}

/**
 * Covers a square of half the size, its centre anywhere in the image, cut at the border, in place.
 * @see DeVries and Taylor 2017, arXiv:1708.04552, section 3.2 (16 x 16 for CIFAR-10; the mean is 0 after scaling)
 */
function cutout(image: Uint8Array, { channels, height, width }: ImageExtents, stream: RandomStream): void {
  const size = Math.max(1, Math.round(Math.min(height, width) / 2))
  const top = stream.below(height) - Math.floor(size / 2)
  const left = stream.below(width) - Math.floor(size / 2)
  const plane = height * width
  for (let c = 0; c < channels; c++) {
    const values = image.subarray(c * plane, (c + 1) * plane)
    const mean = Math.round(values.reduce((sum, value) => sum + value, 0) / plane)
    for (let y = Math.max(0, top); y < Math.min(height, top + size); y++) {
      values.fill(mean, y * width + Math.max(0, left), y * width + Math.min(width, left + size))
    }
  }
}

/**
 * Applies a preset to one image.
 * @param image [C, H, W], 0 ... 255; left as it is
 * @param stream random numbers of this image in this epoch; the result depends on nothing else
 * @returns a new array of the same extents (the same array for `none`)
 */
export function augmentImage(
  image: Uint8Array,
  extents: ImageExtents,
  preset: AugmentationPreset,
  stream: RandomStream,
): Uint8Array {
  switch (preset) {
    case 'none':
      return image
    case 'flip': {
      const result = new Uint8Array(image)
      if (stream.uniform() < 0.5) flip(result, extents)
      return result
    }
    case 'crop-flip': {
      const result = randomCrop(image, extents, stream)
      if (stream.uniform() < 0.5) flip(result, extents)
      return result
    }
    case 'digits':
      return warp(image, extents, randomWarp(extents, stream))
    case 'colour': {
      const result = new Uint8Array(image)
      jitterColour(result, extents, stream)
      return result
    }
    case 'cutout': {
      const result = new Uint8Array(image)
      cutout(result, extents, stream)
      return result
    }
    default:
      return preset satisfies never
  }
}
