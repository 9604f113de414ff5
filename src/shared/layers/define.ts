// The contract of a layer and of a block: what one file in this folder must state; not the list of them (index.ts).
import type { z } from 'zod'
import type { ParameterValues } from '../graph/document'
import type { NetloomError } from '../graph/errors'
import { countElements, type Shape } from '../graph/shape'
import type { GraphBuilder } from '../onnx/builder'
import type { ArithmeticLine } from '../shapes/arithmeticLine'
import type { ReceptiveWindow } from '../shapes/receptiveField'
import type { PlacedWindow } from '../shapes/window'
import type { IconName } from './parts/iconNames'
import type { SymbolicTensor, TfjsTarget } from './parts/tfjsTarget'

export type { ReceptiveWindow } from '../shapes/receptiveField'

export type LayerCategory =
  | 'input'
  | 'convolution'
  | 'pooling'
  | 'normalisation'
  | 'activation'
  | 'dense'
  | 'merge'
  | 'reshape'
  | 'regularisation'
  | 'block'

/** A layer has named input ports, or one port that takes `min` edges or more (`in0`, `in1`, ...). */
export type InputPorts =
  | { readonly kind: 'fixed'; readonly names: readonly string[] }
  | { readonly kind: 'variadic'; readonly name: string; readonly min: number }

/** What a layer may look at while shapes are inferred. */
export interface LayerContext<P> {
  readonly nodeId: string
  readonly params: P
  /** One shape per input, in port order. */
  readonly inputs: readonly Shape[]
  /** Where each input comes from, for messages: the ids of the source nodes, in port order. */
  readonly inputNames: readonly string[]
}

/** The same after inference: the output shapes are known too. */
export interface InferredContext<P> extends LayerContext<P> {
  readonly outputs: readonly Shape[]
}

/** Something that works but that a person should know of, e.g. a stride that drops the last column. */
export interface LayerWarning {
  readonly code: 'layer.dropped' | 'layer.parameter'
  readonly message: string
}

export interface InferResult {
  readonly outputs: readonly Shape[]
  readonly warnings?: readonly LayerWarning[]
}

export type Initialiser =
  | {
      readonly kind: 'he' | 'xavier'
      readonly distribution: 'normal' | 'uniform'
      readonly fanIn: number
      readonly fanOut: number
    }
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'constant'; readonly value: number }

export interface WeightSpec {
  /** The last part of the path: `weight`, `bias`, `runningMean`. */
  readonly name: string
  /** Extents in ONNX's layout, e.g. `[Co, Ci / groups, kh, kw]`. */
  readonly shape: readonly number[]
  readonly initialiser: Initialiser
  /** False for statistics that training updates without a gradient. */
  readonly trainable: boolean
  /** Whether weight decay applies by default: true for kernels, false for biases and norm scales. */
  readonly decays: boolean
}

/**
 * Number of parameters among weights: the values that training fits. Statistics (running mean and variance) do not count,
 * as in the published tables.
 */
export function countParameters(weights: readonly WeightSpec[]): number {
  return weights.reduce((sum, { shape, trainable }) => sum + (trainable ? countElements(shape) : 0), 0)
}

/** What a layer may use while it writes its ONNX nodes. Nodes must not fix the batch size: use 0 or -1 in a Reshape. */
export interface LayerLowering<P> extends InferredContext<P> {
  readonly builder: GraphBuilder
  /** Value names of the inputs, in port order. */
  readonly values: readonly string[]
  /** `inference`: dropout is the identity, batch norm uses running statistics. `training`: the opposite, unless frozen. */
  readonly mode: 'inference' | 'training'
  /** The value name of a weight: the node's path, a slash, the weight's name. */
  weight(name: string): string
  /** In training: a graph input of the shape of `value` that holds 0 with probability `rate`, else 1 / (1 - rate). */
  dropoutMask(value: string, rate: number): string
  /** In training: says that `value` becomes the weight `name` after the step (running statistics). */
  updateWeight(name: string, value: string): void
}

/** What a layer may use while it writes its TensorFlow.js layers; shapes stay [C, H, W]. */
export interface TfjsLowering<P> extends InferredContext<P>, TfjsTarget {}

/** One worked case of a layer: the conformance harness runs it through shapes, counts, ONNX Runtime, training and errors. */
export interface LayerExample {
  readonly name: string
  readonly params: Readonly<Record<string, unknown>>
  readonly inputs: readonly Shape[]
  /** Expected output shape, parameter count (`countParameters`) and multiply-accumulates, from hand arithmetic or a paper. */
  readonly output?: Shape
  readonly parameters?: number
  readonly macs?: number
  /** Expected error code instead of an output. */
  readonly error?: NetloomError['code']
  /** A warning code that must appear. */
  readonly warning?: LayerWarning['code']
}

/** What a new layer finds where it is put. */
export interface StartPlace {
  /** The shape of the value behind which it is put, where there is one. */
  readonly shape?: Shape
  /** Number of classes of the dataset, where that is known. */
  readonly classes?: number
}

