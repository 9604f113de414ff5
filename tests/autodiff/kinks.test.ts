// What a gradient is where the derivative is not defined: ties of maxima and kinks of activations, PyTorch's conventions.
import { describe, expect, it } from 'vitest'
import { differentiateFrom } from '../../src/shared/autodiff/backward'
import { expandTraining, type ExpandOptions } from '../../src/shared/autodiff/expandTraining'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import { runGraph, type Numbers } from '../reference/runGraph'

type Build = (builder: GraphBuilder, inputs: readonly string[]) => string

const numbers = (dims: readonly number[], data: readonly number[]): Numbers => ({ dims, data: Float32Array.from(data) })

/** Gradients by all inputs for the given values and dy. */
async function gradientsOf(
  inputs: readonly Numbers[],
  dy: Numbers,
  build: Build,
  options: ExpandOptions = {},
): Promise<number[][]> {
  const source = new GraphBuilder(true)
  const names = inputs.map(({ dims }, index) => source.input(`x${index}`, 'float32', dims))
  source.input('dy', 'float32', dy.dims)
  const y = build(source, names)
  const { builder, rules } = expandTraining(source, options)
  const gradients = differentiateFrom(builder, new Map([[y, 'dy']]), names, rules)
  const feeds = new Map([...inputs.map((value, index) => [`x${index}`, value] as const), ['dy', dy] as const])
  const results = await runGraph(builder, feeds, [...gradients.values()])
  return names.map((name) => Array.from(results.get(gradients.get(name) ?? '') ?? []))
}

const unary =
  (op: string, attributes: Record<string, { float: number }> = {}): Build =>
  (builder, inputs) =>
    builder.add(op, inputs, attributes)

describe.each([true, false])('gradients at ties of max pooling, indices: %s', (maxPoolIndices) => {
  const options = { maxPoolIndices }

  it('gives the whole gradient of a window to its first maximum', async () => {
    const x = numbers([1, 1, 2, 6], [0, 0, 3, 5, 2, 1, 0, 0, 5, 5, 1, 2])
    const build: Build = (builder, inputs) => builder.add('MaxPool', inputs, { kernel_shape: [2, 2], strides: [2, 2] })
    const [dx] = await gradientsOf([x], numbers([1, 1, 1, 3], [1, 2, 3]), build, options)
    expect(dx).toEqual([1, 0, 0, 2, 3, 0, 0, 0, 0, 0, 0, 0])
  })

  it('adds up what overlapping windows give to one element', async () => {
    // Windows of 3 at 0, 1, 2: maxima at 2 (4), at 2 again, then the first of two 4s.
    const x = numbers([1, 1, 5], [1, 2, 4, 4, 0])
    const build: Build = (builder, inputs) => builder.add('MaxPool', inputs, { kernel_shape: [3] })
    const [dx] = await gradientsOf([x], numbers([1, 1, 3], [1, 10, 100]), build, options)
    expect(dx).toEqual([0, 0, 111, 0, 0])
  })

  it('gives nothing to the padding, however low the image is', async () => {
    // Windows of 2 at -1, 1, 3: maxima -1e30 alone, the first of two -2, and -5 before one cell of padding.
    const x = numbers([1, 1, 4], [-1e30, -2, -2, -5])
    const build: Build = (builder, inputs) =>
      builder.add('MaxPool', inputs, { kernel_shape: [2], strides: [2], pads: [1, 1] })
    const [dx] = await gradientsOf([x], numbers([1, 1, 3], [1, 10, 100]), build, options)
    expect(dx).toEqual([1, 10, 0, 100])
  })

  it('gives the gradient of a global max pooling to the first maximum', async () => {
    const x = numbers([1, 2, 2, 2], [1, 7, 7, 0, 3, 3, 3, 3])
    const [dx] = await gradientsOf([x], numbers([1, 2, 1, 1], [5, 6]), unary('GlobalMaxPool'), options)
    expect(dx).toEqual([0, 5, 0, 0, 6, 0, 0, 0])
  })
})

describe('gradients at ties', () => {
  it('halves the gradient of an elementwise maximum between equal inputs', async () => {
    const inputs = [numbers([3], [1, 2, 3]), numbers([3], [1, 5, 0])]
    const [da, db] = await gradientsOf(inputs, numbers([3], [8, 8, 8]), unary('Max'))
    expect(da).toEqual([4, 0, 8])
    expect(db).toEqual([4, 8, 0])
  })

  it('shares the gradient of a reduced minimum between equal elements', async () => {
    const build: Build = (builder, inputs) => builder.add('ReduceMin', inputs, { axes: [1], keepdims: 0 })
    const [dx] = await gradientsOf([numbers([2, 3], [1, 0, 0, 4, 2, 3])], numbers([2], [6, 5]), build)
    expect(dx).toEqual([0, 3, 3, 0, 5, 0])
  })
})

