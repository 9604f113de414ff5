// Every recorded PyTorch training run, taken again by the ONNX Runtime engine: losses, final weights, evaluation.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OrtTrainingSession } from '../../src/main/engines/ort/trainingSession'
import { initialiseWeights } from '../../src/shared/network/initialise'
import { lowerDocument } from '../../src/shared/lower/lower'
import type { TensorMap } from '../../src/shared/onnx/tensor'
import { specialize } from '../../src/shared/onnx/specialize'
import { relativeError, runGraph } from './runGraph'
import {
  buildRecordedNetwork,
  ourName,
  recordingSchema,
  toRecipe,
  toWeight,
  type RecordedRun,
  type Recording,
} from './trainingNetwork'

const recording = recordingSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, 'data/training.json'), 'utf8')),
)

const document = buildRecordedNetwork()
const shapes = new Map(Array.from(initialiseWeights(document, 1), ([path, { dims }]) => [path, dims]))

/** The recorded inputs of one batch: [N, C, H, W] and [N]. */
function batchOf({ batches }: Recording, step: number): { inputs: Float32Array; dims: number[]; labels: Int32Array } {
  const [count = 0, ...dims] = batches.x.shape
  const size = dims.reduce((product, extent) => product * extent, 1)
  const index = step % count
  const inputs = Float32Array.from(batches.x.data.slice(index * size, (index + 1) * size))
  return { inputs, dims, labels: Int32Array.from(batches.labels[index] ?? []) }
}

function initialWeights({ init }: Recording): TensorMap {
  return new Map(
    Object.entries(init).map(([name, tensor]) => [ourName(name), toWeight(tensor, shapes.get(ourName(name)) ?? [])]),
  )
}

/** Takes the recorded steps again. */
async function train(all: Recording, run: RecordedRun): Promise<{ losses: number[]; weights: TensorMap }> {
  const { learningRate } = run.optimizer
  const scaling = { mean: [0, 0, 0], deviation: [1, 1, 1] }
  const recipe = toRecipe(run, batchOf(all, 0).labels.length)
  const request = { document, recipe, scaling, weights: initialWeights(all) }
  const session = new OrtTrainingSession(request, { device: 'cpu' })
  const losses: number[] = []
  for (let step = 0; step < run.losses.length; step++) {
    const { inputs, labels } = batchOf(all, step)
    losses.push((await session.stepFloats({ inputs, labels, learningRate })).loss)
  }
  const weights = await session.readWeights()
  await session.dispose()
  return { losses, weights }
}

/** The logits of the first batch from the inference form of the network. */
async function evaluate(all: Recording, weights: TensorMap): Promise<ArrayLike<number>> {
  const { inputs, dims } = batchOf(all, 0)
  const { graph, inputName, outputName } = lowerDocument(document, { mode: 'inference', weights })
  const builder = specialize(graph, { [inputName]: dims })
  const results = await runGraph(builder, new Map([[inputName, { dims, data: inputs }]]), [outputName])
  return results.get(outputName) ?? []
}

describe('training as PyTorch recorded it', () => {
  const all = recording

  it('starts from the recorded weights, all of them', () => {
    expect([...initialWeights(all).keys()].sort()).toEqual([...shapes.keys()].sort())
  })

  it.each(Object.entries(all.runs))('gives the losses, final weights and logits of %s', async (_, run) => {
    const { losses, weights } = await train(all, run)
    const worst = Math.max(...losses.map((loss, step) => relativeError([loss], [run.losses[step] ?? NaN])))
    expect(losses).toHaveLength(run.losses.length)
    expect(worst, 'losses').toBeLessThan(1e-4)
    expect(Object.keys(run.final).length).toBeGreaterThan(0)
    for (const [name, tensor] of Object.entries(run.final)) {
      const { data } = toWeight(tensor, shapes.get(ourName(name)) ?? [])
      expect(relativeError(weights.get(ourName(name))?.data ?? [], data), name).toBeLessThan(1e-3)
    }
    const logits = await evaluate(all, weights)
    expect(relativeError(logits, run.eval_logits_on_batch_0.data), 'logits').toBeLessThan(1e-3)
  })
})
