// The transposed convolution layer, which makes feature maps larger.
import { z } from 'zod'
import type { ArithmeticLine } from '../shapes/arithmeticLine'
import { minus, named, over, plus, times, type Expression } from '../shapes/expression'
import { printPair, spanExpression } from '../shapes/printWindow'
import {
  countSpan,
  countTransposed,
  windowAxes,
  type FeatureMap,
  type Padding,
  type Pair,
  type Sides,
  type TransposedAxis,
} from '../shapes/window'
import { defineLayer, type WeightSpec } from './define'
import { explainFilters, explainKernels, requireDivision, summariseFilters, type Channels } from './parts/convolutions'
import { layerError, oneInput, oneOutput, printSource, requireFeatureMap, type Located } from './parts/located'
import {
  biasParameter,
  biasWeight,
  countParameter,
  dilationParameter,
  initialiserParameter,
  kernelParameter,
  outputPaddingParameter,
  paddingParameter,
  strideParameter,
  toInitialiser,
} from './parts/parameters'
import { transposeTfjs } from './parts/tfjsConvolutions'
import { summariseWindow } from './parts/windows'

const title = 'ConvTranspose2D'

const params = z.object({
  filters: countParameter('Filters', 'Number of output channels.'),
  kernel: kernelParameter(),
  stride: strideParameter([2, 2]),
  dilation: dilationParameter(),
  groups: z
    .int()
    .min(1)
    .default(1)
    .meta({ title: 'Groups', help: 'Channels are split into this many groups that do not see each other.' }),
  padding: paddingParameter(),
  outputPadding: outputPaddingParameter(),
  bias: biasParameter(),
  initialiser: initialiserParameter(),
})
type Params = z.output<typeof params>

export interface PlacedTranspose {
  readonly input: FeatureMap
  readonly axes: readonly [TransposedAxis, TransposedAxis]
  readonly pads: Sides
  readonly outputPadding: Pair
  readonly extents: Pair
}

/** What padding "same" cuts from, or adds to, one axis so that the output is the input times the stride. */
function sameCut(span: number, stride: number, upper: boolean): { begin: number; end: number; added: number } {
  const total = Math.max(0, span - stride)
  const smaller = Math.floor(total / 2)
  const [begin, end] = upper ? [smaller, total - smaller] : [total - smaller, smaller]
  return { begin, end, added: Math.max(0, stride - span) }
}

function resolveCut(
  padding: Padding,
  { kernel, stride, dilation, outputPadding }: Params,
): { readonly pads: Sides; readonly outputPadding: Pair } {
  if (padding === 'valid') return { pads: [0, 0, 0, 0], outputPadding }
  if (typeof padding !== 'string') return { pads: padding, outputPadding }
  const upper = padding === 'same-upper'
  const rows = sameCut(countSpan(kernel[0], dilation[0]), stride[0], upper)
  const columns = sameCut(countSpan(kernel[1], dilation[1]), stride[1], upper)
  return { pads: [rows.begin, columns.begin, rows.end, columns.end], outputPadding: [rows.added, columns.added] }
}

/**
 * The window of a transposed convolution on its input, and what is cut from its output.
 * @throws NetloomError `layer.rank`; `layer.parameter` for an output padding that does not fit; `layer.window` where the
 * padding cuts the whole output away
 */
export function placeTransposed(context: Located & { readonly params: Params }): PlacedTranspose {
  const { params } = context
  const input = requireFeatureMap(title, context)
  checkOutputPadding(context, params)
  const { pads, outputPadding } = resolveCut(params.padding, params)
  const [rows, columns] = windowAxes([input.height, input.width], { ...params, pads })
  const axes = [
    { ...rows, outputPadding: outputPadding[0] },
    { ...columns, outputPadding: outputPadding[1] },
  ] as const
  const extents: Pair = [countTransposed(axes[0]), countTransposed(axes[1])]
  if (extents[0] < 1 || extents[1] < 1) {
    const text = `padding ${pads.join(', ')} cuts its output to ${printPair(extents)} ${printSource(context)}.`
    throw layerError(title, context, 'layer.window', text, {
      expected: 'at least 1x1',
      received: extents,
      hint: 'Use less padding or a larger window.',
    })
  }
  return { input, axes, pads, outputPadding, extents }
}

