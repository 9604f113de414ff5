// The rectified linear unit.
import { z } from 'zod'
import { defineActivation } from './parts/activations'

export const relu = defineActivation({
  type: 'relu',
  title: 'ReLU',
  icon: 'chart-line',
  keywords: ['relu6', 'rectifier'],
  doc: 'Keeps positive values and sets negative ones to 0.',
  source: 'ONNX Relu, opset 14, and Clip, opset 13; Nair and Hinton, 2010',
  params: z.object({
    limit: z
      .number()
      .min(0)
      .max(1e6)
      .default(0)
      .meta({ title: 'Limit', help: 'The largest value; 6 for the ReLU6 of MobileNet. 0: no limit.' }),
  }),
  formula: ({ limit }) => (limit === 0 ? 'f(x) = max(0, x)' : `f(x) = max(0, min(${limit}, x))`),
  summary: ({ limit }) => (limit === 0 ? '' : `up to ${limit}`),
  lower({ builder, params: { limit }, values, nodeId }) {
    if (limit === 0) return builder.add('Relu', values, {}, { name: nodeId })
    return builder.add('Clip', [...values, builder.scalar(0), builder.scalar(limit)], {}, { name: nodeId })
  },
  lowerTfjs: ({ tf, params: { limit }, apply, layerName }, value) =>
    apply(tf.layers.reLU({ name: layerName(), ...(limit === 0 ? {} : { maxValue: limit }) }), value),
  examples: [
    { name: 'the ReLU6 of MobileNet', params: { limit: 6 }, inputs: [[32, 3, 3]], output: [32, 3, 3] },
    { name: 'a negative limit', params: { limit: -1 }, inputs: [[3]], error: 'layer.parameter' },
  ],
})
