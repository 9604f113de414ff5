// The leaky rectified linear unit.
import { z } from 'zod'
import { defineActivation } from './parts/activations'

export const leakyRelu = defineActivation({
  type: 'leakyRelu',
  title: 'LeakyReLU',
  icon: 'chart-line',
  keywords: ['rectifier'],
  doc: 'Keeps positive values and multiplies negative ones by a small slope, so that their gradient does not vanish.',
  source: 'ONNX LeakyRelu, opset 16; Maas, Hannun and Ng, 2013',
  params: z.object({
    slope: z.number().min(0).max(1).default(0.01).meta({ title: 'Slope', help: 'Factor of negative values.' }),
  }),
  formula: ({ slope }) => `f(x) = x for x ≥ 0, else ${slope}·x`,
  summary: ({ slope }) => `slope ${slope}`,
  lower: ({ builder, params, values, nodeId }) =>
    builder.add('LeakyRelu', values, { alpha: { float: params.slope } }, { name: nodeId }),
  lowerTfjs: ({ tf, params, apply, layerName }, value) =>
    apply(tf.layers.leakyReLU({ name: layerName(), alpha: params.slope }), value),
  examples: [
    { name: 'a slope of 0.1', params: { slope: 0.1 }, inputs: [[3, 2, 2]], output: [3, 2, 2] },
    { name: 'a negative slope', params: { slope: -0.1 }, inputs: [[3]], error: 'layer.parameter' },
  ],
})