describe('gradients at kinks', () => {
  const zeros = numbers([3], [0, -0, 2])
  const dy = numbers([3], [3, 3, 3])

  it.each([
    ['Relu', {}, [0, 0, 3]],
    ['LeakyRelu', { alpha: { float: 0.5 } }, [1.5, 1.5, 3]],
    ['Elu', { alpha: { float: 2 } }, [6, 6, 3]],
    ['Selu', { alpha: { float: 2 }, gamma: { float: 1.5 } }, [9, 9, 4.5]],
    ['Celu', { alpha: { float: 2 } }, [3, 3, 3]],
    ['ThresholdedRelu', { alpha: { float: 0 } }, [0, 0, 3]],
    ['ThresholdedRelu', { alpha: { float: 2 } }, [0, 0, 0]],
    ['Shrink', { lambd: { float: 2 } }, [0, 0, 0]],
    ['Softsign', {}, [3, 3, 1 / 3]],
    ['Abs', {}, [0, 0, 3]],
  ])('%s at 0', async (op, attributes, expected) => {
    const [dx] = await gradientsOf([zeros], dy, unary(op, attributes))
    expect(dx).toEqual(expected.map(Math.fround))
  })

  it('passes the gradient of Relu however small its input is', async () => {
    const [dx] = await gradientsOf([numbers([3], [1e-30, 1e-36, -1e-36])], dy, unary('Relu'))
    expect(dx).toEqual([3, 3, 0])
  })

  it('PRelu at 0 takes the slope, which gets nothing', async () => {
    const [dx, dslope] = await gradientsOf([zeros, numbers([1], [0.5])], dy, unary('PRelu'))
    expect(dx).toEqual([1.5, 1.5, 3])
    expect(dslope).toEqual([0])
  })

  it('Clip passes the gradient at its bounds', async () => {
    const build: Build = (builder, [x = '']) => builder.add('Clip', [x, builder.scalar(-1), builder.scalar(1)])
    const [dx] = await gradientsOf([numbers([4], [-1, 1, -1.5, 1.5])], numbers([4], [1, 2, 3, 4]), build)
    expect(dx).toEqual([1, 2, 0, 0])
  })

  it('HardSwish has the slopes -1/2 and 3/2 at -3 and 3', async () => {
    const [dx] = await gradientsOf([numbers([2], [-3, 3])], numbers([2], [2, 2]), unary('HardSwish'))
    expect(dx?.[0]).toBeCloseTo(-1, 6)
    expect(dx?.[1]).toBeCloseTo(3, 6)
  })

  it('HardSigmoid has the slope 0 at its kinks', async () => {
    const build = unary('HardSigmoid', { alpha: { float: 0.5 }, beta: { float: 0.5 } })
    const [dx] = await gradientsOf([numbers([3], [-1, 1, 0])], numbers([3], [2, 2, 2]), build)
    expect(dx).toEqual([0, 0, 1])
  })

  it('Pow of 0 to the power 0 has no gradient, and none by its exponent', async () => {
    const [da, db] = await gradientsOf([numbers([2], [0, 0]), numbers([2], [0, 2])], numbers([2], [1, 1]), unary('Pow'))
    expect(da).toEqual([0, 0])
    expect(db).toEqual([0, 0])
  })

  it('ReduceL2 of zeros has no gradient', async () => {
    const build: Build = (builder, inputs) => builder.add('ReduceL2', inputs, { axes: [0], keepdims: 0 })
    const [dx] = await gradientsOf([numbers([2], [0, 0])], numbers([], [1]), build)
    expect(dx).toEqual([0, 0])
  })

  it.each([
    ['LpPool', { kernel_shape: [2, 2], p: 1 }],
    ['LpPool', { kernel_shape: [2, 2], p: 2 }],
    ['LpPool', { kernel_shape: [2, 2], p: 3 }],
    ['GlobalLpPool', { p: 2 }],
  ])('%s of zeros has no gradient: %j', async (op, attributes) => {
    const build: Build = (builder, inputs) => builder.add(op, inputs, attributes)
    const [dx] = await gradientsOf([numbers([1, 1, 2, 2], [0, 0, 0, 0])], numbers([1, 1, 1, 1], [1]), build)
    expect(dx?.map(Math.abs)).toEqual([0, 0, 0, 0])
  })

  it('LpNormalization of zeros has no gradient', async () => {
    const [dx] = await gradientsOf([numbers([1, 2], [0, 0])], numbers([1, 2], [1, 2]), unary('LpNormalization'))
    expect(dx).toEqual([0, 0])
  })
})
