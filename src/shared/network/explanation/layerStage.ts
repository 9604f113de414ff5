// A convolution or pooling of a trained network on one image, as it travels to a screen; not its computing.
import { z } from 'zod'
import type { Shape } from '../../graph/shape'

const count = z.int().min(0)
const pair = z.tuple([count, count])

/** Float32 numbers as base64, little-endian, row-major. */
export const packedTensorSchema = z.object({ dims: z.array(count), values: z.string() })

export const layerStageRequestSchema = z.object({
  /** A run folder or a document with weights. */
  model: z.string(),
  /** Full path of a convolution or pooling layer: `conv1`, `stage2/block1/conv1`. */
  layer: z.string(),
  /** The file of an image as base64, or the name of its upload. */
  image: z.union([z.string(), z.object({ upload: z.string() })]),
})

export const layerStageSchema = z.object({
  layer: z.string(),
  kind: z.enum(['convolution', 'max', 'average']),
  /** What the layer reads: [C, H, W], as the engine computed it. */
  input: packedTensorSchema,
  /** What the engine made of it: [Co, H, W]. */
  output: packedTensorSchema,
  /** [Co, C / groups, kh, kw]; null for pooling. */
  weight: packedTensorSchema.nullable(),
  /** [Co]; null where the layer has none. */
  bias: packedTensorSchema.nullable(),
  groups: count,
  window: z.object({ kernel: pair, stride: pair, dilation: pair, pads: z.tuple([count, count, count, count]) }),
  rounding: z.enum(['floor', 'ceil']),
  /** Whether padding counts in the divisor of an average. */
  countsPadding: z.boolean(),
})

export type LayerStage = z.output<typeof layerStageSchema>
export type LayerStageRequest = z.output<typeof layerStageRequestSchema>

/** The channel of the input with which the group of an output channel begins. */
export function firstInputChannel(output: number, outputs: number, inputs: number, groups: number): number {
  return Math.floor(output / (outputs / groups)) * (inputs / groups)
}

/** Values that may travel at once: 16 MB. */
export const largestStage = 4_000_000

/** Values of a stage's tensors by their shapes. */
export function countStageValues(shapes: readonly Shape[]): number {
  return shapes.reduce((sum, shape) => sum + shape.reduce((product, extent) => product * extent, 1), 0)
}
