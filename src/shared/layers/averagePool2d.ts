// The average pooling layer.
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
import { averagePoolTfjs } from './parts/tfjsPooling'
import { receptiveWindowOf } from './parts/windows'

const title = 'AveragePool2D'

export const averagePool2d = defineLayer({
  type: 'averagePool2d',
  version: 1,
  title,
  category: 'pooling',
  icon: 'layout-grid',
  keywords: ['mean', 'subsampling'],
  doc: 'Averages each window, channel by channel. With a 1x1 window and a stride it picks every n-th pixel.',
  source: 'ONNX AveragePool, opset 11',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({
    ...poolingParameters,
    countIncludePad: z.boolean().default(false).meta({
      title: 'Count padding',
      help: 'Divides by the whole window, padding included, instead of by the pixels inside the image.',
    }),
  }),
  infer: (context) => inferPooling(title, context),
  window: {
    operation: 'average',
    place: (context) => placePooling(title, context, context.params),
    countsPadding: ({ countIncludePad }) => countIncludePad,
  },
  receptiveWindow: (context) => receptiveWindowOf(placePooling(title, context, context.params).axes),
  explain: (context) => explainPooling(title, context),
  summary: summarisePooling,
  toOnnx(lowering) {
    const { builder, params, values, nodeId } = lowering
    const placed = placePooling(title, lowering, params)
    const { attributes, pads, reachesPast } = poolingAttributes(placed, params)
    if (!params.countIncludePad || !reachesPast) {
      const counted = params.countIncludePad ? 1 : 0
      return [builder.add('AveragePool', values, { ...attributes, count_include_pad: counted }, { name: nodeId })]
    }
    // The stated padding counts, what ceil mode reaches past it does not: the first is written as zeros of its own.
    const [top, left, bottom, right] = placed.pads
    const zeros = builder.ints([0, 0, top, left, 0, 0, bottom, right])
    const padded = builder.add('Pad', [...values, zeros], {}, { name: `${nodeId}/padded` })
    const beyond = [0, 0, pads[2] - bottom, pads[3] - right]
    const rest = { ...attributes, pads: beyond, count_include_pad: 0 }
    return [builder.add('AveragePool', [padded], rest, { name: nodeId })]
  },
  toTfjs: (lowering) => averagePoolTfjs(title, lowering),
  examples: [
    {
      name: '2x2, stride 2 by default: the subsampling of LeNet-5, without its weights',
      params: {},
      inputs: [[6, 28, 28]],
      output: [6, 14, 14],
      parameters: 0,
    },
    {
      name: 'a 1x1 window with stride 2 picks every other pixel: (32 - 1)/2 + 1 = 16.5',
      params: { kernel: 1, stride: 2 },
      inputs: [[16, 32, 32]],
      output: [16, 16, 16],
    },
    {
      name: 'padding that counts',
      params: { kernel: 3, stride: 1, padding: 'same-upper', countIncludePad: true },
      inputs: [[2, 5, 5]],
      output: [2, 5, 5],
    },
    {
      name: 'ceil mode with padding that counts: (6 - 3 + 2)/2 + 1 = 3.5',
      params: { kernel: 3, stride: 2, padding: [1, 1, 1, 1], ceilMode: true, countIncludePad: true },
      inputs: [[2, 6, 6]],
      output: [2, 4, 4],
    },
    {
      name: 'a stride that drops the last two columns: (8 - 3)/3 + 1 = 2.67',
      params: { kernel: 3, stride: 3 },
      inputs: [[1, 8, 8]],
      output: [1, 2, 2],
      warning: 'layer.dropped',
    },
    { name: 'a window larger than its input', params: { kernel: 7 }, inputs: [[1, 6, 6]], error: 'layer.window' },
    { name: 'a vector', params: {}, inputs: [[84]], error: 'layer.rank' },
  ],
})
