// Weights and settings that a file computes from constants: of any size, by any operator, in branches; no runtime.
import { describe, expect, it } from 'vitest'
import { GraphBuilder, type AttributeInput } from '../../onnx/builder'
import type { OnnxGraph, OnnxModel, OnnxTensor } from '../../onnx/model'
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

const text = (graph: OnnxGraph): AttributeInput => ({ type: 'graph', value: graph })

/** A branch that gives what `write` makes of the outer values. */
function branch(write: (builder: GraphBuilder) => string): OnnxGraph {
  const builder = new GraphBuilder(false)
  builder.output(write(builder), 'float32')
  return builder.build('branch')
}

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

describe('branches', () => {
  const bool = (value: number): OnnxTensor => ({ dataType: 'bool', dims: [], data: Uint8Array.of(value) })
  const choose = (condition: (b: GraphBuilder, x: string) => string): Build => {
    return (b, x) =>
      b.add(
        'If',
        [condition(b, x)],
        {
          then_branch: text(branch((inner) => inner.add('Relu', ['x'], {}, { name: 'inner' }))),
          else_branch: text(
            branch((inner) =>
              inner.add(
                'Conv',
                ['x', inner.initializer('conv.weight', floats([1, 3, 1, 1], [1, 2, 3]))],
                {},
                {
                  name: 'inner',
                },
              ),
            ),
          ),
        },
        { name: 'If_3' },
      )
  }
  const types = (build: Build) => importOnnx(model(build)).document.nodes.map(({ type }) => type)

  it('are taken by a constant condition, with the outer values that they use', () => {
    expect(types(choose((b) => b.constant(bool(1))))).toEqual(['input', 'relu'])
    expect(types(choose((b) => b.constant(bool(0))))).toEqual(['input', 'conv2d'])
  })

  it('are taken by a condition on shapes, as exporters write squeeze', () => {
    const isSquare = (b: GraphBuilder, x: string): string => {
      const extents = b.add('Shape', [x])
      const [height, width] = [2, 3].map((axis) => b.add('Gather', [extents, b.ints([axis])]))
      return b.add('Equal', [height ?? '', width ?? ''])
    }
    expect(types(choose(isSquare))).toEqual(['input', 'relu'])
  })

  it('may stand inside of each other and use the same names', () => {
    const nested: Build = (b, x) => {
      const first = choose((inner) => inner.constant(bool(1)))(b, x)
      const inside = branch((inner) =>
        inner.add(
          'If',
          [inner.constant(bool(1), 'yes')],
          { then_branch: text(branch((deep) => deep.add('Tanh', [first], {}, { name: 'inner' }))) },
          { name: 'deep' },
        ),
      )
      return b.add('If', [b.constant(bool(1))], { then_branch: text(inside) }, { name: 'If_4' })
    }
    expect(types(nested)).toEqual(['input', 'relu', 'tanh'])
  })
})
