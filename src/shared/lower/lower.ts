// A network document as an ONNX graph, for inference or for training; not its gradients (autodiff/), not its bytes (onnx/bytes.ts).
import type { TensorMap } from '../onnx/tensor'
import type { InputScaling, NetworkDocument, NodeId, PortReference } from '../graph/document'
import { internalError } from '../graph/errors'
import { errorOf } from '../graph/issue'
import type { Shape } from '../graph/shape'
import type { LayerLowering } from '../layers/define'
import { GraphBuilder } from '../onnx/builder'
import type { OnnxGraph, ValueInfo } from '../onnx/model'
import { findAuxiliaryLayers, listAuxiliaries } from '../network/auxiliary'
import {
  requireSound,
  type FindLayer,
  type InferredLayer,
  type InferredNode,
  type SoundInference,
} from '../network/inferDocument'
import { requireScaling } from '../network/checkScaling'
import { checkWeights, isFrozen, listWeights, type DocumentWeight } from '../network/weights'
import { matchPatterns } from '../graph/layerPatterns'

export interface LowerOptions {
  /** `inference`: weights are initialisers. `training`: weights are graph inputs named by their paths. */
  readonly mode: 'inference' | 'training'
  /** All weights of the document; needed for `inference`. */
  readonly weights?: TensorMap
  readonly scaling?: InputScaling
  /** True: the input is pixels 0 ... 255 as float32 and the model scales them; false: the input is scaled already. */
  readonly scalingInside?: boolean
  /** True: a softmax at the end is left out. */
  readonly logits?: boolean
  /** Ids of layers to freeze beside those the document freezes; `*` stands for any characters. */
  readonly freeze?: readonly string[]
  /** Metadata of the model that `toModel` writes, beside Netloom's own keys. */
  readonly metadata?: Readonly<Record<string, string>>
  readonly findLayer?: FindLayer
}

export interface LoweredWeight {
  /** `<node id>/<weight name>`: the name of the initialiser or graph input. */
  readonly path: string
  readonly shape: readonly number[]
  /** Whether a gradient step may change it: false for statistics and in frozen layers. */
  readonly trainable: boolean
  /** Whether weight decay applies. */
  readonly decays: boolean
}

/** A graph input that the host fills at every training step: 0 with probability `rate`, else 1 / (1 - rate). */
export interface LoweredMask {
  readonly name: string
  readonly rate: number
  /** Extents for one image, without the batch axis. */
  readonly shape: Shape
}

/** What a value becomes after a training step. */
export interface LoweredUpdate {
  /** The weight that is replaced. */
  readonly path: string
  /** The value, also an output of the graph. */
  readonly value: string
}

/** Logits of a side branch whose loss is added while training. */
export interface LoweredAuxiliary {
  /** The value that holds them, [N, C]; also an output of the graph. */
  readonly value: string
  /** What their loss is multiplied by. */
  readonly weight: number
}

/** Name of the graph's first input and of its first output. */
export const inputName = 'input'
export const outputName = 'output'

export interface LoweredNetwork {
  readonly name: string
  /** Inputs: `input`, in training also all weights and masks. Outputs: `output`, in training also the updates and the logits of side branches. Batch axis `N`. */
  readonly graph: OnnxGraph
  readonly inputName: typeof inputName
  readonly outputName: typeof outputName
  /** Extents for one image. */
  readonly inputShape: Shape
  readonly outputShape: Shape
  readonly weights: readonly LoweredWeight[]
  readonly masks: readonly LoweredMask[]
  readonly updates: readonly LoweredUpdate[]
  /** Empty in inference, where side branches and their weights are left out. */
  readonly auxiliaries: readonly LoweredAuxiliary[]
  /** Names of the output values of each layer and block, those inside blocks by their full paths, for looking inside. */
  readonly values: ReadonlyMap<NodeId, readonly string[]>
  /** `probabilities` where the network ends in a softmax that is kept. */
  readonly output: 'logits' | 'probabilities'
  readonly scaling: InputScaling | undefined
  readonly scalingInside: boolean
  readonly classes: readonly string[] | undefined
  readonly metadata: Readonly<Record<string, string>>
}

/** The state of a lowering: what the layers write into. */
interface Lowering {
  readonly inference: SoundInference
  readonly builder: GraphBuilder
  readonly mode: LowerOptions['mode']
  readonly values: Map<NodeId, readonly string[]>
  readonly masks: LoweredMask[]
  readonly updates: LoweredUpdate[]
}

/**
 * Writes a document as one ONNX graph, opset 17, with the free batch axis `N`.
 * @throws NetloomError the first error of the document; `weights.mismatch` where weights are missing or have other
 * shapes; `layer.shape` where the scaling does not fit the channels
 */
