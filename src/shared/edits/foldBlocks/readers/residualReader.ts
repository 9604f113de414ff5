// Reads residual blocks, basic and bottleneck, off the addition that ends them or the ReLU behind it.
import type { NodeId, PortReference } from '../../../graph/document'
import type { InferredNode } from '../../../network/inferNode'
import type { BlockGuess, FoldView } from '../foldView'
import { isPair, windowOf } from './windowReader'

/** One way from the addition back to where both ways part. */
interface Branch {
  /** From the addition backwards, without squeeze-and-excitation. */
  readonly nodes: readonly InferredNode[]
  /** Convolutions in the order of the data. */
  readonly convs: readonly InferredNode[]
  /** Where each step back takes its input: the last is where the branch begins. */
  readonly starts: readonly PortReference[]
  /** Channels in the middle of squeeze-and-excitation, where there is one. */
  readonly squeezed: number | undefined
}

const passed: ReadonlySet<string> = new Set([
  'conv2d',
  'batchNorm',
  'relu',
  'dropout',
  'averagePool2d',
  'zeroPad2d',
  'multiply',
])

/** @see layers/blocks/residualBasic.ts, residualBottleneck.ts */
export function readResidual(view: FoldView, end: InferredNode): readonly BlockGuess[] {
  const isPost = end.node.type === 'relu'
  const sum = isPost ? view.onlyBefore(end, 0, 'add') : end
  if (sum?.node.type !== 'add' || sum.sources.length !== 2) return []
  const branches = sum.sources.map((source) => walkBack(view, source))
  const [a, b] = branches
  if (!a || !b) return []
  const entry = findFork(a, b)
  if (!entry) return []
  const [main, side] = countUntil(a, entry) >= countUntil(b, entry) ? [a, b] : [b, a]
  return guessBlocks(main, side, entry, isPost ? 'post' : 'pre')
}

/** Steps back as far as layers of residual blocks reach. */
function walkBack(view: FoldView, start: PortReference): Branch {
  const nodes: InferredNode[] = []
  const starts: PortReference[] = [start]
  let squeezed: number | undefined
  for (let port: PortReference | undefined = start; port;) {
    const node = view.node(port.node)
    // Eleven layers are the longest way in a block: three convolutions, their norms and activations, dropout, a product.
    if (!node || !passed.has(node.node.type) || nodes.length > 12) break
    const gate: Gate | undefined = node.node.type === 'multiply' ? readGate(view, node) : undefined
    if (node.node.type === 'multiply' && !gate) break
    if (gate) squeezed = gate.squeezed
    nodes.push(node)
    port = gate ? gate.value : node.sources[0]
    if (port) starts.push(port)
  }
  const convs = nodes.filter(({ node }) => node.type === 'conv2d').toReversed()
  return { nodes, convs, starts, squeezed }
}

interface Gate {
  readonly value: PortReference
  readonly squeezed: number
}

/** The product of squeeze-and-excitation: the value that is weighed, and the channels between its two small layers. */
function readGate(view: FoldView, product: InferredNode): Gate | undefined {
  for (const index of [0, 1]) {
    const gate = view.before(product, index)
    const value = product.sources[1 - index]
    if (gate?.node.type !== 'sigmoid' || !value) continue
    const chain = view.chain(gate)
    const reduce = chain.filter(({ node }) => node.type === 'conv2d').at(-1)
    if (reduce) return { value, squeezed: windowOf(reduce).filters }
  }
  return undefined
}

/** The nearest port that both branches come from. */
function findFork(a: Branch, b: Branch): PortReference | undefined {
  const keys = new Set(b.starts.map(({ node, port }) => `${node}:${port}`))
  return a.starts.find(({ node, port }) => keys.has(`${node}:${port}`))
}

function nodesUntil({ nodes, starts }: Branch, entry: PortReference): readonly InferredNode[] {
  const length = starts.findIndex(({ node, port }) => node === entry.node && port === entry.port)
  return nodes.slice(0, length)
}

