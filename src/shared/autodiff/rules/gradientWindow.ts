// The window of a convolution or pooling node as gradient rules read it; resolving its attributes is onnx's.
import { windowOf } from '../../onnx/inferShapes'
import { inputOf } from '../emit'
import type { RuleContext } from '../rule'

/** A window with the extents it slides over; one entry per spatial axis in each list. */
export interface Windows {
  /** Spatial extents of the input and the output. */
  readonly input: readonly number[]
  readonly output: readonly number[]
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly padBegin: readonly number[]
  readonly padEnd: readonly number[]
}

/** Cells that a window spans: (k - 1) * d + 1. */
export function spanOf(windows: Pick<Windows, 'kernel' | 'dilations'>): number[] {
  return windows.kernel.map((extent, axis) => (extent - 1) * (windows.dilations[axis] ?? 1) + 1)
}

/** The window of a Conv, ConvTranspose or pooling node, auto_pad and defaults resolved. */
export function windowsOf(context: RuleContext): Windows {
  const { builder, node } = context
  const { padsBegin, padsEnd, ...window } = windowOf(node, (value) => builder.typeOf(value))
  const input = context.shapeOf(inputOf(context, 0)).slice(2)
  return { ...window, input, padBegin: padsBegin, padEnd: padsEnd }
}
