// The maximum pooling layer.
import { z } from 'zod'
import { defineLayer } from './define'
import { oneInput, oneOutput } from './parts/located'
import {
  explainPooling,
  inferPooling,
  placePooling,
  poolingAttributes,
  poolingParameters,
  summarisePooling,
} from './parts/pooling'
import { maxPoolTfjs } from './parts/tfjsPooling'
import { receptiveWindowOf } from './parts/windows'

const title = 'MaxPool2D'

export const maxPool2d = defineLayer({
  type: 'maxPool2d',
  version: 1,
  title,
  category: 'pooling',
  icon: 'layout-grid',
  keywords: ['subsampling', 'downsampling'],
  doc: 'Keeps the largest value of each window, channel by channel. Padding never wins.',
  source: 'ONNX MaxPool, opset 12',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object(poolingParameters),
  infer: (context) => inferPooling(title, context),
  window: { operation: 'max', place: (context) => placePooling(title, context, context.params) },
  receptiveWindow: (context) => receptiveWindowOf(placePooling(title, context, context.params).axes),
  explain: (context) => explainPooling(title, context),
  summary: summarisePooling,
  toOnnx(lowering) {
    const { builder, params, values, nodeId } = lowering
    const { attributes } = poolingAttributes(placePooling(title, lowering, params), params)
    return [builder.add('MaxPool', values, attributes, { name: nodeId })]
  },
  toTfjs: (lowering) => maxPoolTfjs(title, lowering),
  examples: [
    {
      name: 'the first pooling of AlexNet: (55 - 3)/2 + 1 = 27, no parameters',
      params: { kernel: 3, stride: 2 },
      inputs: [[96, 55, 55]],
      output: [96, 27, 27],
      parameters: 0,
    },
    { name: '2x2, stride 2 by default', params: {}, inputs: [[6, 28, 28]], output: [6, 14, 14], parameters: 0 },
    {
      name: 'a stride that drops the last column: (7 - 2)/2 + 1 = 3.5',
      params: {},
      inputs: [[1, 7, 7]],
      output: [1, 3, 3],
      warning: 'layer.dropped',
    },
    {
      name: 'ceil mode rounds (112 - 3)/2 + 1 = 55.5 up, as in GoogLeNet',
      params: { kernel: 3, stride: 2, ceilMode: true },
      inputs: [[2, 112, 112]],
      output: [2, 56, 56],
    },
    {
      name: 'ceil mode leaves out a window that would start in the right padding',
      params: { kernel: 2, stride: 3, padding: [1, 1, 1, 1], ceilMode: true },
      inputs: [[1, 5, 5]],
      output: [1, 2, 2],
    },
    {
      name: 'a 3x3 window with padding 1 keeps the extents, as in inception modules',
      params: { kernel: 3, stride: 1, padding: [1, 1, 1, 1] },
      inputs: [[4, 28, 28]],
      output: [4, 28, 28],
    },
    {
      name: 'a window larger than its input',
      params: { kernel: 3, stride: 2 },
      inputs: [[64, 2, 2]],
      error: 'layer.window',
    },
    {
      name: 'padding as large as the window',
      params: { kernel: 2, padding: [2, 0, 0, 0] },
      inputs: [[1, 8, 8]],
      error: 'layer.window',
    },
    { name: 'a vector', params: {}, inputs: [[84]], error: 'layer.rank' },
    { name: 'a stride of 0', params: { stride: 0 }, inputs: [[1, 8, 8]], error: 'layer.parameter' },
  ],
})
