// What the expansion of one node may use while a training graph is rewritten for a target; not the expansions themselves.
import type { GraphBuilder } from '../onnx/builder'
import type { OnnxNode } from '../onnx/model'

/**
 * The graph under rewriting. Each value of the source exists in the target in plain layout [N, C, H, W], in blocked layout
 * [N, C / b, H, W, b], or both; conversions are added where they are first needed.
 */
export interface Layout {
  /** The finished source graph: shapes are asked here. */
  readonly source: GraphBuilder
  /** The graph being written. */
  readonly target: GraphBuilder
  /** Channels in a block, or null where the target has no blocked kernels. */
  readonly blockSize: number | null
  shapeOf(value: string): readonly number[]
  /** The target's name of a source value in plain layout. */
  plain(value: string): string
  /** The same in blocked layout. */
  blocked(value: string): string
  /** Whether the blocked form is there already. */
  isBlocked(value: string): boolean
  /** Whether the value can have a blocked form: float, four axes, and enough channels to be worth a block. */
  canBlock(value: string): boolean
  /** Channels of the blocked form: those of the value, filled up with channels of zeros to whole blocks. */
  blockedChannels(value: string): number
  setPlain(value: string, name: string): void
  setBlocked(value: string, name: string): void
  /** The only node that reads a value, where there is just one and the value is no output of the graph. */
  soleReader(value: string): OnnxNode | undefined
  /** The mean of a value per channel, [C], computed once. */
  channelMean(value: string, compute: () => string): string
  /** Puts a node off: the only reader of its output `value` writes it. */
  defer(value: string, node: OnnxNode): void
  /** The node that was put off under this output. */
  deferred(value: string): OnnxNode | undefined
  /** Says that a node has been written as part of another one. */
  markWritten(node: OnnxNode): void
}

/** Writes one source node into the target. @returns false where this form does not apply */
export type Expansion = (node: OnnxNode, layout: Layout) => boolean

/** The domain of ONNX Runtime's kernels for blocked channels on the CPU. */
export const blockedDomain = 'com.microsoft.nchwc'

export function intsAttribute(node: OnnxNode, name: string, fallback: readonly number[] = []): readonly number[] {
  const attribute = node.attributes[name]
  return attribute?.type === 'ints' ? attribute.value : fallback
}

export function intAttribute(node: OnnxNode, name: string, fallback: number): number {
  const attribute = node.attributes[name]
  return attribute?.type === 'int' ? attribute.value : fallback
}

export function floatAttribute(node: OnnxNode, name: string, fallback: number): number {
  const attribute = node.attributes[name]
  return attribute?.type === 'float' ? attribute.value : fallback
}

/** A four-axis shape, taken apart. */
export function fourAxes(shape: readonly number[]): [number, number, number, number] {
  return [shape[0] ?? 1, shape[1] ?? 1, shape[2] ?? 1, shape[3] ?? 1]
}

/** The attributes of a convolution with ONNX's defaults filled in. */
export interface ConvAttributes {
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  /** top, left, bottom, right */
  readonly pads: readonly [number, number, number, number]
  readonly group: number
}

export function convAttributes(node: OnnxNode): ConvAttributes {
  const pair = (name: string): [number, number] => {
    const [h = 1, w = 1] = intsAttribute(node, name)
    return [h, w]
  }
  const [top = 0, left = 0, bottom = 0, right = 0] = intsAttribute(node, 'pads')
  return {
    kernel: pair('kernel_shape'),
    strides: pair('strides'),
    dilations: pair('dilations'),
    pads: [top, left, bottom, right],
    group: intAttribute(node, 'group', 1),
  }
}
