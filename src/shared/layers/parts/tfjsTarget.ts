// What a layer may use while it writes itself as TensorFlow.js layers; not the layers (parts/tfjs*.ts), not the model (targets/tfjs).
import type * as core from '@tensorflow/tfjs-core'
import type * as layersApi from '@tensorflow/tfjs-layers'
import type { Pair } from '../../shapes/window'

/** The tf namespace: tensors and layers. It is handed in, as shared loads no engine. */
export type Tf = typeof core & typeof layersApi
export type SymbolicTensor = layersApi.SymbolicTensor
export type TfjsLayer = layersApi.layers.Layer
export type LayerVariable = layersApi.LayerVariable

/** How a weight of ours lies in a variable of TensorFlow.js. Applied in this order; left out: as it is. */
export interface WeightLayout {
  /** The rows of axis 0 that the variable holds: begin and end. */
  readonly rows?: readonly [begin: number, end: number]
  /** The same values with other extents. */
  readonly view?: readonly number[]
  /** Axis i of the variable is axis `permutation[i]` of the view. */
  readonly permutation?: readonly number[]
  /** Zeros between the taps: the distances along the variable's first two axes. Training keeps the zeros. */
  readonly dilation?: Pair
}

/**
 * `portable`: only layers that plain TensorFlow.js knows, for export. `engine`: our own layers may appear too.
 */
export type TfjsAudience = 'portable' | 'engine'

/** The part of a TensorFlow.js lowering that does not depend on parameters. Feature maps are NHWC, vectors [N, F]. */
export interface TfjsTarget {
  readonly tf: Tf
  readonly audience: TfjsAudience
  /** `training`: dropout takes masks, batch norm uses the batch; in a frozen layer with weights: `inference`. */
  readonly mode: 'inference' | 'training'
  /** Inputs, in port order. */
  readonly values: readonly SymbolicTensor[]
  /** A name for a layer: that of the node, or of a part of it. */
  readonly layerName: (part?: string) => string
  /** Puts a layer behind one value or several. */
  readonly apply: (layer: TfjsLayer, input: SymbolicTensor | SymbolicTensor[]) => SymbolicTensor
  /** Puts a layer of several outputs behind a value. */
  readonly applyMany: (layer: TfjsLayer, input: SymbolicTensor) => readonly SymbolicTensor[]
  /** Says that a variable of an applied layer holds a weight, or some rows of it; rows come in order. */
  readonly bind: (weight: string, variable: LayerVariable | undefined, layout?: WeightLayout) => void
  /** Gives a variable of an applied layer fixed values, which training leaves alone. */
  readonly fix: (variable: LayerVariable | undefined, values: Float32Array) => void
  /** In training: a model input of the shape of input 0 that holds 0 with probability `rate`, else 1 / (1 - rate). */
  readonly dropoutMask: (rate: number) => SymbolicTensor
  /** In training: says that `value` becomes the weight after the step (running statistics). */
  readonly updateWeight: (weight: string, value: SymbolicTensor) => void
}
