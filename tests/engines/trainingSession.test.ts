// The ONNX Runtime engine on the CPU: what a session keeps, what it leaves alone, and that it repeats itself to the last bit.
import { InferenceSession } from '../../src/main/engines/ort/silencedRuntime'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ortEngine } from '../../src/main/engines/ort/engine'
import { OrtTrainingSession } from '../../src/main/engines/ort/trainingSession'
import { openPrediction } from '../../src/main/engines/ort/predictionSession'
import { initialiseWeights } from '../../src/shared/network/initialise'
import type { TensorMap } from '../../src/shared/onnx/tensor'
import type { TrainingBatch, TrainingRequest } from '../../src/shared/training/computeEngine'
import type { NetworkDocument } from '../../src/shared/graph/document'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { RandomStream } from '../../src/shared/training/randomStream'
import { recipeSchema, type RecipeInput } from '../../src/shared/training/recipe'

const scaling = { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.25, 0.3] }
const open: OrtTrainingSession[] = []

function network(): NetworkDocument {
  const builder = new DocumentBuilder('test')
  const input = builder.add('input', 'input', { shape: [3, 12, 12] })
  const conv1 = builder.add('conv1', 'conv2d', { filters: 16, kernel: 3, padding: [1, 1, 1, 1], bias: false }, input)
  const norm = builder.add('norm', 'batchNorm', {}, conv1)
  const relu = builder.add('relu', 'relu', {}, norm)
  const pool = builder.add('pool', 'maxPool2d', { kernel: 2, stride: 2 }, relu)
  const conv2 = builder.add('conv2', 'conv2d', { filters: 10, kernel: 3 }, pool)
  const flat = builder.add('flat', 'flatten', {}, conv2)
  const drop = builder.add('drop', 'dropout', { rate: 0.3 }, flat)
  builder.add('dense', 'dense', { units: 4 }, drop)
  return builder.build()
}

function request(recipe: RecipeInput = {}, more: Partial<TrainingRequest> = {}): TrainingRequest {
  const document = network()
  return { document, recipe: recipeSchema.parse(recipe), scaling, weights: initialiseWeights(document, 3), ...more }
}

function openSession(options: TrainingRequest): OrtTrainingSession {
  const session = new OrtTrainingSession(options, { device: 'cpu' })
  open.push(session)
  return session
}

function batch(count: number, step: number): TrainingBatch {
  const stream = new RandomStream(5, 'batch', step)
  const labels = Int32Array.from({ length: count }, () => stream.below(4))
  const pixels = new Uint8Array(count * 3 * 144)
  // The brightness of the image tells its class, so that there is something to learn.
  for (let i = 0; i < pixels.length; i++) pixels[i] = 40 * (labels[Math.floor(i / 432)] ?? 0) + stream.below(60)
  return { pixels, labels, learningRate: 0.01 }
}

async function train(session: OrtTrainingSession, from: number, to: number, size = 8): Promise<number[]> {
  const losses: number[] = []
  for (let step = from; step < to; step++) losses.push((await session.step(batch(size, step))).loss)
  return losses
}

function bytesOf(tensors: TensorMap): string {
  return [...tensors]
    .map(([path, { data }]) => `${path} ${Buffer.from(data.slice().buffer).toString('base64')}`)
    .join('\n')
}

