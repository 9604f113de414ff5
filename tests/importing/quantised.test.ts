// Quantised files of four kinds: what they become, what is said of them, and that they predict what their file does.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { analyzeOnnx } from '../../src/main/models/onnxAnalysis'
import { openModel } from '../../src/main/models/openModel'
import { analyzeDocument } from '../../src/shared/network/analyze'
import type { GraphBuilder } from '../../src/shared/onnx/builder'
import { encodeModel } from '../../src/shared/onnx/bytes'
import type { DataType, OnnxTensor } from '../../src/shared/onnx/model'
import { buildModel, importModel, makeFolder, type BuildGraph } from './modelCase'

const folder = makeFolder()

const whole = (
  b: GraphBuilder,
  name: string,
  dataType: 'int8' | 'uint8' | 'int32',
  dims: readonly number[],
): string => {
  const values = Array.from(
    { length: dims.reduce((product, extent) => product * extent, 1) },
    (_, index) => (index * 37) % 100,
  )
  const arrays: Readonly<Record<typeof dataType, OnnxTensor['data']>> = {
    int8: Int8Array.from(values, (value) => value - 50),
    uint8: Uint8Array.from(values),
    int32: Int32Array.from(values, (value) => value - 50),
  }
  return b.initializer(name, { dataType, dims, data: arrays[dataType] })
}

const zero = (b: GraphBuilder, dataType: Extract<DataType, 'int8' | 'uint8'>, value = 0): string =>
  b.constant({ dataType, dims: [], data: dataType === 'int8' ? Int8Array.of(value) : Uint8Array.of(value) })

/** Weights of 8 bits, one scale per filter; everything else in floats. */
const weightOnly: BuildGraph = (b, x, w) => {
  const scales = b.initializer('scales', {
    dataType: 'float32',
    dims: [8],
    data: Float32Array.from({ length: 8 }, (_, index) => 0.01 + index / 500),
  })
  const zeros = b.initializer('zeros', { dataType: 'int8', dims: [8], data: new Int8Array(8) })
  const weight = b.add('DequantizeLinear', [whole(b, 'w8', 'int8', [8, 3, 3, 3]), scales, zeros], { axis: 0 })
  return b.add('Gemm', [b.add('Flatten', [b.add('Conv', [x, weight, w(8)])]), w(288, 4)])
}

/** Activations rounded between floats. */
const roundedBetween: BuildGraph = (b, x, w) => {
  const scale = b.scalar(0.02)
  const rounded = b.add('DequantizeLinear', [
    b.add('QuantizeLinear', [x, scale, zero(b, 'int8')]),
    scale,
    zero(b, 'int8'),
  ])
  return weightOnly(b, rounded, w)
}

/** Products of whole numbers. */
const products: BuildGraph = (b, x, w) => {
  const [scale, narrow] = [b.scalar(0.03), b.scalar(0.01)]
  const pixels = b.add('QuantizeLinear', [x, scale, zero(b, 'uint8', 128)])
  const weight = whole(b, 'w8', 'int8', [8, 3, 3, 3])
  const bias = whole(b, 'b32', 'int32', [8])
  const conv = b.add('QLinearConv', [
    pixels,
    scale,
    zero(b, 'uint8', 128),
    weight,
    narrow,
    zero(b, 'int8'),
    scale,
    zero(b, 'uint8', 128),
    bias,
  ])
  return b.add('Gemm', [b.add('Flatten', [b.add('DequantizeLinear', [conv, scale, zero(b, 'uint8', 128)])]), w(288, 4)])
}

/** The scale found while it runs, over the whole batch. */
const dynamic: BuildGraph = (b, x, w) => {
  const pooled = b.add('Flatten', [b.add('Conv', [x, w(8, 3, 3, 3)])])
  const [values = '', scale = '', point = ''] = b.addMany('DynamicQuantizeLinear', 3, [pooled])
  const sums = b.add('MatMulInteger', [values, whole(b, 'w8', 'int8', [288, 4]), point])
  return b.add('Mul', [b.add('Cast', [sums], { to: 1 }), b.add('Mul', [scale, b.scalar(0.01)])])
}

const kinds = [
  {
    name: 'weights only',
    build: weightOnly,
    says: 'float32 here, which is exact.',
    types: ['conv2d', 'flatten', 'dense'],
  },
  {
    name: 'rounded between floats',
    build: roundedBetween,
    says: '2 operators that round to whole numbers stay',
    types: ['onnxOperator', 'onnxOperator', 'conv2d', 'flatten', 'dense'],
  },
  {
    name: 'products of whole numbers',
    build: products,
    says: '3 operators that round to whole numbers stay',
    types: ['onnxOperator', 'onnxOperator', 'onnxOperator', 'flatten', 'dense'],
  },
]

/** The same with convolutions, as ONNX Runtime's quantize_dynamic writes them. */
const dynamicConvolution: BuildGraph = (b, x, w) => {
  const [values = '', scale = '', point = ''] = b.addMany('DynamicQuantizeLinear', 3, [x], {}, { name: 'rounded' })
  const sums = b.add('ConvInteger', [values, whole(b, 'w8', 'int8', [8, 3, 3, 3]), point])
  const scaled = b.add('Mul', [b.add('Cast', [sums], { to: 1 }), b.add('Mul', [scale, b.scalar(0.01)])])
  return b.add('Gemm', [b.add('Flatten', [b.add('Relu', [scaled])]), w(288, 4)])
}

it.each([
  { name: 'products', build: dynamic, input: ['N', 3, 8, 8] },
  { name: 'products of one image', build: dynamic, input: [1, 3, 8, 8] },
  { name: 'convolutions', build: dynamicConvolution, input: ['N', 3, 8, 8] },
])('dynamic quantisation is named as the reason for running a file only: $name', async ({ build, input }) => {
  const model = buildModel(build, { input })
  await expect(importModel(folder, model)).rejects.toMatchObject({
    code: 'onnx.runOnly',
    message: expect.stringContaining('cannot be edited or trained here: The file is quantised dynamically: Dynamic'),
  })
  const path = join(folder, 'dynamic.onnx')
  writeFileSync(path, encodeModel(model))
  const opened = await openModel(path, { scaling: { mean: [0.5], deviation: [0.5] } })
  expect(await opened.predict(new Uint8Array(192), 1)).toHaveLength(4)
  await opened.dispose()
})

describe.each(kinds)('a quantised file: $name', ({ build, says, types }) => {
  const model = buildModel(build)

  it('is imported, equal to its file, and says what it can do', async () => {
    const { document, report, receipt } = await importModel(folder, model)
    expect(document.nodes.slice(1).map(({ type }) => type)).toEqual(types)
    expect(report.notes.join(' ')).toContain(says)
    expect(receipt).toMatchObject({ verdict: 'equal', remarks: [] })
    expect(analyzeDocument(document).macs).toBe(analyzeOnnx(model, 'case').macs)
  })

  it('predicts', async () => {
    const path = join(folder, 'predicts.onnx')
    writeFileSync(path, encodeModel(model))
    const opened = await openModel(path, { scaling: { mean: [0.5], deviation: [0.5] } })
    const outputs = await opened.predict(
      Uint8Array.from({ length: 192 }, (_, index) => index),
      1,
    )
    await opened.dispose()
    expect(outputs.filter(Number.isFinite)).toHaveLength(4)
  })
})
