// Every recorded PyTorch training run, taken again by the TensorFlow.js engine in plain JavaScript: losses and final weights.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openBackend } from '../../src/main/engines/tfjs/backend'
import { TfjsTrainingSession } from '../../src/main/engines/tfjs/trainingSession'
import { initialiseWeights } from '../../src/shared/network/initialise'
import { relativeError } from './runGraph'
import { buildRecordedNetwork, ourName, recordingSchema, toRecipe, toWeight } from './trainingNetwork'

const recording = recordingSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, 'data/training.json'), 'utf8')),
)

const document = buildRecordedNetwork()
const shapes = new Map(Array.from(initialiseWeights(document, 1), ([path, { dims }]) => [path, dims]))

describe('training on TensorFlow.js as PyTorch recorded it', () => {
  const { init, batches, runs } = recording
  const weights = new Map(
    Object.entries(init).map(([name, tensor]) => [ourName(name), toWeight(tensor, shapes.get(ourName(name)) ?? [])]),
  )
  const [count = 1, ...dims] = batches.x.shape
  const size = dims.reduce((product, extent) => product * extent, 1)

  it.each(Object.entries(runs))('gives the losses and final weights of %s within 1e-3', async (_, run) => {
    const recipe = toRecipe(run, dims[0] ?? 1)
    const scaling = { mean: [0, 0, 0], deviation: [1, 1, 1] }
    const session = await TfjsTrainingSession.open({ document, recipe, scaling, weights }, await openBackend('cpu'))
    const losses: number[] = []
    for (let step = 0; step < run.losses.length; step++) {
      const index = step % count
      const inputs = Float32Array.from(batches.x.data.slice(index * size, (index + 1) * size))
      const labels = Int32Array.from(batches.labels[index] ?? [])
      losses.push((await session.stepFloats({ inputs, labels, learningRate: run.optimizer.learningRate })).loss)
    }
    const trained = await session.readWeights()
    await session.dispose()
    expect(relativeError(losses, run.losses), 'losses').toBeLessThan(1e-3)
    expect(Object.keys(run.final).length).toBeGreaterThan(0)
    for (const [name, tensor] of Object.entries(run.final)) {
      const { data } = toWeight(tensor, shapes.get(ourName(name)) ?? [])
      expect(relativeError(trained.get(ourName(name))?.data ?? [], data), name).toBeLessThan(1e-3)
    }
  })
})