function countUntil(branch: Branch, entry: PortReference): number {
  return nodesUntil(branch, entry).length
}

function guessBlocks(main: Branch, side: Branch, entry: PortReference, order: 'post' | 'pre'): readonly BlockGuess[] {
  const held = new Set<NodeId>(nodesUntil(main, entry).map(({ node }) => node.id))
  const convs = main.convs.filter(({ node }) => held.has(node.id))
  const beside = nodesUntil(side, entry)
  // The entry of the order `pre` may lie before the shared norm and activation.
  const entries = order === 'pre' ? [entry, ...entriesBefore(main, entry)] : [entry]
  const shortcuts = beside.some(({ node }) => node.type === 'conv2d')
    ? ['auto', 'projection']
    : beside.some(({ node }) => node.type === 'zeroPad2d')
      ? ['padded']
      : ['auto']
  const shapes = convs.length === 2 ? guessBasic(convs, main) : convs.length === 3 ? guessBottleneck(convs) : []
  return entries.flatMap((entry) =>
    shapes.flatMap(({ type, params }) =>
      shortcuts.map((shortcut): BlockGuess => {
        const options = {
          ...(shortcut === 'auto' ? {} : { shortcut }),
          ...(order === 'post' ? {} : { order }),
          ...(convs.every(({ params }) => params.bias !== false) ? { batchNorm: false } : {}),
        }
        return { type, params: { ...params, ...options, ...readReduction(main, convs) }, entry }
      }),
    ),
  )
}

function entriesBefore({ starts }: Branch, entry: PortReference): readonly PortReference[] {
  const at = starts.findIndex(({ node, port }) => node === entry.node && port === entry.port)
  return starts.slice(at + 1, at + 3)
}

interface GuessedShape {
  readonly type: string
  readonly params: Readonly<Record<string, unknown>>
}

function strideParams(stride: readonly [number, number]): Readonly<Record<string, unknown>> {
  return isPair(stride, 1) ? {} : { stride }
}

function readReduction({ squeezed }: Branch, convs: readonly InferredNode[]): Readonly<Record<string, unknown>> {
  const channels = convs.at(-1)?.outputs[0]?.[0]
  return squeezed === undefined || channels === undefined ? {} : { reduction: Math.floor(channels / squeezed) }
}

function guessBasic(convs: readonly InferredNode[], { nodes }: Branch): readonly GuessedShape[] {
  const [first, second] = convs
  if (!first || !second) return []
  const { stride } = windowOf(first)
  const drop = nodes.find(({ node }) => node.type === 'dropout')
  const dropout = drop ? { dropout: drop.params.rate } : {}
  const params = { filters: windowOf(second).filters, ...strideParams(stride), ...dropout }
  return [{ type: 'residualBasic', params }]
}

function guessBottleneck(convs: readonly InferredNode[]): readonly GuessedShape[] {
  const [first, second, third] = convs.map(windowOf)
  if (!first || !second || !third) return []
  const isOnFirst = !isPair(first.stride, 1)
  const stride = isOnFirst ? { ...strideParams(first.stride), strideOn: '1x1' } : strideParams(second.stride)
  const width = first.filters
  const out = third.filters
  const guesses: GuessedShape[] = []
  const type = 'residualBottleneck'
  if (second.groups === 1 && out % width === 0) {
    const expansion = out / width
    guesses.push({ type, params: { filters: width, ...(expansion === 4 ? {} : { expansion }), ...stride } })
  }
  // ResNeXt and wide ResNets: the middle is filters * baseWidth / 64 * groups wide, and the block gives 4 * filters.
  const filters = out / 4
  const baseWidth = (64 * width) / (second.groups * filters)
  if (Number.isInteger(filters) && Number.isInteger(baseWidth)) {
    guesses.push({ type, params: { filters, groups: second.groups, baseWidth, ...stride } })
  }
  return guesses
}
