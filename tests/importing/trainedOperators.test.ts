// Files with operators that no layer stands for: imported as the original computes, and trained through on the CPU engine.
import { describe, expect, it } from 'vitest'
import { ortEngine } from '../../src/main/engines/ort/engine'
import type { AttributeInput, GraphBuilder } from '../../src/shared/onnx/builder'
import { findUntrained } from '../../src/shared/network/findUntrained'
import { recipeSchema } from '../../src/shared/training/recipe'
import { buildModel, importModel, makeFolder, type ModelOptions } from './modelCase'
import type { ImportResult } from '../../src/main/exchange/importOnnxFile'

const folder = makeFolder()

/** The operator behind a first convolution of [N, 4, 8, 8], and what it takes. */
interface Trained extends ModelOptions {
  readonly name: string
  readonly build: (builder: GraphBuilder, y: string, weight: (...dims: readonly number[]) => string) => string
}

const float = (value: number) => ({ float: value })

/** An operator of one input. */
const plain = (opType: string, attributes: Record<string, AttributeInput> = {}, title = ''): Trained => ({
  name: `${opType}${title}`,
  build: (b, y) => b.add(opType, [y], attributes),
})

const grouped = (opset: number, count: number): Trained => ({
  name: `GroupNormalization of opset ${opset} with ${count} values`,
  opset,
  build: (b, y, w) => b.add('GroupNormalization', [y, w(count), w(count)], { num_groups: 2, epsilon: float(1e-3) }),
})

const padded = (mode: string): Trained => ({
  name: `Pad by ${mode}`,
  build: (b, y) => b.add('Pad', [y, b.ints([0, 0, 2, 1, 0, 0, 1, 3])], { mode }),
})

const resized = (mode: string, attributes: Record<string, AttributeInput> = {}): Trained => ({
  name: `Resize, ${mode} ${Object.keys(attributes).join(' ')}`,
  build: (b, y) => b.add('Resize', [y, '', b.floats([1, 1, 1.5, 0.75])], { mode, ...attributes }),
})

const cases: readonly Trained[] = [
  plain('Selu', { gamma: float(2) }),
  plain('Celu', { alpha: float(0.5) }),
  plain('Softsign'),
  plain('ThresholdedRelu', { alpha: float(0.2) }),
  plain('Shrink', { lambd: float(0.1), bias: float(0.1) }),
  plain('Erf'),
  plain('Sin'),
  plain('Atan'),
  { name: 'InstanceNormalization', build: (b, y, w) => b.add('InstanceNormalization', [y, w(4), w(4)]) },
  grouped(18, 2),
  grouped(21, 4),
  padded('reflect'),
  padded('edge'),
  plain('DepthToSpace', { blocksize: 2 }),
  plain('DepthToSpace', { blocksize: 2, mode: 'CRD' }, ' in rows of blocks'),
  plain('SpaceToDepth', { blocksize: 2 }),
  resized('cubic'),
  resized('cubic', { coordinate_transformation_mode: 'align_corners', cubic_coeff_a: float(-0.5) }),
  resized('linear', { coordinate_transformation_mode: 'align_corners' }),
  plain('LpPool', { kernel_shape: [3, 3], strides: [2, 2], p: 2 }),
  plain('LpPool', { kernel_shape: [2, 2], p: 3, pads: [0, 1, 1, 0] }, ' of p 3'),
  plain('GlobalLpPool'),
  {
    name: 'MaxUnpool',
    build: (b, y) => {
      const window = { kernel_shape: [2, 2], strides: [2, 2] }
      const [largest = '', places = ''] = b.addMany('MaxPool', 2, [y], window)
      return b.add('MaxUnpool', [b.add('Sin', [largest]), places], window)
    },
  },
  plain('LpNormalization', { axis: 1 }),
  {
    name: 'Einsum by a weight',
    build: (b, y, w) => b.add('Einsum', [y, w(4, 5)], { equation: 'bchw,ck->bkhw' }),
  },
  { name: 'Einsum of two values', build: (b, y) => b.add('Einsum', [y, y], { equation: 'bchw,bdhw->bcd' }) },
  ...['Mean', 'Sum', 'Max', 'Min'].map((opType): Trained => ({
    name: `${opType} of three`,
    build: (b, y) => b.add(opType, [y, b.add('Sin', [y]), b.add('Neg', [y])]),
  })),
  {
    name: 'CumSum',
    build: (b, y) => {
      const axis = b.constant({ dataType: 'int32', dims: [], data: Int32Array.of(2) })
      return b.add('CumSum', [y, axis], { reverse: 1 })
    },
  },
  {
    name: 'Where on a condition that the network computes',
    build: (b, y) => b.add('Where', [b.add('Greater', [y, b.scalar(0.1)]), y, b.add('Mul', [y, b.scalar(0.3)])]),
  },
  plain('ReduceL1', { axes: [2], keepdims: 0 }),
  plain('ReduceProd', { axes: [1], keepdims: 1 }),
  plain('ReduceLogSumExp', { axes: [-1], keepdims: 0 }),
  { name: 'Tile', build: (b, y) => b.add('Tile', [y, b.ints([1, 1, 2, 1])]) },
  { name: 'Trilu', build: (b, y) => b.add('Trilu', [y], { upper: 0 }) },
  {
    name: 'TopK',
    build: (b, y) => b.addMany('TopK', 2, [b.add('Flatten', [y]), b.ints([9])], { axis: 1 })[0] ?? '',
  },
  {
    name: 'LpPool before opset 18, and a mean whose axes are an input after it',
    opset: 18,
    build: (b, y) => b.add('ReduceL1', [b.add('LpPool', [y], { kernel_shape: [2, 2] }), b.ints([2])], { keepdims: 0 }),
  },
]