function checkOutputPadding(context: Located, { outputPadding, padding, stride, dilation }: Params): void {
  if (outputPadding[0] === 0 && outputPadding[1] === 0) return
  const printed = printPair(outputPadding)
  if (padding === 'same-upper' || padding === 'same-lower') {
    throw layerError(title, context, 'layer.parameter', `output padding ${printed} contradicts padding "${padding}".`, {
      path: 'params.outputPadding',
      expected: [0, 0],
      received: outputPadding,
      hint: 'Padding "same" sets the output to input times stride: leave the output padding at 0.',
    })
  }
  const limit: Pair = [Math.max(stride[0], dilation[0]), Math.max(stride[1], dilation[1])]
  if (outputPadding[0] < limit[0] && outputPadding[1] < limit[1]) return
  throw layerError(
    title,
    context,
    'layer.parameter',
    `output padding ${printed} is not smaller than the stride or dilation ${printPair(limit)}.`,
    {
      path: 'params.outputPadding',
      expected: `below ${printPair(limit)}`,
      received: outputPadding,
      hint: 'Use a smaller output padding.',
    },
  )
}

function channelsOf({ filters, groups }: Params, input: number): Channels {
  return { input, output: filters, groups }
}

/** Each input value is multiplied by one filter window per output channel of its group. */
function countMacs(context: Located & { readonly params: Params }): number {
  const { channels, height, width } = requireFeatureMap(title, context)
  const { filters, groups, kernel } = context.params
  return channels * (filters / groups) * kernel[0] * kernel[1] * height * width
}

/** `S·(N − 1) + F − P_begin − P_end + P_out`, without what is 0. */
function explainAxis(axis: TransposedAxis): Expression {
  const { stride, extent, padBegin, padEnd, outputPadding } = axis
  const spread = plus(times(named('S', stride), minus(named('N', extent), 1)), spanExpression(axis))
  const cut = padBegin + padEnd > 0
  const kept = cut ? minus(minus(spread, named('P_begin', padBegin)), named('P_end', padEnd)) : spread
  return outputPadding > 0 ? plus(kept, named('P_out', outputPadding)) : kept
}

/** Each input value meets C_out/G filters' windows. */
function explainProducts({ kernel, filters, groups }: Params, { channels, height, width }: FeatureMap): ArithmeticLine {
  const perGroup = groups === 1 ? named('C_out', filters) : over(named('C_out', filters), named('G', groups))
  const value = times(
    named('C_in', channels),
    named('F_h', kernel[0]),
    named('F_w', kernel[1]),
    perGroup,
    named('H_in', height),
    named('W_in', width),
  )
  return { subject: 'multiplications', title: 'Multiplications', states: { kind: 'number', value } }
}

