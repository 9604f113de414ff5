// A network document as a functional TensorFlow.js model, feature maps as NHWC; not its gradients and steps (main/engines/tfjs), not its file format.
import type { TensorMap } from '../../onnx/tensor'
import type { InputScaling, NetworkDocument, NodeId } from '../../graph/document'
import { internalError } from '../../graph/errors'
import { errorOf } from '../../graph/issue'
import type { Shape } from '../../graph/shape'
import type { TfjsLowering } from '../../layers/define'
import type { SymbolicTensor, Tf, TfjsAudience, TfjsLayer } from '../../layers/parts/tfjsTarget'
import { findAuxiliaryLayers, listAuxiliaries } from '../../network/auxiliary'
import { requireSound, type FindLayer, type InferredLayer, type SoundInference } from '../../network/inferDocument'
import { requireScaling } from '../../network/checkScaling'
import { checkWeights, isFrozen, listWeights, type DocumentWeight } from '../../network/weights'
import { matchPatterns } from '../../graph/layerPatterns'
import { TfjsNames } from './tfjsNames'
import {
  writeVariable,
  writeWeights,
  type Application,
  type TfjsMask,
  type TfjsNetwork,
  type TfjsWeight,
} from './tfjsNetwork'
import { toNhwcDims } from './weightLayout'

export interface LowerTfjsOptions {
  readonly mode: 'inference' | 'training'
  readonly audience: TfjsAudience
  /** All weights of the document. */
  readonly weights: TensorMap
  /** Given: the model takes pixels 0 ... 255 as float32 and scales them. */
  readonly scalingInside?: InputScaling
  /** True: a softmax at the end is left out. */
  readonly logits?: boolean
  /** Ids of layers to freeze beside those the document freezes. */
  readonly freeze?: readonly string[]
  readonly findLayer?: FindLayer
}

/** The state of a lowering. */
interface Lowering {
  readonly tf: Tf
  readonly options: Pick<LowerTfjsOptions, 'audience' | 'mode'>
  readonly names: TfjsNames
  readonly values: Map<NodeId, readonly SymbolicTensor[]>
  readonly applications: Application[]
  readonly documentWeights: ReadonlyMap<string, DocumentWeight>
  readonly weights: TfjsWeight[]
  readonly masks: TfjsMask[]
  readonly maskInputs: SymbolicTensor[]
  readonly updates: Map<string, SymbolicTensor>
}

/**
 * Builds the model and gives it its weights. Tensors lie on the backend that is active.
 * @throws NetloomError the first error of the document; `weights.mismatch`; `export.unsupported` where a layer cannot be
 * written for the audience
 */
export function lowerTfjs(tf: Tf, document: NetworkDocument, options: LowerTfjsOptions): TfjsNetwork {
  const inference = requireSound(document, options.findLayer)
  const leftOut: ReadonlySet<string> = options.mode === 'inference' ? findAuxiliaryLayers(inference) : new Set()
  const documentWeights = listWeights(inference, options.freeze).filter(({ nodeId }) => !leftOut.has(nodeId))
  const error = errorOf(checkWeights(documentWeights, options.weights))
  if (error) throw error
  const lowering = openLowering(tf, options, documentWeights)
  const inputShape = inference.inputNode.outputs[0] ?? []
  const input = tf.input({ name: lowering.names.take('input'), shape: toNhwcDims(inputShape) })
  const scaled = options.scalingInside ? scaleInput(lowering, input, options.scalingInside, inputShape) : input
  const matches = matchPatterns(options.freeze ?? [])
  const last = lastLayer(inference, options.logits === true)
  for (const layer of inference.layers.values()) {
    const isLeftOut = leftOut.has(layer.node.id) || (layer === inference.outputLayer && layer !== last)
    if (isLeftOut) continue
    const values = layer.sources.length === 0 ? [scaled] : findValues(lowering, inference, layer)
    lowerLayer(lowering, layer, values, isFrozen(layer.node, matches))
  }
  const output = finishOutput(lowering, lowering.values.get(last.node.id)?.[0] ?? scaled)
  const network = closeLowering(
    lowering,
    { name: document.name, inputs: [input], output },
    {
      inputShape,
      outputShape: last.outputs[0] ?? [],
      output: last.definition.type === 'softmax' ? 'probabilities' : 'logits',
      auxiliaries: listSideLogits(lowering, inference),
    },
  )
  writeWeights(network, options.weights)
  return network
}