/** Losses of some steps on one batch, and the weights that moved. */
async function train({ document, weights }: ImportResult) {
  const scaling = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }
  const recipe = recipeSchema.parse({ optimizer: { type: 'adam' }, batchSize: 4 })
  const session = await ortEngine.openTraining({ document, recipe, scaling, weights }, 'cpu')
  const pixels = Uint8Array.from({ length: 4 * 192 }, (_, index) => (index * index * 7 + index * 3) % 256)
  const losses: number[] = []
  for (let step = 0; step < 12; step++) {
    const { loss } = await session.step({ pixels, labels: Int32Array.of(0, 3, 1, 2), learningRate: 0.02 })
    losses.push(loss)
  }
  const trained = await session.readWeights()
  await session.dispose()
  const moved = [...weights.keys()].filter((path) =>
    weights.get(path)?.data.some((value, index) => value !== trained.get(path)?.data[index]),
  )
  return { losses, moved }
}

/** The rows of an image as steps, read by a recurrent operator. */
const recurrent = (opType: string, gates: number): Trained => ({
  name: opType,
  build: (b, y, w) => {
    const steps = b.add('Transpose', [b.add('Reshape', [y, b.ints([0, 8, 32])])], { perm: [1, 0, 2] })
    const weights = [w(1, gates * 5, 32), w(1, gates * 5, 5), w(1, 2 * gates * 5)]
    const [, last = ''] = b.addMany(opType, 2, [steps, ...weights], { hidden_size: 5 }, { name: 'rnn' })
    return b.add('Squeeze', [last, b.ints([0])])
  },
})

const withoutGradient: readonly Trained[] = [
  recurrent('LSTM', 4),
  recurrent('GRU', 3),
  recurrent('RNN', 1),
  {
    name: 'GridSample',
    build: (b, y, w) => {
      const places = b.add('Gemm', [b.add('Flatten', [y]), w(256, 6), w(6)], {}, { name: 'places' })
      return b.add('GridSample', [y, b.add('Reshape', [places, b.ints([-1, 1, 3, 2])])])
    },
  },
]

it.each(withoutGradient)('names what has no gradient, and the layers before it: $name', async ({ name, build }) => {
  const model = buildModel((b, x, w) => {
    const y = build(b, b.add('Conv', [x, w(4, 3, 1, 1), w(4)], {}, { name: 'conv' }), w)
    return b.add('Gemm', [b.add('Flatten', [y]), w(name === 'GridSample' ? 12 : 5, 4)])
  })
  const { document, report, receipt } = await importModel(folder, model)
  expect(receipt.verdict).toBe('equal')
  const [warning = '', ...others] = findUntrained(document).map(({ message }) => message)
  expect(others).toEqual([])
  expect(warning).toMatch(new RegExp(`^${name} .* has no gradient: .*\\bconv\\b`))
  expect(report.notes).toContain(warning)
  expect(report.notes.filter((note) => note.includes('trained and exported'))).toEqual([])
})

describe('operators without a layer', () => {
  it.each(cases)('are trained through: $name', async ({ build, ...options }) => {
    const model = buildModel((b, x, w) => {
      const y = build(b, b.add('Conv', [x, w(4, 3, 1, 1), w(4)]), w)
      const flat = b.add('Flatten', [y])
      return b.add('LogSoftmax', [flat], { axis: 1 })
    }, options)
    const imported = await importModel(folder, model)
    expect(imported.receipt.remarks.filter((remark) => remark.includes('does not run'))).toEqual([])
    expect(imported.receipt.maxRel).toBeLessThan(1e-5)
    expect(imported.report.notes.filter((note) => note.includes('no gradient'))).toEqual([])
    const { losses, moved } = await train(imported)
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0)
    expect(moved).toEqual([...imported.weights.keys()].filter((path) => !path.endsWith('ones')))
  })
})
