// Reads the blocks of small networks: inverted residual, depthwise separable, squeeze-and-excitation.
import type { PortReference } from '../../../graph/document'
import type { InferredNode } from '../../../network/inferNode'
import type { BlockGuess, FoldView } from '../foldView'
import { activationOf, isPort, readConvolution, type ReadConvolution } from './chainReader'
import { isPair } from './windowReader'

interface ReadSqueeze {
  /** The value that is weighed. */
  readonly value: PortReference
  /** Channels between the two small layers. */
  readonly channels: number
  readonly activation: string
}

/** A product of a value with its own squeezed channels. */
function readSqueeze(view: FoldView, product: InferredNode): ReadSqueeze | undefined {
  if (product.node.type !== 'multiply' || product.sources.length !== 2) return undefined
  for (const index of [0, 1]) {
    const gate = view.onlyBefore(product, index, 'sigmoid')
    const expand = gate && view.onlyBefore(gate, 0, 'conv2d')
    const middle = expand && view.before(expand)
    const activation = middle && activationOf(middle)
    const reduce = middle && view.onlyBefore(middle, 0, 'conv2d')
    const pool = reduce && view.onlyBefore(reduce, 0, 'globalAveragePool')
    const value = product.sources[1 - index]
    if (!pool || !value || activation === undefined || !isPort(pool.sources[0], value)) continue
    return { value, channels: reduce.outputs[0]?.[0] ?? 0, activation }
  }
  return undefined
}

/** @see layers/blocks/squeezeExcitation.ts */
export function readSqueezeExcitation(view: FoldView, end: InferredNode): readonly BlockGuess[] {
  const read = readSqueeze(view, end)
  if (!read) return []
  const total = view.node(read.value.node)?.outputs[0]?.[0] ?? 0
  const activation = read.activation === 'relu' ? {} : { activation: read.activation }
  const reduction = total / read.channels
  const size = Number.isInteger(reduction) ? { reduction } : { channels: read.channels }
  return [{ type: 'squeezeExcitation', params: { ...size, ...activation }, entry: read.value }]
}

function usual(stride: readonly [number, number]): Readonly<Record<string, unknown>> {
  return isPair(stride, 1) ? {} : { stride }
}

/** @see layers/blocks/invertedResidual.ts */
export function readInvertedResidual(view: FoldView, end: InferredNode): readonly BlockGuess[] {
  const isActivated = view.consumersOf(end.node.id).some((id) => {
    const next = view.node(id)
    return next && activationOf(next) !== undefined
  })
  // Its last convolution is linear: an activation behind it makes it another block.
  if (isActivated) return []
  const starts = end.node.type === 'add' ? [0, 1].flatMap((index) => view.before(end, index) ?? []) : [end]
  return starts.flatMap((start) => {
    const project = readConvolution(view, start, start === end)
    if (!project?.hasNorm || project.isDepthwise || project.activation !== undefined) return []
    const behind = view.node(project.entry.node)
    const squeeze = behind && readSqueeze(view, behind)
    const wide = squeeze ? view.node(squeeze.value.node) : behind
    const depthwise = wide && readConvolution(view, wide, true)
    if (!depthwise?.isDepthwise || depthwise.activation === undefined) return []
    return guessInverted(view, project, depthwise, squeeze)
  })
}

function guessInverted(
  view: FoldView,
  project: ReadConvolution,
  depthwise: ReadConvolution,
  squeeze: ReadSqueeze | undefined,
): readonly BlockGuess[] {
  const before = view.node(depthwise.entry.node)
  const expand = before && readConvolution(view, before)
  const { filters } = project
  const { kernel, stride, activation } = depthwise
  const common = {
    filters,
    ...(isPair(kernel, 3) ? {} : { kernel }),
    ...usual(stride),
    ...(activation === 'relu6' ? {} : { activation }),
  }
  const channelsAt = (port: PortReference): number => view.node(port.node)?.outputs[0]?.[0] ?? 1
  const guess = (entry: PortReference): BlockGuess => {
    const channels = channelsAt(entry)
    const expansion = depthwise.groups / channels
    const share = squeeze ? { squeeze: squeeze.channels / channels } : {}
    return {
      type: 'invertedResidual',
      params: { ...common, ...(expansion === 6 ? {} : { expansion }), ...share },
      entry,
    }
  }
  const guesses = expand?.hasNorm && expand.activation === activation ? [guess(expand.entry)] : []
  return [...guesses, guess(depthwise.entry)]
}

/** @see layers/blocks/depthwiseSeparable.ts */
export function readDepthwiseSeparable(view: FoldView, end: InferredNode): readonly BlockGuess[] {
  const pointwise = readConvolution(view, end, true)
  const behind = pointwise && view.node(pointwise.entry.node)
  const depthwise = behind && readConvolution(view, behind)
  if (!pointwise || !depthwise?.isDepthwise || pointwise.isDepthwise) return []
  const { kernel, stride, activation, entry } = depthwise
  if (activation === undefined || activation !== pointwise.activation) return []
  const params = {
    filters: pointwise.filters,
    ...(isPair(kernel, 3) ? {} : { kernel }),
    ...usual(stride),
    ...(activation === 'relu' ? {} : { activation }),
  }
  return [{ type: 'depthwiseSeparable', params, entry }]
}
