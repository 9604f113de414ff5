// Reads blocks that end in a concatenation: inception, fire, dense block.
import type { InferredNode } from '../../../network/inferNode'
import type { BlockGuess, FoldView } from '../foldView'
import { isPort, readConvolution, readRow, type ReadConvolution } from './chainReader'
import { isPair } from './windowReader'

/** The rows of convolutions behind each input of a concatenation; undefined where there is none behind one. */
function readBranches(view: FoldView, end: InferredNode): readonly (readonly ReadConvolution[] | undefined)[] {
  return end.sources.map((_, index) => {
    const before = view.before(end, index)
    const row = before ? readRow(view, before, 2) : []
    return row.length > 0 ? row : undefined
  })
}

/** @see layers/blocks/inception.ts */
export function readInception(view: FoldView, end: InferredNode): readonly BlockGuess[] {
  if (end.node.type !== 'concat' || end.sources.length !== 4) return []
  const [narrow, three, five, pooled] = readBranches(view, end)
  const entry = narrow?.[0]?.entry
  if (!narrow || !three || !five || !entry) return []
  const reduceOf = (row: readonly ReadConvolution[]): number =>
    isPort(row[0]?.entry, entry) ? 0 : (row[1]?.filters ?? 0)
  const projection = pooled?.[0]
  const params = {
    filters1x1: narrow[0]?.filters,
    reduce3x3: reduceOf(three),
    filters3x3: three[0]?.filters,
    reduce5x5: reduceOf(five),
    filters5x5: five[0]?.filters,
    poolFilters: projection?.filters ?? 0,
    ...(narrow[0]?.hasNorm ? { batchNorm: true } : {}),
    ...(five[0] && isPair(five[0].kernel, 3) ? { largeKernel: '3x3' } : {}),
  }
  return [{ type: 'inception', params, entry }]
}

/** @see layers/blocks/fire.ts */
export function readFire(view: FoldView, end: InferredNode): readonly BlockGuess[] {
  if (end.node.type !== 'concat' || end.sources.length !== 2) return []
  const [narrow, wide] = readBranches(view, end).map((row) => row?.[0])
  const squeezed = narrow && view.node(narrow.entry.node)
  if (!wide || !squeezed || !isPort(narrow.entry, wide.entry)) return []
  const squeeze = readConvolution(view, squeezed, true)
  if (!squeeze) return []
  const params = { squeeze: squeeze.filters, expand1x1: narrow.filters, expand3x3: wide.filters }
  return [{ type: 'fire', params, entry: squeeze.entry }]
}

/** @see layers/blocks/denseBlock.ts */
export function readDenseBlock(view: FoldView, end: InferredNode): readonly BlockGuess[] {
  const [entry] = end.sources
  const last = view.before(end, end.sources.length - 1)
  if (end.node.type !== 'concat' || end.sources.length < 2 || !entry || !last) return []
  const drop = last.node.type === 'dropout' ? last : undefined
  const tail = drop ? view.before(drop) : last
  const conv = tail && readConvolution(view, tail, true)
  if (!conv || conv.hasNorm || conv.activation !== undefined) return []
  const activated = view.node(conv.entry.node)
  const narrow = activated && view.onlyBefore(activated, 0, 'batchNorm')
  const reduce = narrow && view.onlyBefore(narrow, 0, 'conv2d')
  const growth = conv.filters
  const bottleneck = reduce ? (reduce.outputs[0]?.[0] ?? 0) / growth : 0
  const params = {
    layers: end.sources.length - 1,
    growth,
    ...(bottleneck === 4 ? {} : { bottleneck }),
    ...(drop ? { dropout: drop.params.rate } : {}),
  }
  return [{ type: 'denseBlock', params, entry }]
}
