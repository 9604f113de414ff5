// Reads a convolution with batch norm, with or without an activation behind it.
import type { InferredNode } from '../../../network/inferNode'
import type { BlockGuess, FoldView } from '../foldView'
import { readConvolution } from './chainReader'
import { isPair } from './windowReader'

/** @see layers/blocks/convBnRelu.ts */
export function readConvBnRelu(view: FoldView, end: InferredNode): readonly BlockGuess[] {
  const read = readConvolution(view, end, true)
  if (!read?.hasNorm || read.isDepthwise || read.groups !== 1) return []
  const { filters, kernel, stride, padding, activation = 'none', entry } = read
  const params = {
    filters,
    ...(isPair(kernel, 3) ? {} : { kernel }),
    ...(isPair(stride, 1) ? {} : { stride }),
    padding,
    ...(activation === 'relu' ? {} : { activation }),
  }
  return [{ type: 'convBnRelu', params, entry }]
}
