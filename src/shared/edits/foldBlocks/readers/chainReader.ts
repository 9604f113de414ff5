// Steps that many readers take back from the end of a block: activation, norm, convolution.
import type { PortReference } from '../../../graph/document'
import type { InferredNode } from '../../../network/inferNode'
import type { FoldView } from '../foldView'
import { windowOf, type ReadWindow } from './windowReader'

const activationTypes: ReadonlySet<string> = new Set(['relu', 'swish', 'hardSwish'])

/** The activation of a layer as blocks name it; undefined where it is none of theirs. */
export function activationOf({ node, params }: InferredNode): string | undefined {
  if (!activationTypes.has(node.type)) return undefined
  if (node.type !== 'relu' || params.limit === 0) return node.type
  return params.limit === 6 ? 'relu6' : undefined
}

/** A convolution with what follows it. */
export interface ReadConvolution extends ReadWindow {
  readonly conv: InferredNode
  readonly isDepthwise: boolean
  readonly hasNorm: boolean
  readonly hasBias: boolean
  /** undefined where none follows. */
  readonly activation: string | undefined
  readonly entry: PortReference
}

/**
 * Reads activation, norm and convolution backwards from `end`, each left out where it is not there.
 * @param isShared whether `end` itself may feed several layers, as the end of a block does
 */
export function readConvolution(view: FoldView, end: InferredNode, isShared = false): ReadConvolution | undefined {
  if (!isShared && view.consumersOf(end.node.id).length !== 1) return undefined
  const activation = activationOf(end)
  const behind = activation === undefined ? end : view.onlyBefore(end, 0, 'batchNorm', 'conv2d', 'depthwiseConv2d')
  const hasNorm = behind?.node.type === 'batchNorm'
  const conv = hasNorm ? view.onlyBefore(behind, 0, 'conv2d', 'depthwiseConv2d') : behind
  const [entry] = conv?.sources ?? []
  if (!conv || !entry || (conv.node.type !== 'conv2d' && conv.node.type !== 'depthwiseConv2d')) return undefined
  return {
    ...windowOf(conv),
    conv,
    isDepthwise: conv.node.type === 'depthwiseConv2d',
    hasNorm,
    hasBias: conv.params.bias !== false,
    activation,
    entry,
  }
}

/**
 * Convolutions one after the other, the last one first, as far as they reach.
 * @param belongs whether one belongs to the row that ends in `last`, which may be itself
 */
export function readRow(
  view: FoldView,
  end: InferredNode,
  most: number,
  belongs: (read: ReadConvolution, last: ReadConvolution) => boolean = () => true,
): readonly ReadConvolution[] {
  const row: ReadConvolution[] = []
  let node: InferredNode | undefined = end
  while (node && row.length < most) {
    const read = readConvolution(view, node, row.length === 0)
    if (!read || !belongs(read, row[0] ?? read)) break
    row.push(read)
    node = view.node(read.entry.node)
  }
  return row
}

/** Whether two ports are the same. */
export function isPort(a: PortReference | undefined, b: PortReference | undefined): boolean {
  return a !== undefined && b !== undefined && a.node === b.node && a.port === b.port
}
