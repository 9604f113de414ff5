// The calls `insight`: what the layers of a model give for an image, and why it gets its class.
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { explanationMethods } from '../insight/methods'
import { base64, call, count, imageSource, scaling } from './call'

/** A model and an image; `otherwiseScaling`: how pixels become inputs where the model does not say. */
const looked = z.object({ model: z.string(), image: imageSource, otherwiseScaling: scaling.optional() })

const mapShape = z.tuple([count, count, count])

export const layerMapsSchema = z.object({
  id: z.string(),
  type: z.string(),
  /** Whether other layers of the list are inside; they stand before it. */
  isBlock: z.boolean(),
  /** [C, H, W]; a vector has one position. */
  shape: mapShape,
  /** One value per channel. */
  mean: z.array(z.number()),
  min: z.array(z.number()),
  max: z.array(z.number()),
  /** Share of all values that are 0, in [0, 1]. */
  zeroShare: z.number(),
})
export type LayerMapsTold = z.output<typeof layerMapsSchema>

const area = z.number()

export const explanationSchema = z.object({
  classIndex: count,
  className: z.string(),
  /** Before softmax. */
  score: z.number(),
  layer: z.string().nullable(),
  /** Not normalised: float32, little endian, row by row; `overlay`: the map over the image, a PNG. */
  map: z.object({ height: count, width: count, values: base64, overlay: base64 }),
  checks: z.object({
    completeness: z.object({ total: z.number(), scoreDifference: z.number() }).nullable(),
    insertionArea: area,
    deletionArea: area,
    random: z.object({ insertionArea: area, deletionArea: area }),
    randomisedWeights: z.number().nullable(),
  }),
  /** What may be concluded, one sentence. */
  conclusion: z.string(),
})
export type ExplanationTold = z.output<typeof explanationSchema>

export const insightCalls = {
  /** Every layer with numbers of its maps; the maps themselves are asked for layer by layer. */
  activations: call.input(looked).output(z.object({ model: z.string(), layers: z.array(layerMapsSchema) })),
  /** The maps of one layer of the same image: float32, little endian, [C, H, W], with their histogram. */
  maps: call.input(looked.extend({ layer: z.string() })).output(
    z.object({
      shape: mapShape,
      values: base64,
      histogram: z.object({ low: z.number(), high: z.number(), counts: z.array(count) }),
    }),
  ),
  /** Explains a score; ends when its reader leaves. `className`: name or number, left out: the best one. */
  explain: call
    .input(
      looked.extend({
        className: z.string().optional(),
        method: z.enum(explanationMethods),
        layer: z.string().optional(),
        steps: z.int().min(1).max(10_000).optional(),
        window: z.int().min(1).optional(),
        stride: z.int().min(1).optional(),
        /** Of the overlay where the map marks most, in [0, 1]. */
        opacity: z.number().min(0).max(1).optional(),
      }),
    )
    .output(
      eventIterator(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('progress'), done: count, total: count }),
          z.object({ kind: z.literal('explanation'), explanation: explanationSchema }),
        ]),
      ),
    ),
} as const
