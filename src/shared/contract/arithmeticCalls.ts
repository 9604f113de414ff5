// The calls `arithmetic`: what a layer of a trained network reads, weighs and gives.
import { layerStageRequestSchema, layerStageSchema } from '../network/explanation/layerStage'
import { call } from './call'

export const arithmeticCalls = {
  /** A convolution or pooling of a trained network on one image: what it reads, its weights, what it gives. */
  layer: call.input(layerStageRequestSchema).output(layerStageSchema),
} as const
