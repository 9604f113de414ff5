// The hyperbolic tangent.
import { z } from 'zod'
import { defineActivation, lowerTo, lowerToTfjs } from './parts/activations'

export const tanh = defineActivation({
  type: 'tanh',
  title: 'Tanh',
  icon: 'chart-line',
  keywords: ['hyperbolic'],
  doc: 'Presses each value between -1 and 1.',
  source: 'ONNX Tanh, opset 13',
  params: z.object({}),
  formula: () => 'f(x) = tanh(x)',
  lower: lowerTo('Tanh'),
  lowerTfjs: lowerToTfjs('tanh'),
})
