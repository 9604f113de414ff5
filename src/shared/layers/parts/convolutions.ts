// What the three kinds of convolution share: weights, counts, arithmetic and ONNX attributes; not their parameters.
import { printCount } from '../../graph/printNumbers'
import type { AttributeInput } from '../../onnx/builder'
import type { ArithmeticLine } from '../../shapes/arithmeticLine'
import { evaluate, named, over, plus, times, type Expression } from '../../shapes/expression'
import { printPair } from '../../shapes/printWindow'
import type { Pair, PlacedWindow } from '../../shapes/window'
import { explainWindowSize } from '../../shapes/windowLines'
import type { LayerContext, LayerLowering, WeightSpec } from '../define'
import { layerError, printSource } from './located'
import { biasWeight, toInitialiser, type InitialiserName } from './parameters'
import { placeWindow, type WindowParams } from './windows'

export interface ConvolutionParams extends WindowParams {
  readonly bias: boolean
  readonly initialiser: InitialiserName
}

/** The numbers of channels of a convolution. */
export interface Channels {
  readonly input: number
  readonly output: number
  readonly groups: number
}

/**
 * Refuses channels that do not divide by the groups.
 * @throws NetloomError `layer.division`
 */
export function requireDivision(title: string, context: LayerContext<unknown>, channels: Channels): void {
  const { input, output, groups } = channels
  for (const [count, name] of [
    [input, 'input channels'],
    [output, 'filters'],
  ] as const) {
    if (count % groups === 0) continue
    throw layerError(
      title,
      context,
      'layer.division',
      `${count} ${name} do not divide by ${groups} groups ${printSource(context)}.`,
      {
        expected: `a multiple of ${groups}`,
        received: count,
        hint: 'Choose groups that divide both the input channels and the filters.',
      },
    )
  }
}

/** Kernel [Co, Ci / groups, kh, kw] and bias [Co] of a convolution. */
export function convolutionWeights(params: ConvolutionParams, channels: Channels): WeightSpec[] {
  const { kernel, bias, initialiser } = params
  const { input, output, groups } = channels
  const taps = kernel[0] * kernel[1]
  const weight: WeightSpec = {
    name: 'weight',
    shape: [output, input / groups, kernel[0], kernel[1]],
    initialiser: toInitialiser(initialiser, (input / groups) * taps, (output / groups) * taps),
    trainable: true,
    decays: true,
  }
  return bias ? [weight, biasWeight(output)] : [weight]
}

/** Co * Ci / groups * kh * kw multiplications for each of `positions`. */
export function countConvolutionMacs(kernel: Pair, channels: Channels, positions: Pair): number {
  return channels.output * (channels.input / channels.groups) * kernel[0] * kernel[1] * positions[0] * positions[1]
}

/** `C_in`, or the part of it that one group sees. */
function groupOf(name: string, count: number, groups: number): Expression {
  return groups === 1 ? named(name, count) : over(named(name, count), named('G', groups))
}

function tapsOf([height, width]: Pair): readonly Expression[] {
  return [named('F_h', height), named('F_w', width)]
}

/** Kernels and biases: `(5·5·3 + 1)·10`. */
export function explainKernels({ kernel, bias }: ConvolutionParams, channels: Channels): ArithmeticLine {
  const { input, output, groups } = channels
  const weights = times(...tapsOf(kernel), groupOf('C_in', input, groups))
  const perFilter = evaluate(weights) + (bias ? 1 : 0)
  return {
    subject: 'parameters',
    title: 'Parameters',
    states: { kind: 'number', value: times(bias ? plus(weights, 1) : weights, named('C_out', output)) },
    notes: [
      `${printCount(perFilter)} per filter${bias ? ', its bias included' : ''}`,
      ...(bias ? [`${printCount(evaluate(weights) * output)} weights and ${printCount(output)} biases`] : []),
    ],
  }
}

/** Multiplications of one image: a kernel's for each of C_out·H_out·W_out values. */
export function explainMultiplications(kernel: Pair, channels: Channels, positions: Pair): ArithmeticLine {
  const { input, output, groups } = channels
  const value = times(
    named('C_out', output),
    ...tapsOf(kernel),
    groupOf('C_in', input, groups),
    named('H_out', positions[0]),
    named('W_out', positions[1]),
  )
  return { subject: 'multiplications', title: 'Multiplications', states: { kind: 'number', value } }
}

/** How many channels come out: one per filter. */
export function explainFilters(filters: number): ArithmeticLine {
  const value = named('number of filters', filters)
  return { subject: 'output', title: 'Channels', states: { kind: 'number', symbol: 'C_out', value } }
}

/** The arithmetic of a convolution: extents, channels, parameters, multiplications. */
export function explainConvolution(
  { axes, extents }: PlacedWindow,
  params: ConvolutionParams,
  channels: Channels,
  channelLine: ArithmeticLine = explainFilters(channels.output),
): readonly ArithmeticLine[] {
  return [
    ...explainWindowSize(axes),
    channelLine,
    explainKernels(params, channels),
    explainMultiplications(params.kernel, channels, extents),
  ]
}

/** ONNX attributes of a placed window; the pads are always written out. */
export function windowAttributes(placed: PlacedWindow, params: WindowParams): Record<string, AttributeInput> {
  return {
    kernel_shape: [...params.kernel],
    strides: [...params.stride],
    pads: [...placed.pads],
    dilations: [...params.dilation],
  }
}

/** Writes a Conv node. @see ONNX Conv, opset 11 */
export function lowerConvolution(
  title: string,
  lowering: LayerLowering<ConvolutionParams>,
  groups: number,
): readonly string[] {
  const { builder, params, values, nodeId } = lowering
  const placed = placeWindow(title, lowering, params)
  const inputs = [...values, lowering.weight('weight'), ...(params.bias ? [lowering.weight('bias')] : [])]
  const attributes = { ...windowAttributes(placed, params), group: groups }
  return [builder.add('Conv', inputs, attributes, { name: nodeId })]
}

/** `3x3 · 64 filters` and so on for a node's second line. */
export function summariseFilters(filters: number, kernel: Pair, window: string): string {
  return window.replace(printPair(kernel), `${printPair(kernel)} · ${filters}`)
}
