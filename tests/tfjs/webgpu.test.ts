// Training on TensorFlow.js through Dawn against ONNX Runtime's CPU; without a graphics processor on the software adapter of Debian's chromium.
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultRecipe, tinyNetwork } from '../../src/main/devices/tinyNetwork'
import { OrtTrainingSession } from '../../src/main/engines/ort/trainingSession'
import { openBackend, tf } from '../../src/main/engines/tfjs/backend'
import { TfjsTrainingSession } from '../../src/main/engines/tfjs/trainingSession'
import { findArchitecture } from '../../src/shared/lectures/architectures/index'
import { initialiseWeights } from '../../src/shared/network/initialise'
import type { TrainingBatch, TrainingSession } from '../../src/shared/training/computeEngine'
import { NetloomError } from '../../src/shared/graph/errors'
import { RandomStream } from '../../src/shared/training/randomStream'
import { relativeError } from '../reference/runGraph'

// Vulkan's loader reads this when the first adapter is asked for, which is after this line.
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json'
if (existsSync(swiftShader)) process.env['VK_ICD_FILENAMES'] ??= swiftShader

const backend = await openBackend('webgpu').catch((error: unknown) => {
  if (!(error instanceof NetloomError)) throw error
  console.info(`webgpu.test.ts is skipped: ${error.message}`)
  return undefined
})

const batchSize = 4
const stream = new RandomStream(1, 'webgpu')
const batch: TrainingBatch = {
  pixels: Uint8Array.from({ length: batchSize * 3 * 16 * 16 }, () => stream.below(256)),
  labels: Int32Array.from({ length: batchSize }, (_, index) => index % 4),
  learningRate: 0.01,
}

async function train(session: TrainingSession, steps: number): Promise<number[]> {
  const losses: number[] = []
  for (let step = 0; step < steps; step++) losses.push((await session.step(batch)).loss)
  return losses
}

describe.skipIf(!backend)('TensorFlow.js on WebGPU', () => {
  it('trains as the CPU does, keeps its weights there, and holds as many tensors after each step', async () => {
    const document = tinyNetwork()
    const request = {
      document,
      recipe: defaultRecipe(),
      scaling: { mean: [0.5], deviation: [0.5] },
      weights: initialiseWeights(document, 1),
    }
    const reference = new OrtTrainingSession(request, { device: 'cpu' })
    const expected = await train(reference, 3)
    const weights = await reference.readWeights()
    await reference.dispose()
    const session = await TfjsTrainingSession.open(request, backend ?? (await openBackend('webgpu')))
    expect(session.device).toBe('webgpu')
    const first = await train(session, 1)
    const { numTensors } = tf.memory()
    const losses = [...first, ...(await train(session, 2))]
    expect(tf.memory().numTensors).toBe(numTensors)
    expect(relativeError(losses, expected)).toBeLessThan(1e-2)
    for (const [path, { data }] of await session.readWeights())
      expect(relativeError(data, weights.get(path)?.data ?? []), path).toBeLessThan(1e-2)
    await session.dispose()
  })

  it('keeps within a hundredth of the CPU over 50 steps of LeNet-5', async () => {
    const document = findArchitecture('lenet5')?.build()
    if (!document) throw new Error('no lenet5')
    const weights = initialiseWeights(document, 1)
    const request = { document, recipe: defaultRecipe(), scaling: { mean: [0.5], deviation: [0.5] }, weights }
    const batches = Array.from({ length: 5 }, (_, number): TrainingBatch => {
      const random = new RandomStream(2, 'lenet', number)
      return {
        pixels: Uint8Array.from({ length: batchSize * 28 * 28 }, () => random.below(256)),
        labels: Int32Array.from({ length: batchSize }, () => random.below(10)),
        learningRate: 0.002,
      }
    })
    const lossesOf = async (session: TrainingSession): Promise<number[]> => {
      const losses: number[] = []
      for (let step = 0; step < 50; step++) {
        const given = batches[step % batches.length]
        if (given) losses.push((await session.step(given)).loss)
      }
      await session.dispose()
      return losses
    }
    const expected = await lossesOf(new OrtTrainingSession(request, { device: 'cpu' }))
    const losses = await lossesOf(await TfjsTrainingSession.open(request, backend ?? (await openBackend('webgpu'))))
    losses.forEach((loss, step) =>
      expect(Math.abs(loss / (expected[step] ?? 0) - 1), `step ${step}`).toBeLessThan(1e-2),
    )
    expect(losses.slice(-5).reduce((a, b) => a + b)).toBeLessThan(losses.slice(0, 5).reduce((a, b) => a + b))
  })
})