/** The logits of the side branches, each with the weight of its loss. */
function listSideLogits(lowering: Lowering, inference: SoundInference): TfjsNetwork['auxiliaries'] {
  if (lowering.options.mode === 'inference') return []
  return listAuxiliaries(inference).flatMap(({ layer, weight }) => {
    const [logits] = findValues(lowering, inference, layer)
    return logits ? [{ logits, weight }] : []
  })
}

/**
 * Builds a model of one layer alone, with a model input for each of its inputs.
 * @param layer an inferred layer; its weights are named `<node id>/<weight name>`
 */
export function lowerTfjsLayer(
  tf: Tf,
  layer: InferredLayer,
  options: Pick<LowerTfjsOptions, 'audience' | 'mode' | 'weights'>,
): TfjsNetwork {
  const { node } = layer
  const weights = layer.weights.map((spec): DocumentWeight => {
    const { shape, trainable } = spec
    return { path: `${node.id}/${spec.name}`, nodeId: node.id, shape, spec, trainable }
  })
  const lowering = openLowering(tf, options, weights)
  const inputs = layer.inputs.map((shape, index) =>
    tf.input({ name: lowering.names.take(`input${index}`), shape: toNhwcDims(shape) }),
  )
  lowerLayer(lowering, layer, inputs, false)
  const [value] = lowering.values.get(node.id) ?? []
  if (!value) throw internalError(`"${node.id}" gave no value`)
  const network = closeLowering(
    lowering,
    { name: node.id, inputs, output: finishOutput(lowering, value) },
    {
      inputShape: layer.inputs[0] ?? [],
      outputShape: layer.outputs[0] ?? [],
      output: 'logits',
      auxiliaries: [],
    },
  )
  writeWeights(network, options.weights)
  return network
}

function openLowering(tf: Tf, options: Lowering['options'], weights: readonly DocumentWeight[]): Lowering {
  return {
    tf,
    options,
    names: new TfjsNames(),
    values: new Map(),
    applications: [],
    documentWeights: new Map(weights.map((weight) => [weight.path, weight])),
    weights: [],
    masks: [],
    maskInputs: [],
    updates: new Map(),
  }
}

/** Where a model begins and ends. */
interface Ends {
  readonly name: string
  readonly inputs: readonly SymbolicTensor[]
  readonly output: SymbolicTensor
}

function closeLowering(
  lowering: Lowering,
  { name, inputs, output }: Ends,
  known: Pick<TfjsNetwork, 'inputShape' | 'outputShape' | 'output' | 'auxiliaries'>,
): TfjsNetwork {
  const { tf, names, maskInputs, documentWeights, weights, masks, updates, applications } = lowering
  // The model owns the layers of side branches too, so that it disposes of them.
  const sides = known.auxiliaries.map(({ logits }) => logits)
  return {
    tf,
    model: tf.model({
      name: names.take(name),
      inputs: [...inputs, ...maskInputs],
      outputs: sides.length > 0 ? [output, ...sides] : output,
    }),
    ...known,
    documentWeights: [...documentWeights.values()],
    weights,
    masks,
    updates,
    applications,
  }
}

/** (pixel / 255 - mean) / deviation as a batch normalisation with fixed numbers. */
function scaleInput(lowering: Lowering, input: SymbolicTensor, scaling: InputScaling, shape: Shape): SymbolicTensor {
  const { tf, names } = lowering
  const { mean, deviation } = requireScaling(scaling, shape)
  const layer = tf.layers.batchNormalization({ name: names.take('scaling'), axis: -1, epsilon: 0, trainable: false })
  const scaled = applyOne(lowering, layer, input)
  const channels = shape[0] ?? 1
  const perChannel = (value: (channel: number) => number): Float32Array =>
    Float32Array.from({ length: channels }, (_, channel) => value(mean.length === 1 ? 0 : channel))
  const values = [
    perChannel((channel) => 1 / (255 * (deviation[channel] ?? 1))),
    perChannel((channel) => -(mean[channel] ?? 0) / (deviation[channel] ?? 1)),
  ]
  values.forEach((data, index) => {
    const variable = layer.weights[index]
    if (variable) writeVariable(tf, variable, data, [channels])
  })
  return scaled
}

