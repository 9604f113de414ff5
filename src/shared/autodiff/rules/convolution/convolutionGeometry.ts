// The numbers of one convolution, batch and channels included, as the gradient forms read them.
import { inputOf } from '../../emit'
import type { RuleContext } from '../../rule'
import { spanOf, windowsOf, type Windows } from '../gradientWindow'

/**
 * A convolution y = w * x with x: [batch, inputChannels, ...input], w: [outputChannels, inputChannels / groups, ...kernel],
 * y: [batch, outputChannels, ...output].
 */
export interface ConvolutionShapes extends Windows {
  readonly batch: number
  readonly inputChannels: number
  readonly outputChannels: number
  readonly groups: number
}

/** The numbers of a Conv node. */
export function convolutionShapes(context: RuleContext): ConvolutionShapes {
  const weights = context.shapeOf(inputOf(context, 1))
  const x = context.shapeOf(inputOf(context, 0))
  return {
    ...windowsOf(context),
    batch: x[0] ?? 1,
    inputChannels: x[1] ?? 1,
    outputChannels: weights[0] ?? 1,
    groups: context.int('group', 1),
  }
}

/**
 * The convolution whose gradient by its input a ConvTranspose node computes: its input is the node's output.
 * @see ONNX ConvTranspose-11: output_padding adds rows at the end that lie outside every window
 */
export function transposedShapes(context: RuleContext): ConvolutionShapes {
  const { input: output, output: input, ...window } = windowsOf(context)
  const x = context.shapeOf(inputOf(context, 0))
  const spans = spanOf(window)
  const padEnd = input.map((extent, axis) => {
    const reach = (window.strides[axis] ?? 1) * ((output[axis] ?? 1) - 1) + (spans[axis] ?? 1)
    return Math.max(0, reach - extent - (window.padBegin[axis] ?? 0))
  })
  const groups = context.int('group', 1)
  return {
    ...window,
    input,
    output,
    padEnd,
    batch: x[0] ?? 1,
    inputChannels: (context.shapeOf(inputOf(context, 1))[1] ?? 1) * groups,
    outputChannels: x[1] ?? 1,
    groups,
  }
}

/** The attributes of a Conv with these numbers. */
export function convolutionAttributes(shapes: ConvolutionShapes): Record<string, number | readonly number[]> {
  return {
    kernel_shape: shapes.kernel,
    strides: shapes.strides,
    dilations: shapes.dilations,
    pads: [...shapes.padBegin, ...shapes.padEnd],
    group: shapes.groups,
  }
}
