// The depthwise convolution layer: each channel has filters of its own.
import { z } from 'zod'
import { named, times } from '../shapes/expression'
import { defineLayer } from './define'
import {
  convolutionWeights,
  countConvolutionMacs,
  explainConvolution,
  lowerConvolution,
  type Channels,
} from './parts/convolutions'
import { inputShape, oneInput, oneOutput } from './parts/located'
import {
  biasParameter,
  dilationParameter,
  initialiserParameter,
  kernelParameter,
  paddingParameter,
  strideParameter,
} from './parts/parameters'
import { convolveTfjs } from './parts/tfjsConvolutions'
import { placeWindow, receptiveWindowOf, summariseWindow, warnDropped } from './parts/windows'

const title = 'DepthwiseConv2D'

function channelsOf(multiplier: number, input: number): Channels {
  return { input, output: input * multiplier, groups: input }
}

export const depthwiseConv2d = defineLayer({
  type: 'depthwiseConv2d',
  version: 1,
  title,
  category: 'convolution',
  icon: 'stack',
  keywords: ['separable', 'mobilenet'],
  doc: 'Convolves each channel with filters of its own; no filter sees two channels. Followed by a 1x1 convolution it replaces an ordinary one at a fraction of the multiplications.',
  source: 'ONNX Conv, opset 11, group = C; Howard et al. 2017, arXiv:1704.04861, section 3.1',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    kernel: kernelParameter(),
    multiplier: z.int().min(1).max(1024).default(1).meta({
      title: 'Multiplier',
      help: 'Filters, and output channels, for each input channel.',
    }),
    stride: strideParameter(),
    dilation: dilationParameter(),
    padding: paddingParameter(),
    bias: biasParameter(),
    initialiser: initialiserParameter(),
  }),
  start: { kernel: [3, 3], padding: 'same-upper' },
  infer(context) {
    const { axes, extents, input } = placeWindow(title, context, context.params)
    return {
      outputs: [[input.channels * context.params.multiplier, ...extents]],
      warnings: warnDropped(title, context.nodeId, axes),
    }
  },
  weights(context) {
    const { input } = placeWindow(title, context, context.params)
    return convolutionWeights(context.params, channelsOf(context.params.multiplier, input.channels))
  },
  macs(context) {
    const { input, extents } = placeWindow(title, context, context.params)
    const { kernel, multiplier } = context.params
    return countConvolutionMacs(kernel, channelsOf(multiplier, input.channels), extents)
  },
  window: {
    operation: 'convolution',
    place: (context) => placeWindow(title, context, context.params),
    groups: (context) => inputShape(context)[0] ?? 1,
  },
  receptiveWindow: (context) => receptiveWindowOf(placeWindow(title, context, context.params).axes),
  explain(context) {
    const placed = placeWindow(title, context, context.params)
    const { multiplier } = context.params
    const { channels } = placed.input
    const value = times(named('C_in', channels), named('m', multiplier))
    return explainConvolution(placed, context.params, channelsOf(multiplier, channels), {
      subject: 'output',
      title: 'Channels',
      states: { kind: 'number', symbol: 'C_out', value },
    })
  },
  summary: (params) => summariseWindow(params),
  toOnnx: (lowering) => lowerConvolution(title, lowering, inputShape(lowering)[0] ?? 1),
  toTfjs: (lowering) => convolveTfjs(title, lowering, inputShape(lowering)[0] ?? 1),
  examples: [
    {
      name: 'a 3x3 layer of MobileNet: 32*(9 + 1) parameters, 32*9*112*112 multiplications',
      params: { kernel: 3, padding: [1, 1, 1, 1] },
      inputs: [[32, 112, 112]],
      output: [32, 112, 112],
      parameters: 320,
      macs: 3_612_672,
    },
    {
      name: 'two filters for each channel, stride 2, without bias: (9 - 3)/2 + 1 = 4',
      params: { kernel: [3, 3], multiplier: 2, stride: 2, bias: false },
      inputs: [[4, 9, 9]],
      output: [8, 4, 4],
      parameters: 72,
      macs: 1152,
    },
    { name: 'a window larger than its input', params: { kernel: 9 }, inputs: [[4, 8, 8]], error: 'layer.window' },
    { name: 'a vector', params: { kernel: 3 }, inputs: [[84]], error: 'layer.rank' },
    { name: 'a parameter of conv2d', params: { kernel: 3, filters: 8 }, inputs: [[4, 8, 8]], error: 'layer.parameter' },
  ],
})
