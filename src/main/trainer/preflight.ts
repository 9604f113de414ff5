// What a run will cost before it is started: memory from shapes, time and memory from a dry run; not the training.
import { freemem } from 'node:os'
import { lowerDocument } from '../../shared/lower/lower'
import { listWeights } from '../../shared/network/weights'
import { requireSound } from '../../shared/network/inferDocument'
import type { Preflight } from '../../shared/contract/trainingCalls'
import type { NetworkDocument } from '../../shared/graph/document'
import { serializeDocument } from '../../shared/graph/schema'
import { countElements } from '../../shared/graph/shape'
import { inferNode, type ValueType } from '../../shared/onnx/inferShapes'
import { specialize } from '../../shared/onnx/specialize'
import { slotNames } from '../../shared/training/optimizers'
import type { Recipe } from '../../shared/training/recipe'
import { chooseDevice } from '../devices/chooseDevice'
import { measureSteps } from '../devices/measureSteps'
import { countUsedImages } from './loop/trainingPlan'
import { checkTraining, type StartTrainingRequest } from './startTraining'

/** Memory of a run, from shapes alone. */
export interface MemoryPrediction {
  /** Weights, their gradients and the optimiser's slots. */
  readonly fixedBytes: number
  /** Activations and their gradients, and the pixels. */
  readonly bytesPerImage: number
}

/** Operators whose output is their input in another shape: no memory of its own. */
const views = new Set(['Reshape', 'Flatten', 'Identity', 'Squeeze', 'Unsqueeze'])

/** Values of the forward pass in training, for one image: every layer inside composite blocks is counted. */
function countActivations(document: NetworkDocument, recipe: Recipe): number {
  const lowered = lowerDocument(document, { mode: 'training', freeze: recipe.freeze })
  const one = Object.fromEntries(
    lowered.graph.inputs.map(({ name, dims = [] }) => [name, dims.map((dim) => (typeof dim === 'string' ? 1 : dim))]),
  )
  const graph = specialize(lowered.graph, one)
  const types = new Map<string, ValueType>()
  for (const { name, dataType, dims } of graph.inputs) types.set(name, { dataType, dims: (dims ?? []).map(Number) })
  for (const [name, { dataType, dims }] of graph.initializers) types.set(name, { dataType, dims })
  let count = 0
  for (const node of graph.nodes) {
    const outputs = inferNode(
      node,
      (value) => types.get(value),
      (value) => graph.initializers.get(value),
    )
    node.outputs.forEach((name, index) => {
      const type = outputs[index]
      if (!type || name === '') return
      types.set(name, type)
      if (!views.has(node.opType)) count += countElements(type.dims)
    })
  }
  return count
}

/**
 * Predicts the memory of training: weights, gradients and slots; activations and their gradients per image.
 * @throws NetloomError the first error of the document
 */
export function predictMemory(document: NetworkDocument, recipe: Recipe): MemoryPrediction {
  const sound = requireSound(document)
  const weights = listWeights(sound, recipe.freeze)
  const sum = (isCounted: (weight: (typeof weights)[number]) => boolean) =>
    weights.reduce((total, weight) => total + (isCounted(weight) ? countElements(weight.shape) : 0), 0)
  const all = sum(() => true)
  const trained = sum(({ trainable }) => trainable)
  const input = countElements(sound.inputNode.outputs[0] ?? [])
  return {
    fixedBytes: 4 * (all + trained * (1 + slotNames(recipe.optimizer).length)),
    // Each activation has a gradient of its size; the input has none, but its pixels as bytes.
    bytesPerImage: 4 * (2 * countActivations(document, recipe) + input) + input,
  }
}

/** Memory that may be taken now: what is free, within the limit of a container. */
function findFreeMemory(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(freemem(), limit) : freemem()
}

/** A margin for other programs, in shares of the free memory. */
const usableShare = 0.8
/** Steps of evaluation have no backward pass, which is about two thirds of a training step. */
const evaluationShare = 1 / 3

/**
 * Checks a request as training does, predicts its memory and takes three steps.
 * @throws NetloomError as `startTraining` before its process starts, and what the dry run finds
 */
export async function runPreflight(
  request: Omit<StartTrainingRequest, 'directory'>,
  signal?: AbortSignal,
): Promise<Preflight> {
  const { document, recipe, engine } = request
  const { description } = await checkTraining(request)
  const { fixedBytes, bytesPerImage } = predictMemory(document, recipe)
  const freeMemoryBytes = findFreeMemory()
  const predictedMemoryBytes = fixedBytes + recipe.batchSize * bytesPerImage
  const choice = request.device === 'auto' ? await chooseDevice(request, { signal }) : undefined
  const device = choice?.device ?? request.device
  const measured = await measureSteps({ document: serializeDocument(document), recipe, engine, device }, { signal })
  const count = description.splits.train?.count ?? 0
  const steps = Math.ceil(countUsedImages(count, recipe.batchSize) / recipe.batchSize)
  const evaluationSteps = Math.ceil((description.splits.val?.count ?? 0) / recipe.batchSize)
  const secondsPerEpoch = measured.secondsPerStep * (steps + evaluationShare * evaluationSteps)
  // What a process needs beside the prediction: the program, the runtime, its working memory.
  const overhead = Math.max(0, measured.memoryBytes - predictedMemoryBytes)
  const room = usableShare * freeMemoryBytes - fixedBytes - overhead
  return {
    predictedMemoryBytes,
    measuredMemoryBytes: measured.memoryBytes,
    secondsPerStep: measured.secondsPerStep,
    secondsPerEpoch,
    secondsInAll: secondsPerEpoch * recipe.epochs,
    largestBatch: Math.max(0, Math.min(count, Math.floor(room / bytesPerImage))),
    freeMemoryBytes,
    ...(choice ? { choice } : {}),
  }
}