export const convTranspose2d = defineLayer({
  type: 'convTranspose2d',
  version: 1,
  title,
  category: 'convolution',
  icon: 'arrows-maximize',
  keywords: ['deconvolution', 'upsampling'],
  doc: 'Spreads each value over a window of the output, weighted by a filter: the reverse of a strided convolution. Padding is cut from the output.',
  source: 'ONNX ConvTranspose, opset 11; Zeiler et al., "Deconvolutional networks", 2010',
  inputs: oneInput,
  outputPorts: oneOutput,
  params,
  start: { filters: 32, kernel: [2, 2], stride: [2, 2] },
  infer(context) {
    const { extents, input } = placeTransposed(context)
    requireDivision(title, context, channelsOf(context.params, input.channels))
    return { outputs: [[context.params.filters, ...extents]] }
  },
  weights(context) {
    const { channels } = requireFeatureMap(title, context)
    const { filters, groups, kernel, bias, initialiser } = context.params
    const taps = kernel[0] * kernel[1]
    const weight: WeightSpec = {
      name: 'weight',
      shape: [channels, filters / groups, ...kernel],
      initialiser: toInitialiser(initialiser, (channels / groups) * taps, (filters / groups) * taps),
      trainable: true,
      decays: true,
    }
    return bias ? [weight, biasWeight(filters)] : [weight]
  },
  macs: countMacs,
  receptiveWindow(context) {
    const { axes } = placeTransposed(context)
    // Output row i sees the input rows between (i + padBegin - span + 1)/stride and (i + padBegin)/stride, so
    // the centre moves by 1/stride; the begin of the padding is chosen such that the first centre is right.
    const perAxis = (compute: (axis: TransposedAxis) => number): Pair => [compute(axes[0]), compute(axes[1])]
    const reach = (axis: TransposedAxis): number => Math.ceil(countSpan(axis.kernel, axis.dilation) / axis.stride)
    return {
      kernel: perAxis(reach),
      stride: perAxis((axis) => 1 / axis.stride),
      dilation: [1, 1],
      padBegin: perAxis((axis) => {
        const half = (countSpan(axis.kernel, axis.dilation) - 1) / 2
        return (reach(axis) - 1) / 2 - (axis.padBegin - half) / axis.stride
      }),
    }
  },
  explain(context) {
    const { axes, input } = placeTransposed(context)
    const [height, width] = [explainAxis(axes[0]), explainAxis(axes[1])]
    return [
      { subject: 'output', title: 'Height', states: { kind: 'number', value: height } },
      { subject: 'output', title: 'Width', states: { kind: 'number', value: width } },
      explainFilters(context.params.filters),
      explainKernels(context.params, channelsOf(context.params, input.channels)),
      explainProducts(context.params, input),
    ]
  },
  summary: (params) => summariseFilters(params.filters, params.kernel, summariseWindow(params)),
  toOnnx(lowering) {
    const { builder, params, values, nodeId } = lowering
    const { pads, outputPadding } = placeTransposed(lowering)
    const inputs = [...values, lowering.weight('weight'), ...(params.bias ? [lowering.weight('bias')] : [])]
    const attributes = {
      kernel_shape: params.kernel,
      strides: params.stride,
      dilations: params.dilation,
      pads,
      output_padding: outputPadding,
      group: params.groups,
    }
    return [builder.add('ConvTranspose', inputs, attributes, { name: nodeId })]
  },
  toTfjs: (lowering) =>
    transposeTfjs(lowering, { axes: placeTransposed(lowering).axes, groups: lowering.params.groups }),
  examples: [
    {
      name: 'doubles 7x7: 2*(7 - 1) + 2 = 14',
      params: { filters: 8, kernel: 2 },
      inputs: [[16, 7, 7]],
      output: [8, 14, 14],
      parameters: 520,
      macs: 25_088,
    },
    {
      name: '3x3 with padding and output padding: 2*(4 - 1) + 3 - 1 - 1 + 1 = 8',
      params: { filters: 2, kernel: 3, padding: [1, 1, 1, 1], outputPadding: 1 },
      inputs: [[3, 4, 4]],
      output: [2, 8, 8],
      parameters: 56,
      macs: 864,
    },
    {
      name: 'padding same multiplies the extents by the stride',
      params: { filters: 1, kernel: [4, 3], padding: 'same-upper', bias: false },
      inputs: [[2, 5, 6]],
      output: [1, 10, 12],
      parameters: 24,
    },
    {
      name: 'padding same with a stride above the window adds rows',
      params: { filters: 1, kernel: 1, stride: 3, padding: 'same-lower' },
      inputs: [[2, 4, 4]],
      output: [1, 12, 12],
    },
    {
      name: 'two groups: weights 4*(6/2)*9',
      params: { filters: 6, kernel: 3, stride: 1, groups: 2, bias: false },
      inputs: [[4, 5, 5]],
      output: [6, 7, 7],
      parameters: 108,
    },
    {
      name: 'padding that cuts everything away',
      params: { filters: 1, kernel: 2, stride: 1, padding: [2, 2, 2, 2] },
      inputs: [[1, 3, 3]],
      error: 'layer.window',
    },
    {
      name: 'output padding as large as the stride',
      params: { filters: 1, kernel: 3, outputPadding: 2 },
      inputs: [[1, 3, 3]],
      error: 'layer.parameter',
    },
    {
      name: 'output padding with padding same',
      params: { filters: 1, kernel: 3, padding: 'same-upper', outputPadding: 1 },
      inputs: [[1, 3, 3]],
      error: 'layer.parameter',
    },
    {
      name: 'filters that do not divide by the groups',
      params: { filters: 3, kernel: 3, groups: 2 },
      inputs: [[4, 5, 5]],
      error: 'layer.division',
    },
    { name: 'a vector', params: { filters: 1, kernel: 3 }, inputs: [[84]], error: 'layer.rank' },
  ],
})
