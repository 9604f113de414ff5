// Attention as exporters write it: the batch on the second axis or folded with heads and windows, a class token for each image.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ortEngine } from '../../src/main/engines/ort/engine'
import { writeImport } from '../../src/main/exchange/importOnnxFile'
import { loadModel } from '../../src/main/models/openModel'
import { analyzeDocument } from '../../src/shared/network/analyze'
import { analyzeOnnx } from '../../src/main/models/onnxAnalysis'
import { findUntrained } from '../../src/shared/network/findUntrained'
import type { GraphBuilder } from '../../src/shared/onnx/builder'
import { recipeSchema } from '../../src/shared/training/recipe'
import { buildModel, importModel, makeFolder, type BuildGraph } from './modelCase'

const folder = makeFolder()

const transpose = (b: GraphBuilder, value: string, ...perm: readonly number[]): string =>
  b.add('Transpose', [value], { perm })

/** The batch of `x`, as a list of one; a number where the file fixes it. */
const batchOf = (b: GraphBuilder, x: string, fixed?: number): string =>
  fixed === undefined ? b.add('Slice', [b.add('Shape', [x]), b.ints([0]), b.ints([1])]) : b.ints([fixed])

/** Attention of two heads over [S, N, 8], as PyTorch's MultiheadAttention is exported. */
function attention(
  b: GraphBuilder,
  value: string,
  batch: string,
  length: number,
  w: Parameters<BuildGraph>[2],
): string {
  const joined = b.add('Add', [b.add('MatMul', [value, w(8, 24)]), w(24)])
  const parts = b.addMany('Split', 3, [joined, b.ints([8, 8, 8])], { axis: 2 })
  const heads = b.add('Mul', [batch, b.ints([2])])
  const apart = b.add('Concat', [b.ints([length]), heads, b.ints([4])], { axis: 0 })
  const [q = '', k = '', v = ''] = parts.map((part) => transpose(b, b.add('Reshape', [part, apart]), 1, 0, 2))
  const scores = b.add('MatMul', [b.add('Div', [q, b.scalar(2)]), transpose(b, k, 0, 2, 1)])
  const mixed = transpose(b, b.add('MatMul', [b.add('Softmax', [scores], { axis: -1 }), v]), 1, 0, 2)
  const rows = b.add('Concat', [b.add('Mul', [batch, b.ints([length])]), b.ints([8])], { axis: 0 })
  const given = b.add('Gemm', [b.add('Reshape', [mixed, rows]), w(8, 8), w(8)])
  return b.add('Reshape', [given, b.add('Concat', [b.ints([length]), batch, b.ints([8])], { axis: 0 })])
}

/** A vision transformer of one layer on patches of 4 x 4 pixels. */
const vision =
  (fixed?: number): BuildGraph =>
  (b, x, w) => {
    const batch = batchOf(b, x, fixed)
    const patches = transpose(
      b,
      b.add('Reshape', [b.add('Conv', [x, w(8, 3, 4, 4)], { strides: [4, 4] }), b.ints([0, 8, -1])]),
      0,
      2,
      1,
    )
    const token = b.add('Expand', [w(1, 1, 8), b.add('Concat', [batch, b.ints([1, 1])], { axis: 0 })])
    const sequence = b.add('Add', [b.add('Concat', [token, patches], { axis: 1 }), w(1, 5, 8)])
    const turned = transpose(b, sequence, 1, 0, 2)
    const attended = transpose(b, attention(b, turned, batch, 5, w), 1, 0, 2)
    const sum = b.add('Add', [sequence, attended])
    return b.add('Gemm', [
      b.add('Gather', [sum, b.constant({ dataType: 'int64', dims: [], data: BigInt64Array.of(0n) })], { axis: 1 }),
      w(8, 4),
      w(4),
    ])
  }

