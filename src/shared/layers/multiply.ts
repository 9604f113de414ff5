// The multiplication layer, where branches meet.
import { defineMerge } from './parts/merging'

export const multiply = defineMerge({
  type: 'multiply',
  title: 'Multiply',
  icon: 'x',
  keywords: ['product', 'gate'],
  doc: 'Multiplies its inputs value by value, as a gate weighs the channels of a feature map.',
  source: 'ONNX Mul, opset 14; Hu et al. 2017, arXiv:1709.01507, eq. 4',
  operator: 'Mul',
  sign: '·',
})
