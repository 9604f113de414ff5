// The weight gradient of a convolution of stride 1 as a problem of its own: strided ones are taken apart into several of these.
import type { GraphBuilder } from '../../../onnx/builder'

/** A value of the target graph with four axes, in the layouts that it has or can have. */
export interface TargetValue {
  readonly dims: readonly [number, number, number, number]
  readonly name: string
  /** The name in plain layout. */
  plain(): string
  /** The name in blocked layout; undefined where the channels do not fill blocks. */
  readonly blocked?: () => string
}

/** dW[o, i, kh, kw] = sum over n, h, w of dy[n, o, h, w] x[n, i, h + kh dilation - top, w + kw dilation - left], 0 outside x. */
export interface UnitStrideProblem {
  readonly target: GraphBuilder
  /** Channels in a block. */
  readonly block: number
  readonly x: TargetValue
  readonly dy: TargetValue & { readonly blocked: () => string }
  readonly kernel: readonly [number, number]
  readonly dilations: readonly [number, number]
  /** Zeros before the first row and column. */
  readonly padBegin: readonly [number, number]
}

/** Rows or columns that windows reach beyond the end of x along one axis (0 is height); negative where they stop before it. */
export function reachBeyond({ x, dy, kernel, dilations, padBegin }: UnitStrideProblem, axis: 0 | 1): number {
  const last = dy.dims[axis + 2 === 2 ? 2 : 3] - 1 + (kernel[axis] - 1) * dilations[axis] - padBegin[axis]
  return last - (x.dims[axis + 2 === 2 ? 2 : 3] - 1)
}