/** Windows of 2 x 2 positions folded into the batch, with one summand for each window. */
const windows =
  (fixed?: number): BuildGraph =>
  (b, x, w) => {
    const batch = batchOf(b, x, fixed)
    const map = b.add('Conv', [x, w(8, 3, 2, 2)], { strides: [2, 2] })
    const split = transpose(b, b.add('Reshape', [map, b.ints([0, 8, 2, 2, 2, 2])]), 0, 2, 4, 3, 5, 1)
    const count = b.add('Mul', [batch, b.ints([4])])
    const folded = b.add('Reshape', [split, b.add('Concat', [count, b.ints([4, 8])], { axis: 0 })])
    const mixed = b.add('Relu', [b.add('MatMul', [folded, w(8, 8)])])
    const masked = b.add('Add', [
      b.add('Reshape', [mixed, b.add('Concat', [batch, b.ints([4, 4, 8])], { axis: 0 })]),
      w(1, 4, 1, 8),
    ])
    const again = b.add('MatMul', [b.add('Reshape', [masked, b.ints([-1, 4, 8])]), w(8, 8)])
    const back = b.add('Reshape', [b.add('Add', [again, folded]), b.add('Concat', [batch, b.ints([128])], { axis: 0 })])
    return b.add('Gemm', [back, w(128, 4)])
  }

it('keeps a part whose operators are only known by a run', async () => {
  const model = buildModel(
    (b, x, w) => {
      const grid = b.add('ConstantOfShape', [b.add('Concat', [batchOf(b, x), b.ints([2, 2, 2])], { axis: 0 })])
      return b.add('Flatten', [b.add('GridSample', [b.add('Conv', [x, w(4, 3, 3, 3)]), grid])])
    },
    { opset: 16 },
  )
  const { document, receipt } = await importModel(folder, model)
  expect(document.nodes.map(({ type }) => type)).toEqual(['input', 'conv2d', 'onnxOperators', 'flatten'])
  expect(receipt).toMatchObject({ verdict: 'equal', remarks: [] })
})

describe.each([
  { name: 'a vision transformer', build: vision(), together: 2 },
  { name: 'windows in the batch', build: windows(), together: 1 },
  { name: 'a vision transformer of a batch of 1', build: vision(1), together: 2, fixed: 1 },
  { name: 'a vision transformer of a batch of 4', build: vision(4), together: 2, fixed: 4 },
  { name: 'windows in a batch of 1', build: windows(1), together: 1, fixed: 1 },
  { name: 'windows in a batch of 3', build: windows(3), together: 1, fixed: 3 },
])('$name', ({ build, together, fixed }) => {
  const model = buildModel(build, { input: [fixed ?? 'N', 3, 8, 8] })

  it('is imported with parts that stay together, equal for more images than the file takes at a time', async () => {
    const { document, receipt, report } = await importModel(folder, model)
    expect(document.nodes.filter(({ type }) => type === 'onnxOperators')).toHaveLength(together)
    expect(report.notes.join(' ')).toContain('stay together as one layer')
    expect(receipt).toMatchObject({ verdict: 'equal', remarks: [] })
    expect(receipt.maxRel).toBeLessThan(1e-6)
    expect(receipt.comparisons.map(({ count }) => count)).toEqual([fixed ?? 1, 3 * (fixed ?? 1)])
    expect(analyzeDocument(document).macs * (fixed ?? 1)).toBe(analyzeOnnx(model, 'case').macs)
  })

  it('trains all its weights, and its loss falls', async () => {
    const { document, weights } = await importModel(folder, model)
    expect(findUntrained(document)).toEqual([])
    const recipe = recipeSchema.parse({ optimizer: { type: 'sgd' }, batchSize: 4 })
    const scaling = { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] }
    const session = await ortEngine.openTraining({ document, recipe, scaling, weights }, 'cpu')
    const pixels = Uint8Array.from({ length: 4 * 192 }, (_, index) => (index * 37 + Math.floor(index / 192) * 50) % 256)
    const labels = Int32Array.of(0, 1, 2, 3)
    const losses: number[] = []
    for (let step = 0; step < 20; step++) losses.push((await session.step({ pixels, labels, learningRate: 0.02 })).loss)
    const trained = await session.readWeights()
    await session.dispose()
    const moved = [...weights.keys()].filter((path) =>
      weights.get(path)?.data.some((value, index) => value !== trained.get(path)?.data[index]),
    )
    expect(moved).toEqual([...weights.keys()])
    expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] ?? 0))
  })

  it('is saved and opened again', async () => {
    const result = await importModel(folder, model)
    const files = await writeImport(result, join(folder, 'saved.netloom.json'), true)
    const opened = await loadModel(files.document, { scaling: { mean: [0], deviation: [1] } })
    expect(opened).toMatchObject({ kind: 'network', classCount: 4, inputShape: [3, 8, 8] })
  })
})
