// The scaled exponential linear unit, which keeps values near mean 0 and variance 1 by itself.
import { z } from 'zod'
import { defineActivation, lowerTo, lowerToTfjs } from './parts/activations'

export const selu = defineActivation({
  type: 'selu',
  title: 'SELU',
  icon: 'chart-line',
  keywords: ['scaled', 'exponential', 'self-normalising', 'self-normalizing'],
  doc: 'Scales positive values up and bends negative ones, so that values keep mean 0 and variance 1 from layer to layer without a norm. It wants weights of variance 1/fan-in, which "xavier-normal" gives between layers of one size.',
  source: 'ONNX Selu, opset 6; Klambauer et al. 2017, arXiv:1706.02515, eq. 2',
  params: z.object({}),
  formula: () => 'f(x) = 1.0507·x for x > 0, else 1.0507·1.67326·(exp(x) − 1)',
  lower: lowerTo('Selu'),
  lowerTfjs: lowerToTfjs('selu'),
})
