// The exponential linear unit.
import { z } from 'zod'
import { defineActivation } from './parts/activations'

export const elu = defineActivation({
  type: 'elu',
  title: 'ELU',
  icon: 'chart-line',
  keywords: ['exponential'],
  doc: 'Keeps positive values and bends negative ones smoothly towards -alpha.',
  source: 'ONNX Elu, opset 6; Clevert et al. 2015, arXiv:1511.07289, eq. 15',
  params: z.object({
    alpha: z.number().min(0).max(100).default(1).meta({ title: 'Alpha', help: 'The limit of negative values.' }),
  }),
  formula: ({ alpha }) => `f(x) = x for x ≥ 0, else ${alpha}·(exp(x) − 1)`,
  summary: ({ alpha }) => `alpha ${alpha}`,
  lower: ({ builder, params, values, nodeId }) =>
    builder.add('Elu', values, { alpha: { float: params.alpha } }, { name: nodeId }),
  // TensorFlow.js has alpha 1 only; a leaky unit behind it multiplies what is negative.
  lowerTfjs({ tf, params, apply, layerName }, value) {
    if (params.alpha === 1) return apply(tf.layers.elu({ name: layerName() }), value)
    const bent = apply(tf.layers.elu({ name: layerName('one') }), value)
    return apply(tf.layers.leakyReLU({ name: layerName(), alpha: params.alpha }), bent)
  },
  examples: [{ name: 'an alpha of 0.5', params: { alpha: 0.5 }, inputs: [[3, 2, 2]], output: [3, 2, 2] }],
})
