// Reads a convolution with batch norm, with or without a ReLU behind it.
import type { BlockGuess, FoldView } from '../foldView'
import type { InferredNode } from '../../inferNode'
import { windowOf } from './windows'

/** @see layers/blocks/convBnRelu.ts */
export function readConvBnRelu(view: FoldView, end: InferredNode): readonly BlockGuess[] {
  const isActivated = end.node.type === 'relu'
  const norm = isActivated ? view.onlyBefore(end, 0, 'batchNorm') : end
  if (norm?.node.type !== 'batchNorm') return []
  const conv = view.onlyBefore(norm, 0, 'conv2d')
  const [entry] = conv?.sources ?? []
  if (!conv || !entry || conv.params.bias !== false) return []
  const { filters, kernel, stride, padding } = windowOf(conv)
  const params = { filters, kernel, stride, padding, ...(isActivated ? {} : { activation: 'none' }) }
  return [{ type: 'convBnRelu', params, entry }]
}
