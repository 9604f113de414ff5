// The parts of a network that stand between places where all of it goes through one value: blocks that no reader knows; not making blocks of them (gatherParts.ts).
import type { NodeId } from '../../graph/document'
import type { InferredNode } from '../../network/inferDocument'
import type { FoldView } from '../foldBlocks/foldView'

/** What a part is, for its name. */
export type PartKind =
  | 'residual'
  | 'inverted-residual'
  | 'branches'
  | 'squeeze-excitation'
  | 'normalisation'
  | 'convolution'
  | 'stage'
  | 'part'

/** Nodes that follow one another from one value to the next; a single node stays as it is. */
export interface Part {
  /** Each after its sources; the last one gives the part's output. */
  readonly nodes: readonly InferredNode[]
  readonly kind: PartKind
}

const activations: ReadonlySet<string> = new Set([
  'relu',
  'leakyRelu',
  'prelu',
  'elu',
  'selu',
  'sigmoid',
  'tanh',
  'hardSigmoid',
  'hardSwish',
  'swish',
  'softplus',
])

/** What belongs to the part in front of it. */
function followsPart({ node }: InferredNode): boolean {
  return activations.has(node.type) || node.type === 'channelShuffle' || node.type === 'dropout'
}

/**
 * Cuts a network wherever one value is all that goes on, and takes activations to the part in front of them.
 * Linear in nodes and edges.
 */
export function findParts(view: FoldView): readonly Part[] {
  const parts: { nodes: InferredNode[]; kind: PartKind }[] = []
  const most = view.inference.order.length / 2
  // Where a shortcut spans most of the network, as in a U-Net, one block of all of it would say nothing.
  const pieces = cutAtSingleValues(view).flatMap((nodes) =>
    nodes.length > most ? nodes.map((node) => [node]) : [nodes],
  )
  for (const nodes of pieces) {
    const [first] = nodes
    const last = parts.at(-1)
    if (nodes.length === 1 && first && last && last.nodes.length > 1 && followsPart(first)) last.nodes.push(first)
    else parts.push({ nodes: [...nodes], kind: kindOf(nodes) })
  }
  return parts
}

/** The network in pieces, in their order; the input is the first. */
function cutAtSingleValues(view: FoldView): readonly (readonly InferredNode[])[] {
  const order = view.inference.order.flatMap((id) => view.node(id) ?? [])
  const places = new Map(order.map(({ node }, index) => [node.id, index]))
  const lastUses = order.map(({ node }) =>
    view.consumersOf(node.id).reduce((last, id) => Math.max(last, places.get(id) ?? 0), -1),
  )
  const ending = new Map<number, number>()
  for (const place of lastUses) if (place >= 0) ending.set(place, (ending.get(place) ?? 0) + 1)
  const pieces: InferredNode[][] = []
  let piece: InferredNode[] = []
  let open = 0
  order.forEach((node, index) => {
    piece.push(node)
    const isUsed = (lastUses[index] ?? -1) > index
    open += (isUsed ? 1 : 0) - (ending.get(index) ?? 0)
    if (!(isUsed && open === 1 && hasOnePort(view, node)) && index < order.length - 1) return
    pieces.push(piece)
    piece = []
  })
  return pieces
}

/** Whether all that takes from a node takes the same output. */
function hasOnePort(view: FoldView, { node, outputPorts }: InferredNode): boolean {
  if (outputPorts.length === 1) return true
  const ports = view
    .consumersOf(node.id)
    .flatMap((id) => view.node(id)?.sources.filter((source) => source.node === node.id) ?? [])
  return new Set(ports.map(({ port }) => port)).size === 1
}

function kindOf(nodes: readonly InferredNode[]): PartKind {
  const types = new Set(nodes.map(({ node }) => node.type))
  const last = nodes.at(-1)?.node.type
  if (last === 'add') return types.has('depthwiseConv2d') ? 'inverted-residual' : 'residual'
  if (last === 'multiply' && types.has('globalAveragePool')) return 'squeeze-excitation'
  if (types.has('concat')) return 'branches'
  return isArithmetic(nodes) && nodes.some(isMean) ? 'normalisation' : 'part'
}

function isArithmetic(nodes: readonly InferredNode[]): boolean {
  return nodes.every(({ node }) => ['onnxOperator', 'add', 'multiply'].includes(node.type))
}

function isMean({ params }: InferredNode): boolean {
  return params.opType === 'ReduceMean'
}

