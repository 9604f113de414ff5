// Training with a frozen first part through the trainer's own wrapper, on ONNX Runtime, against the network in one piece.
import { describe, expect, it } from 'vitest'
import { initialiseWeights } from '../../src/shared/network/initialise'
import type { TensorMap } from '../../src/shared/onnx/tensor'
import type { TrainingSession } from '../../src/shared/training/computeEngine'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { RandomStream } from '../../src/shared/training/randomStream'
import { recipeSchema, type RecipeInput } from '../../src/shared/training/recipe'
import { loadEngine } from '../../src/main/engines/index'
import { withFreezing } from '../../src/main/trainer/loop/frozenBody'

const batchSize = 8

function network() {
  const builder = new DocumentBuilder('small')
  builder.add('input', 'input', { shape: [3, 12, 12] })
  builder.add('stem', 'convBnRelu', { filters: 8 }, 'input')
  builder.add('body', 'convBnRelu', { filters: 8, stride: 2 }, 'stem')
  builder.add('pool', 'globalAveragePool', {}, 'body')
  builder.add('flatten', 'flatten', {}, 'pool')
  builder.add('fc', 'dense', { units: 4 }, 'flatten')
  return builder.build()
}

function requestOf(recipe: RecipeInput) {
  const document = network()
  const weights = initialiseWeights(document, 3)
  // Statistics that change something, as a pretrained network has them.
  for (const [path, { data }] of weights) {
    const random = new RandomStream(1, path)
    if (path.endsWith('runningMean')) data.forEach((_, i) => (data[i] = 0.3 * random.normal()))
    if (path.endsWith('runningVariance')) data.forEach((_, i) => (data[i] = random.between(0.5, 2)))
  }
  return {
    document,
    recipe: recipeSchema.parse({ learningRate: 0.05, optimizer: { type: 'momentum' }, ...recipe }),
    scaling: { mean: [0.5, 0.4, 0.6], deviation: [0.2, 0.3, 0.25] },
    weights,
  }
}

function batchOf(number: number) {
  const random = new RandomStream(9, 'batch', number % 3)
  return {
    pixels: Uint8Array.from({ length: batchSize * 3 * 144 }, () => random.below(256)),
    labels: Int32Array.from({ length: batchSize }, (_, index) => index % 4),
    learningRate: 0.05,
    images: Array.from({ length: batchSize }, (_, index) => (number % 3) * batchSize + index),
  }
}

async function train(session: TrainingSession, from: number, to: number): Promise<number[]> {
  const losses: number[] = []
  for (let step = from; step < to; step++) losses.push((await session.step(batchOf(step))).loss)
  return losses
}

