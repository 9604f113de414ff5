// The concatenation layer, where branches meet side by side.
import { z } from 'zod'
import { named, plus } from '../shapes/expression'
import { defineLayer } from './define'
import { inputShape, layerError, oneOutput } from './parts/located'
import { manyInputs, printInputs } from './parts/merging'

const title = 'Concat'

export const concat = defineLayer({
  type: 'concat',
  version: 1,
  title,
  category: 'merge',
  icon: 'stack-2',
  keywords: ['concatenate', 'inception'],
  doc: 'Lays the channels of its inputs one after the other, as an inception module joins its branches.',
  source: 'ONNX Concat, opset 13, axis = 1',
  inputs: manyInputs,
  outputPorts: oneOutput,
  params: z.object({}),
  infer(context) {
    const positions = inputShape(context).slice(1)
    const isSame = context.inputs.every((shape) => shape.slice(1).join() === positions.join())
    if (!isSame) {
      throw layerError(
        title,
        context,
        'layer.shape',
        `its inputs differ in more than their channels: ${printInputs(context)}.`,
        { received: context.inputs, hint: 'Give all branches the same height and width, e.g. with padding "same".' },
      )
    }
    const channels = context.inputs.reduce((sum, shape) => sum + (shape[0] ?? 0), 0)
    return { outputs: [[channels, ...positions]] }
  },
  explain(context) {
    const counts = context.inputs.map((shape) => shape[0] ?? 0)
    const [first = 0, second = 0, ...rest] = counts
    const shown = [named('C_1', first), named('C_2', second)]
    const value = rest.length === 0 ? plus(...shown) : plus(...shown, named('…', plus(...rest)))
    return [{ subject: 'output', title: 'Channels', states: { kind: 'number', value } }]
  },
  summary: () => '',
  toOnnx: ({ builder, values, nodeId }) => [builder.add('Concat', values, { axis: 1 }, { name: nodeId })],
  toTfjs: ({ tf, values, apply, layerName }) => [
    apply(tf.layers.concatenate({ name: layerName(), axis: -1 }), [...values]),
  ],
  examples: [
    {
      name: 'the four branches of an inception module: 128 + 192 + 96 + 256 = 672',
      params: {},
      inputs: [
        [128, 28, 28],
        [192, 28, 28],
        [96, 28, 28],
        [256, 28, 28],
      ],
      output: [672, 28, 28],
      parameters: 0,
    },
    { name: 'two vectors', params: {}, inputs: [[10], [5]], output: [15] },
    {
      name: 'different heights',
      params: {},
      inputs: [
        [8, 28, 28],
        [8, 14, 28],
      ],
      error: 'layer.shape',
    },
    { name: 'a vector and a feature map', params: {}, inputs: [[8], [8, 1, 1]], error: 'layer.shape' },
  ],
})
