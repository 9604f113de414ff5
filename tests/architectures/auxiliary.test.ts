// Auxiliary outputs while training: a layer that both branches share learns from both losses, on both engines.
import { describe, expect, it } from 'vitest'
import { ortEngine } from '../../src/main/engines/ort/engine'
import { tfjsEngine } from '../../src/main/engines/tfjs/engine'
import type { Engine } from '../../src/shared/training/computeEngine'
import type { Tensor, TensorMap } from '../../src/shared/onnx/tensor'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { lowerDocument } from '../../src/shared/lower/lower'
import { recipeSchema } from '../../src/shared/training/recipe'

const sideWeight = 0.3
const learningRate = 0.5

function network() {
  const builder = new DocumentBuilder('two-heads')
  let last = builder.add('input', 'input', { shape: [1, 1, 2] })
  last = builder.add('flatten', 'flatten', {}, last)
  const shared = builder.add('shared', 'dense', { units: 2, bias: false }, last)
  const side = builder.add('side', 'dense', { units: 3, bias: false }, shared)
  builder.add('aux', 'auxiliaryOutput', { weight: sideWeight }, side)
  builder.add('main', 'dense', { units: 3, bias: false }, shared)
  return builder.build()
}

const values = {
  'shared/weight': [0.5, -0.25, 0.75, 1],
  'side/weight': [1, -1, 0.5, 0.25, -0.5, 2],
  'main/weight': [0.2, 0.4, -0.6, 0.8, 1, -0.3],
} as const
type Path = keyof typeof values
const paths: readonly Path[] = ['shared/weight', 'side/weight', 'main/weight']

const dims: Readonly<Record<Path, readonly number[]>> = {
  'shared/weight': [2, 2],
  'side/weight': [3, 2],
  'main/weight': [3, 2],
}

/** Pixels 255 and 51 with mean 0 and deviation 1 are the inputs 1 and 0.2. */
const pixels = Uint8Array.of(255, 51)
const x = [1, 0.2]
const label = 2

function multiply(matrix: readonly number[], vector: readonly number[]): number[] {
  const rows = matrix.length / vector.length
  return Array.from({ length: rows }, (_, row) =>
    vector.reduce((sum, value, column) => sum + value * (matrix[row * vector.length + column] ?? 0), 0),
  )
}

/** -log of the softmax at the label. */
function crossEntropy(logits: readonly number[]): number {
  return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - (logits[label] ?? 0)
}

/** The loss in float64, written out. */
function lossOf(weights: Readonly<Record<Path, readonly number[]>>): { readonly main: number; readonly side: number } {
  const hidden = multiply(weights['shared/weight'], x)
  return {
    main: crossEntropy(multiply(weights['main/weight'], hidden)),
    side: crossEntropy(multiply(weights['side/weight'], hidden)),
  }
}

/** dL/dw by central differences of main + sideFactor * side. */
function differences(path: Path, sideFactor: number): number[] {
  const step = 1e-5
  return values[path].map((_, index) => {
    const at = (offset: number): number => {
      const moved = values[path].map((value, position) => (position === index ? value + offset : value))
      const { main, side } = lossOf({ ...values, [path]: moved })
      return main + sideFactor * side
    }
    return (at(step) - at(-step)) / (2 * step)
  })
}

async function takeStep(engine: Engine) {
  const weights: TensorMap = new Map(
    paths.map((path): [string, Tensor] => [path, { dims: dims[path], data: Float32Array.from(values[path]) }]),
  )
  const recipe = recipeSchema.parse({ optimizer: { type: 'sgd' }, weightDecay: 0, loss: { type: 'cross-entropy' } })
  const session = await engine.openTraining(
    { document: network(), recipe, scaling: { mean: [0], deviation: [1] }, weights },
    'cpu',
  )
  try {
    const { loss } = await session.step({ pixels, labels: Int32Array.of(label), learningRate })
    const after = await session.readWeights()
    const gradient = (path: Path): number[] =>
      values[path].map((before, index) => (before - (after.get(path)?.data[index] ?? 0)) / learningRate)
    return { loss, gradient }
  } finally {
    await session.dispose()
  }
}

describe.each([
  { name: 'ONNX Runtime', engine: ortEngine },
  { name: 'TensorFlow.js', engine: tfjsEngine },
])('auxiliary outputs on $name', ({ engine }) => {
  it('add 0.3 times their loss to what is differentiated, and the reported loss stays that of the output', async () => {
    const { loss, gradient } = await takeStep(engine)
    expect(loss).toBeCloseTo(lossOf(values).main, 5)
    for (const path of paths)
      differences(path, sideWeight).forEach((expected, index) => {
        expect(gradient(path)[index], `${path} ${index}`).toBeCloseTo(expected, 4)
      })
    // The shared layer gets another gradient than from the output alone, so both parts arrived.
    const alone = differences('shared/weight', 0)
    expect(
      Math.max(...gradient('shared/weight').map((value, index) => Math.abs(value - (alone[index] ?? 0)))),
    ).toBeGreaterThan(0.05)
  })
})

describe('a network with an auxiliary output after training', () => {
  it('is written without the side branch and its weights', () => {
    const trained = new Map(
      (['shared/weight', 'main/weight'] as const).map((path): [string, Tensor] => [
        path,
        { dims: dims[path], data: Float32Array.from(values[path]) },
      ]),
    )
    const { graph, weights, auxiliaries } = lowerDocument(network(), { mode: 'inference', weights: trained })
    expect(weights.map(({ path }) => path)).toEqual(['shared/weight', 'main/weight'])
    expect(auxiliaries).toEqual([])
    expect(graph.nodes.filter(({ opType }) => opType === 'Gemm')).toHaveLength(2)
    expect(graph.outputs.map(({ name }) => name)).toEqual(['output'])
  })
})
