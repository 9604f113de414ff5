// The weight gradient of a convolution of stride 1 as a problem of its own: strided ones are taken apart into several of these.
import type { GraphBuilder } from '../../onnx/builder'

/** A value of the target graph with four axes, in the layouts that it has or can have. */
export interface TargetValue {
  /** [N, C, H, W] */
  readonly dims: readonly [number, number, number, number]
  readonly name: string
  /** The name in plain layout. */
  plain(): string
  /** The blocked form; undefined where the value is better read in plain layout. */
  readonly blocked?: BlockedValue
}

export interface BlockedValue {
  /** Channels, filled up to whole blocks. */
  readonly channels: number
  name(): string
}

/** dW[o, i, kh, kw] = sum over n, h, w of dy[n, o, h, w] x[n, i, h + kh dilation - top, w + kw dilation - left], 0 outside x. */
export interface UnitStrideProblem {
  readonly target: GraphBuilder
  /** Channels in a block. */
  readonly block: number
  readonly x: TargetValue
  readonly dy: TargetValue & { readonly blocked: BlockedValue }
  readonly kernel: readonly [number, number]
  readonly dilations: readonly [number, number]
  /** Zeros before the first row and column. */
  readonly padBegin: readonly [number, number]
}

/** Rows or columns that windows reach beyond the end of x along one axis (0: height); negative where they stop before it. */
export function reachBeyond({ x, dy, kernel, dilations, padBegin }: UnitStrideProblem, axis: 0 | 1): number {
  const extent = axis === 0 ? 2 : 3
  return dy.dims[extent] - 1 + (kernel[axis] - 1) * dilations[axis] - padBegin[axis] - (x.dims[extent] - 1)
}
