// What a lowered network is on TensorFlow.js: its model, where its weights lie, and running it layer by layer; building it is lowerTfjs.ts.
import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { TensorMap } from '../../onnx/tensor'
import { internalError } from '../../graph/errors'
import type { Shape } from '../../graph/shape'
import type { LayerVariable, SymbolicTensor, Tf, TfjsLayer, WeightLayout } from '../../layers/parts/tfjsTarget'
import type { DocumentWeight } from '../../network/weights'
import { toVariable } from './weightLayout'

/** A variable of the model that holds a weight of the document, or some rows of it. */
export interface TfjsWeight {
  readonly weight: DocumentWeight
  readonly variable: LayerVariable
  readonly layout: WeightLayout
}

/** A model input that the host fills at every training step. */
export interface TfjsMask {
  /** The name of its random stream: as in the ONNX lowering. */
  readonly name: string
  readonly rate: number
  /** Extents for one image, [C, H, W] or [F]. */
  readonly shape: Shape
}

/** One layer on its inputs, in the order in which they run. */
export interface Application {
  readonly layer: TfjsLayer
  readonly inputs: readonly SymbolicTensor[]
  readonly outputs: readonly SymbolicTensor[]
}

export interface TfjsNetwork {
  readonly tf: Tf
  /** Inputs: the image, then the masks. Outputs: that of the network, then the logits of side branches. */
  readonly model: LayersModel
  readonly inputShape: Shape
  readonly outputShape: Shape
  readonly documentWeights: readonly DocumentWeight[]
  readonly weights: readonly TfjsWeight[]
  readonly masks: readonly TfjsMask[]
  /** Weights that become another value after the step. */
  readonly updates: ReadonlyMap<string, SymbolicTensor>
  /** Logits of side branches and what their loss is multiplied by; empty in inference. */
  readonly auxiliaries: readonly { readonly logits: SymbolicTensor; readonly weight: number }[]
  readonly applications: readonly Application[]
  readonly output: 'logits' | 'probabilities'
}

/** Puts weights into the variables of a network. */
export function writeWeights({ tf, weights }: TfjsNetwork, values: TensorMap): void {
  for (const { weight, variable, layout } of weights) {
    const value = values.get(weight.path)
    if (!value) throw internalError(`the weight "${weight.path}" is missing`)
    const { dims, data } = toVariable(value, layout)
    writeVariable(tf, variable, data, dims)
  }
}

/** Puts values into a variable; `dims` must be its extents. */
export function writeVariable(tf: Tf, variable: LayerVariable, values: Float32Array, dims: readonly number[]): void {
  const isSame = variable.shape.length === dims.length && dims.every((extent, axis) => extent === variable.shape[axis])
  if (!isSame)
    throw internalError(
      `the variable "${variable.name}" is [${variable.shape.join(', ')}], its weight [${dims.join(', ')}]`,
    )
  tf.tidy(() => {
    variable.write(tf.tensor(values, [...dims], 'float32'))
  })
}

/** What a network gives for one batch. */
export interface TfjsForward {
  readonly output: Tensor
  /** New values of weights, by path. */
  readonly updates: ReadonlyMap<string, Tensor>
  /** Logits of side branches and what their loss is multiplied by. */
  readonly auxiliaries: readonly { readonly logits: Tensor; readonly weight: number }[]
}

/**
 * Runs the layers of a network one after the other, so that gradients can be taken through them.
 * @param inputs the image [N, H, W, C] or [N, F], then the masks
 */
export function runForward(network: TfjsNetwork, inputs: readonly Tensor[]): TfjsForward {
  const values = new Map<SymbolicTensor, Tensor>()
  network.model.inputs.forEach((symbol, index) => {
    const value = inputs[index]
    if (value) values.set(symbol, value)
  })
  const valueOf = (symbol: SymbolicTensor | undefined): Tensor => {
    const value = symbol && values.get(symbol)
    if (!value) throw internalError(`the value "${symbol?.name ?? ''}" is not computed`)
    return value
  }
  for (const { layer, inputs: symbols, outputs } of network.applications) {
    const tensors = symbols.map(valueOf)
    const [only, ...more] = tensors
    const result = layer.call(only && more.length === 0 ? only : tensors, {})
    const results = Array.isArray(result) ? result : [result]
    outputs.forEach((symbol, index) => {
      const value = results[index]
      if (value) values.set(symbol, value)
    })
  }
  return {
    output: valueOf(network.model.outputs[0]),
    updates: new Map(Array.from(network.updates, ([path, symbol]) => [path, valueOf(symbol)])),
    auxiliaries: network.auxiliaries.map(({ logits, weight }) => ({ logits: valueOf(logits), weight })),
  }
}
