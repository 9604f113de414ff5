// The sliding-window computation with its numbers, position by position: patches, products, sums, whole outputs; not how it is drawn.
import { NetloomError } from '../../graph/errors'
import { printPair } from '../../shapes/printWindow'
import { countSpan, countWindows, windowAxes, type Pair, type Rounding, type Window2d } from '../../shapes/window'

/** Values of feature maps: [C, H, W], row-major. */
export interface FeatureMaps {
  readonly channels: number
  readonly height: number
  readonly width: number
  readonly values: Float32Array
}

/** One filter: [C, kh, kw], row-major, and what is added to its sum. */
export interface Filter {
  readonly channels: number
  readonly height: number
  readonly width: number
  readonly values: Float32Array
  readonly bias: number
}

/** A window on its input: where it can stand. */
export interface PlacedStage {
  readonly window: Window2d
  /** Positions down and across: the extents of the output. */
  readonly rows: number
  readonly columns: number
}

/** One value below the window. */
export interface Tap {
  /** Place in the input; negative or past the end in the padding. */
  readonly row: number
  readonly column: number
  readonly isPadding: boolean
  /** 0 in the padding. */
  readonly value: number
}

/** One channel of a position of a convolution. */
export interface ChannelStep {
  /** Row-major, as the kernel. */
  readonly taps: readonly Tap[]
  readonly weights: readonly number[]
  readonly products: readonly number[]
  readonly sum: number
}

/** One position of a convolution: the sums of all channels and the bias give the cell. */
export interface ConvolutionStep {
  readonly channels: readonly ChannelStep[]
  readonly bias: number
  readonly result: number
}

/** One position of a pooling. */
export interface PoolingStep {
  readonly taps: readonly Tap[]
  /** The tap that wins, for the maximum; -1 for the average. */
  readonly winner: number
  /** What the sum is divided by, for the average; 1 for the maximum. */
  readonly divisor: number
  readonly result: number
}

export type PoolingKind = 'max' | 'average'

/**
 * Places a window on an input.
 * @throws NetloomError `layer.window` where it is larger than the padded input
 */
export function placeStage(
  input: { readonly height: number; readonly width: number },
  window: Window2d,
  rounding: Rounding = 'floor',
): PlacedStage {
  const axes = windowAxes([input.height, input.width], window)
  const [rows, columns] = [countWindows(axes[0], rounding), countWindows(axes[1], rounding)]
  if (rows < 1 || columns < 1) {
    const { kernel, dilation, pads } = window
    const span: Pair = [countSpan(kernel[0], dilation[0]), countSpan(kernel[1], dilation[1])]
    const padded: Pair = [input.height + pads[0] + pads[2], input.width + pads[1] + pads[3]]
    throw new NetloomError(
      'layer.window',
      `The window spans ${printPair(span)}, which is larger than its padded input ${printPair(padded)}.`,
      { expected: padded, received: span, hint: 'Use a smaller window, more padding or a larger input.' },
    )
  }
  return { window, rows, columns }
}

/** The values of one channel below the window at a position. */
export function tapsAt(input: FeatureMaps, window: Window2d, row: number, column: number, channel: number): Tap[] {
  const { kernel, stride, dilation, pads } = window
  const taps: Tap[] = []
  for (let down = 0; down < kernel[0]; down++) {
    for (let across = 0; across < kernel[1]; across++) {
      const y = row * stride[0] - pads[0] + down * dilation[0]
      const x = column * stride[1] - pads[1] + across * dilation[1]
      const isPadding = y < 0 || x < 0 || y >= input.height || x >= input.width
      const place = (channel * input.height + y) * input.width + x
      taps.push({ row: y, column: x, isPadding, value: isPadding ? 0 : (input.values[place] ?? 0) })
    }
  }
  return taps
}

/** Which channels of the input a filter sees: as many as it has, from `first`. */
export interface ConvolutionOptions {
  /** The first input channel of the filter's group. */
  readonly firstChannel?: number
}

