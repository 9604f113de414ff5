// Operators of truth values and whole numbers in imported files, and files that no network of images computes.
import { describe, expect, it } from 'vitest'
import type { GraphBuilder } from '../../src/shared/onnx/builder'
import type { OnnxTensor } from '../../src/shared/onnx/model'
import { buildModel, importModel, makeFolder, type BuildGraph } from './modelCase'

const folder = makeFolder()

const typed = (
  dataType: 'int32' | 'uint32' | 'bool',
  dims: readonly number[],
  values: readonly number[],
): OnnxTensor => {
  const data =
    dataType === 'int32'
      ? Int32Array.from(values)
      : dataType === 'bool'
        ? Uint8Array.from(values)
        : Uint32Array.from(values)
  return { dataType, dims, data }
}

describe('operators of truth values and whole numbers', () => {
  it.each([
    ['And', 'bool', 9],
    ['Or', 'bool', 9],
    ['Xor', 'bool', 9],
    ['Equal', 'int32', 6],
    ['Mod', 'int32', 6],
    ['Max', 'uint32', 12],
    ['Where', 'int32', 6],
  ] as const)('%s takes constants of its own type, %s', async (op, dataType, code) => {
    const model = buildModel(
      (b, x) => {
        const cast = b.add('Cast', [b.add('Abs', [x])], { to: code })
        const beside = b.constant(typed(dataType, [1, 4], [1, 1, 1, 1]))
        const condition = b.constant(typed('bool', [4], [1, 0, 1, 0]))
        const y = b.add(op, op === 'Where' ? [condition, cast, beside] : [cast, beside])
        return b.add('Mul', [b.add('Cast', [y], { to: 1 }), b.scalar(2)])
      },
      { input: ['N', 3, 2, 4] },
    )
    const { receipt } = await importModel(folder, model)
    expect(receipt).toMatchObject({ verdict: 'equal', maxRel: 0 })
  })

  it('takes Scatter for what it is called now', async () => {
    const column = (b: GraphBuilder, value: string, from: number) =>
      b.add('Slice', [value, b.ints([from]), b.ints([from + 1]), b.ints([1])])
    const model = buildModel(
      (b, x) => {
        const rows = b.add('Flatten', [x])
        const places = b.add('Cast', [b.add('Mul', [column(b, rows, 0), b.scalar(0)])], { to: 7 })
        return b.add('Scatter', [rows, places, column(b, rows, 1)], { axis: 1 })
      },
      { opset: 10 },
    )
    const { document, receipt } = await importModel(folder, model)
    expect(document.nodes.at(-1)?.params).toMatchObject({ opType: 'ScatterElements' })
    expect(receipt).toMatchObject({ verdict: 'equal', maxRel: 0 })
  })
})

describe('operators without a shape here', () => {
  it('are taken in the type that a run shows', async () => {
    const model = buildModel((b, x) => {
      const zero = b.constant({ dataType: 'uint8', dims: [], data: Uint8Array.of(3) })
      const coarse = b.add('QuantizeLinear', [x, b.scalar(0.1), zero])
      return b.add('Mul', [b.add('Cast', [coarse], { to: 1 }), b.scalar(2)])
    })
    const { document, receipt } = await importModel(folder, model)
    expect(document.nodes.map(({ params }) => params['opType'])).toEqual([undefined, 'QuantizeLinear', 'Cast', 'Mul'])
    expect(receipt).toMatchObject({ verdict: 'equal', maxRel: 0 })
  })
})

describe('files that no network of images computes', () => {
  it('says of a constant as large as one batch that it fits that batch only', async () => {
    const model = buildModel((b, x, w) => b.add('Add', [x, w(2, 3, 1, 1)]), { input: [2, 3, 8, 8] })
    await expect(importModel(folder, model)).rejects.toThrow(
      'fits one size of batch only: [N, 3, 8, 8] and [2, 3, 1, 1] do not broadcast together.',
    )
  })

  it('says that the output is the input, and what is constant', async () => {
    const same = buildModel((b, x) => b.add('Identity', [x]))
    await expect(importModel(folder, same)).rejects.toThrow('is the input as it is.')
    const constant = buildModel((b, x) => b.add('Cast', [b.add('Shape', [x], { start: 1 })], { to: 1 }))
    await expect(importModel(folder, constant)).rejects.toThrow('is a constant, whatever the image is')
    const none = buildModel((b, _x, w) => b.add('Relu', [w(1, 3)]))
    await expect(importModel(folder, none)).rejects.toThrow('Nothing that the file gives depends on an image.')
  })

  const places = (b: GraphBuilder) => b.constant({ dataType: 'int64', dims: [1, 2], data: BigInt64Array.of(1n, 0n) })
  const rows: readonly (readonly [string, readonly (number | string)[], BuildGraph])[] = [
    ['a softmax over the batch', ['N', 12], (b, x) => b.add('Softmax', [x], { axis: 0 })],
    [
      'a running sum along a batch of one',
      [1, 12],
      (b, x) => b.add('CumSum', [x, b.constant({ dataType: 'int32', dims: [], data: Int32Array.of(0) })]),
    ],
    [
      'one from the other end',
      ['N', 12],
      (b, x) =>
        b.add('CumSum', [x, b.constant({ dataType: 'int32', dims: [], data: Int32Array.of(-2) })], { reverse: 1 }),
    ],
    [
      'values put into the only image',
      [1, 12],
      (b, x, w) => b.add('ScatterElements', [x, places(b), w(1, 2)], { axis: 1 }),
    ],
    ['a triangle of rows that are images', [4, 4], (b, x) => b.add('Trilu', [x])],
    ['a length over the batch', ['N', 12], (b, x) => b.add('LpNormalization', [x], { axis: 0 })],
  ]

  it.each(rows)('says that images are mixed: %s', async (_title, input, build) => {
    const model = buildModel((b, x, w) => b.add('Add', [b.add('Relu', [build(b, x, w)]), b.scalar(1)]), { input })
    await expect(importModel(folder, model)).rejects.toThrow(
      /The network mixes the images of a batch: .* first at "\w+"\. A network here computes every image of a batch alike\./,
    )
  })

  it('says that only the number of images of the file fits', async () => {
    const model = buildModel((b, x, w) => b.add('Relu', [b.add('GridSample', [x, w(1, 4, 4, 2)])]), {
      input: [1, 3, 8, 8],
    })
    await expect(importModel(folder, model)).rejects.toThrow(
      /runs as it is, .*cannot be edited or trained here: The network takes one image at a time, and no other number: .*[Gg]rid/s,
    )
  })

  it('says that nothing is left', async () => {
    const empty = buildModel((b, x) => b.add('Slice', [x, b.ints([5]), b.ints([5]), b.ints([2])]))
    await expect(importModel(folder, empty)).rejects.toThrow('which holds no value')
  })
})
