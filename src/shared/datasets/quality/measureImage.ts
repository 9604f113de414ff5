// What single images show by plain arithmetic: how light, how rich in contrast and how sharp they are; not what that means for a dataset.
import { luma } from '../resize'

/** Measures of one image, of grey values 0 ... 1. */
export interface ImageMeasures {
  /** Mean. */
  readonly brightness: number
  /** From the 5th to the 95th percentile. */
  readonly contrast: number
  /** Variance of the Laplacian; 0 where the image is too small for one. */
  readonly sharpness: number
}

/** Grey values of planes [C, H, W] of one or three channels: [H, W]. */
export function toGrey(planes: Uint8Array, pixels: number): Uint8Array {
  if (planes.length === pixels) return planes
  const grey = new Uint8Array(pixels)
  for (let at = 0; at < pixels; at++)
    grey[at] = luma(planes[at] ?? 0, planes[pixels + at] ?? 0, planes[2 * pixels + at] ?? 0)
  return grey
}

/** The grey value below which a share of the pixels lies. */
function percentile(histogram: Uint32Array, total: number, share: number): number {
  let below = 0
  for (let value = 0; value < histogram.length; value++) {
    below += histogram[value] ?? 0
    if (below >= share * total) return value
  }
  return histogram.length - 1
}

/**
 * Variance of the Laplacian with the kernel 0 1 0 / 1 -4 1 / 0 1 0 over all inner pixels.
 * @see Pech-Pacheco et al., 2000, doi:10.1109/ICPR.2000.903548
 */
function laplacianVariance(grey: Uint8Array, width: number, height: number): number {
  const count = (width - 2) * (height - 2)
  if (width < 3 || height < 3) return 0
  let [sum, squares] = [0, 0]
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at++) {
      const around = (grey[at - 1] ?? 0) + (grey[at + 1] ?? 0) + (grey[at - width] ?? 0) + (grey[at + width] ?? 0)
      const value = around - 4 * (grey[at] ?? 0)
      sum += value
      squares += value * value
    }
  }
  const mean = sum / count
  return (squares / count - mean * mean) / 65025
}

/** @param grey [height, width], 0 ... 255 */
export function measureImage(grey: Uint8Array, width: number, height: number): ImageMeasures {
  const histogram = new Uint32Array(256)
  let sum = 0
  for (const value of grey) {
    histogram[value] = (histogram[value] ?? 0) + 1
    sum += value
  }
  const total = grey.length
  return {
    brightness: sum / total / 255,
    contrast: (percentile(histogram, total, 0.95) - percentile(histogram, total, 0.05)) / 255,
    sharpness: laplacianVariance(grey, width, height),
  }
}
