// Reads blocks that end in a pooling: VGG block and transition.
import type { InferredNode } from '../../../network/inferNode'
import type { BlockGuess, FoldView } from '../foldView'
import { readConvolution, readRow, type ReadConvolution } from './chainReader'
import { isPair } from './windowReader'

const mostConvolutions = 64

/** What is no convolution of the block ends the row: a guess that fails costs the expansion of all of it. */
function belongsToVgg(read: ReadConvolution, last: ReadConvolution): boolean {
  const { filters, kernel, stride, groups, hasNorm, hasBias, activation, isDepthwise } = read
  return (
    hasBias &&
    !isDepthwise &&
    groups === 1 &&
    activation === 'relu' &&
    isPair(stride, 1) &&
    filters === last.filters &&
    hasNorm === last.hasNorm &&
    (isPair(kernel, 3) || (read === last && isPair(kernel, 1)))
  )
}

/** @see layers/blocks/vggBlock.ts; one convolution without a pooling is no block */
export function readVggBlock(view: FoldView, end: InferredNode): readonly BlockGuess[] {
  const isPooled = end.node.type === 'maxPool2d'
  const responseNorm = isPooled ? view.onlyBefore(end, 0, 'localResponseNorm') : undefined
  const tail = isPooled ? (view.before(responseNorm ?? end) ?? end) : end
  if (isPooled && view.consumersOf(tail.node.id).length !== 1) return []
  const row = readRow(view, tail, mostConvolutions, belongsToVgg)
  const [last] = row
  const first = row.at(-1)
  if (!last || !first || (!isPooled && row.length < 2)) return []
  const params = {
    convolutions: row.length,
    filters: last.filters,
    ...(isPooled ? {} : { pool: false }),
    ...(last.hasNorm ? { batchNorm: true } : {}),
    ...(isPair(last.kernel, 1) ? { lastKernel: '1x1' } : {}),
    ...(responseNorm ? { responseNorm: true } : {}),
  }
  return [{ type: 'vggBlock', params, entry: first.entry }]
}

/** @see layers/blocks/transition.ts */
export function readTransition(view: FoldView, end: InferredNode): readonly BlockGuess[] {
  const conv = end.node.type === 'averagePool2d' ? view.onlyBefore(end, 0, 'conv2d') : undefined
  const read = conv && readConvolution(view, conv)
  const activated = read && view.node(read.entry.node)
  const norm = activated?.node.type === 'relu' ? view.onlyBefore(activated, 0, 'batchNorm') : undefined
  const [entry] = norm?.sources ?? []
  const channels = norm?.outputs[0]?.[0]
  if (!read || !entry || channels === undefined) return []
  const compression = read.filters / channels
  return [{ type: 'transition', params: compression === 0.5 ? {} : { compression }, entry }]
}
