// Mixed precision against float32 on ONNX Runtime's CPU, which casts around float16 operators; and who may use it.
import { afterEach, describe, expect, it } from 'vitest'
import { ortEngine } from '../../src/main/engines/ort/engine'
import { OrtTrainingSession } from '../../src/main/engines/ort/trainingSession'
import { tfjsEngine } from '../../src/main/engines/tfjs/engine'
import { initialiseWeights } from '../../src/shared/network/initialise'
import type { FloatBatch, TrainingRequest } from '../../src/shared/training/computeEngine'
import type { TensorMap } from '../../src/shared/onnx/tensor'
import type { NetworkDocument } from '../../src/shared/graph/document'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { RandomStream } from '../../src/shared/training/randomStream'
import { readLossScale, writeLossScale } from '../../src/shared/training/lossScaling'
import { recipeSchema } from '../../src/shared/training/recipe'

const batchSize = 8
const inputSize = 3 * 12 * 12
const open: OrtTrainingSession[] = []

/** Two residual sums, one with a 1x1 convolution of stride 2 on its short way. */
function network(): NetworkDocument {
  const builder = new DocumentBuilder('residual')
  const convolve = (id: string, filters: number, stride: number, from: string) => {
    const kernel = { filters, kernel: 3, padding: [1, 1, 1, 1], stride, bias: false }
    return builder.add(`${id}norm`, 'batchNorm', {}, builder.add(id, 'conv2d', kernel, from))
  }
  const input = builder.add('input', 'input', { shape: [3, 12, 12] })
  const stem = builder.add('relu1', 'relu', {}, convolve('conv1', 8, 1, input))
  const inner = builder.add('relu2', 'relu', {}, convolve('conv2', 8, 1, stem))
  const sum = builder.add('relu3', 'relu', {}, builder.add('sum1', 'add', {}, convolve('conv3', 8, 1, inner), stem))
  const short = builder.add('short', 'conv2d', { filters: 16, kernel: 1, stride: 2, bias: false }, sum)
  const last = builder.add('sum2', 'add', {}, convolve('conv4', 16, 2, sum), short)
  const flat = builder.add('flat', 'flatten', {}, builder.add('gap', 'globalAveragePool', {}, last))
  builder.add('dense', 'dense', { units: 4 }, flat)
  return builder.build()
}

function request(mixedPrecision: boolean, more: Partial<TrainingRequest> = {}): TrainingRequest {
  const document = network()
  return {
    document,
    recipe: recipeSchema.parse({ optimizer: { type: 'adam' }, mixedPrecision }),
    scaling: { mean: [0.5], deviation: [0.25] },
    weights: initialiseWeights(document, 3),
    ...more,
  }
}

function openSession(options: TrainingRequest): OrtTrainingSession {
  const session = new OrtTrainingSession(options, { device: 'cpu' })
  open.push(session)
  return session
}

/** Noise around one brightness per class. */
function batch(step: number): FloatBatch {
  const stream = new RandomStream(5, 'batch', step)
  const labels = Int32Array.from({ length: batchSize }, () => stream.below(4))
  const inputs = Float32Array.from(
    { length: batchSize * inputSize },
    (_, index) => (labels[Math.floor(index / inputSize)] ?? 0) - 2 + stream.below(1000) / 1000,
  )
  return { inputs, labels, learningRate: 0.003 }
}

/** 1e6 is more than float16 holds. */
const overflow: FloatBatch = { ...batch(0), inputs: new Float32Array(batchSize * inputSize).fill(1e6) }

async function train(session: OrtTrainingSession, from: number, to: number): Promise<number[]> {
  const losses: number[] = []
  for (let step = from; step < to; step++) losses.push((await session.stepFloats(batch(step))).loss)
  return losses
}

function plain(tensors: TensorMap): ReadonlyMap<string, readonly number[]> {
  return new Map(Array.from(tensors, ([path, { data }]) => [path, [...data]]))
}

describe('mixed precision', () => {
  afterEach(async () => {
    for (const session of open.splice(0)) await session.dispose()
  })

  it('follows the losses of float32 within a hundredth, without being the same', async () => {
    const expected = await train(openSession(request(false)), 0, 12)
    const session = openSession(request(true))
    const losses = await train(session, 0, 12)
    losses.forEach((loss, step) =>
      expect(Math.abs(loss / (expected[step] ?? 0) - 1), `step ${step}`).toBeLessThan(1e-2),
    )
    expect(losses).not.toEqual(expected)
    expect(expected[11]).toBeLessThan(0.5 * (expected[0] ?? 0))
    expect(readLossScale(await session.readSlots())).toEqual({ scale: 2 ** 14, goodSteps: 12, skippedSteps: 0 })
  })

  it('leaves out a step whose gradients overflow, keeps all state, and halves the scale', async () => {
    const first = openSession(request(true))
    await train(first, 0, 2)
    const weights = await first.readWeights()
    // Gradients of some hundredths times 2^30 are beyond the 65,504 of float16.
    const slots = new Map([
      ...(await first.readSlots()),
      writeLossScale({ scale: 2 ** 30, goodSteps: 2, skippedSteps: 0 }),
    ])
    const session = openSession(request(true, { weights, slots, stepsTaken: 2 }))
    const [loss = Number.NaN] = await train(session, 2, 3)
    expect(loss).toBeCloseTo((await train(first, 2, 3))[0] ?? 0, 6)
    expect(plain(await session.readWeights())).toEqual(plain(weights))
    const [path] = writeLossScale(readLossScale(undefined))
    expect(plain(await session.readSlots())).toEqual(new Map(plain(slots)).set(path, [2 ** 29, 0, 1]))
  })

  it('keeps running statistics, too, where the forward pass overflows', async () => {
    const options = request(true)
    const session = openSession(options)
    await session.stepFloats(overflow)
    expect(plain(await session.readWeights())).toEqual(plain(options.weights))
    await train(session, 1, 2)
    expect(plain(await session.readWeights())).not.toEqual(plain(options.weights))
  })

  it('goes on from its slots as if it had never stopped, left-out steps included', async () => {
    const whole = openSession(request(true))
    await whole.stepFloats(overflow)
    const losses = await train(whole, 1, 8)
    const first = openSession(request(true))
    await first.stepFloats(overflow)
    await train(first, 1, 4)
    const [weights, slots] = [await first.readWeights(), await first.readSlots()]
    const second = openSession(request(true, { weights, slots, stepsTaken: 4 }))
    expect(await train(second, 4, 8)).toEqual(losses.slice(3))
    expect(plain(await second.readWeights())).toEqual(plain(await whole.readWeights()))
    expect(plain(await second.readSlots())).toEqual(plain(await whole.readSlots()))
  })

  it('is refused on the CPU and by TensorFlow.js, with the reason', async () => {
    await expect(ortEngine.openTraining(request(true), 'cpu')).rejects.toThrow(/the device is cpu/u)
    await expect(tfjsEngine.openTraining(request(true), 'cpu')).rejects.toThrow(/Mixed precision .*ONNX Runtime/u)
  })
})
