// The rectified linear unit.
import { z } from 'zod'
import { defineActivation, lowerTo, lowerToTfjs } from './parts/activations'

export const relu = defineActivation({
  type: 'relu',
  title: 'ReLU',
  icon: 'chart-line',
  doc: 'Keeps positive values and sets negative ones to 0.',
  source: 'ONNX Relu, opset 14; Nair and Hinton, 2010',
  params: z.object({}),
  formula: () => 'f(x) = max(0, x)',
  lower: lowerTo('Relu'),
  lowerTfjs: lowerToTfjs('relu'),
})