interface Unit {
  /** How many parts it takes. */
  readonly length: number
  readonly isDepthwise: boolean
  readonly isPointwise: boolean
  readonly isActivated: boolean
}

/** A convolution with its norm and its activation, each a part of its own. */
function unitAt(parts: readonly Part[], start: number): Unit | undefined {
  const at = (index: number): InferredNode | undefined => {
    const part = parts[index]
    return part?.nodes.length === 1 ? part.nodes[0] : undefined
  }
  const conv = at(start)
  const isDepthwise = conv?.node.type === 'depthwiseConv2d'
  if (!conv || (conv.node.type !== 'conv2d' && !isDepthwise)) return undefined
  let length = 1
  if (at(start + length)?.node.type === 'batchNorm') length += 1
  const isActivated = activations.has(at(start + length)?.node.type ?? '')
  if (isActivated) length += 1
  const kernel = conv.params.kernel
  const isPointwise = !isDepthwise && Array.isArray(kernel) && kernel.every((extent) => extent === 1)
  return { length, isDepthwise, isPointwise, isActivated }
}

function join(parts: readonly Part[], start: number, length: number, kind: PartKind): Part {
  return { nodes: parts.slice(start, start + length).flatMap(({ nodes }) => nodes), kind }
}

/** How many parts from `start` on are an inverted residual without the addition: wide, each channel by itself, narrow. */
function countInverted(parts: readonly Part[], start: number): number {
  const first = unitAt(parts, start)
  const widens = first?.isPointwise === true && first.isActivated
  let length = widens ? first.length : 0
  const depthwise = unitAt(parts, start + length)
  if (!depthwise?.isDepthwise || !depthwise.isActivated) return 0
  length += depthwise.length
  const gate = parts[start + length]
  const isGate = gate?.kind === 'squeeze-excitation' || gate?.nodes[0]?.node.type === 'squeezeExcitation'
  if (isGate) length += 1
  const last = unitAt(parts, start + length)
  return last?.isPointwise && !last.isActivated ? length + last.length : 0
}

/** Joins parts by what `count` finds at each place. */
function joinBy(
  parts: readonly Part[],
  kind: PartKind,
  count: (parts: readonly Part[], start: number) => number,
): readonly Part[] {
  const joined: Part[] = []
  for (let start = 0; start < parts.length;) {
    const length = Math.max(1, count(parts, start))
    const [part] = parts.slice(start, start + 1)
    if (length > 1) joined.push(join(parts, start, length, kind))
    else if (part) joined.push(part)
    start += length
  }
  return joined
}

/** Longer runs of single operators say nothing as one block. */
const mostOperators = 24

/** How many parts from `start` on are plain arithmetic: a normalisation that the file wrote out, say. */
function countArithmetic(parts: readonly Part[], start: number): number {
  let [length, operators] = [0, 0]
  for (const { nodes } of parts.slice(start, start + mostOperators)) {
    operators += nodes.length
    if (!isArithmetic(nodes) || operators > mostOperators) break
    length += 1
  }
  return length
}

/** Joins operators without a layer of their own that follow one another. */
export function joinArithmetic(parts: readonly Part[]): readonly Part[] {
  return joinBy(parts, 'normalisation', countArithmetic).map((part) => ({ ...part, kind: renamed(part) }))
}

function renamed({ kind, nodes }: Part): PartKind {
  return kind === 'normalisation' && !nodes.some(isMean) ? 'part' : kind
}

/** Joins what is an inverted residual where its stride or its channels leave no addition. */
export function joinInverted(parts: readonly Part[]): readonly Part[] {
  return joinBy(parts, 'inverted-residual', countInverted)
}

/** Joins each convolution with its norm and its activation. */
export function joinConvolutions(parts: readonly Part[]): readonly Part[] {
  return joinBy(parts, 'convolution', (all, start) => unitAt(all, start)?.length ?? 0)
}

/** Joins equal blocks in a row, each of which feeds only the next. */
export function joinEqual(view: FoldView): readonly Part[] {
  const isOwn = (id: NodeId): boolean => view.node(id)?.node.type.startsWith('user/') === true
  return joinBy(findParts(view), 'stage', (parts, start) => {
    const [node, ...others] = parts[start]?.nodes ?? []
    if (!node || others.length > 0 || !isOwn(node.node.id)) return 0
    let length = 1
    for (;;) {
      const next = parts[start + length]
      const [same] = next?.nodes ?? []
      if (next?.nodes.length !== 1 || same?.node.type !== node.node.type) return length
      length += 1
    }
  })
}