/** Patch, products and sums of a convolution at one position. */
export function stepConvolution(
  input: FeatureMaps,
  filter: Filter,
  placed: PlacedStage,
  row: number,
  column: number,
  { firstChannel = 0 }: ConvolutionOptions = {},
): ConvolutionStep {
  const size = filter.height * filter.width
  const channels = Array.from({ length: filter.channels }, (_, channel): ChannelStep => {
    const taps = tapsAt(input, placed.window, row, column, firstChannel + channel)
    const weights = Array.from(filter.values.subarray(channel * size, (channel + 1) * size))
    const products = taps.map(({ value }, index) => value * (weights[index] ?? 0))
    return { taps, weights, products, sum: products.reduce((sum, product) => sum + product, 0) }
  })
  const result = channels.reduce((sum, channel) => sum + channel.sum, 0) + filter.bias
  return { channels, bias: filter.bias, result }
}

/** The whole output of one filter: one channel of `rows` x `columns`. */
export function convolve(
  input: FeatureMaps,
  filter: Filter,
  placed: PlacedStage,
  { firstChannel = 0 }: ConvolutionOptions = {},
): FeatureMaps {
  const { rows, columns, window } = placed
  const { stride, dilation, pads } = window
  const sums = new Float64Array(rows * columns).fill(filter.bias)
  for (let channel = 0; channel < filter.channels; channel++) {
    const plane = (firstChannel + channel) * input.height * input.width
    for (let down = 0; down < filter.height; down++) {
      for (let across = 0; across < filter.width; across++) {
        const weight = filter.values[(channel * filter.height + down) * filter.width + across] ?? 0
        if (weight === 0) continue
        for (let row = 0; row < rows; row++) {
          const y = row * stride[0] - pads[0] + down * dilation[0]
          if (y < 0 || y >= input.height) continue
          for (let column = 0; column < columns; column++) {
            const x = column * stride[1] - pads[1] + across * dilation[1]
            if (x < 0 || x >= input.width) continue
            const cell = row * columns + column
            sums[cell] = (sums[cell] ?? 0) + weight * (input.values[plane + y * input.width + x] ?? 0)
          }
        }
      }
    }
  }
  return { channels: 1, height: rows, width: columns, values: new Float32Array(sums) }
}

/** How padding counts in an average, and which channel is pooled. */
export interface PoolingOptions {
  readonly channel?: number
  /** Whether zeros of the padding count in the divisor of an average. */
  readonly countsPadding?: boolean
}

/** Patch and result of a pooling at one position; padding never wins a maximum. */
export function stepPooling(
  input: FeatureMaps,
  kind: PoolingKind,
  placed: PlacedStage,
  row: number,
  column: number,
  { channel = 0, countsPadding = false }: PoolingOptions = {},
): PoolingStep {
  const taps = tapsAt(input, placed.window, row, column, channel)
  if (kind === 'average') {
    const divisor = taps.filter(({ isPadding }) => countsPadding || !isPadding).length
    const sum = taps.reduce((total, { value }) => total + value, 0)
    return { taps, winner: -1, divisor, result: divisor === 0 ? 0 : sum / divisor }
  }
  let winner = -1
  taps.forEach(({ isPadding, value }, index) => {
    if (!isPadding && (winner < 0 || value > (taps[winner]?.value ?? 0))) winner = index
  })
  return { taps, winner, divisor: 1, result: taps[winner]?.value ?? 0 }
}

/** The whole output of a pooling of one channel. */
export function pool(
  input: FeatureMaps,
  kind: PoolingKind,
  placed: PlacedStage,
  options?: PoolingOptions,
): FeatureMaps {
  const { rows, columns } = placed
  const values = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      values[row * columns + column] = stepPooling(input, kind, placed, row, column, options).result
  return { channels: 1, height: rows, width: columns, values }
}
