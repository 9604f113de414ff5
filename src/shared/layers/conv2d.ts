// The convolution layer.
import { z } from 'zod'
import { defineLayer } from './define'
import {
  convolutionWeights,
  countConvolutionMacs,
  explainConvolution,
  lowerConvolution,
  requireDivision,
  summariseFilters,
  type Channels,
} from './parts/convolutions'
import { oneInput, oneOutput } from './parts/located'
import {
  biasParameter,
  countParameter,
  dilationParameter,
  initialiserParameter,
  kernelParameter,
  paddingParameter,
  strideParameter,
} from './parts/parameters'
import { convolveTfjs } from './parts/tfjsConvolutions'
import { placeWindow, receptiveWindowOf, summariseWindow, warnDropped } from './parts/windows'

const title = 'Conv2D'

const params = z.object({
  filters: countParameter('Filters', 'Number of kernels, and of output channels.'),
  kernel: kernelParameter(),
  stride: strideParameter(),
  dilation: dilationParameter(),
  groups: z
    .int()
    .min(1)
    .default(1)
    .meta({ title: 'Groups', help: 'Channels are split into this many groups that do not see each other.' }),
  padding: paddingParameter(),
  bias: biasParameter(),
  initialiser: initialiserParameter(),
})

function channelsOf({ filters, groups }: z.output<typeof params>, input: number): Channels {
  return { input, output: filters, groups }
}

export const conv2d = defineLayer({
  type: 'conv2d',
  version: 1,
  title,
  category: 'convolution',
  icon: 'grid-pattern',
  keywords: ['convolution', 'kernel', 'filter'],
  doc: 'Slides filters over the image. Each output channel is the sum of products of one filter with the window below it, plus a bias.',
  source: 'ONNX Conv, opset 11; LeCun et al., "Gradient-based learning applied to document recognition", 1998',
  inputs: oneInput,
  outputPorts: oneOutput,
  params,
  start: { filters: 32, kernel: [3, 3], padding: 'same-upper' },
  infer(context) {
    const { axes, extents, input } = placeWindow(title, context, context.params)
    requireDivision(title, context, channelsOf(context.params, input.channels))
    return {
      outputs: [[context.params.filters, ...extents]],
      warnings: warnDropped(title, context.nodeId, axes),
    }
  },
  weights(context) {
    const { input } = placeWindow(title, context, context.params)
    return convolutionWeights(context.params, channelsOf(context.params, input.channels))
  },
  macs(context) {
    const { input, extents } = placeWindow(title, context, context.params)
    return countConvolutionMacs(context.params.kernel, channelsOf(context.params, input.channels), extents)
  },
  window: {
    operation: 'convolution',
    place: (context) => placeWindow(title, context, context.params),
    groups: ({ params }) => params.groups,
  },
  outputsParameter: 'filters',
  receptiveWindow: (context) => receptiveWindowOf(placeWindow(title, context, context.params).axes),
  explain(context) {
    const placed = placeWindow(title, context, context.params)
    return explainConvolution(placed, context.params, channelsOf(context.params, placed.input.channels))
  },
  summary: (params) => summariseFilters(params.filters, params.kernel, summariseWindow(params)),
  toOnnx: (lowering) => lowerConvolution(title, lowering, lowering.params.groups),
  toTfjs: (lowering) => convolveTfjs(title, lowering, lowering.params.groups),
  examples: [
    {
      name: 'ten 5x5 filters, stride 1, padding 2 keep 32x32: (5*5*3 + 1)*10 parameters',
      params: { filters: 10, kernel: 5, padding: [2, 2, 2, 2] },
      inputs: [[3, 32, 32]],
      output: [10, 32, 32],
      parameters: 760,
      macs: 768_000,
    },
    {
      name: 'ten 3x3 filters, stride 2, no padding: (33 - 3)/2 + 1 = 16',
      params: { filters: 10, kernel: [3, 3], stride: 2 },
      inputs: [[5, 33, 33]],
      output: [10, 16, 16],
      parameters: 460,
      macs: 115_200,
    },
    {
      name: '64 3x3 filters on 224x224: 64*27*222*222 multiplications',
      params: { filters: 64, kernel: 3 },
      inputs: [[3, 224, 224]],
      output: [64, 222, 222],
      parameters: 1792,
      macs: 85_162_752,
    },
    {
      name: 'the first layer of AlexNet: (227 - 11)/4 + 1 = 55, 96*363 weights and 96 biases',
      params: { filters: 96, kernel: 11, stride: 4 },
      inputs: [[3, 227, 227]],
      output: [96, 55, 55],
      parameters: 34_944,
      macs: 105_415_200,
    },
    {
      name: 'stride 3 on 7x7 runs as 2x2 and drops the last column',
      params: { filters: 1, kernel: 3, stride: 3 },
      inputs: [[1, 7, 7]],
      output: [1, 2, 2],
      parameters: 10,
      macs: 36,
      warning: 'layer.dropped',
    },
    {
      name: 'two groups halve the weights: 6*(4/2)*9 + 6',
      params: { filters: 6, kernel: 3, groups: 2, padding: 'same-upper' },
      inputs: [[4, 6, 6]],
      output: [6, 6, 6],
      parameters: 114,
      macs: 3888,
    },
    {
      name: 'a rectangular dilated window: height 9 - 2*2 = 5, width 9 - 1 = 8',
      params: { filters: 2, kernel: [3, 2], dilation: [2, 1], bias: false },
      inputs: [[1, 9, 9]],
      output: [2, 5, 8],
      parameters: 12,
      macs: 480,
    },
    {
      name: 'an even window with padding same keeps the extents',
      params: { filters: 1, kernel: 4, padding: 'same-lower' },
      inputs: [[1, 7, 7]],
      output: [1, 7, 7],
      parameters: 17,
      macs: 784,
    },
    {
      name: 'a window larger than its input',
      params: { filters: 1, kernel: 5 },
      inputs: [[16, 4, 4]],
      error: 'layer.window',
    },
    { name: 'a vector', params: { filters: 1, kernel: 3 }, inputs: [[120]], error: 'layer.rank' },
    {
      name: 'filters that do not divide by the groups',
      params: { filters: 10, kernel: 3, groups: 3 },
      inputs: [[6, 8, 8]],
      error: 'layer.division',
    },
    { name: 'no filters', params: { filters: 0, kernel: 3 }, inputs: [[3, 8, 8]], error: 'layer.parameter' },
  ],
})
