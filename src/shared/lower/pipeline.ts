// From a document to what a runtime runs, every pass in its order: check > infer > lower > differentiate > optimise > rewrite > encode.
import type { InputScaling, NetworkDocument } from '../graph/document'
import type { Shape } from '../graph/shape'
import type { TensorMap } from '../onnx/tensor'
import type { Recipe } from '../training/recipe'
import { lowerDocument, type LoweredNetwork } from './lower'
import { encodeFor, type Target } from './target'
import { buildTrainingGraph, type TrainingGraph } from './trainingGraph'

/** What a step is made for, beside network, recipe and target. */
export interface StepOptions {
  readonly batchSize: number
  readonly scaling: InputScaling
  /** `pixels`: uint8 0 ... 255, scaled inside the graph. `floats`: ready inputs, float32. */
  readonly inputKind: 'pixels' | 'floats'
  /** All weights of the document; those that do not change become part of the graph. */
  readonly weights: TensorMap
  /** How many steps fewer than the run a weight has been trained; left out: none. */
  readonly stepsBehind?: (path: string) => number
}

/** A training step that a runtime can run. */
export interface CompiledStep {
  readonly model: Uint8Array
  /** The names under which it is fed and read. */
  readonly graph: TrainingGraph
}

/** Compiles one training step. @throws NetloomError the first error of the document; autodiff.noGradient */
export function compileStep(
  document: NetworkDocument,
  recipe: Recipe,
  target: Target,
  options: StepOptions,
): CompiledStep {
  const network = lowerForTraining(document, recipe, options.weights)
  return compileBatch(network, recipe, target, options)
}

/** Check, infer, lower: the part that is the same for every size of batch. @throws NetloomError the first error of the document */
export function lowerForTraining(document: NetworkDocument, recipe: Recipe, weights: TensorMap): LoweredNetwork {
  return lowerDocument(document, { mode: 'training', logits: true, freeze: recipe.freeze, weights })
}

/** Differentiate, optimise, rewrite, encode: the part for one size of batch. @throws NetloomError autodiff.noGradient */
export function compileBatch(
  network: LoweredNetwork,
  recipe: Recipe,
  target: Target,
  { batchSize, scaling, inputKind, weights, stepsBehind }: StepOptions,
): CompiledStep {
  // The loss, its gradients and the optimiser's update of every weight join the network in one graph.
  const graph = buildTrainingGraph(network, {
    batchSize,
    recipe,
    scaling,
    inputKind,
    frozen: frozenWeights(network, weights),
    stepsBehind,
    maxPoolIndices: target.givesMaxPoolIndices,
  })
  const step = target.rewrite(graph.builder).build('training-step')
  return { model: encodeFor(target, step), graph }
}

/** Weights that nothing changes while training: neither gradients nor running statistics. */
function frozenWeights(network: LoweredNetwork, weights: TensorMap): TensorMap {
  const updated = new Set(network.updates.map(({ path }) => path))
  return new Map(
    network.weights.flatMap(({ path, trainable }) => {
      const tensor = trainable || updated.has(path) ? undefined : weights.get(path)
      return tensor ? [[path, tensor] as const] : []
    }),
  )
}

/** A network that only predicts, as a runtime can run it. */
export interface CompiledPrediction {
  readonly model: Uint8Array
  /** [C, H, W] of the input. */
  readonly inputShape: Shape
}

/** Compiles a network that only predicts, pixels scaled inside the graph. @throws NetloomError the first error of the document */
export function compilePrediction(
  document: NetworkDocument,
  weights: TensorMap,
  scaling: InputScaling,
  target: Pick<Target, 'adapt'>,
): CompiledPrediction {
  const { graph, inputShape } = lowerDocument(document, { mode: 'inference', weights, scaling, scalingInside: true })
  return { model: encodeFor(target, graph), inputShape }
}
