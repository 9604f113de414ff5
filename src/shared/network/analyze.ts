// Counts of a network, layer by layer and in total, for one image: the table of `netloom info`; not the shapes' rules (layers/).
import type { NetworkDocument, NodeId } from '../graph/document'
import type { Issue } from '../graph/errors'
import { countElements, type Shape } from '../graph/shape'
import {
  extendReceptiveField,
  inputReceptiveField,
  mergeReceptiveFields,
  type ReceptiveField,
} from '../shapes/receptiveField'
import { findAuxiliaryLayers } from './auxiliary'
import { checkDocument } from './checkDocument'
import { inferDocument, type FindLayer, type Inference, type InferredLayer, type InferredNode } from './inferDocument'
import { isFrozen } from './weights'
import { matchPatterns } from '../graph/layerPatterns'

/** Height and width, or one number where both are the same. */
export type PerAxis = number | readonly [number, number]

export interface LayerAnalysis {
  readonly id: string
  readonly type: string
  /** Extents for one image. */
  readonly output: Shape
  /** Values that gradients can change: kernels, biases, norm scales; running statistics are not counted. */
  readonly parameters: number
  /** Those of them that training changes; the rest is frozen. */
  readonly trainableParameters: number
  readonly frozenParameters: number
  /** Values that training updates without a gradient (running means and variances). */
  readonly statistics: number
  /** Multiply-accumulates of convolutions and dense layers. */
  readonly macs: number
  /** Bytes of the outputs as float32. */
  readonly activationBytes: number
  /** In pixels of the network's input; `start` is the centre of the first unit, where pixel i covers [i, i + 1). */
  readonly receptiveField: { readonly size: PerAxis; readonly jump: PerAxis; readonly start: PerAxis } | null
  /** There where only training has it: it leads to auxiliary outputs alone. */
  readonly auxiliary?: true
}

/** What `netloom info --json` prints. */
export interface Analysis {
  readonly name: string
  /** null where the network has no sound input. */
  readonly input: Shape | null
  readonly parameters: { readonly total: number; readonly trainable: number; readonly frozen: number }
  readonly statistics: number
  readonly macs: number
  /** 2 per multiply-accumulate. */
  readonly flops: number
  /** Sum over all layers, the input included. */
  readonly activationBytes: number
  /** What of these counts belongs to side branches that only training has; left out where there are none. */
  readonly auxiliary?: { readonly parameters: number; readonly macs: number }
  /** Layers without errors, each after its sources. */
  readonly layers: readonly LayerAnalysis[]
  readonly issues: readonly {
    readonly level: Issue['level']
    readonly code: Issue['code']
    readonly node: string | null
    readonly message: string
  }[]
}

export interface AnalyzeOptions {
  /** Ids of layers that count as frozen beside those the document freezes; `*` stands for any characters. */
  readonly freeze?: readonly string[]
  readonly findLayer?: FindLayer
}

/** Counts everything that can be counted, also where some layers are broken; linear in nodes and edges. */
export function analyzeDocument(document: NetworkDocument, options: AnalyzeOptions = {}): Analysis {
  const inference = inferDocument(document, options.findLayer)
  const fields = findReceptiveFields(inference)
  const matches = matchPatterns(options.freeze ?? [])
  const auxiliaries = findAuxiliaryLayers(inference)
  const layers = Array.from(inference.layers.values(), (layer) =>
    analyzeLayer(layer, {
      frozen: isFrozen(layer.node, matches),
      field: fields.get(layer.node.id) ?? null,
      auxiliary: auxiliaries.has(layer.node.id),
    }),
  )
  const sum = (count: (layer: LayerAnalysis) => number, among = layers): number =>
    among.reduce((total, layer) => total + count(layer), 0)
  const side = layers.filter(({ auxiliary }) => auxiliary)
  const macs = sum((layer) => layer.macs)
  return {
    name: document.name,
    input: (inference.inputId && inference.nodes.get(inference.inputId)?.outputs[0]) ?? null,
    parameters: {
      total: sum((layer) => layer.parameters),
      trainable: sum((layer) => layer.trainableParameters),
      frozen: sum((layer) => layer.frozenParameters),
    },
    statistics: sum((layer) => layer.statistics),
    macs,
    flops: 2 * macs,
    activationBytes: sum((layer) => layer.activationBytes),
    ...(side.length > 0 && {
      auxiliary: { parameters: sum((layer) => layer.parameters, side), macs: sum((layer) => layer.macs, side) },
    }),
    layers,
    issues: checkDocument(document, options.findLayer).map(({ level, code, nodeId, message }) => ({
      level,
      code,
      node: nodeId ?? null,
      message,
    })),
  }
}

