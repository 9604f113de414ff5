// Resizing of raw 8-bit images that are already in memory, and grey <-> colour; files are resized while decoding.
import type { ImageFormat } from './dataset'

/** Extents of a raw image: [C, H, W]. */
export interface ImageExtents {
  readonly channels: 1 | 3
  readonly height: number
  readonly width: number
}

/** Which source positions, with which weights, make up each target position along one axis. */
interface AxisPlan {
  readonly starts: Int32Array
  readonly weights: readonly Float32Array[]
}

/** Part of an axis, in pixels; ends may be fractions. */
interface Interval {
  readonly from: number
  readonly length: number
}

/**
 * A triangle filter as wide as the step between two target pixels, so that shrinking averages (no aliasing) and
 * enlarging interpolates linearly. Pixel centres lie at i + 1/2; weights beyond the border are left out and the rest
 * is scaled to sum 1.
 */
function planAxis(source: number, part: Interval, target: number): AxisPlan {
  const step = part.length / target
  const radius = Math.max(1, step)
  const starts = new Int32Array(target)
  const weights: Float32Array[] = []
  for (let t = 0; t < target; t++) {
    const centre = part.from + (t + 0.5) * step
    const first = Math.max(0, Math.ceil(centre - radius - 0.5))
    const last = Math.min(source - 1, Math.floor(centre + radius - 0.5))
    const row = Float32Array.from({ length: last - first + 1 }, (_, i) =>
      Math.max(0, 1 - Math.abs(first + i + 0.5 - centre) / radius),
    )
    const sum = row.reduce((total, weight) => total + weight, 0)
    starts[t] = first
    weights.push(row.map((weight) => weight / sum))
  }
  return { starts, weights }
}

/** Where the image lands in the target: whole pixels. */
interface Placement {
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

function placeImage(from: ImageExtents, format: ImageFormat): { place: Placement; rows: Interval; columns: Interval } {
  const full: Placement = { top: 0, left: 0, height: format.height, width: format.width }
  const rows = { from: 0, length: from.height }
  const columns = { from: 0, length: from.width }
  const scaleY = format.height / from.height
  const scaleX = format.width / from.width
  switch (format.resize) {
    case 'stretch':
      return { place: full, rows, columns }
    case 'crop': {
      const scale = Math.max(scaleX, scaleY)
      const height = format.height / scale
      const width = format.width / scale
      return {
        place: full,
        rows: { from: (from.height - height) / 2, length: height },
        columns: { from: (from.width - width) / 2, length: width },
      }
    }
    case 'letterbox': {
      const scale = Math.min(scaleX, scaleY)
      const height = Math.max(1, Math.round(from.height * scale))
      const width = Math.max(1, Math.round(from.width * scale))
      const top = Math.floor((format.height - height) / 2)
      const left = Math.floor((format.width - width) / 2)
      return { place: { top, left, height, width }, rows, columns }
    }
    default:
      return format.resize satisfies never
  }
}

/** Luma of 8-bit RGB by Rec. 601, rounded: what PIL's and OpenCV's grey conversions give. */
export function luma(red: number, green: number, blue: number): number {
  return ((red * 299 + green * 587 + blue * 114 + 500) / 1000) | 0
}

/** Converts between grey and colour; [C, H, W] of the wanted channels, the same array where nothing changes. */
export function convertChannels(image: Uint8Array, from: 1 | 3, to: 1 | 3): Uint8Array {
  if (from === to) return image
  const plane = image.length / from
  const result = new Uint8Array(plane * to)
  if (to === 3) {
    for (let c = 0; c < 3; c++) result.set(image, c * plane)
    return result
  }
  for (let i = 0; i < plane; i++) {
    result[i] = luma(image[i] ?? 0, image[plane + i] ?? 0, image[2 * plane + i] ?? 0)
  }
  return result
}

/**
 * Brings raw images of one size into a format. The plan is made once and used for every image.
 * `stretch` fills the target, `crop` cuts the centre with the target's aspect, `letterbox` puts black around.
 */
export class ImageResizer {
  private readonly place: Placement
  private readonly vertical: AxisPlan
  private readonly horizontal: AxisPlan
  private readonly sameSize: boolean
  private readonly rowsBuffer: Float32Array

  constructor(
    private readonly from: ImageExtents,
    private readonly format: ImageFormat,
  ) {
    const { place, rows, columns } = placeImage(from, format)
    this.place = place
    this.sameSize = from.height === format.height && from.width === format.width
    this.vertical = planAxis(from.height, rows, place.height)
    this.horizontal = planAxis(from.width, columns, place.width)
    this.rowsBuffer = new Float32Array(from.height * place.width)
  }

  /**
   * @param image [C, H, W] of the source extents
   * @returns [C, H, W] of the format; the same array when nothing has to change
   */
  resize(image: Uint8Array): Uint8Array {
    const { channels: from } = this.from
    const { channels: to } = this.format
    // Channels are merged before and copied after resizing, so that only one plane is worked on where possible.
    const source = to < from ? convertChannels(image, from, to) : image
    const worked = to < from ? to : from
    const resized = this.sameSize ? source : this.resizePlanes(source, worked)
    return convertChannels(resized, worked, to)
  }

  private resizePlanes(source: Uint8Array, channels: number): Uint8Array {
    const { height, width } = this.format
    const plane = this.from.height * this.from.width
    const result = new Uint8Array(channels * height * width)
    for (let c = 0; c < channels; c++) {
      this.resizeRows(source.subarray(c * plane, (c + 1) * plane))
      this.resizeColumns(result.subarray(c * height * width, (c + 1) * height * width))
    }
    return result
  }

  private resizeRows(plane: Uint8Array): void {
    const { starts, weights } = this.horizontal
    const { height, width } = this.from
    const rows = this.rowsBuffer
    for (let x = 0; x < this.place.width; x++) {
      const start = starts[x] ?? 0
      const row = weights[x] ?? new Float32Array(0)
      for (let y = 0; y < height; y++) {
        let sum = 0
        for (let k = 0; k < row.length; k++) sum += (row[k] ?? 0) * (plane[y * width + start + k] ?? 0)
        rows[y * this.place.width + x] = sum
      }
    }
  }

  private resizeColumns(plane: Uint8Array): void {
    const { starts, weights } = this.vertical
    const { top, left, height, width } = this.place
    const rows = this.rowsBuffer
    for (let y = 0; y < height; y++) {
      const start = starts[y] ?? 0
      const column = weights[y] ?? new Float32Array(0)
      for (let x = 0; x < width; x++) {
        let sum = 0
        for (let k = 0; k < column.length; k++) sum += (column[k] ?? 0) * (rows[(start + k) * width + x] ?? 0)
        plane[(top + y) * this.format.width + left + x] = Math.min(255, Math.round(sum))
      }
    }
  }
}
