// Files that ONNX Runtime runs and that cannot be edited, and files whose numbers are none: what is said, and what they predict.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importNetwork } from '../../src/main/exchange/importOnnxFile'
import { openModel } from '../../src/main/models/openModel'
import { rankClasses } from '../../src/main/models/prediction'
import { analyzeOnnx } from '../../src/main/models/onnxAnalysis'
import { encodeModel } from '../../src/shared/onnx/bytes'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import type { OnnxModel } from '../../src/shared/onnx/model'
import { buildModel, makeFolder, type BuildGraph, type ModelOptions } from './modelCase'

const folder = makeFolder()
const scaling = { mean: [0], deviation: [1] }

function write(model: OnnxModel): string {
  const path = join(folder, 'case.onnx')
  writeFileSync(path, encodeModel(model))
  return path
}

/** Twice the mean of each channel where the first pixel is above 0.5, else the mean: an If that pixels decide. */
const decidedByPixels: BuildGraph = (b, x) => {
  const means = b.add('ReduceMean', [x], { axes: { type: 'ints', value: [2, 3] }, keepdims: 0 })
  const first = b.add('Gather', [b.add('Reshape', [x, b.ints([-1])]), b.ints([0])])
  const branch = (write: (inner: GraphBuilder) => string) => {
    const inner = new GraphBuilder(false)
    inner.output(write(inner), 'float32')
    return { type: 'graph', value: inner.build('branch') } as const
  }
  return b.add('If', [b.add('Greater', [first, b.floats([0.5])])], {
    then_branch: branch((inner) => inner.add('Add', [means, means])),
    else_branch: branch((inner) => inner.add('Identity', [means])),
  })
}

/** 3 x 4 x 4 pixels, of each channel the same value. */
const pixels = Uint8Array.from({ length: 48 }, (_, index) => [255, 51, 0][Math.floor(index / 16)] ?? 0)

describe('a file that can only be run', () => {
  const forms: readonly (ModelOptions & { readonly name: string; readonly build: BuildGraph })[] = [
    { name: 'as it is', input: ['N', 3, 4, 4], build: decidedByPixels },
    {
      name: 'with channels last',
      input: ['N', 4, 4, 3],
      build: (b, x, w) => decidedByPixels(b, b.add('Transpose', [b.add('Relu', [x])], { perm: [0, 3, 1, 2] }), w),
    },
    { name: 'with a batch that it fixes', input: [2, 3, 4, 4], build: decidedByPixels },
    {
      name: 'with a last choice of a class',
      input: ['N', 3, 4, 4],
      build: (b, x, w) => b.addMany('TopK', 2, [decidedByPixels(b, x, w), b.ints([2])])[0] ?? '',
    },
  ]

  it.each(forms)('says so in one sentence, and predicts: $name', async ({ build, ...options }) => {
    const path = write(buildModel(build, options))
    await expect(importNetwork(path)).rejects.toMatchObject({
      code: 'onnx.runOnly',
      message: expect.stringMatching(/runs as it is.*cannot be edited or trained here: \w+ "/) as unknown,
    })
    const model = await openModel(path, { scaling })
    const outputs = Array.from(await model.predict(pixels, 1), (value) => Math.round(value * 1000) / 1000)
    await model.dispose()
    // 2 * 1, 2 * 0.2 and 2 * 0.
    expect([model.inputShape, outputs]).toEqual([
      [3, 4, 4],
      [2, 0.4, 0],
    ])
  })

  it('may take whole numbers', async () => {
    const model = buildModel((b, x, w) => decidedByPixels(b, b.add('Cast', [x], { to: 1 }), w), {
      input: ['N', 3, 4, 4],
    })
    const inputs = model.graph.inputs.map((input) => ({ ...input, dataType: 'uint8' as const }))
    const path = write({ ...model, graph: { ...model.graph, inputs } })
    const opened = await openModel(path, { scaling: { mean: [0], deviation: [1 / 255] } })
    expect(Array.from(await opened.predict(pixels, 1))).toEqual([510, 102, 0])
    await opened.dispose()
  })
})

describe('a batch that no machine holds', () => {
  it('is taken for open, by the import and by the prediction', async () => {
    const path = write(
      buildModel((b, x, w) => b.add('Gemm', [b.add('Flatten', [x]), w(48, 2)]), { input: [2_147_483_647, 3, 4, 4] }),
    )
    expect((await importNetwork(path)).receipt).toMatchObject({ verdict: 'equal', remarks: [] })
    const model = await openModel(path, { scaling })
    expect(await model.predict(Uint8Array.of(...pixels, ...pixels), 2)).toHaveLength(4)
    await model.dispose()
  })
})

describe('weights that are not finite', () => {
  const broken = buildModel(
    (b, x) => {
      const data = Float32Array.from({ length: 96 }, (_, index) => (index === 5 ? NaN : index === 7 ? Infinity : 1))
      return b.add('Gemm', [
        b.add('Flatten', [x]),
        b.initializer('head.weight', { dataType: 'float32', dims: [48, 2], data }),
      ])
    },
    { input: ['N', 3, 4, 4] },
  )
  const named = 'Weights hold values that are not finite: "head/weight" (1 NaN, 1 infinite).'

  it('are named by the import and by the analysis', async () => {
    const { report } = await importNetwork(write(broken))
    expect(report.notes[0]).toContain(named)
    expect(analyzeOnnx(broken, 'case').issues).toMatchObject([{ level: 'warning', code: 'model.notFinite' }])
  })

  it('give no prediction, and the refusal names them', async () => {
    const model = await openModel(write(broken), { scaling })
    const row = await model.predict(pixels, 1)
    await model.dispose()
    expect(() => rankClasses(model, row)).toThrow(
      /gives no answer: of its 2 outputs .*"head.weight" \(1 NaN, 1 infinite\)/,
    )
  })
})
