// Feature maps and explanations as pixels: colours, grids of channels, overlays; not encoding or showing them.
import type { ImageExtents } from '../datasets/resize'
import { enlargeMap, type ExplanationMap } from './evidence'

/** A colour image: [3, H, W] of 0 ... 255. */
export interface ColourImage extends ImageExtents {
  readonly pixels: Uint8Array
}

type Colour = readonly [red: number, green: number, blue: number]

/** From nothing to most, each brighter than the one before. */
const heat: readonly Colour[] = [
  [0, 0, 8],
  [68, 16, 104],
  [160, 44, 92],
  [232, 100, 40],
  [252, 184, 48],
  [252, 252, 204],
]
/** From the least through 0 to the most. */
const diverging: readonly Colour[] = [
  [33, 102, 172],
  [146, 197, 222],
  [247, 247, 247],
  [244, 165, 130],
  [178, 24, 43],
]

/** @param place in [0, 1] along the colours */
function mixAt(colours: readonly Colour[], place: number): Colour {
  const at = Math.min(1, Math.max(0, Number.isFinite(place) ? place : 0)) * (colours.length - 1)
  const low = Math.min(colours.length - 2, Math.floor(at))
  const [a = [0, 0, 0], b = [0, 0, 0]] = [colours[low], colours[low + 1]]
  const part = (index: 0 | 1 | 2): number => Math.round(a[index] + (b[index] - a[index]) * (at - low))
  return [part(0), part(1), part(2)]
}

/** What the ends of the colours stand for. */
export interface ColourScale {
  readonly isSigned: boolean
  /** The value of the last colour; that of the first is its negative, or 0. */
  readonly most: number
}

/** A scale for some values: from 0, or around 0 where some are negative. */
export function scaleOf(values: Float32Array): ColourScale {
  let [low, high] = [0, 0]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return { isSigned: low < 0, most: Math.max(high, -low) }
}

export function colourOf(value: number, { isSigned, most }: ColourScale): Colour {
  const share = most > 0 ? value / most : 0
  return isSigned ? mixAt(diverging, (share + 1) / 2) : mixAt(heat, share)
}

/** Grids get no wider and no higher than this. */
const largestGrid = 8192
/** Tiles are enlarged up to about this. */
const usualTile = 64
const tileGap = 1

/** How the channels of a layer stand beside each other. */
export interface GridPlan {
  readonly columns: number
  readonly rows: number
  /** Pixels per value. */
  readonly factor: number
  /** Pixels from one tile to the next. */
  readonly stepX: number
  readonly stepY: number
}

export function planGrid([channels, height, width]: readonly [number, number, number]): GridPlan {
  const columns = Math.max(1, Math.ceil(Math.sqrt((channels * height) / width)))
  const rows = Math.ceil(channels / columns)
  const wanted = Math.max(1, Math.floor(usualTile / Math.max(height, width)))
  const fitting = Math.floor(largestGrid / Math.max(columns * (width + tileGap), rows * (height + tileGap)))
  const factor = Math.max(1, Math.min(wanted, fitting, 16))
  return { columns, rows, factor, stepX: width * factor + tileGap, stepY: height * factor + tileGap }
}

/** All channels of a layer as tiles, on one scale. @param values [C, H, W] */
export function drawGrid(values: Float32Array, shape: readonly [number, number, number]): ColourImage {
  const [channels, height, width] = shape
  const { columns, rows, factor, stepX, stepY } = planGrid(shape)
  const [gridWidth, gridHeight] = [columns * stepX - tileGap, rows * stepY - tileGap]
  const plane = gridWidth * gridHeight
  const pixels = new Uint8Array(3 * plane).fill(96)
  const scale = scaleOf(values)
  for (let index = 0; index < channels * height * width; index++) {
    const [channel, place] = [Math.floor(index / (height * width)), index % (height * width)]
    const colour = colourOf(values[index] ?? 0, scale)
    const top = Math.floor(channel / columns) * stepY + Math.floor(place / width) * factor
    const left = (channel % columns) * stepX + (place % width) * factor
    for (let row = top; row < top + factor; row++)
      colour.forEach((part, at) =>
        pixels.fill(part, at * plane + row * gridWidth + left, at * plane + row * gridWidth + left + factor),
      )
  }
  return { channels: 3, height: gridHeight, width: gridWidth, pixels }
}

/** Overlays are enlarged to at least this. */
const smallestOverlay = 256

/**
 * A map over its image: the more it marks, the less of the image shows through.
 * @param pixels [C, H, W] of the image, 0 ... 255
 * @param opacity of the map where it marks most, in [0, 1]
 */
export function drawOverlay(
  pixels: Uint8Array,
  { channels, height, width }: ImageExtents,
  map: ExplanationMap,
  opacity = 0.75,
): ColourImage {
  const factor = Math.max(1, Math.ceil(smallestOverlay / Math.min(height, width)))
  const [rows, columns] = [height * factor, width * factor]
  const values = enlargeMap(map, rows, columns)
  const scale = scaleOf(map.data)
  const plane = rows * columns
  const drawn = new Uint8Array(3 * plane)
  values.forEach((value, index) => {
    const [row, column] = [Math.floor(index / columns / factor), Math.floor((index % columns) / factor)]
    const share = scale.most > 0 ? opacity * Math.min(1, Math.abs(value) / scale.most) : 0
    colourOf(value, scale).forEach((part, at) => {
      const below = pixels[(channels === 1 ? 0 : at) * height * width + row * width + column] ?? 0
      drawn[at * plane + index] = Math.round(below * (1 - share) + part * share)
    })
  })
  return { channels: 3, height: rows, width: columns, pixels: drawn }
}