describe('a frozen first part', () => {
  it('gives the losses and weights of the network in one piece, also from features that are kept', async () => {
    const engine = await loadEngine('ort')
    const request = requestOf({ freeze: ['stem', 'body'] })
    const [plain, split] = [
      await engine.openTraining(request, 'cpu'),
      await withFreezing(engine).openTraining(request, 'cpu'),
    ]
    expect(split.constructor).not.toBe(plain.constructor)
    const [expected, losses] = [await train(plain, 0, 9), await train(split, 0, 9)]
    losses.forEach((loss, step) => expect(loss).toBeCloseTo(expected[step] ?? Number.NaN, 5))
    const [a, b] = [await plain.readWeights(), await split.readWeights()]
    expect([...b.keys()].sort()).toEqual([...a.keys()].sort())
    for (const [path, { data }] of a) {
      const other = b.get(path)?.data ?? []
      data.forEach((value, i) => expect(other[i]).toBeCloseTo(value, 5))
    }
    expect(a.get('body/conv/weight')?.data).toEqual(request.weights.get('body/conv/weight')?.data)
    await Promise.all([plain.dispose(), split.dispose()])
  })

  it('unfreezes at its epoch, with the same numbers as a run that was stopped and resumed there', async () => {
    const engine = withFreezing(await loadEngine('ort'))
    const request = requestOf({ freeze: ['stem', 'body'], unfreeze: [{ epoch: 1, layers: 'body' }] })
    const through = await engine.openTraining(request, 'cpu')
    await train(through, 0, 3)
    const [weights, slots] = [await through.readWeights(), await through.readSlots()]
    await through.enterEpoch?.(1)
    const losses = await train(through, 3, 6)
    const resumed = await engine.openTraining({ ...request, weights, slots, stepsTaken: 3, epochsDone: 1 }, 'cpu')
    expect(await train(resumed, 3, 6)).toEqual(losses)
    const after = await through.readWeights()
    const isSame = (path: string) => after.get(path)?.data.every((value, i) => value === weights.get(path)?.data[i])
    expect([isSame('stem/conv/weight'), isSame('stem/bn/runningMean')]).toEqual([true, true])
    expect([isSame('body/conv/weight'), isSame('body/bn/runningMean'), isSame('fc/weight')]).toEqual([
      false,
      false,
      false,
    ])
    await Promise.all([through.dispose(), resumed.dispose()])
  })

  it('learns slower where its learning rate has a factor', async () => {
    const engine = await loadEngine('ort')
    const stepsOf = async (learningRateFactors: RecipeInput['learningRateFactors']) => {
      const request = requestOf({ optimizer: { type: 'sgd' }, learningRateFactors })
      const session = await engine.openTraining(request, 'cpu')
      await train(session, 0, 1)
      const after = await session.readWeights()
      await session.dispose()
      return (path: string) => {
        const before = request.weights.get(path)?.data ?? []
        return Array.from(after.get(path)?.data ?? [], (value, i) => value - (before[i] ?? 0))
      }
    }
    const [usual, slow] = [await stepsOf([]), await stepsOf([{ layers: 'stem', factor: 0.25 }])]
    slow('stem/conv/weight').forEach((step, i) =>
      expect(step).toBeCloseTo(0.25 * (usual('stem/conv/weight')[i] ?? 0), 6),
    )
    slow('fc/weight').forEach((step, i) => expect(step).toBeCloseTo(usual('fc/weight')[i] ?? 0, 6))
  })
})

/** Between an element of a weight before and after, the largest distance. */
function largestMove(before: TensorMap, after: TensorMap, path: string): number {
  const to = after.get(path)?.data
  return Math.max(...Array.from(before.get(path)?.data ?? [], (value, index) => Math.abs(value - (to?.[index] ?? NaN))))
}

describe.each(['ort', 'tfjs'] as const)('layers that are unfrozen, with Adam on %s', (name) => {
  const learningRate = 0.05
  const recipe: RecipeInput = {
    optimizer: { type: 'adam' },
    freeze: ['stem', 'body'],
    unfreeze: [{ epoch: 1, layers: '*' }],
  }
  // One epoch of six steps.
  const perEpoch = 6

  it('take a first step of the learning rate, whatever the run has taken, and go on so from a checkpoint', async () => {
    const engine = withFreezing(await loadEngine(name))
    const request = requestOf(recipe)
    const session = await engine.openTraining(request, 'cpu')
    await train(session, 0, perEpoch)
    await session.enterEpoch?.(1)
    const before = await session.readWeights()
    await train(session, perEpoch, perEpoch + 1)
    const [weights, slots] = [await session.readWeights(), await session.readSlots()]
    // With slots of zero, m / (1 - beta1) is the gradient and v / (1 - beta2) its square: g / |g| times the rate.
    expect(largestMove(before, weights, 'body/conv/weight')).toBeLessThan(1.001 * learningRate)
    expect(largestMove(before, weights, 'body/conv/weight')).toBeGreaterThan(0.99 * learningRate)
    const resumed = { ...request, weights, slots, stepsTaken: perEpoch + 1, epochsDone: 1 }
    const again = await engine.openTraining(resumed, 'cpu')
    await train(session, perEpoch + 1, 2 * perEpoch)
    await train(again, perEpoch + 1, 2 * perEpoch)
    const [expected, received] = [await session.readWeights(), await again.readWeights()]
    for (const path of expected.keys()) expect(largestMove(expected, received, path), path).toBeLessThan(1e-6)
    expect([...(await again.readSlots()).keys()].toSorted()).toEqual([...slots.keys()].toSorted())
    await Promise.all([session.dispose(), again.dispose()])
  })
})
