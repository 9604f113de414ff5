// The contract of a layer: what one file in this folder must state; not the list of layers (index.ts).
import type { z } from 'zod'
import type { NetloomError } from '../graph/errors'
import { countElements, type Shape } from '../graph/shape'
import type { GraphBuilder } from '../onnx/builder'
import type { ReceptiveWindow } from '../shapes/receptiveField'

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

export interface LayerDefinition<S extends z.ZodObject = z.ZodObject> {
  readonly type: string
  /** Version of the parameter table; raised with a migration when a parameter changes its meaning. */
  readonly version: number
  readonly title: string
  readonly category: LayerCategory
  /** Name of a Tabler icon. */
  readonly icon: string
  /** One or two sentences for the palette and the inspector. */
  readonly doc: string
  /** Paper and equation, or ONNX operator and opset. */
  readonly source: string
  readonly inputs: InputPorts
  /** Names of the output ports; almost always `['out']`. */
  readonly outputPorts: readonly string[]
  /** The one table from which types, defaults, the inspector, validation and the saved form derive. */
  readonly params: S
  /** Infers output shapes. @throws NetloomError with the node, the rule, the numbers and the way out */
  infer(context: LayerContext<z.output<S>>): InferResult
  weights?(context: LayerContext<z.output<S>>): readonly WeightSpec[]
  /** Multiply-accumulates for one picture, for layers that multiply (convolutions and dense layers). */
  macs?(context: InferredContext<z.output<S>>): number
  receptiveWindow?(context: LayerContext<z.output<S>>): ReceptiveWindow
  /** The arithmetic of this layer with its own numbers put in, a line each. */
  explain(context: InferredContext<z.output<S>>): readonly string[]
  /** The two or three parameters that matter, for a node's second line: `3x3 · 64 · stride 2`. */
  summary(params: z.output<S>): string
  /** Writes the ONNX nodes and returns the value names of the outputs. */
  toOnnx(lowering: LayerLowering<z.output<S>>): readonly string[]
  /** Brings parameters saved by version `from` up to `version`. */
  readonly migrations?: Readonly<Record<number, (params: Record<string, unknown>) => Record<string, unknown>>>
  readonly examples: readonly LayerExample[]
}

/** States a layer: checks the definition against the type of its own parameter table, and returns it for the list. */
export function defineLayer<S extends z.ZodObject>(definition: LayerDefinition<S>): LayerDefinition<S> {
  return definition
}