/** The inputs of a layer, from the layers before it. */
function findValues(lowering: Lowering, inference: SoundInference, layer: InferredLayer): readonly SymbolicTensor[] {
  return layer.sources.map((source) => {
    const index = inference.layers.get(source.node)?.outputPorts.indexOf(source.port)
    const value = lowering.values.get(source.node)?.[index ?? 0]
    if (value === undefined) throw internalError(`"${layer.node.id}" is lowered before "${source.node}"`)
    return value
  })
}

function lowerLayer(
  lowering: Lowering,
  layer: InferredLayer,
  values: readonly SymbolicTensor[],
  frozen: boolean,
): void {
  const { node, definition } = layer
  const outputs = definition.toTfjs(openLayer(lowering, layer, values, frozen))
  if (outputs.length !== layer.outputPorts.length) {
    throw internalError(`${definition.type} wrote ${outputs.length} outputs, has ${layer.outputPorts.length} ports`)
  }
  for (const { name } of layer.weights) {
    const path = `${node.id}/${name}`
    if (!lowering.weights.some(({ weight }) => weight.path === path)) throw internalError(`"${path}" is not bound`)
  }
  lowering.values.set(node.id, outputs)
}

function applyOne(
  { applications }: Lowering,
  layer: TfjsLayer,
  input: SymbolicTensor | SymbolicTensor[],
): SymbolicTensor {
  const output = layer.apply(input) as SymbolicTensor // A layer on symbols gives a symbol, which the type does not say.
  applications.push({ layer, inputs: Array.isArray(input) ? input : [input], outputs: [output] })
  return output
}

/** What a layer's `toTfjs` receives. */
function openLayer(
  lowering: Lowering,
  layer: InferredLayer,
  values: readonly SymbolicTensor[],
  frozen: boolean,
): TfjsLowering<InferredLayer['params']> {
  const { tf, options, names, applications, weights, masks, maskInputs, updates } = lowering
  const { id } = layer.node
  const weightOf = (name: string): DocumentWeight => {
    const weight = lowering.documentWeights.get(`${id}/${name}`)
    if (!weight) throw internalError(`"${id}" has no weight "${name}"`)
    return weight
  }
  return {
    nodeId: id,
    params: layer.params,
    inputs: layer.inputs,
    inputNames: layer.inputNames,
    outputs: layer.outputs,
    tf,
    audience: options.audience,
    mode: frozen && layer.weights.length > 0 ? 'inference' : options.mode,
    values,
    layerName: (part) => names.take(part === undefined ? id : `${id}/${part}`),
    apply: (applied, input) => applyOne(lowering, applied, input),
    applyMany(applied, input) {
      const outputs = applied.apply(input) as SymbolicTensor[] // As above, for a layer of several outputs.
      applications.push({ layer: applied, inputs: [input], outputs })
      return outputs
    },
    bind(name, variable, layout = {}) {
      if (!variable) throw internalError(`"${id}" has no variable for "${name}"`)
      weights.push({ weight: weightOf(name), variable, layout })
    },
    fix(variable, data) {
      if (!variable) throw internalError(`"${id}" has no variable to fix`)
      writeVariable(tf, variable, data, variable.shape as number[]) // A built variable has all its extents.
    },
    dropoutMask(rate) {
      const shape = layer.inputs[0] ?? []
      const mask = tf.input({ name: names.take(`${id}/mask`), shape: toNhwcDims(shape) })
      masks.push({ name: `${id}/mask`, rate, shape })
      maskInputs.push(mask)
      return mask
    },
    updateWeight(name, value) {
      updates.set(weightOf(name).path, value)
    },
  }
}

/** The layer whose value is the output: the last one, or the one before it where that is a softmax to be left out. */
function lastLayer({ outputLayer, layers }: SoundInference, logits: boolean): InferredLayer {
  const before = outputLayer.sources[0] && layers.get(outputLayer.sources[0].node)
  return logits && outputLayer.definition.type === 'softmax' && before ? before : outputLayer
}

/** A model needs a layer behind its input. */
function finishOutput(lowering: Lowering, value: SymbolicTensor): SymbolicTensor {
  if (lowering.applications.length > 0) return value
  const { tf, names } = lowering
  return applyOne(lowering, tf.layers.activation({ name: names.take('output'), activation: 'linear' }), value)
}
