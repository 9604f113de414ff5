// The list of all layers, and their types as a union; what each is stands in its own file.
import type { z } from 'zod'
import { internalError } from '../graph/errors'
import { add } from './add'
import { auxiliaryOutput } from './auxiliaryOutput'
import { averagePool2d } from './averagePool2d'
import { batchNorm } from './batchNorm'
import { blockDefinitions } from './blocks/index'
import { channelShuffle } from './channelShuffle'
import { concat } from './concat'
import { conv2d } from './conv2d'
import { convTranspose2d } from './convTranspose2d'
import type { LayerDefinition, NodeDefinition } from './define'
import { dense } from './dense'
import { depthwiseConv2d } from './depthwiseConv2d'
import { dropout } from './dropout'
import { elu } from './elu'
import { flatten } from './flatten'
import { globalAveragePool } from './globalAveragePool'
import { globalMaxPool } from './globalMaxPool'
import { hardSigmoid } from './hardSigmoid'
import { hardSwish } from './hardSwish'
import { input } from './input'
import { layerNorm } from './layerNorm'
import { leakyRelu } from './leakyRelu'
import { localResponseNorm } from './localResponseNorm'
import { maxPool2d } from './maxPool2d'
import { multiply } from './multiply'
import { onnxOperator } from './onnxOperator'
import { onnxOperators } from './onnxOperators'
import { prelu } from './prelu'
import { relu } from './relu'
import { reshape } from './reshape'
import { selu } from './selu'
import { sigmoid } from './sigmoid'
import { softmax } from './softmax'
import { softplus } from './softplus'
import { swish } from './swish'
import { tanh } from './tanh'
import { threshold } from './threshold'
import { twoClasses } from './twoClasses'
import { upsample2d } from './upsample2d'
import { zeroPad2d } from './zeroPad2d'

/** Every layer, in the order of the palette. */
const layers = [
  input,
  conv2d,
  depthwiseConv2d,
  convTranspose2d,
  maxPool2d,
  averagePool2d,
  globalAveragePool,
  globalMaxPool,
  dense,
  flatten,
  reshape,
  batchNorm,
  localResponseNorm,
  layerNorm,
  dropout,
  auxiliaryOutput,
  relu,
  leakyRelu,
  prelu,
  elu,
  selu,
  sigmoid,
  tanh,
  hardSigmoid,
  hardSwish,
  swish,
  softplus,
  threshold,
  twoClasses,
  softmax,
  add,
  multiply,
  concat,
  zeroPad2d,
  upsample2d,
  channelShuffle,
  onnxOperator,
  onnxOperators,
] as const satisfies readonly LayerDefinition[]

/** The type of every layer. A table of what layers are elsewhere is a `Record<LayerType, ...>`. */
export type LayerType = (typeof layers)[number]['type']

/** Every layer, in the order of the palette. */
export const layerDefinitions: readonly LayerDefinition<z.ZodObject, LayerType>[] = layers

/** Everything a document's node can be, in the order of the palette: layers, then blocks. */
export const nodeDefinitions: readonly NodeDefinition[] = [...layerDefinitions, ...blockDefinitions]

const layersByType = new Map<string, LayerDefinition<z.ZodObject, LayerType>>(
  layerDefinitions.map((definition) => [definition.type, definition]),
)
const nodesByType = new Map(nodeDefinitions.map((definition) => [definition.type, definition]))

/** The layer of a type, or undefined where there is none; blocks are no layers. */
export function findLayer(type: string): LayerDefinition<z.ZodObject, LayerType> | undefined {
  return layersByType.get(type)
}

/** The layer of a type. */
export function layerOf(type: LayerType): LayerDefinition<z.ZodObject, LayerType> {
  const definition = layersByType.get(type)
  if (!definition) throw internalError(`there is no layer "${type}"`)
  return definition
}

/** Whether a type is that of a layer; blocks are no layers. */
export function isLayerType(type: string): type is LayerType {
  return layersByType.has(type)
}

/** The layer or block of a type, or undefined where there is none; a document's own blocks: `findLayerIn`. */
export function findDefinition(type: string): NodeDefinition | undefined {
  return nodesByType.get(type)
}
