// Arithmetic of sliding windows (convolution and pooling) along each axis; not the layers, and no text (printWindow.ts).

/** Height, width. */
export type Pair = readonly [number, number]

/** Rows or columns at the four sides: top, left, bottom, right (ONNX's order of `pads` for two axes). */
export type Sides = readonly [top: number, left: number, bottom: number, right: number]

/**
 * How the border is padded. `same-upper` and `same-lower` give ceil(extent / stride) windows and put the odd row or
 * column at the end (upper) or at the beginning (lower).
 * @see ONNX Conv, opset 11, attribute auto_pad: SAME_UPPER, SAME_LOWER, VALID
 */
export type Padding = 'valid' | 'same-upper' | 'same-lower' | Sides

/** One axis of a window that slides over a padded input. All numbers are whole; kernel, stride, dilation >= 1. */
export interface WindowAxis {
  /** Rows or columns of the input, without padding. */
  readonly extent: number
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly padBegin: number
  readonly padEnd: number
}

/** `ceil` lets the last window reach past the padded input, as long as it starts inside the input or its left padding. */
export type Rounding = 'floor' | 'ceil'

/** Rows or columns that a dilated window spans: dilation * (kernel - 1) + 1. */
export function countSpan(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1
}

/** Rows or columns between the first window and the padded end; negative where the window does not fit. */
export function countTravel(axis: WindowAxis): number {
  return axis.extent + axis.padBegin + axis.padEnd - countSpan(axis.kernel, axis.dilation)
}

/**
 * Number of windows along an axis: floor((N + padBegin + padEnd - dilation * (F - 1) - 1) / S) + 1.
 * @returns 0 or less where not even one window fits
 * @see ONNX MaxPool, opset 12, output shape with and without ceil_mode
 */
export function countWindows(axis: WindowAxis, rounding: Rounding = 'floor'): number {
  const steps = countTravel(axis) / axis.stride
  if (rounding === 'floor') return Math.floor(steps) + 1
  const count = Math.ceil(steps) + 1
  const lastStart = (count - 1) * axis.stride
  return lastStart >= axis.extent + axis.padBegin ? count - 1 : count
}

/**
 * The end padding with which floor rounding gives exactly `count` windows, and the last one ends at the padded end or
 * before: the given padding, or more where ceil rounding reaches past it.
 */
export function countPadEnd(axis: WindowAxis, count: number): number {
  const reach = (count - 1) * axis.stride + countSpan(axis.kernel, axis.dilation)
  return Math.max(axis.padEnd, reach - axis.extent - axis.padBegin)
}

/**
 * Rows or columns at the end of the input that no window sees although a smaller stride would: what floor rounding
 * leaves over, less the padding and less the gap that a stride larger than its window leaves between all windows.
 */
export function countDropped(axis: WindowAxis): number {
  const rest = countTravel(axis) % axis.stride
  const gap = Math.max(0, axis.stride - countSpan(axis.kernel, axis.dilation))
  return Math.max(0, rest - axis.padEnd - gap)
}

/** Begin and end padding of one axis so that ceil(extent / stride) windows fit. */
function sameSides(extent: number, kernel: number, stride: number, dilation: number, upper: boolean): Pair {
  const count = Math.ceil(extent / stride)
  const total = Math.max(0, (count - 1) * stride + countSpan(kernel, dilation) - extent)
  const smaller = Math.floor(total / 2)
  return upper ? [smaller, total - smaller] : [total - smaller, smaller]
}

/** The four sides that a padding rule means for an input of `extents` (height, width). */
export function resolvePadding(padding: Padding, extents: Pair, kernel: Pair, stride: Pair, dilation: Pair): Sides {
  if (padding === 'valid') return [0, 0, 0, 0]
  if (typeof padding !== 'string') return padding
  const upper = padding === 'same-upper'
  const [top, bottom] = sameSides(extents[0], kernel[0], stride[0], dilation[0], upper)
  const [left, right] = sameSides(extents[1], kernel[1], stride[1], dilation[1], upper)
  return [top, left, bottom, right]
}

/** A window over height and width with its padding resolved. */
export interface Window2d {
  readonly kernel: Pair
  readonly stride: Pair
  readonly dilation: Pair
  readonly pads: Sides
}

/** The two axes, height first, of a window over an input of `extents`. */
export function windowAxes(extents: Pair, window: Window2d): readonly [WindowAxis, WindowAxis] {
  const { kernel, stride, dilation, pads } = window
  return [
    {
      extent: extents[0],
      kernel: kernel[0],
      stride: stride[0],
      dilation: dilation[0],
      padBegin: pads[0],
      padEnd: pads[2],
    },
    {
      extent: extents[1],
      kernel: kernel[1],
      stride: stride[1],
      dilation: dilation[1],
      padBegin: pads[1],
      padEnd: pads[3],
    },
  ]
}

/** One axis of a transposed convolution; `outputPadding` adds rows or columns at the end of the output. */
export interface TransposedAxis extends WindowAxis {
  readonly outputPadding: number
}

/**
 * Extent of a transposed convolution's output: S * (N - 1) + outputPadding + dilation * (F - 1) + 1 - padBegin - padEnd.
 * @see ONNX ConvTranspose, opset 11
 */
export function countTransposed(axis: TransposedAxis): number {
  const span = countSpan(axis.kernel, axis.dilation)
  return axis.stride * (axis.extent - 1) + axis.outputPadding + span - axis.padBegin - axis.padEnd
}

/** Extents of a feature map. */
export interface FeatureMap {
  readonly channels: number
  readonly height: number
  readonly width: number
}

/** A window on its input: everything that shapes, counts and ONNX need. */
export interface PlacedWindow {
  readonly input: FeatureMap
  readonly axes: readonly [WindowAxis, WindowAxis]
  readonly pads: Sides
  readonly rounding: Rounding
  /** Height and width of the output. */
  readonly extents: Pair
}
