// The TensorFlow.js engine in plain JavaScript: the steps of ONNX Runtime, exact resume, frozen layers, and memory that does not grow.
import { afterEach, describe, expect, it } from 'vitest'
import { OrtTrainingSession } from '../../src/main/engines/ort/trainingSession'
import { openPrediction } from '../../src/main/engines/ort/predictionSession'
import { openBackend, tf } from '../../src/main/engines/tfjs/backend'
import { TfjsPrediction } from '../../src/main/engines/tfjs/predictionSession'
import { TfjsTrainingSession } from '../../src/main/engines/tfjs/trainingSession'
import { initialiseWeights } from '../../src/shared/network/initialise'
import type { TensorMap } from '../../src/shared/onnx/tensor'
import type { TrainingBatch, TrainingRequest, TrainingSession } from '../../src/shared/training/computeEngine'
import type { NetworkDocument } from '../../src/shared/graph/document'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { RandomStream } from '../../src/shared/training/randomStream'
import { recipeSchema, type RecipeInput } from '../../src/shared/training/recipe'
import { relativeError } from '../reference/runGraph'

const scaling = { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.25, 0.3] }
const open: TrainingSession[] = []

/** Padding that TensorFlow.js has no word for, a dilated window, groups, batch norm and dropout on maps and vectors. */
function network(): NetworkDocument {
  const builder = new DocumentBuilder('test')
  const input = builder.add('input', 'input', { shape: [3, 9, 9] })
  const conv1 = builder.add('conv1', 'conv2d', { filters: 4, kernel: 3, padding: [1, 1, 1, 1], bias: false }, input)
  const norm = builder.add('norm', 'batchNorm', {}, conv1)
  const relu = builder.add('relu', 'relu', {}, norm)
  const pool = builder.add('pool', 'maxPool2d', { kernel: 3, stride: 2, padding: [1, 1, 1, 1] }, relu)
  const conv2 = builder.add('conv2', 'conv2d', { filters: 4, kernel: 2, dilation: 2, groups: 2 }, pool)
  const drop1 = builder.add('drop1', 'dropout', { rate: 0.3 }, conv2)
  const flat = builder.add('flat', 'flatten', {}, drop1)
  const drop2 = builder.add('drop2', 'dropout', { rate: 0.2 }, flat)
  const dense = builder.add('dense', 'dense', { units: 4 }, drop2)
  builder.add('softmax', 'softmax', {}, dense)
  return builder.build()
}

function request(recipe: RecipeInput = {}, more: Partial<TrainingRequest> = {}): TrainingRequest {
  const document = network()
  return { document, recipe: recipeSchema.parse(recipe), scaling, weights: initialiseWeights(document, 3), ...more }
}

async function openTfjs(options: TrainingRequest): Promise<TfjsTrainingSession> {
  const session = await TfjsTrainingSession.open(options, await openBackend('cpu'))
  open.push(session)
  return session
}

function batch(count: number, step: number): TrainingBatch {
  const stream = new RandomStream(5, 'batch', step)
  const labels = Int32Array.from({ length: count }, () => stream.below(4))
  const size = 3 * 81
  const pixels = Uint8Array.from(
    { length: count * size },
    (_, index) => 40 * (labels[Math.floor(index / size)] ?? 0) + stream.below(60),
  )
  return { pixels, labels, learningRate: 0.01 }
}

async function train(session: TrainingSession, from: number, to: number, size = 6): Promise<number[]> {
  const losses: number[] = []
  for (let step = from; step < to; step++) losses.push((await session.step(batch(size, step))).loss)
  return losses
}

function bytesOf(tensors: TensorMap): string {
  return [...tensors]
    .map(([path, { data }]) => `${path} ${Buffer.from(data.slice().buffer).toString('base64')}`)
    .sort()
    .join('\n')
}

function expectClose(actual: TensorMap, expected: TensorMap): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort())
  for (const [path, { data }] of expected)
    expect(relativeError(actual.get(path)?.data ?? [], data), path).toBeLessThan(1e-3)
}

const recipes: readonly (readonly [string, RecipeInput])[] = [
  ['Adam with decay and clipping', { weightDecay: 0.01, gradientClipNorm: 0.5 }],
  ['AdamW that decays all weights', { optimizer: { type: 'adamw' }, weightDecay: 0.1, decayedWeights: 'all' }],
  ['Nesterov on the hinge loss', { optimizer: { type: 'nesterov' }, loss: { type: 'hinge' } }],
  ['RMSProp on the squared error', { optimizer: { type: 'rmsprop' }, loss: { type: 'mse' }, weightDecay: 0.01 }],
  [
    'Momentum at rates by layer',
    { optimizer: { type: 'momentum' }, learningRateFactors: [{ layers: 'conv*', factor: 0.1 }] },
  ],
  ['SGD on smoothed labels', { optimizer: { type: 'sgd' }, loss: { type: 'cross-entropy', labelSmoothing: 0.1 } }],
]

