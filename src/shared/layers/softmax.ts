// The softmax layer.
import { z } from 'zod'
import { defineLayer } from './define'
import { inputShape, oneInput, oneOutput } from './parts/located'
import { explainRule } from './parts/rules'

export const softmax = defineLayer({
  type: 'softmax',
  version: 1,
  title: 'Softmax',
  category: 'activation',
  icon: 'percentage',
  keywords: ['probability', 'output'],
  doc: 'Turns scores into probabilities that sum to 1: over all values of a vector, or over the channels at each position.',
  source: 'ONNX Softmax, opset 13, axis = 1',
  inputs: oneInput,
  outputPorts: oneOutput,
  params: z.object({}),
  infer: (context) => ({ outputs: [inputShape(context)] }),
  explain(context) {
    const [channels = 1] = inputShape(context)
    return [{ ...explainRule('p_i = exp(x_i)/(exp(x_1) + … + exp(x_C))'), notes: [`over C = ${channels} values`] }]
  },
  summary: () => '',
  toOnnx: ({ builder, values, nodeId }) => [builder.add('Softmax', values, { axis: 1 }, { name: nodeId })],
  toTfjs: ({ tf, values, apply, layerName }) =>
    values.slice(0, 1).map((value) => apply(tf.layers.softmax({ name: layerName(), axis: -1 }), value)),
  examples: [
    { name: 'class scores', params: {}, inputs: [[10]], output: [10], parameters: 0 },
    { name: 'class scores at each position', params: {}, inputs: [[21, 4, 6]], output: [21, 4, 6] },
    { name: 'an unknown parameter', params: { axis: 1 }, inputs: [[10]], error: 'layer.parameter' },
  ],
})
