// Fixed changes of all images of a dataset, for experiments: centred, shifted, pixels permuted; random ones are augmentation.ts.
import { RandomStream } from '../training/randomStream'
import type { SplitName } from './dataset'
import type { DatasetOptions } from './datasetOptions'
import type { ImageExtents } from './resize'

/** The choices of a dataset that change its images. */
export type TransformOptions = Pick<DatasetOptions, 'centre' | 'shift' | 'permute'>

/** What happens to every image of a split. Arrays are not written to; one that does not change is given back. */
export interface ImageTransform {
  /** Centres and shifts image `index`: [C, H, W], before any augmentation. */
  readonly place: (pixels: Uint8Array, index: number) => Uint8Array
  /** Puts the pixels into their permuted places: [C, H, W], after any augmentation. */
  readonly permute: (pixels: Uint8Array) => Uint8Array
}

const same = (pixels: Uint8Array): Uint8Array => pixels

/** No change. */
export const identityTransform: ImageTransform = { place: same, permute: same }

/** The eight directions of a shift: right, down. */
const directions = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
] as const

/**
 * Moves an image by whole pixels; what comes in at an edge repeats the pixels of that edge.
 * @param pixels [C, H, W]
 */
export function shiftImage(
  pixels: Uint8Array,
  { channels, height, width }: ImageExtents,
  right: number,
  down: number,
): Uint8Array {
  if (right === 0 && down === 0) return pixels
  const moved = new Uint8Array(pixels.length)
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      const row = (channel * height + Math.min(height - 1, Math.max(0, y - down))) * width
      const target = (channel * height + y) * width
      for (let x = 0; x < width; x++) moved[target + x] = pixels[row + Math.min(width - 1, Math.max(0, x - right))] ?? 0
    }
  }
  return moved
}

/**
 * Moves the centre of an image's bright pixels (half of its largest brightness or more) to the middle, by whole pixels.
 * @param pixels [C, H, W]
 */
export function centreImage(pixels: Uint8Array, extents: ImageExtents): Uint8Array {
  const { channels, height, width } = extents
  const plane = height * width
  const brightness = Array.from({ length: plane }, (_, place) => {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += pixels[channel * plane + place] ?? 0
    return sum
  })
  const least = brightness.reduce((most, value) => Math.max(most, value), 0) / 2
  if (least === 0) return pixels
  let [mass, sumX, sumY] = [0, 0, 0]
  brightness.forEach((value, place) => {
    if (value < least) return
    mass += value
    sumX += value * (place % width)
    sumY += value * Math.floor(place / width)
  })
  const right = Math.round((width - 1) / 2 - sumX / mass)
  const down = Math.round((height - 1) / 2 - sumY / mass)
  return shiftImage(pixels, extents, right, down)
}

function makePermute(seed: number, { channels, height, width }: ImageExtents): ImageTransform['permute'] {
  const plane = height * width
  const sources = new RandomStream(seed, 'pixels').permutation(plane)
  return (pixels) => {
    const permuted = new Uint8Array(pixels.length)
    for (let start = 0; start < channels * plane; start += plane)
      sources.forEach((source, place) => (permuted[start + place] = pixels[start + source] ?? 0))
    return permuted
  }
}

/**
 * What the options do to the images of a split, in the size in which a network takes them. Centring and permuting hold
 * for all splits, shifting for test images alone: each in a direction of its own, always the same one.
 */
export function makeTransform(options: TransformOptions, split: SplitName, extents: ImageExtents): ImageTransform {
  const { centre = false, permute } = options
  const shift = split === 'test' ? (options.shift ?? 0) : 0
  const isPlaced = centre || shift > 0
  return {
    permute: permute === undefined ? same : makePermute(permute, extents),
    place: isPlaced
      ? (pixels, index) => {
          const centred = centre ? centreImage(pixels, extents) : pixels
          const [right, down] = directions[new RandomStream(1, 'shift', index).below(directions.length)] ?? [1, 0]
          return shiftImage(centred, extents, shift * right, shift * down)
        }
      : same,
  }
}
