// The logistic sigmoid.
import { z } from 'zod'
import { defineActivation, lowerTo, lowerToTfjs } from './parts/activations'

export const sigmoid = defineActivation({
  type: 'sigmoid',
  title: 'Sigmoid',
  icon: 'chart-line',
  keywords: ['logistic'],
  doc: 'Presses each value between 0 and 1.',
  source: 'ONNX Sigmoid, opset 13',
  params: z.object({}),
  formula: () => 'f(x) = 1/(1 + exp(−x))',
  lower: lowerTo('Sigmoid'),
  lowerTfjs: lowerToTfjs('sigmoid'),
})