/**
 * The same counts for the nodes of the document: a block has the sums of what it holds, and the output and receptive field
 * of the layer that ends it.
 */
export function analyzeNodes(
  document: NetworkDocument,
  { layers }: Analysis,
  findLayer?: FindLayer,
): readonly LayerAnalysis[] {
  const inference = inferDocument(document, findLayer)
  const rows = new Map<string, LayerAnalysis>(layers.map((layer) => [layer.id, layer]))
  return Array.from(inference.nodes.values(), (node) => rows.get(node.node.id) ?? sumBlock(node, inference, rows))
}

/** Counts of a block at any depth, from those of the primitive layers (`Analysis.layers` by id). */
export function sumBlock(
  block: InferredNode,
  inference: Inference,
  rows: ReadonlyMap<string, LayerAnalysis>,
): LayerAnalysis {
  const held = listHeldLayers(block).flatMap((id) => rows.get(id) ?? [])
  const sum = (count: (layer: LayerAnalysis) => number): number =>
    held.reduce((total, layer) => total + count(layer), 0)
  const end = inference.resolve({ node: block.node.id, port: block.outputPorts[0] ?? '' })
  return {
    id: block.node.id,
    type: block.node.type,
    output: block.outputs[0] ?? [],
    parameters: sum((layer) => layer.parameters),
    trainableParameters: sum((layer) => layer.trainableParameters),
    frozenParameters: sum((layer) => layer.frozenParameters),
    statistics: sum((layer) => layer.statistics),
    macs: sum((layer) => layer.macs),
    activationBytes: sum((layer) => layer.activationBytes),
    receptiveField: (end && rows.get(end.node)?.receptiveField) ?? null,
    ...(held.length > 0 && held.every(({ auxiliary }) => auxiliary) && { auxiliary: true }),
  }
}

/** The ids of the primitive layers that a node stands for: its own, or those inside a block at any depth. */
export function listHeldLayers({ node, inside }: InferredNode): readonly NodeId[] {
  return inside ? [...inside.nodes.values()].flatMap(listHeldLayers) : [node.id]
}

function analyzeLayer(
  layer: InferredLayer,
  known: { readonly frozen: boolean; readonly field: ReceptiveField | null; readonly auxiliary: boolean },
): LayerAnalysis {
  const { frozen, field, auxiliary } = known
  const { node, definition, params, inputs, inputNames, outputs, weights } = layer
  const count = (trainable: boolean): number =>
    weights.reduce((total, weight) => total + (weight.trainable === trainable ? countElements(weight.shape) : 0), 0)
  const parameters = count(true)
  return {
    id: node.id,
    type: node.type,
    output: outputs[0] ?? [],
    parameters,
    trainableParameters: frozen ? 0 : parameters,
    frozenParameters: frozen ? parameters : 0,
    statistics: count(false),
    macs: definition.macs?.({ nodeId: node.id, params, inputs, inputNames, outputs }) ?? 0,
    activationBytes: 4 * outputs.reduce((total, shape) => total + countElements(shape), 0),
    receptiveField: field && {
      size: printAxes(field.size),
      jump: printAxes(field.jump),
      start: printAxes(field.start),
    },
    ...(auxiliary && { auxiliary: true }),
  }
}

function printAxes([height, width]: readonly [number, number]): PerAxis {
  return height === width ? height : [height, width]
}

/** Receptive fields of all layers; null where single positions no longer exist. */
function findReceptiveFields({ layers }: Inference): ReadonlyMap<string, ReceptiveField | null> {
  const fields = new Map<string, ReceptiveField | null>()
  for (const { node, definition, params, inputs, inputNames, outputs } of layers.values()) {
    if (inputs.length === 0) {
      fields.set(node.id, outputs[0]?.length === 3 ? inputReceptiveField : null)
      continue
    }
    const before = mergeReceptiveFields(inputNames.map((name) => fields.get(name) ?? null))
    const window = definition.receptiveWindow?.({ nodeId: node.id, params, inputs, inputNames })
    fields.set(node.id, before && extendReceptiveField(before, window))
  }
  return fields
}
