// The softplus activation.
import { z } from 'zod'
import { defineActivation, lowerTo, lowerToTfjs } from './parts/activations'

export const softplus = defineActivation({
  type: 'softplus',
  title: 'Softplus',
  icon: 'chart-line',
  keywords: [],
  doc: 'A smooth form of ReLU; always positive.',
  source: 'ONNX Softplus, opset 1',
  params: z.object({}),
  formula: () => 'f(x) = log(1 + exp(x))',
  lower: lowerTo('Softplus'),
  lowerTfjs: lowerToTfjs('softplus'),
})