export function lowerDocument(document: NetworkDocument, options: LowerOptions): LoweredNetwork {
  const inference = requireSound(document, options.findLayer)
  const leftOut: ReadonlySet<string> = options.mode === 'inference' ? findAuxiliaryLayers(inference) : new Set()
  const weights = listWeights(inference, options.freeze).filter(({ nodeId }) => !leftOut.has(nodeId))
  const scaling = options.scaling ?? document.scaling
  const lowering: Lowering = {
    inference,
    builder: new GraphBuilder(false),
    mode: options.mode,
    values: new Map(),
    masks: [],
    updates: [],
  }
  const inputShape = firstShape(inference.inputNode)
  const pixels = lowering.builder.input(inputName, 'float32', ['N', ...inputShape])
  addWeights(lowering.builder, weights, options)
  const inside = options.scalingInside === true && scaling !== undefined
  const scaled = inside ? addScaling(lowering.builder, pixels, scaling, inputShape) : pixels
  const matches = matchPatterns(options.freeze ?? [])
  const last = lastLayer(inference, options.logits === true)
  for (const layer of inference.layers.values()) {
    const isLeftOut = leftOut.has(layer.node.id) || (layer === inference.outputLayer && layer !== last)
    if (!isLeftOut) lowerLayer(lowering, layer, scaled, isFrozen(layer.node, matches))
  }
  for (const node of inference.nodes.values()) noteBlockValues(lowering, node)
  return {
    ...finishGraph(document.name, lowering, last, weights),
    name: document.name,
    inputName,
    outputName,
    inputShape,
    outputShape: firstShape(last),
    weights: weights.map(({ path, shape, trainable, spec }) => ({ path, shape, trainable, decays: spec.decays })),
    output: last.definition.type === 'softmax' ? 'probabilities' : 'logits',
    scaling,
    scalingInside: inside,
    classes: document.classes,
    metadata: options.metadata ?? {},
  }
}

function firstShape({ outputs, node }: InferredNode): Shape {
  const [shape] = outputs
  if (!shape) throw internalError(`"${node.id}" has no output`)
  return shape
}

/** All weights come before any layer, so that no value of a layer can take a weight's name. */
function addWeights(builder: GraphBuilder, weights: readonly DocumentWeight[], options: LowerOptions): void {
  if (options.mode === 'training') {
    for (const { path, shape } of weights) builder.input(path, 'float32', shape)
    return
  }
  const given: TensorMap = options.weights ?? new Map()
  const error = errorOf(checkWeights(weights, given))
  if (error) throw error
  for (const { path } of weights) {
    const tensor = given.get(path)
    if (tensor) builder.initializer(path, { dataType: 'float32', dims: tensor.dims, data: tensor.data })
  }
}

/** (pixel / 255 - mean) / deviation as one product and one sum. */
function addScaling(builder: GraphBuilder, pixels: string, scaling: InputScaling, shape: Shape): string {
  const { mean, deviation } = requireScaling(scaling, shape)
  const dims = [mean.length, ...shape.slice(1).map(() => 1)]
  const factor = Float32Array.from(deviation, (value) => 1 / (255 * value))
  const offset = Float32Array.from(mean, (value, channel) => -value / (deviation[channel] ?? 1))
  const product = builder.add('Mul', [
    pixels,
    builder.constant({ dataType: 'float32', dims, data: factor }, 'scaling/factor'),
  ])
  const summand = builder.constant({ dataType: 'float32', dims, data: offset }, 'scaling/offset')
  return builder.add('Add', [product, summand], {}, { name: 'scaling/output' })
}

function lowerLayer(lowering: Lowering, layer: InferredLayer, input: string, frozen: boolean): void {
  const { node, definition } = layer
  if (layer.sources.length === 0) {
    lowering.values.set(node.id, [input])
    return
  }
  const values = layer.sources.map((source) => {
    const value = findValue(lowering, source)
    if (value === undefined) throw internalError(`"${node.id}" is lowered before "${source.node}"`)
    return value
  })
  const outputs = definition.toOnnx(openLayer(lowering, layer, values, frozen))
  if (outputs.length !== layer.outputPorts.length) {
    throw internalError(`${definition.type} wrote ${outputs.length} outputs, has ${layer.outputPorts.length} ports`)
  }
  lowering.values.set(node.id, outputs)
}

/** The value at an output port of a layer that is lowered already. */
function findValue({ inference, values }: Lowering, { node, port }: PortReference): string | undefined {
  const index = inference.layers.get(node)?.outputPorts.indexOf(port)
  return values.get(node)?.[index ?? 0]
}

