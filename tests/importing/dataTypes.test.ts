// Files of 16-bit floats, doubles, channels last and fixed batches: the receipt feeds the original what it wants.
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { importNetwork } from '../../src/main/exchange/importOnnxFile'
import { openModel } from '../../src/main/models/openModel'
import { widenTensor } from '../../src/shared/exchange/onnx/widen'
import { encodeModel } from '../../src/shared/onnx/bytes'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import type { DataType, Dim, OnnxTensor } from '../../src/shared/onnx/model'
import { RandomStream } from '../../src/shared/training/randomStream'
import { buildModel, importModel, makeFolder } from './modelCase'

const folder = makeFolder()

/** Conv, Relu, pooling and Gemm in one floating-point type, with values that the type holds exactly. */
function modelOf(dataType: DataType, make: (sixteenths: number) => number, input: readonly Dim[]): Uint8Array {
  const builder = new GraphBuilder(false)
  const random = new RandomStream(4, 'types')
  const weight = (name: string, ...dims: readonly number[]): string => {
    const count = dims.reduce((product, extent) => product * extent, 1)
    const cells = Array.from({ length: count }, () => make(random.below(33) - 16))
    const data =
      dataType === 'float64'
        ? Float64Array.from(cells)
        : dataType === 'float32'
          ? Float32Array.from(cells)
          : Uint16Array.from(cells)
    return builder.initializer(name, { dataType, dims, data })
  }
  const x = builder.input('x', dataType, input)
  const relu = builder.add('Relu', [builder.add('Conv', [x, weight('conv.weight', 4, 3, 3, 3)])])
  const flat = builder.add('Flatten', [builder.add('GlobalAveragePool', [relu])])
  builder.output(builder.add('Gemm', [flat, weight('fc.weight', 2, 4)], { transB: 1 }), dataType)
  const graph = builder.build('types')
  return encodeModel({ irVersion: 8, opsets: { '': 17 }, producerName: '', producerVersion: '', metadata: {}, graph })
}

/** The float16 pattern of n/16 for whole n up to 2,048: the fraction of a normal number with its leading bit cut off. */
function halfOf(n: number): number {
  const magnitude = Math.abs(n)
  if (magnitude === 0) return 0
  const exponent = Math.floor(Math.log2(magnitude))
  return (n < 0 ? 0x8000 : 0) | ((exponent - 4 + 15) << 10) | ((magnitude / 2 ** exponent - 1) * 1024)
}

/** The bfloat16 pattern of n/16, whole n up to 256: the upper half of the float32. */
function brainOf(n: number): number {
  return (new Uint32Array(Float32Array.of(n / 16).buffer)[0] ?? 0) >>> 16
}

it('writes patterns that mean what they should', () => {
  // 1 = 0x3c00, -1 = 0xbc00, 0.75 = 1.5 * 2^-1 = 0x3a00: IEEE 754's own examples.
  expect([16, -16, 12].map(halfOf)).toEqual([0x3c00, 0xbc00, 0x3a00])
  const tensor: OnnxTensor = { dataType: 'float16', dims: [2], data: Uint16Array.of(0x3555, 0x0001) }
  // 0x3555 is the float16 next to 1/3, 0x0001 the smallest of all, 2^-24.
  expect([...(widenTensor(tensor).data as Float32Array)]).toEqual([0.333251953125, 2 ** -24])
})

it.each([
  { dataType: 'float16' as const, make: halfOf, tolerance: 5e-3, remark: 'rounding differs' },
  { dataType: 'float64' as const, make: (n: number) => n / 16, tolerance: 1e-6, remark: 'compared in float32' },
  { dataType: 'bfloat16' as const, make: brainOf, tolerance: 1e-6, remark: 'compared in float32' },
])('compares a $dataType file with the document in float32', async ({ dataType, make, tolerance, remark }) => {
  const path = join(folder, `${dataType}.onnx`)
  writeFileSync(path, modelOf(dataType, make, ['N', 3, 8, 8]))
  const { receipt, report, weights } = await importNetwork(path)
  expect(report.widened).toEqual({ [dataType]: 2 })
  expect([...weights.values()].every(({ data }) => data.every((value) => Number.isInteger(value * 16)))).toBe(true)
  expect(receipt.remarks.join(' ')).toContain(remark)
  expect(receipt.maxRel).toBeLessThan(tolerance)
})

it.each([
  ['float16', modelOf('float16', halfOf, ['N', 3, 8, 8])],
  ['open extents', modelOf('float32', (n) => n / 16, ['N', 3, 'height', 'width'])],
])('predicts with a file of %s, which no runtime takes as images come', async (name, bytes) => {
  const path = join(folder, `${name}.onnx`)
  writeFileSync(path, bytes)
  const model = await openModel(path, { scaling: { mean: [0, 0, 0], deviation: [1, 1, 1] } })
  const [channels, height, width] = model.inputShape
  const outputs = await model.predict(new Uint8Array(channels * height * width).fill(128), 1)
  await model.dispose()
  expect(outputs).toHaveLength(2)
  expect(outputs.every(Number.isFinite)).toBe(true)
})

it('ends in a vector where the file ends in one position, before a softmax too', async () => {
  const model = buildModel((b, x, w) => {
    const pooled = b.add('GlobalAveragePool', [b.add('Conv', [x, w(4, 3, 3, 3)])])
    return b.add('Softmax', [pooled], { axis: 1 })
  })
  const { document, receipt, report } = await importModel(folder, model)
  expect(document.nodes.map(({ type }) => type)).toEqual(['input', 'conv2d', 'globalAveragePool', 'flatten', 'softmax'])
  expect(report.output.shape).toEqual([4])
  expect(receipt.maxRel).toBeLessThan(1e-6)
})

it('feeds channels last where the file wants them so, and its batch where it fixes one', async () => {
  const model = buildModel(
    (b, x, w) => b.add('Conv', [b.add('Transpose', [x], { perm: [0, 3, 1, 2] }), w(4, 3, 3, 3)], { strides: [2, 1] }),
    { input: [2, 7, 5, 3] },
  )
  const { document, receipt, report } = await importModel(folder, model)
  expect(document.nodes[0]?.params).toEqual({ shape: [3, 7, 5] })
  expect(report.input).toMatchObject({ layout: 'nhwc', batch: 2 })
  expect(receipt.comparisons.map(({ count }) => count)).toEqual([2])
  expect(receipt.maxRel).toBeLessThan(1e-6)
})
