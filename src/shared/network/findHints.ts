// What is sound in a network and yet hardly meant: hints with the figures and the better way; errors and warnings are checkDocument.ts.
import type { NetworkDocument, NodeId } from '../graph/document'
import { printBytes, printCount, printExtents } from '../graph/printNumbers'
import { countElements } from '../graph/shape'
import { countSpan, type WindowAxis } from '../shapes/window'
import { inferDocument, type FindLayer, type Inference, type InferredLayer } from './inferDocument'

/** Every kind of hint, in words by which it is looked for. */
export const hintCodes = {
  noActivation: 'activation missing between convolutions or dense layers, linear',
  largeWindow: 'kernel larger than the image, padding',
  skippedPixels: 'stride larger than the kernel',
  narrow: 'bottleneck below the number of classes',
  softmaxTwice: 'softmax before softmax',
  largeDense: 'first dense layer with most parameters, flatten, global average pooling',
  inputSize: 'size of the input and of the images, enlarged',
} as const
export type HintCode = keyof typeof hintCodes

export interface NetworkHint {
  readonly code: HintCode
  /** The layer it is about, by its full path; undefined for the network as a whole. */
  readonly nodeId: NodeId | undefined
  /** Sentences: what is there, what follows, the better way. */
  readonly text: string
}

export interface HintFacts {
  /** Sizes of the images, the most frequent first. */
  readonly sizes?: readonly { readonly width: number; readonly height: number; readonly count: number }[]
  readonly findLayer?: FindLayer
}

/** A first dense layer of this many parameters, and of this share of all, is worth a hint. */
const largeParameters = 1e6
const largeShare = 0.5
/** Images are enlarged so much, or made so much smaller, that it is worth a hint. */
const enlarged = 2
const reduced = 8

/** Hints in the order of the layers, those of the whole network first. */
export function findHints(document: NetworkDocument, facts: HintFacts = {}): readonly NetworkHint[] {
  const inference = inferDocument(document, facts.findLayer)
  const users = listUsers(inference)
  const layers = [...inference.layers.values()]
  const total = layers.reduce((sum, layer) => sum + countParameters(layer), 0)
  const narrow = findNarrow(inference, users)
  return [
    ...hintInputSize(inference, facts.sizes ?? []),
    ...layers.flatMap((layer) => [
      ...hintNoActivation(layer, users),
      ...hintWindow(layer),
      ...hintSoftmax(layer, users),
      ...hintLargeDense(layer, inference, total),
      ...(narrow.get(layer.node.id) ?? []),
    ]),
  ]
}

type Users = ReadonlyMap<NodeId, readonly InferredLayer[]>

function listUsers({ layers }: Inference): Users {
  const users = new Map<NodeId, InferredLayer[]>()
  for (const layer of layers.values())
    for (const { node } of layer.sources) users.set(node, [...(users.get(node) ?? []), layer])
  return users
}

function countParameters({ weights }: InferredLayer): number {
  return weights.reduce((sum, { trainable, shape }) => sum + (trainable ? countElements(shape) : 0), 0)
}

/** How a message begins. */
function nameOf({ definition, node }: InferredLayer): string {
  return `${definition.title} "${node.id}"`
}

/** Layers that are linear in their input, and so leave two products beside each other one product. */
const linearTypes = new Set([
  'batchNorm',
  'dropout',
  'averagePool2d',
  'globalAveragePool',
  'globalPool',
  'flatten',
  'reshape',
  'zeroPad2d',
])

/** A convolution over more than one pixel, or a dense layer: 1x1 and depthwise ones often stand beside others on purpose. */
function isMixing({ node, definition, params }: InferredLayer): boolean {
  if (node.type === 'dense') return true
  const kernel = params['kernel']
  return (
    definition.type === 'conv2d' &&
    params['groups'] === 1 &&
    Array.isArray(kernel) &&
    kernel.every((extent) => Number(extent) > 1)
  )
}

function hintNoActivation(layer: InferredLayer, users: Users): readonly NetworkHint[] {
  if (!isMixing(layer)) return []
  let present = layer
  for (;;) {
    const after = users.get(present.node.id) ?? []
    const [next] = after
    if (after.length !== 1 || !next) return []
    if (isMixing(next)) {
      const text = `No activation stands between ${nameOf(layer)} and ${nameOf(next)}: together they compute no more than one linear layer could. Add one, ReLU for instance, between them.`
      return [{ code: 'noActivation', nodeId: next.node.id, text }]
    }
    if (!linearTypes.has(next.node.type)) return []
    present = next
  }
}

function hintWindow(layer: InferredLayer): readonly NetworkHint[] {
  const { definition, node, params, inputs, inputNames } = layer
  const axes = definition.window?.place({ nodeId: node.id, params, inputs, inputNames }).axes
  if (!axes) return []
  const spans = axes.map(({ kernel, dilation }) => countSpan(kernel, dilation))
  const extents = axes.map(({ extent }) => extent)
  const hints: NetworkHint[] = []
  if (axes.some(({ extent }, index) => (spans[index] ?? 0) > extent))
    hints.push({
      code: 'largeWindow',
      nodeId: node.id,
      text: `${nameOf(layer)}: its window of ${printExtents(spans)} is larger than its input of ${printExtents(extents)}, so that a part of it never sees anything but padding. Use a smaller window, or fewer layers before it that make the image smaller.`,
    })
  const skipping = axes.find((axis) => skipsPixels(axis))
  if (skipping)
    hints.push({
      code: 'skippedPixels',
      nodeId: node.id,
      text: `${nameOf(layer)}: a stride of ${skipping.stride} over a window of ${skipping.kernel} leaves ${skipping.stride - skipping.kernel} of ${skipping.stride} rows or columns unseen. Use a larger window or a smaller stride.`,
    })
  return hints
}

