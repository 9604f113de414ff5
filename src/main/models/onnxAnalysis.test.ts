// What is said of ONNX graphs, counted by hand.
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../shared/onnx/builder'
import { dataTypes } from '../../shared/onnx/dataTypes'
import type { DataType, OnnxModel } from '../../shared/onnx/model'
import { analyzeOnnx } from './onnxAnalysis'

const floats = (dims: readonly number[]) => ({
  dataType: 'float32' as const,
  dims,
  data: new Float32Array(dims.reduce((product, extent) => product * extent, 1)),
})

/** An image of 3x6x6, scaled, convolved to 4x4x4, normalised, flattened, and two classes. */
function smallModel(height: number | string): OnnxModel {
  const builder = new GraphBuilder(false)
  const input = builder.input('input', 'float32', ['N', 3, height, 6])
  const scaled = builder.add('Mul', [input, builder.initializer('factor', floats([3, 1, 1]))], {}, { name: 'scale' })
  const weight = builder.initializer('conv/weight', floats([4, 3, 3, 3]))
  const bias = builder.initializer('conv/bias', floats([4]))
  const conv = builder.add('Conv', [scaled, weight, bias], { kernel_shape: [3, 3] }, { name: 'conv' })
  const norm = ['scale', 'bias', 'mean', 'variance'].map((name) => builder.initializer(`norm/${name}`, floats([4])))
  const normed = builder.add('BatchNormalization', [conv, ...norm], {}, { name: 'norm' })
  const flat = builder.add('Flatten', [normed], {}, { name: 'flat' })
  const dense = builder.initializer('dense/weight', floats([64, 2]))
  builder.output(builder.add('MatMul', [flat, dense], {}, { name: 'dense' }), 'float32', ['N', 2])
  return {
    irVersion: 8,
    opsets: { '': 17 },
    producerName: 'test',
    producerVersion: '1',
    metadata: { note: 'x' },
    graph: builder.build('small'),
  }
}

describe('analyzeOnnx', () => {
  it('counts parameters, statistics and multiply-accumulates', () => {
    const { parameters, statistics, macs, flops } = analyzeOnnx(smallModel(6), 'small')
    // convolution 4 * 27 + 4, norm 4 + 4, dense 64 * 2; the factor before the first product is no parameter
    expect(parameters.total).toBe(112 + 8 + 128)
    expect(statistics).toBe(8)
    // 64 outputs * 27, and 2 outputs * 64
    expect(macs).toBe(1728 + 128)
    expect(flops).toBe(3712)
  })

  it('lists operators with their shapes for one image', () => {
    const { layers, activationBytes, onnx, input } = analyzeOnnx(smallModel(6), 'small')
    expect(layers.map(({ id, type, output }) => `${id} ${type} ${output.join('x')}`)).toEqual([
      'scale Mul 3x6x6',
      'conv Conv 4x4x4',
      'norm BatchNormalization 4x4x4',
      'flat Flatten 64',
      'dense MatMul 2',
    ])
    expect(activationBytes).toBe(4 * (108 + 64 + 64 + 64 + 2))
    expect(input).toEqual([3, 6, 6])
    expect(onnx.operators).toEqual({ BatchNormalization: 1, Conv: 1, Flatten: 1, MatMul: 1, Mul: 1 })
  })

  /** A dense layer on four numbers, whose weight is what `weigh` adds. */
  function dense(weigh: (builder: GraphBuilder) => string, rows: number | string = 4): OnnxModel {
    const builder = new GraphBuilder(false)
    const input = builder.input('input', 'float32', ['N', rows])
    builder.output(builder.add('MatMul', [input, weigh(builder)], {}, { name: 'dense' }), 'float32', ['N', 6])
    return { ...smallModel(6), opsets: { '': 21 }, graph: builder.build('dense') }
  }
  const stored = (dataType: DataType, dims: readonly number[]) => {
    const data = dataTypes[dataType].allocate(dims.reduce((product, extent) => product * extent, 1))
    return { dataType, dims, data }
  }

  it.each([
    ['float8e4m3fn', 24],
    ['float8e4m3fnuz', 24],
    ['float8e5m2', 24],
    ['float8e5m2fnuz', 24],
    ['int4', 12],
    ['uint4', 12],
    ['int8', 24],
  ] as const)('counts weights of %s that are made floats', (type, bytes) => {
    const model = dense((builder) => {
      const scale = builder.initializer('scale', floats([6]))
      return builder.add('DequantizeLinear', [builder.initializer('weight', stored(type, [4, 6])), scale], { axis: 1 })
    })
    const { parameters, macs, activationBytes, onnx, issues } = analyzeOnnx(model, 'dense')
    expect([parameters.total, macs, activationBytes, issues]).toEqual([24, 24, 4 * 6, []])
    expect(onnx.tensors.find((sum) => sum.type === type)).toEqual({ type, tensors: 1, values: 24, bytes })
  })

  it.each([
    ['bfloat16', 24 * 2],
    ['complex64', 24 * 8],
    ['complex128', 24 * 16],
  ] as const)('counts weights of %s', (type, bytes) => {
    const model = dense((builder) => builder.initializer('weight', stored(type, [4, 6])))
    const { parameters, onnx } = analyzeOnnx(model, 'dense')
    expect([parameters.total, onnx.tensors]).toEqual([24, [{ type, tensors: 1, values: 24, bytes }]])
  })

  it('gives text its length in bytes, and counts it as no parameter', () => {
    const model = dense((builder) => {
      builder.initializer('labels', { dataType: 'string', dims: [2], data: ['größe', ''] })
      return builder.initializer('weight', floats([4, 6]))
    })
    const { parameters, onnx } = analyzeOnnx(model, 'dense')
    expect(parameters.total).toBe(24)
    expect(onnx.tensors.at(-1)).toEqual({ type: 'string', tensors: 1, values: 2, bytes: 7 })
  })

  it.each([4, 'features'])('counts weights that operators make of constants, with %s inputs', (rows) => {
    const model = dense((builder) => {
      const shape = builder.initializer('shape', { dataType: 'int64', dims: [2], data: BigInt64Array.of(4n, 6n) })
      return builder.add('ConstantOfShape', [shape], { value: { tensor: floats([1]) } })
    }, rows)
    expect(analyzeOnnx(model, 'dense').parameters.total).toBe(24)
  })

  it('counts a weight once that serves in two forms', () => {
    const model = dense((builder) => {
      const weight = builder.initializer('weight', floats([4, 6]))
      const turned = builder.add('Transpose', [weight], { perm: [1, 0] })
      const product = builder.add('MatMul', [weight, turned])
      return builder.add('MatMul', [product, weight])
    })
    // (W W^T) W is a constant of its own, [4, 6].
    expect(analyzeOnnx(model, 'dense').parameters.total).toBe(24)
  })

  it('says what it can where shapes are not fixed', () => {
    const { layers, issues, parameters, macs } = analyzeOnnx(smallModel('height'), 'small')
    expect(layers.map(({ output }) => output)).toEqual([[], [], [], [], []])
    expect(parameters.total).toBe(248)
    expect(macs).toBe(0)
    expect(issues).toHaveLength(1)
    expect(issues[0]?.message).toContain('Shapes are not known')
  })
})
