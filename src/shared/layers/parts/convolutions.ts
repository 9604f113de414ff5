// What the three kinds of convolution share: weights, counts, explanations and ONNX attributes; not their parameters.
import { printCount } from '../../graph/printNumbers'
import type { AttributeInput } from '../../onnx/builder'
import { explainWindow, printPair } from '../../shapes/printWindow'
import type { Pair } from '../../shapes/window'
import type { LayerContext, LayerLowering, WeightSpec } from '../define'
import { layerError, printSource } from './located'
import { biasWeight, toInitialiser, type InitialiserName } from './parameters'
import { placeWindow, type PlacedWindow, type WindowParams } from './windows'

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

/** The arithmetic of a convolution: extents, parameters, multiplications. */
export function explainConvolution(placed: PlacedWindow, params: ConvolutionParams, channels: Channels): string[] {
  return [...explainWindow(placed.axes), ...explainKernels(params, channels, placed.extents)]
}

/** Parameters and multiplications with the numbers put in: `(5*5*3 + 1)*10 = 760`. */
export function explainKernels(params: ConvolutionParams, channels: Channels, positions: Pair): string[] {
  const { kernel, bias } = params
  const depth = channels.input / channels.groups
  const perFilter = kernel[0] * kernel[1] * depth
  const product = `${kernel[0]}*${kernel[1]}*${depth}`
  const filter = bias ? `(${product} + 1)` : product
  const count = channels.output * (perFilter + (bias ? 1 : 0))
  const macs = countConvolutionMacs(kernel, channels, positions)
  return [
    `parameters: ${filter}*${channels.output} = ${printCount(count)}, ${printCount(perFilter + (bias ? 1 : 0))} per filter`,
    `multiplications: ${channels.output}*${product}*${positions[0]}*${positions[1]} = ${printCount(macs)}`,
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
