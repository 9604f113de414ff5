// The addition layer, where branches meet.
import { defineMerge } from './parts/merging'

export const add = defineMerge({
  type: 'add',
  title: 'Add',
  icon: 'plus',
  keywords: ['sum', 'residual', 'skip', 'shortcut'],
  doc: 'Adds its inputs value by value, as a residual block adds its shortcut.',
  source: 'ONNX Add, opset 14; He et al. 2015, arXiv:1512.03385, eq. 1',
  operator: 'Add',
  sign: '+',
})