describe('TfjsTrainingSession', () => {
  afterEach(async () => {
    for (const session of open.splice(0)) await session.dispose()
  })

  it.each(recipes)('takes the steps of ONNX Runtime, dropout included: %s', async (_, recipe) => {
    const ort = new OrtTrainingSession(request(recipe), { device: 'cpu' })
    open.push(ort)
    const tfjs = await openTfjs(request(recipe))
    const expected = await train(ort, 0, 4)
    expect(relativeError(await train(tfjs, 0, 4), expected)).toBeLessThan(1e-3)
    expectClose(await tfjs.readWeights(), await ort.readWeights())
    expectClose(await tfjs.readSlots(), await ort.readSlots())
  })

  it('goes on from its weights, slots and step count as if it had never stopped, to the last bit', async () => {
    const whole = await openTfjs(request())
    const wholeLosses = await train(whole, 0, 6)
    const first = await openTfjs(request())
    await train(first, 0, 3)
    const more = { weights: await first.readWeights(), slots: await first.readSlots(), stepsTaken: 3 }
    const second = await openTfjs(request({}, more))
    expect(await train(second, 3, 6)).toEqual(wholeLosses.slice(3))
    expect(bytesOf(await second.readWeights())).toBe(bytesOf(await whole.readWeights()))
    expect(bytesOf(await second.readSlots())).toBe(bytesOf(await whole.readSlots()))
  })

  it('leaves frozen layers as they are, running statistics included', async () => {
    const options = request({ freeze: ['conv1', 'norm'] })
    const session = await openTfjs(options)
    await train(session, 0, 3)
    const trained = await session.readWeights()
    for (const [path, { data }] of options.weights) {
      const isFrozen = path.startsWith('conv1/') || path.startsWith('norm/')
      expect(Array.from(trained.get(path)?.data ?? []).join() === Array.from(data).join(), path).toBe(isFrozen)
    }
  })

  it('holds as many tensors and bytes after 100 steps as after one, and none after it is closed', async () => {
    const before = tf.memory().numTensors
    const session = await openTfjs(request())
    await train(session, 0, 1, 2)
    const { numTensors, numBytes } = tf.memory()
    await train(session, 1, 101, 2)
    expect(tf.memory()).toMatchObject({ numTensors, numBytes })
    await session.readWeights()
    await session.readSlots()
    expect(tf.memory().numTensors).toBe(numTensors)
    await session.dispose()
    open.length = 0
    expect(tf.memory().numTensors).toBe(before)
  })

  it('predicts what ONNX Runtime predicts, and holds nothing back', async () => {
    const { document, weights } = request()
    const { pixels } = batch(5, 1)
    const ort = await openPrediction({ document, scaling, weights }, 'cpu')
    const before = tf.memory().numTensors
    const tfjs = await TfjsPrediction.open({ document, scaling, weights }, await openBackend('cpu'))
    const actual = await tfjs.predict(pixels, 5)
    expect(relativeError(actual, await ort.predict(pixels, 5))).toBeLessThan(1e-4)
    await ort.dispose()
    await tfjs.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('refuses a threshold behind weights that are to be trained, except by the perceptron rule', async () => {
    const builder = new DocumentBuilder('steps')
    const input = builder.add('input', 'input', { shape: [3, 9, 9] })
    const dense = builder.add('dense', 'dense', { units: 4 }, builder.add('flat', 'flatten', {}, input))
    builder.add('step', 'threshold', {}, dense)
    const document = builder.build()
    const weights = initialiseWeights(document, 1)
    await expect(openTfjs(request({}, { document, weights }))).rejects.toMatchObject({ code: 'autodiff.noGradient' })
    const recipe: RecipeInput = { loss: { type: 'perceptron' }, optimizer: { type: 'sgd' } }
    const ort = new OrtTrainingSession(request(recipe, { document, weights }), { device: 'cpu' })
    open.push(ort)
    const tfjs = await openTfjs(request(recipe, { document, weights }))
    expect(await train(tfjs, 0, 3)).toEqual(await train(ort, 0, 3))
    expectClose(await tfjs.readWeights(), await ort.readWeights())
  })

  it('names what there is where another device is asked for', async () => {
    await expect(openBackend('coreml')).rejects.toThrow(/TensorFlow\.js has cpu, webgpu and cuda/u)
  })
})
