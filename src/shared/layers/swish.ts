// The swish activation, also called SiLU.
import { z } from 'zod'
import { defineActivation, lowerToTfjs } from './parts/activations'

export const swish = defineActivation({
  type: 'swish',
  title: 'Swish',
  icon: 'chart-line',
  keywords: ['silu'],
  doc: 'Multiplies each value by its own sigmoid: smooth, and slightly negative before it rises. Also called SiLU.',
  source: 'ONNX Sigmoid and Mul; Ramachandran et al. 2017, arXiv:1710.05941, section 4',
  params: z.object({}),
  formula: () => 'f(x) = x/(1 + exp(−x))',
  lower({ builder, values, nodeId }) {
    const gate = builder.add('Sigmoid', values, {}, { name: `${nodeId}/gate` })
    return builder.add('Mul', [...values, gate], {}, { name: nodeId })
  },
  lowerTfjs: lowerToTfjs('swish'),
})
