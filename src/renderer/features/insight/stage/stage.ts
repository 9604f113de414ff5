// What the stage shows, made from what was chosen: input, window, operation and output; not the choices (stageStore.ts).
import type { LayerStage } from '../../../../shared/network/explanation/layerStage'
import { firstInputChannel } from '../../../../shared/network/explanation/layerStage'
import {
  convolve,
  placeStage,
  pool,
  stepConvolution,
  stepPooling,
  type ConvolutionStep,
  type FeatureMaps,
  type Filter,
  type PlacedStage,
  type PoolingKind,
  type PoolingStep,
} from '../../../../shared/network/explanation/slidingWindow'
import type { Rounding, Window2d } from '../../../../shared/shapes/window'

/** What happens below the window. */
export type StageOperation =
  | { readonly kind: 'convolution'; readonly filter: Filter; readonly firstChannel: number }
  | {
      readonly kind: 'pooling'
      readonly pooling: PoolingKind
      readonly channel: number
      readonly countsPadding: boolean
    }

/** Everything that one stage shows. */
export interface Stage {
  readonly input: FeatureMaps
  readonly operation: StageOperation
  readonly placed: PlacedStage
  /** One channel. */
  readonly output: FeatureMaps
  /** What the engine gave for the same channel, where a trained network ran. */
  readonly engineOutput?: Float32Array
}

/**
 * Computes a stage.
 * @throws NetloomError `layer.window` where the window is larger than its padded input
 */
export function buildStage(
  input: FeatureMaps,
  operation: StageOperation,
  window: Window2d,
  rounding: Rounding = 'floor',
): Stage {
  const placed = placeStage(input, window, rounding)
  const output =
    operation.kind === 'convolution'
      ? convolve(input, operation.filter, placed, operation)
      : pool(input, operation.pooling, placed, operation)
  return { input, operation, placed, output }
}

/** Base64 of little-endian float32 as numbers. */
export function unpackFloats(base64: string): Float32Array {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return new Float32Array(bytes.buffer)
}

function unpackMaps({ dims, values }: LayerStage['input']): FeatureMaps {
  const [channels = 1, height = 1, width = 1] = dims
  return { channels, height, width, values: unpackFloats(values) }
}

/** A trained layer with its numbers unpacked, to be looked at channel by channel. */
export interface TrainedLayer {
  readonly data: LayerStage
  readonly input: FeatureMaps
  readonly output: FeatureMaps
  readonly weight: Float32Array | null
  readonly bias: Float32Array | null
}

export function unpackLayer(data: LayerStage): TrainedLayer {
  return {
    data,
    input: unpackMaps(data.input),
    output: unpackMaps(data.output),
    weight: data.weight && unpackFloats(data.weight.values),
    bias: data.bias && unpackFloats(data.bias.values),
  }
}

/** One output channel of a trained layer as a stage. */
export function buildTrainedStage(layer: TrainedLayer, channel: number): Stage {
  const { data, input, output, weight, bias } = layer
  const size = output.height * output.width
  const engineOutput = output.values.subarray(channel * size, (channel + 1) * size)
  if (!weight || !data.weight) {
    const pooling = data.kind === 'max' ? 'max' : 'average'
    const operation = { kind: 'pooling', pooling, channel, countsPadding: data.countsPadding } as const
    return { ...buildStage(input, operation, data.window, data.rounding), engineOutput }
  }
  const [outputs = 1, channels = 1, height = 1, width = 1] = data.weight.dims
  const taps = channels * height * width
  const filter: Filter = {
    channels,
    height,
    width,
    values: weight.subarray(channel * taps, (channel + 1) * taps),
    bias: bias?.[channel] ?? 0,
  }
  const firstChannel = firstInputChannel(channel, outputs, input.channels, data.groups)
  return {
    ...buildStage(input, { kind: 'convolution', filter, firstChannel }, data.window, data.rounding),
    engineOutput,
  }
}

/** What happens at one position of the output. */
export type StageStep =
  | ({ readonly kind: 'convolution' } & ConvolutionStep)
  | ({ readonly kind: 'pooling'; readonly pooling: PoolingKind } & PoolingStep)

export function stepStage({ input, operation, placed }: Stage, row: number, column: number): StageStep {
  return operation.kind === 'convolution'
    ? { kind: 'convolution', ...stepConvolution(input, operation.filter, placed, row, column, operation) }
    : {
        kind: 'pooling',
        pooling: operation.pooling,
        ...stepPooling(input, operation.pooling, placed, row, column, operation),
      }
}

/** A number as a cell shows it: whole ones whole, others with three or four digits. */
export function printValue(value: number): string {
  if (Number.isInteger(value)) return String(value).replace('-', '−')
  const size = Math.abs(value)
  const text = size >= 100 ? value.toFixed(1) : size >= 0.001 ? value.toPrecision(3) : value.toExponential(1)
  return (size >= 0.001 ? String(Number(text)) : text).replaceAll('-', '−')
}

/** Products that are written out in one line at most. */
const longestExpression = 9

/** `0·0 + 1·1 + 3·2 + 4·3 = 19`, or the sums of the channels where a filter has several. */
export function printStep(step: StageStep): string {
  const result = printValue(step.result)
  if (step.kind === 'pooling') {
    const inside = step.taps.filter(({ isPadding }) => step.divisor === step.taps.length || !isPadding)
    const values = inside.slice(0, longestExpression).map(({ value }) => printValue(value))
    const more = inside.length > values.length ? [`… ${inside.length - values.length} more`] : []
    if (step.pooling === 'max') return `max(${[...values, ...more].join(', ')}) = ${result}`
    return `(${[...values, ...more].join(' + ')})/${step.divisor} = ${result}`
  }
  const { channels, bias } = step
  const [only] = channels
  const terms =
    channels.length > 1 || !only
      ? channels.slice(0, longestExpression).map(({ sum }) => printFactor(sum))
      : only.taps
          .slice(0, longestExpression)
          .map(({ value }, index) => `${printFactor(value)}·${printFactor(only.weights[index] ?? 0)}`)
  const count = channels.length > 1 ? channels.length : (only?.taps.length ?? 0)
  const more = count > terms.length ? [`… ${count - terms.length} more`] : []
  const added = bias === 0 ? [] : [`${printFactor(bias)} (bias)`]
  return `${[...terms, ...more, ...added].join(' + ')} = ${result}`
}

function printFactor(value: number): string {
  return value < 0 ? `(${printValue(value)})` : printValue(value)
}
