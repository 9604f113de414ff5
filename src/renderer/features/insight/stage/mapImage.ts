// Feature maps as bitmaps, and the colours that canvases draw with; not where they are drawn (MapCanvas.tsx).
import type { FeatureMaps } from '../../../../shared/network/explanation/slidingWindow'

/** The values that become black and white. */
export type ValueRange = readonly [low: number, high: number]

/** Lowest and highest value of some channels; never empty. */
export function rangeOf(values: Float32Array): ValueRange {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return high > low ? [low, high] : [Math.min(low, 0), Math.max(low, 0) || 1]
}

/** One channel of feature maps, or three as colours. */
export function channelOf({ height, width, values }: FeatureMaps, channel: number): Float32Array {
  return values.subarray(channel * height * width, (channel + 1) * height * width)
}

/** Brightness in [0, 255] of a value. */
export function shadeOf(value: number, [low, high]: ValueRange): number {
  return Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low))))
}

/** A bitmap, one pixel per value; `rgb`: the first three channels as colours. */
export function drawBitmap(maps: FeatureMaps, range: ValueRange, channel: number | 'rgb'): OffscreenCanvas {
  const { height, width } = maps
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context) return canvas
  const image = context.createImageData(width, height)
  const planes =
    channel === 'rgb'
      ? [0, 1, 2].map((each) => channelOf(maps, each))
      : Array<Float32Array>(3).fill(channelOf(maps, channel))
  for (let pixel = 0; pixel < height * width; pixel++) {
    planes.forEach((plane, index) => (image.data[4 * pixel + index] = shadeOf(plane[pixel] ?? 0, range)))
    image.data[4 * pixel + 3] = 255
  }
  context.putImageData(image, 0, 0)
  return canvas
}

/** The theme's colours as they are now: a canvas does not know CSS variables. */
export function readInks(element: Element) {
  const style = getComputedStyle(element)
  const read = (name: string): string => style.getPropertyValue(name).trim() || '#888888'
  return {
    window: read('--nl-chart-2'),
    padding: read('--nl-raised'),
    hatch: read('--nl-border-strong'),
    grid: read('--nl-border-strong'),
    empty: read('--nl-bg'),
    field: read('--nl-chart-2'),
    outside: read('--nl-error'),
  }
}
export type Inks = ReturnType<typeof readInks>
