// Weights and settings that a file computes from constants: of any size, by any operator, in branches; no runtime.
import { describe, expect, it } from 'vitest'
import { GraphBuilder, type AttributeInput } from '../../onnx/builder'
import type { OnnxModel, OnnxTensor } from '../../onnx/model'
import { importOnnx } from './importOnnx'

type Build = (builder: GraphBuilder, x: string) => string

function model(build: Build, opset = 17): OnnxModel {
  const builder = new GraphBuilder(false)
  const x = builder.input('x', 'float32', ['N', 3, 8, 8])
  builder.output(build(builder, x), 'float32')
  const facts = { irVersion: 8, producerName: '', producerVersion: '', metadata: {} }
  return { ...facts, opsets: { '': opset }, graph: builder.build('net') }
}

const floats = (dims: readonly number[], values: readonly number[]): OnnxTensor => ({
  dataType: 'float32',
  dims,
  data: Float32Array.from(values),
})

const filled = (value: number): Record<string, AttributeInput> => ({ value: { tensor: floats([1], [value]) } })

/** A dense layer on a weight that `write` computes. */
const dense =
  (write: (builder: GraphBuilder) => string): Build =>
  (b, x) =>
    b.add('Gemm', [b.add('Flatten', [x]), write(b)], { transB: 1 })

describe('weights that are written by rule', () => {
  it('are computed at any size: 600 x 192 values of a ConstantOfShape', () => {
    const { weights } = importOnnx(model(dense((b) => b.add('ConstantOfShape', [b.ints([600, 192])], filled(0.5)))))
    const [weight] = weights.values()
    expect(weight?.dims).toEqual([600, 192])
    expect(weight?.data.every((value) => value === 0.5)).toBe(true)
  })

  it('are stretched, raised, joined and rearranged at any size', () => {
    const { weights } = importOnnx(
      model(
        dense((b) => {
          const column = b.add('Range', [b.scalar(0), b.scalar(500), b.scalar(1)])
          const wide = b.add('Expand', [b.add('Unsqueeze', [column, b.ints([1])]), b.ints([500, 96])])
          const squared = b.add('Pow', [wide, b.scalar(2)])
          return b.add(
            'Concat',
            [squared, b.add('Tile', [b.add('Unsqueeze', [column, b.ints([1])]), b.ints([1, 96])])],
            {
              axis: 1,
            },
          )
        }),
      ),
    )
    const data = [...weights.values()][0]?.data ?? []
    // Row r holds 96 times r squared, then 96 times r.
    expect([
      data[0],
      data[192],
      data[2 * 192 + 95],
      data[2 * 192 + 96],
      data[499 * 192],
      data[499 * 192 + 191],
    ]).toEqual([0, 1, 4, 2, 499 ** 2, 499])
  })

  it('are summed along the axes that are named', () => {
    const { weights } = importOnnx(
      model(
        dense((b) => {
          const cube = b.initializer(
            'cube',
            floats(
              [2, 3, 192],
              Array.from({ length: 1152 }, (_, index) => index),
            ),
          )
          return b.add('ReduceSum', [cube, b.ints([1])], { keepdims: 0 })
        }),
      ),
    )
    const data = [...weights.values()][0]?.data ?? []
    // 0 + 192 + 384 and 576 + 768 + 960.
    expect([data[0], data[192]]).toEqual([576, 2304])
  })
})