describe('OrtTrainingSession', () => {
  afterEach(async () => {
    for (const session of open.splice(0)) await session.dispose()
  })

  it('learns', async () => {
    const losses = await train(openSession(request({ optimizer: { type: 'momentum' } })), 0, 60)
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(losses.slice(-10))).toBeLessThan(0.5 * mean(losses.slice(0, 5)))
  })

  it('goes on from its weights, slots and step count as if it had never stopped, to the last bit', async () => {
    const whole = openSession(request())
    const wholeLosses = await train(whole, 0, 8)
    const first = openSession(request())
    await train(first, 0, 4)
    const second = openSession(
      request({}, { weights: await first.readWeights(), slots: await first.readSlots(), stepsTaken: 4 }),
    )
    expect(await train(second, 4, 8)).toEqual(wholeLosses.slice(4))
    expect(bytesOf(await second.readWeights())).toBe(bytesOf(await whole.readWeights()))
    expect(bytesOf(await second.readSlots())).toBe(bytesOf(await whole.readSlots()))
  })

  it('takes a smaller last batch with the same state', async () => {
    const session = openSession(request())
    await train(session, 0, 2)
    const before = bytesOf(await session.readWeights())
    const { loss } = await session.step(batch(3, 2))
    expect(Number.isFinite(loss)).toBe(true)
    expect(bytesOf(await session.readWeights())).not.toBe(before)
  })

  it('leaves frozen layers as they are, running statistics included', async () => {
    const options = request({ freeze: ['conv1', 'norm'] })
    const session = openSession(options)
    await train(session, 0, 5)
    const trained = await session.readWeights()
    for (const [path, { data }] of options.weights) {
      const isFrozen = path.startsWith('conv1/') || path.startsWith('norm/')
      expect(Array.from(trained.get(path)?.data ?? []).join() === Array.from(data).join(), path).toBe(isFrozen)
    }
  })

  it('bounds the step by the norm of the gradient', async () => {
    const options = request({ optimizer: { type: 'sgd' }, gradientClipNorm: 0.001, weightDecay: 0 })
    const session = openSession(options)
    await train(session, 0, 1)
    const trained = await session.readWeights()
    let squares = 0
    for (const [path, { data }] of options.weights) {
      if (path.includes('running')) continue
      data.forEach((value, index) => (squares += ((trained.get(path)?.data[index] ?? 0) - value) ** 2))
    }
    // The learning rate is 0.01, so the step is 0.01 * 0.001 long.
    expect(Math.sqrt(squares)).toBeCloseTo(1e-5, 7)
  })

  it('moves running statistics towards those of the batch', async () => {
    const session = openSession(request())
    await train(session, 0, 1)
    const variance = (await session.readWeights()).get('norm/runningVariance')?.data ?? new Float32Array()
    expect(variance).toHaveLength(16)
    expect(Array.from(variance).every((value) => value > 0.9 && value !== 1)).toBe(true)
  })

  it('predicts with the trained weights what the layers say, pixels scaled inside', async () => {
    const session = openSession(request({ optimizer: { type: 'momentum' } }))
    await train(session, 0, 60)
    const { document } = request()
    const prediction = await openPrediction({ document, scaling, weights: await session.readWeights() }, 'cpu')
    const { pixels, labels } = batch(64, 999)
    const logits = await prediction.predict(pixels, 64)
    await prediction.dispose()
    const hits = labels.filter((label, row) => {
      const scores = Array.from(logits.subarray(4 * row, 4 * row + 4))
      return scores.indexOf(Math.max(...scores)) === label
    })
    expect(hits.length).toBeGreaterThan(48)
  })

  it('names the devices that there are where another is asked for', async () => {
    const missing = process.platform === 'darwin' ? 'dml' : 'coreml'
    await expect(ortEngine.openTraining(request(), missing)).rejects.toThrow(
      new RegExp(`"${missing}" is not there`, 'u'),
    )
  })

  it('gives back what it holds also after a step that could not be prepared', async () => {
    const create = InferenceSession.create.bind(InferenceSession)
    let released = 0
    const creating = vi.spyOn(InferenceSession, 'create').mockImplementation(async (model: Uint8Array) => {
      if (creating.mock.calls.length > 1) throw new Error('there is no memory for it')
      const made = await create(model)
      const release = made.release.bind(made)
      made.release = () => {
        released++
        return release()
      }
      return made
    })
    try {
      const session = new OrtTrainingSession(request({ mixedPrecision: false }), { device: 'cpu' })
      await session.step(batch(4, 0))
      const before = released
      await expect(session.prepare(8)).rejects.toThrow('there is no memory for it')
      await session.dispose()
      expect(released).toBe(before + 1)
      await session.dispose()
      expect(released).toBe(before + 1)
    } finally {
      creating.mockRestore()
    }
  })
})

describe('a prediction session', () => {
  it('gives calls that overlap the answers of calls one after another', async () => {
    const { document, weights } = request()
    const session = await openPrediction({ document, weights, scaling }, 'cpu')
    try {
      const batches = [0, 1, 2, 3].map((step) => batch(step === 3 ? 2 : 8, step))
      const apart: Float32Array[] = []
      for (const { pixels, labels } of batches) apart.push(await session.predict(pixels, labels.length))
      const overlapping = await Promise.all(batches.map(({ pixels, labels }) => session.predict(pixels, labels.length)))
      expect(overlapping).toEqual(apart)
      expect(apart[0]).not.toEqual(apart[1])
    } finally {
      await session.dispose()
    }
  })
})
