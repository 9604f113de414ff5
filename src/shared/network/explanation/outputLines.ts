// The output of a layer without a sliding window: what it computes and its extents; windows stand in windowLines.ts.
import { printCount } from '../../graph/printNumbers'
import type { InferredNode } from '../inferDocument'
import { explainNode } from './explainNode'
import { splitResult, typeset, type ArithmeticLine } from './arithmeticLine'
import { explainWindowSize, windowOf } from './windowLines'

/** How extents follow from those of the input, by layer type; the layers' own lines hold the numbers. */
const sizeFormulas: Readonly<Record<string, string>> = {
  concat: 'C_1 + C_2 + …',
  convTranspose2d: 'S·(N − 1) + D·(F − 1) + 1 − P_begin − P_end + P_out',
  upsample2d: 'N·s',
  zeroPad2d: 'P_begin + N + P_end',
}

const counted = /^(?:parameters|multiplications)\b/

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A line of a layer's own, `height: 2*7 = 14`, as arithmetic. */
function readLine(text: string): ArithmeticLine {
  const [, title, rest] = /^([\p{L} ]+): (.*)$/u.exec(text) ?? []
  return { subject: 'output', title: capitalise(title ?? ''), ...splitResult(rest ?? text) }
}

function printShape(shape: readonly number[]): string {
  return shape.length === 0 ? '1' : shape.join('×')
}

/** Number of channels behind a convolution or pooling. */
function channelLine(layer: InferredNode): ArithmeticLine {
  const [channels = 0] = layer.outputs[0] ?? []
  const [before = 0] = layer.inputs[0] ?? []
  if (layer.definition.type === 'depthwiseConv2d')
    return {
      subject: 'output',
      title: 'Channels',
      formula: 'C_out = C_in·m',
      numbers: `${before}·${before === 0 ? 0 : channels / before}`,
      result: String(channels),
    }
  const isConvolution = layer.definition.category === 'convolution'
  return {
    subject: 'output',
    title: 'Channels',
    formula: isConvolution ? 'C_out = number of filters' : 'C_out = C_in',
    result: String(channels),
  }
}

/** Extents and values of a layer's output; the last line is the whole shape. */
export function explainOutput(layer: InferredNode): ArithmeticLine[] {
  const shape: ArithmeticLine = {
    subject: 'output',
    title: 'Output',
    ...((layer.outputs[0]?.length ?? 0) === 3 && { formula: 'C × H × W' }),
    result: layer.outputs.map(printShape).join(', '),
  }
  if (layer.inside) return [shape]
  const window = windowOf(layer)
  if (window) return [...explainWindowSize(window), channelLine(layer), shape]
  const own = explainNode(layer).filter((line) => !counted.test(line))
  const formula = sizeFormulas[layer.definition.type]
  if (formula !== undefined) return [...own.map((line) => ({ ...readLine(line), formula })), shape]
  const [features = 0] = layer.inputs[0] ?? []
  if (layer.definition.type === 'flatten')
    return [
      {
        ...shape,
        formula: 'C·H·W',
        numbers: layer.inputs[0]?.join('·') ?? '',
        result: printCount(layer.outputs[0]?.[0] ?? 0),
      },
    ]
  if (layer.definition.type === 'dense')
    return [{ ...shape, notes: [`y_i = w_i1·x_1 + … + w_iF·x_F + b_i over F = ${printCount(features)} inputs`] }]
  return [{ ...shape, notes: own.map(typeset) }]
}
