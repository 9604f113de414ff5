// The gradient of a convolution by its input: a convolution with turned weights, or a transposed convolution.
import type { GraphBuilder } from '../../../onnx/builder'
import { flip, padOrCrop, product, reshape, transpose } from '../../emit'
import { spanOf } from '../gradientWindow'
import type { ConvolutionShapes } from './convolutionGeometry'

/** Weights turned by 180 degrees with input and output channels exchanged: [Co, Ci/g, ...k] to [Ci, Co/g, ...k]. */
function turnWeights(builder: GraphBuilder, weights: string, shapes: ConvolutionShapes): string {
  const { groups, kernel } = shapes
  const [co, ci] = [shapes.outputChannels / groups, shapes.inputChannels / groups]
  const cells = product(kernel)
  // Reversing the flattened kernel reverses each of its axes.
  const turned = flip(builder, reshape(builder, weights, [groups, co, ci, cells]), 3)
  return reshape(builder, transpose(builder, turned, [0, 2, 1, 3]), [shapes.inputChannels, co, ...kernel])
}

/** Stride 1: dx is dy convolved with the turned weights, padded by span - 1 - pad. */
function byConvolution(builder: GraphBuilder, dy: string, weights: string, shapes: ConvolutionShapes): string {
  const spans = spanOf(shapes)
  const begin = shapes.padBegin.map((pad, axis) => (spans[axis] ?? 1) - 1 - pad)
  const end = shapes.input.map(
    (extent, axis) => extent + (spans[axis] ?? 1) - 1 - (shapes.output[axis] ?? 1) - (begin[axis] ?? 0),
  )
  const pads = [...begin, ...end]
  const negative = (counts: readonly number[]) => [0, 0, ...counts.map((count) => Math.min(0, count))]
  const source = padOrCrop(builder, dy, negative(begin), negative(end))
  return builder.add('Conv', [source, turnWeights(builder, weights, shapes)], {
    kernel_shape: shapes.kernel,
    dilations: shapes.dilations,
    pads: pads.map((count) => Math.max(0, count)),
    group: shapes.groups,
  })
}

/** Any stride: ConvTranspose; output_padding restores the rows and columns at the end that no window reached. */
function byTransposedConvolution(
  builder: GraphBuilder,
  dy: string,
  weights: string,
  shapes: ConvolutionShapes,
): string {
  const spans = spanOf(shapes)
  const missing = shapes.input.map((extent, axis) => {
    const reach = (shapes.strides[axis] ?? 1) * ((shapes.output[axis] ?? 1) - 1) + (spans[axis] ?? 1)
    return extent + (shapes.padBegin[axis] ?? 0) - reach
  })
  return builder.add('ConvTranspose', [dy, weights], {
    kernel_shape: shapes.kernel,
    strides: shapes.strides,
    dilations: shapes.dilations,
    group: shapes.groups,
    pads: [...shapes.padBegin, ...missing.map((count) => Math.max(0, -count))],
    output_padding: missing.map((count) => Math.max(0, count)),
  })
}

/**
 * Adds dL/dx of a convolution.
 * @param dy [N, Co, ...output]
 * @param weights [Co, Ci / groups, ...kernel]
 * @returns [N, Ci, ...input]
 */
export function addInputGradient(
  builder: GraphBuilder,
  dy: string,
  weights: string,
  shapes: ConvolutionShapes,
): string {
  const hasStride = shapes.strides.some((stride) => stride > 1)
  return hasStride ? byTransposedConvolution(builder, dy, weights, shapes) : byConvolution(builder, dy, weights, shapes)
}
