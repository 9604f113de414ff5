// What a run will cost before it is started: memory from shapes, time and memory from a dry run; not the training.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { freemem } from 'node:os'
import { z } from 'zod'
import { lowerDocument } from '../../shared/compile/lower'
import { listWeights } from '../../shared/compile/weights'
import { requireSound } from '../../shared/compile/inferDocument'
import type { Preflight } from '../../shared/contract'
import type { NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { serializeDocument } from '../../shared/graph/schema'
import { countElements } from '../../shared/graph/shape'
import { inferNode, type ValueType } from '../../shared/onnx/inferShapes'
import { specialize } from '../../shared/onnx/specialize'
import { plainErrorSchema } from '../../shared/training/events'
import { slotNames } from '../../shared/training/optimizers'
import type { Recipe } from '../../shared/training/recipe'
import { findBuiltEntry } from '../builtEntry'
import type { DryRunCommand } from '../trainer/dryRun'
import { restoreError } from '../trainer/messages'
import { countUsedPictures } from '../trainer/trainingPlan'
import { checkTraining, type StartTrainingRequest } from './training'

/** Memory of a run, from shapes alone. */
export interface MemoryPrediction {
  /** Weights, their gradients and the optimiser's slots. */
  readonly fixedBytes: number
  /** Activations and their gradients, and the pixels. */
  readonly bytesPerPicture: number
}

/** Operators whose output is their input in another shape: no memory of its own. */
const views = new Set(['Reshape', 'Flatten', 'Identity', 'Squeeze', 'Unsqueeze'])

/** Values of the forward pass in training, for one picture: every layer inside composite blocks is counted. */
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
 * Predicts the memory of training: weights, gradients and slots; activations and their gradients per picture.
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
    bytesPerPicture: 4 * (2 * countActivations(document, recipe) + input) + input,
  }
}

const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('measured'), secondsPerStep: z.number(), memoryBytes: z.number() }),
  z.object({ kind: z.literal('failed'), error: plainErrorSchema }),
])

/** A dry run that says nothing for this long is given up. */
const dryRunPatienceMs = 180_000

/** Takes three steps in a process of its own. @throws NetloomError what training would find; training.stopped */
async function tryRun(command: DryRunCommand, signal: AbortSignal | undefined) {
  const child = fork(findBuiltEntry('dryRun'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  })
  const kill = () => void child.kill('SIGKILL')
  const timer = setTimeout(kill, dryRunPatienceMs)
  signal?.addEventListener('abort', kill)
  try {
    let answer: unknown
    child.on('message', (message) => (answer = message))
    child.send(command)
    await once(child, 'exit')
    signal?.throwIfAborted()
    const parsed = answerSchema.safeParse(answer)
    if (!parsed.success)
      throw new NetloomError('training.stopped', 'The dry run ended without a result; training may too.', {
        received: child.signalCode ?? child.exitCode,
        hint: 'Try a smaller batch.',
      })
    if (parsed.data.kind === 'failed') throw restoreError(parsed.data.error)
    return parsed.data
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', kill)
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
  const { document, recipe, engine, device } = request
  const { description } = await checkTraining(request)
  const { fixedBytes, bytesPerPicture } = predictMemory(document, recipe)
  const freeMemoryBytes = findFreeMemory()
  const predictedMemoryBytes = fixedBytes + recipe.batchSize * bytesPerPicture
  const measured = await tryRun({ document: serializeDocument(document), recipe, engine, device }, signal)
  const count = description.splits.train?.count ?? 0
  const steps = Math.ceil(countUsedPictures(count, recipe.batchSize) / recipe.batchSize)
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
    largestBatch: Math.max(0, Math.min(count, Math.floor(room / bytesPerPicture))),
    freeMemoryBytes,
  }
}