/** What a palette, a canvas and an inspector know of a layer or block, whatever it computes. */
export interface NodeFace<S extends z.ZodObject = z.ZodObject, T extends string = string> {
  readonly type: T
  /** Version of the parameter table; raised with a migration when a parameter changes its meaning. */
  readonly version: number
  readonly title: string
  readonly category: LayerCategory
  readonly icon: IconName
  /** Other words that people look for it by. */
  readonly keywords: readonly string[]
  /** One or two sentences for the palette and the inspector. */
  readonly doc: string
  /** Paper and equation, or ONNX operator and opset. */
  readonly source: string
  readonly inputs: InputPorts
  /** Names of the output ports; almost always `['out']`. */
  readonly outputPorts: readonly string[]
  /** The ports of one node where they depend on its parameters; `params` are as saved, not yet checked. */
  ports?(params: ParameterValues): NodePorts
  /** The one table from which types, defaults, the inspector, validation and the saved form derive. */
  readonly params: S
  /** Parameters of a new one: what its table requires, nothing more. Left out where it works without any. */
  readonly start?: z.input<S> | ((place: StartPlace) => z.input<S>)
  /** The two or three parameters that matter, for a node's second line: `3x3 · 64 · stride 2`. */
  summary(params: z.output<S>): string
  /** Brings parameters saved by version `from` up to `version`. */
  readonly migrations?: Readonly<Record<number, (params: Record<string, unknown>) => Record<string, unknown>>>
  readonly examples: readonly LayerExample[]
}

/** The ports of one node. */
export interface NodePorts {
  readonly inputs: InputPorts
  readonly outputPorts: readonly string[]
}

/** A window that moves over the input and takes one value from each position, so that its steps can be followed. */
export interface SlidingWindow<P> {
  /** What is made of the values below it. */
  readonly operation: 'convolution' | 'max' | 'average'
  /** Where it lies. @throws NetloomError as `infer` does */
  place(context: LayerContext<P>): PlacedWindow
  /** Parts into which the channels fall that do not see each other; 1 where it is left out. */
  groups?(context: LayerContext<P>): number
  /** Whether padding counts in the divisor of an average; false where it is left out. */
  countsPadding?(params: P): boolean
}

export interface LayerDefinition<S extends z.ZodObject = z.ZodObject, T extends string = string> extends NodeFace<
  S,
  T
> {
  /** Infers output shapes. @throws NetloomError with the node, the rule, the numbers and the way out */
  infer(context: LayerContext<z.output<S>>): InferResult
  weights?(context: LayerContext<z.output<S>>): readonly WeightSpec[]
  /** Multiply-accumulates for one image, for layers that multiply (convolutions and dense layers). */
  macs?(context: InferredContext<z.output<S>>): number
  receptiveWindow?(context: LayerContext<z.output<S>>): ReceptiveWindow
  readonly window?: SlidingWindow<z.output<S>>
  /** The parameter that states the number of outputs of a network that ends in this layer. */
  readonly outputsParameter?: keyof z.output<S> & string
  /**
   * The arithmetic of this layer: how its extents and, where it multiplies, its parameters and multiplications come
   * about, or the rule that it follows. What can be said of any layer is added by network/explanation.
   */
  explain(context: InferredContext<z.output<S>>): readonly ArithmeticLine[]
  /** Writes the ONNX nodes and returns the value names of the outputs. */
  toOnnx(lowering: LayerLowering<z.output<S>>): readonly string[]
  /** Writes the TensorFlow.js layers, feature maps as NHWC, and returns the outputs. */
  toTfjs(lowering: TfjsLowering<z.output<S>>): readonly SymbolicTensor[]
}

/** Where a node inside a block takes a value from: another node inside, or an input of the block by its index. */
export type BlockSource = { readonly node: string; readonly port: string } | { readonly input: number }

/** A node inside a block: a layer, or a block again. */
export interface BlockNode {
  /** Relative to the block, by the rule of node names: `conv1` becomes `stage2/block1/conv1` inside `stage2/block1`. */
  readonly id: string
  readonly type: string
  readonly params: ParameterValues
  /** One per input port, in port order. */
  readonly sources: readonly BlockSource[]
}

/** What a block stands for. */
export interface BlockGraph {
  /** Each after its sources. */
  readonly nodes: readonly BlockNode[]
  /** One per output port of the block. */
  readonly outputs: readonly { readonly node: string; readonly port: string }[]
}

/**
 * A composite block: it has the face of a layer, and shapes, weights, counts and operators of what it expands to.
 * The same parameters and input shapes must give the same graph with the same names, as weights are kept by them.
 */
export interface BlockDefinition<S extends z.ZodObject = z.ZodObject, T extends string = string> extends NodeFace<
  S,
  T
> {
  /** @throws NetloomError with the node, the rule, the numbers and the way out, where the inputs do not fit */
  expand(context: LayerContext<z.output<S>>): BlockGraph
}

/** Whatever a document's node can be. */
export type NodeDefinition<S extends z.ZodObject = z.ZodObject> = LayerDefinition<S> | BlockDefinition<S>

/** Whether a definition is a composite block. */
export function isBlock(definition: NodeDefinition): definition is BlockDefinition {
  return 'expand' in definition
}

/** Parameters of a new layer or block at a place. */
export function startParams({ start = {} }: NodeFace, place: StartPlace): ParameterValues {
  return typeof start === 'function' ? start(place) : start
}

/** The ports of a node with these parameters. */
export function portsOf(definition: NodeFace, params: ParameterValues): NodePorts {
  return definition.ports?.(params) ?? definition
}

/** Where a table requires parameters, a definition must say what they begin with. */
export type Started<S extends z.ZodObject> =
  Record<string, never> extends z.input<S> ? unknown : Required<Pick<NodeFace<S>, 'start'>>

/** States a layer: checks the definition against the type of its own parameter table, and returns it for the list. */
export function defineLayer<const T extends string, S extends z.ZodObject>(
  definition: LayerDefinition<S, T> & Started<S>,
): LayerDefinition<S, T> {
  return definition
}

/** States a block, likewise. */
export function defineBlock<const T extends string, S extends z.ZodObject>(
  definition: BlockDefinition<S, T> & Started<S>,
): BlockDefinition<S, T> {
  return definition
}