/** The logits of the side branches, each with the weight of its loss. */
function listSideLogits(lowering: Lowering): readonly (LoweredAuxiliary & { readonly shape: Shape })[] {
  if (lowering.mode === 'inference') return []
  return listAuxiliaries(lowering.inference).flatMap(({ layer: { sources, inputs }, weight }) => {
    const value = sources[0] && findValue(lowering, sources[0])
    return value === undefined ? [] : [{ value, weight, shape: inputs[0] ?? [] }]
  })
}

/** Gives blocks the values of the layers that end them. */
function noteBlockValues(lowering: Lowering, { node, inside }: InferredNode): void {
  if (!inside) return
  const { inference, values } = lowering
  for (const inner of inside.nodes.values()) noteBlockValues(lowering, inner)
  const ends = inside.outputs.flatMap((output) => {
    const end = inference.resolve(output)
    return (end && findValue(lowering, end)) ?? []
  })
  if (ends.length === inside.outputs.length) values.set(node.id, ends)
}

/** What a layer's `toOnnx` receives. */
function openLayer(
  { builder, mode, masks, updates }: Lowering,
  layer: InferredLayer,
  values: readonly string[],
  frozen: boolean,
): LayerLowering<InferredLayer['params']> {
  const { node, weights } = layer
  const pathOf = (name: string): string => {
    if (!weights.some((weight) => weight.name === name)) throw internalError(`"${node.id}" has no weight "${name}"`)
    return `${node.id}/${name}`
  }
  return {
    nodeId: node.id,
    params: layer.params,
    inputs: layer.inputs,
    inputNames: layer.inputNames,
    outputs: layer.outputs,
    builder,
    values,
    // Freezing keeps weights and statistics as they are; dropout, which has none, still drops.
    mode: frozen && weights.length > 0 ? 'inference' : mode,
    weight: pathOf,
    dropoutMask(value, rate) {
      const shape = layer.inputs[values.indexOf(value)] ?? layer.outputs[0] ?? []
      const name = builder.input(builder.unique(`${node.id}/mask`), 'float32', ['N', ...shape])
      masks.push({ name, rate, shape })
      return name
    },
    updateWeight(name, value) {
      updates.push({ path: pathOf(name), value })
    },
  }
}

/** The layer whose value is the output: the last one, or the one before it where that is a softmax to be left out. */
function lastLayer({ outputLayer, layers }: SoundInference, logits: boolean): InferredLayer {
  const before = outputLayer.sources[0] && layers.get(outputLayer.sources[0].node)
  return logits && outputLayer.definition.type === 'softmax' && before ? before : outputLayer
}

/** Gives the last value the name `output`, declares the outputs and closes the graph. */
function finishGraph(
  name: string,
  lowering: Lowering,
  last: InferredLayer,
  weights: readonly DocumentWeight[],
): Pick<LoweredNetwork, 'graph' | 'masks' | 'updates' | 'auxiliaries' | 'values'> {
  const { builder, values, masks, updates } = lowering
  let lastValue = values.get(last.node.id)?.[0] ?? inputName
  const isComputed = builder.nodes.some(({ outputs }) => outputs.includes(lastValue))
  if (!isComputed) lastValue = builder.add('Identity', [lastValue])
  // A layer may itself be named "output": the two values swap their names.
  const rename = (value: string): string =>
    value === lastValue ? outputName : value === outputName ? lastValue : value
  const renamed = updates.map(({ path, value }) => ({ path, value: rename(value) }))
  const auxiliaries = listSideLogits(lowering).map(({ value, ...rest }) => ({ ...rest, value: rename(value) }))
  const sideOutputs = new Map(auxiliaries.map(({ value, shape }) => [value, shape]))
  sideOutputs.delete(outputName)
  const shapes = new Map(weights.map(({ path, shape }) => [path, shape]))
  const graph: OnnxGraph = {
    ...builder.build(name),
    nodes: builder.nodes.map((node) => ({
      ...node,
      name: rename(node.name),
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
    outputs: [
      { name: outputName, dataType: 'float32', dims: ['N', ...firstShape(last)] },
      ...renamed.map(({ path, value }): ValueInfo => ({ name: value, dataType: 'float32', dims: shapes.get(path) })),
      ...Array.from(sideOutputs, ([value, shape]): ValueInfo => ({
        name: value,
        dataType: 'float32',
        dims: ['N', ...shape],
      })),
    ],
  }
  const renamedValues = new Map(Array.from(values, ([id, names]) => [id, names.map(rename)]))
  return {
    graph,
    masks,
    updates: renamed,
    auxiliaries: auxiliaries.map(({ value, weight }) => ({ value, weight })),
    values: renamedValues,
  }
}
