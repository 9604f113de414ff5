// What readers take from the parameters of convolutions.
import type { InferredNode } from '../../../network/inferNode'

type Pair = readonly [number, number]

/** A convolution as blocks state it. */
export interface ReadWindow {
  readonly filters: number
  readonly kernel: Pair
  readonly stride: Pair
  readonly padding: unknown
  readonly groups: number
}

function pairOf(value: unknown): Pair {
  if (!Array.isArray(value)) return [1, 1]
  const [first, second] = value.map(Number)
  return [first ?? 1, second ?? 1]
}

/** Filters, window, stride, padding and groups of a convolution; depthwise ones have as many groups as channels. */
export function windowOf({ params, outputs, inputs, node }: InferredNode): ReadWindow {
  return {
    filters: outputs[0]?.[0] ?? 0,
    kernel: pairOf(params.kernel),
    stride: pairOf(params.stride),
    padding: params.padding,
    groups: node.type === 'depthwiseConv2d' ? (inputs[0]?.[0] ?? 1) : Number(params.groups ?? 1),
  }
}

/** Whether both numbers of a pair are `value`. */
export function isPair(pair: Pair, value: number): boolean {
  return pair[0] === value && pair[1] === value
}