/** A 1x1 window with stride 2 is how residual networks bring a shortcut to the size of its branch. */
function skipsPixels({ kernel, stride, extent }: WindowAxis): boolean {
  return extent > kernel && stride > Math.max(kernel, 2)
}

function hintSoftmax(layer: InferredLayer, users: Users): readonly NetworkHint[] {
  if (layer.node.type !== 'softmax') return []
  let after = users.get(layer.node.id) ?? []
  while (after.length === 1 && after[0] && ['dropout', 'flatten', 'reshape'].includes(after[0].node.type))
    after = users.get(after[0].node.id) ?? []
  const next = after.find(({ node }) => node.type === 'softmax')
  if (!next) return []
  return [
    {
      code: 'softmaxTwice',
      nodeId: next.node.id,
      text: `${nameOf(next)} takes the softmax of a softmax ("${layer.node.id}"): probabilities between 0 and 1 come out nearly equal, and hardly a gradient passes. Remove one of the two.`,
    },
  ]
}

function hintLargeDense(layer: InferredLayer, { layers }: Inference, total: number): readonly NetworkHint[] {
  const parameters = countParameters(layer)
  const before = layer.sources[0] && layers.get(layer.sources[0].node)
  const [image] = before?.inputs ?? []
  if (layer.node.type !== 'dense' || before?.node.type !== 'flatten' || image?.length !== 3) return []
  if (parameters < largeParameters || parameters < largeShare * total) return []
  const [channels = 1, height = 1, width = 1] = image
  const units = countElements(layer.outputs[0] ?? [])
  return [
    {
      code: 'largeDense',
      nodeId: layer.node.id,
      text: `${nameOf(layer)} holds ${printCount(parameters)} of ${printCount(total)} parameters (${printBytes(4 * parameters)}), since it is joined to all ${printExtents(image)} values. A global average pooling in place of the flattening would leave it ${printCount(channels * units + units)}, and the network would take ${height * width} times fewer numbers there and overfit less.`,
    },
  ]
}

/** Layers through which everything goes, and that hold fewer numbers than there are classes. */
function findNarrow(inference: Inference, users: Users): ReadonlyMap<NodeId, readonly NetworkHint[]> {
  const { layers, outputId, resolve, nodes } = inference
  const [port = ''] = (outputId && nodes.get(outputId)?.outputPorts) ?? []
  const last = outputId && resolve({ node: outputId, port })
  const classes = last ? countElements(layers.get(last.node)?.outputs[0] ?? []) : 0
  const found = new Map<NodeId, readonly NetworkHint[]>()
  if (!last || classes < 3) return found
  for (const layer of layers.values()) {
    const width = countElements(layer.outputs[0] ?? [])
    const isLearnt = layer.weights.some(({ trainable }) => trainable) && layer.node.type !== 'batchNorm'
    if (!isLearnt || width >= classes || !isPassage(layer.node.id, last.node, inference, users)) continue
    found.set(layer.node.id, [
      {
        code: 'narrow',
        nodeId: layer.node.id,
        text: `All goes through the ${printCount(width)} numbers of ${nameOf(layer)}, and ${printCount(classes)} classes are to be told apart after it. Give it at least as many outputs as there are classes.`,
      },
    ])
  }
  return found
}

/** Whether no way leads from the input to the output around a layer. */
function isPassage(id: NodeId, output: NodeId, { layers }: Inference, users: Users): boolean {
  const waiting = [...layers.values()].flatMap(({ node, sources }) => (sources.length === 0 ? [node.id] : []))
  const seen = new Set<NodeId>([id])
  while (waiting.length > 0) {
    const present = waiting.pop()
    if (present === undefined || seen.has(present)) continue
    if (present === output) return false
    seen.add(present)
    for (const { node } of users.get(present) ?? []) waiting.push(node.id)
  }
  return true
}

function hintInputSize({ inputId, nodes }: Inference, sizes: NonNullable<HintFacts['sizes']>): readonly NetworkHint[] {
  const [, height, width] = (inputId && nodes.get(inputId)?.outputs[0]) || []
  const [usual] = sizes.toSorted((a, b) => b.count - a.count)
  if (!usual || height === undefined || width === undefined) return []
  const ratio = Math.sqrt((height * width) / (usual.height * usual.width))
  const [own, theirs] = [printExtents([width, height]), printExtents([usual.width, usual.height])]
  if (ratio > enlarged)
    return [
      {
        code: 'inputSize',
        nodeId: inputId,
        text: `The network takes images of ${own}, and most are ${theirs}: they are enlarged ${Number(ratio.toFixed(1))} times, which costs ${Math.round(ratio ** 2)} times the time and shows nothing new. Use an input nearer to their size.`,
      },
    ]
  if (ratio < 1 / reduced)
    return [
      {
        code: 'inputSize',
        nodeId: inputId,
        text: `The network takes images of ${own}, and most are ${theirs}: made ${Number((1 / ratio).toFixed(1))} times smaller, they lose what is small in them. Use a larger input where that matters.`,
      },
    ]
  return []
}
