import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../onnx/builder'
import { printOnnx } from '../onnx/printOnnx'
import { differentiateFrom } from './backward'
import { expandTraining } from './expandTraining'

function trainingNorm(dims: readonly number[]): GraphBuilder {
  const builder = new GraphBuilder(true)
  builder.input('x', 'float32', dims)
  const channels = [dims[1] ?? 1]
  for (const name of ['scale', 'bias', 'runningMean', 'runningVariance']) builder.input(name, 'float32', channels)
  builder.addMany(
    'BatchNormalization',
    3,
    ['x', 'scale', 'bias', 'runningMean', 'runningVariance'],
    { training_mode: 1 },
    {
      outputs: ['y', 'newMean', 'newVariance'],
    },
  )
  return builder
}

describe('expandTraining', () => {
  it('replaces a batch norm in training by statistics of the batch', () => {
    const { builder } = expandTraining(trainingNorm([2, 3, 4, 4]))
    expect(printOnnx({ ...builder.build('test'), inputs: [] })).toMatchInlineSnapshot(`
      "ReduceMean = ReduceMean(x) axes=[0, 2, 3] keepdims=0
      Reshape = Reshape(ReduceMean, [3, 1, 1]:int64)
      Sub = Sub(x, Reshape)
      Mul = Mul(Sub, Sub)
      ReduceMean_10 = ReduceMean(Mul) axes=[0, 2, 3] keepdims=0
      y = BatchNormalization(x, scale, bias, ReduceMean, ReduceMean_10) epsilon=0.00001
      Mul_13 = Mul(runningMean, 0.9)
      Mul_15 = Mul(ReduceMean, 0.1)
      newMean = Add(Mul_13, Mul_15)
      Mul_17 = Mul(runningVariance, 0.9)
      Mul_19 = Mul(ReduceMean_10, 0.1032258)
      newVariance = Add(Mul_17, Mul_19)"
    `)
  })

  it('blends the unbiased variance into the running one: 0.1 * 32 / 31 for 32 values per channel', () => {
    const { builder } = expandTraining(trainingNorm([2, 3, 4, 4]))
    const sum = builder.nodes.find((node) => node.outputs[0] === 'newVariance')
    const factor = builder.nodes.find((node) => node.outputs[0] === sum?.inputs[1])
    expect(builder.constantOf(factor?.inputs[1] ?? '')?.data[0]).toBeCloseTo(0.103226, 6)
  })

  it('keeps the running variance finite for one value per channel', () => {
    const { builder } = expandTraining(trainingNorm([1, 3]))
    const numbers = [...builder.initializers.values()].flatMap((tensor) => Array.from<unknown>(tensor.data))
    expect(numbers).not.toContain(Infinity)
  })

  it('differentiates the expanded batch norm with two affine passes', () => {
    const { builder, rules } = expandTraining(trainingNorm([2, 3, 4, 4]))
    builder.input('dy', 'float32', [2, 3, 4, 4])
    const before = builder.nodes.length
    differentiateFrom(builder, new Map([['y', 'dy']]), ['x', 'scale', 'bias'], rules)
    const graph = builder.build('test')
    expect(printOnnx({ ...graph, inputs: [], nodes: graph.nodes.slice(before) })).toMatchInlineSnapshot(`
      "ReduceSum = ReduceSum(dy, [0, 2, 3]:int64) keepdims=0
      Mul_24 = Mul(dy, Sub)
      ReduceSum_25 = ReduceSum(Mul_24, [0, 2, 3]:int64) keepdims=0
      Add = Add(ReduceMean_10, 0.00001)
      Sqrt = Sqrt(Add)
      Div = Div(ReduceSum_25, Sqrt)
      Mul_31 = Mul(scale, -0.03125)
      Mul_32 = Mul(Mul_31, ReduceSum_25)
      Div_33 = Div(Mul_32, Add)
      Mul_35 = Mul(ReduceSum, 0.03125)
      BatchNormalization = BatchNormalization(dy, scale, [0, 0, 0], Mul_35, ReduceMean_10) epsilon=0.00001
      BatchNormalization_38 = BatchNormalization(Sub, Div_33, [0, 0, 0], [0, 0, 0], ReduceMean_10) epsilon=0.00001
      Add_39 = Add(BatchNormalization, BatchNormalization_38)"
    `)
  })

  it('makes each max pooling keep the indices of its maxima', () => {
    const source = new GraphBuilder(true)
    source.input('x', 'float32', [1, 2, 4, 4])
    source.add('MaxPool', ['x'], { kernel_shape: [2, 2], strides: [2, 2] }, { outputs: ['y'] })
    const { builder } = expandTraining(source)
    expect(builder.nodes[0]?.outputs).toEqual(['y', 'y/indices'])
  })

  it('differentiates a max pooling cell by cell where it has no indices', () => {
    const source = new GraphBuilder(true)
    source.input('x', 'float32', [1, 2, 4, 4])
    source.add('MaxPool', ['x'], { kernel_shape: [1, 2], strides: [1, 2] }, { outputs: ['y'] })
    const { builder, rules } = expandTraining(source, { maxPoolIndices: false })
    builder.input('dy', 'float32', [1, 2, 4, 2])
    differentiateFrom(builder, new Map([['y', 'dy']]), ['x'], rules)
    expect(printOnnx({ ...builder.build('test'), inputs: [] })).toMatchInlineSnapshot(`
      "y = MaxPool(x) kernel_shape=[1, 2] strides=[1, 2]
      Slice = Slice(x, [0]:int64, [3]:int64, [3]:int64, [2]:int64)
      Equal = Equal(Slice, y)
      Where = Where(Equal, dy, 0)
      Where_10 = Where(Equal, 0, dy)
      Slice_13 = Slice(x, [1]:int64, [4]:int64, [3]:int64, [2]:int64)
      Equal_14 = Equal(Slice_13, y)
      Where_15 = Where(Equal_14, Where_10, 0)
      Reshape = Reshape(Where, [8, 2, 1, 1]:int64)
      Reshape_18 = Reshape(Where_15, [8, 2, 1, 1]:int64)
      Concat = Concat(Reshape, Reshape_18) axis=2
      Reshape_21 = Reshape(Concat, [1, 2, 4, 4]:int64)"
    `)
  })

  it('takes no name that a later node has', () => {
    const source = trainingNorm([2, 3])
    source.add('Neg', ['y'], {}, { outputs: ['ReduceMean'] })
    source.add('Neg', ['ReduceMean'], {}, { outputs: ['Sub'] })
    const { builder } = expandTraining(source)
    expect(builder.nodes.filter((node) => node.opType === 'Neg').map((node) => node.outputs[0])).toEqual([
      'ReduceMean',
      'Sub',
    ])
  })
})
