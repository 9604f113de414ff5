import { describe, expect, it } from 'vitest'
import { NetloomError } from '../graph/errors'
import { GraphBuilder } from '../onnx/builder'
import { printOnnx } from '../onnx/printOnnx'
import { differentiate, differentiateFrom, sumToShape } from './backward'
import { findGradientRule, gradientTable } from './index'
import { differentiableOperators, operatorsWithoutGradient } from './rule'

/** A static graph with float inputs of these shapes. */
function graphOf(inputs: Record<string, readonly number[]>): GraphBuilder {
  const builder = new GraphBuilder(true)
  for (const [name, dims] of Object.entries(inputs)) builder.input(name, 'float32', dims)
  return builder
}

/** The nodes that `add` appends, printed one per line. */
function printed(builder: GraphBuilder, add: () => void): string {
  const before = builder.nodes.length
  add()
  const graph = builder.build('test')
  return printOnnx({
    ...graph,
    inputs: [],
    initializers: new Map(graph.initializers),
    nodes: graph.nodes.slice(before),
  })
}

function thrownBy(action: () => void): NetloomError {
  try {
    action()
  } catch (error) {
    if (error instanceof NetloomError) return error
  }
  throw new Error('no NetloomError was thrown')
}

describe('the gradient table', () => {
  it('has one rule for each differentiable operator and no other', () => {
    expect(Object.keys(gradientTable).toSorted()).toEqual([...differentiableOperators].toSorted())
  })

  it('has no rule for operators without a gradient', () => {
    expect(operatorsWithoutGradient.filter((operator) => operator in gradientTable)).toEqual([])
  })

  it('does not take an operator of another domain for one of its own', () => {
    const node = { opType: 'Relu', domain: 'elsewhere', name: 'r', inputs: ['x'], outputs: ['r'], attributes: {} }
    expect(findGradientRule(node)).toBeUndefined()
    expect(findGradientRule({ ...node, domain: '' })).toBe(gradientTable.Relu)
  })
})

describe('differentiate', () => {
  it('walks from a scalar loss back to the weights', () => {
    const builder = graphOf({ x: [4, 3], w: [2, 3], b: [2] })
    const y = builder.add('Gemm', ['x', 'w', 'b'], { transB: 1 }, { outputs: ['y'] })
    const loss = builder.add('ReduceMean', [builder.add('Mul', [y, y])], { keepdims: 0 }, { outputs: ['loss'] })
    const text = printed(builder, () => differentiate(builder, loss, ['w', 'b']))
    expect(text).toMatchInlineSnapshot(`
      "Reshape = Reshape(1, [1, 1]:int64)
      Mul_10 = Mul(Reshape, 0.125)
      Expand = Expand(Mul_10, [4, 2]:int64)
      Mul_13 = Mul(Expand, y)
      Mul_15 = Mul(Mul_13, 2)
      Gemm = Gemm(Mul_15, x) alpha=1 transA=1 transB=0
      ReduceSum = ReduceSum(Mul_15, [0]:int64) keepdims=0"
    `)
  })

  it('starts from given gradients instead of a loss', () => {
    const builder = graphOf({ x: [2, 3], dy: [2, 3] })
    builder.add('Exp', ['x'], {}, { outputs: ['y'] })
    const gradients = differentiateFrom(builder, new Map([['y', 'dy']]), ['x'])
    expect(gradients.get('x')).toBe('Mul')
    expect(builder.nodes.at(-1)).toMatchObject({ opType: 'Mul', inputs: ['dy', 'y'] })
  })

  it('adds the gradients of a value that is used three times', () => {
    const builder = graphOf({ x: [2], dy: [2] })
    const sum = builder.add('Sub', [builder.add('Exp', ['x'], {}, { outputs: ['e'] }), 'x'])
    builder.add('Add', [sum, 'x'], {}, { outputs: ['y'] })
    const text = printed(builder, () => differentiateFrom(builder, new Map([['y', 'dy']]), ['x']))
    expect(text).toMatchInlineSnapshot(`
      "Neg = Neg(dy)
      Mul = Mul(dy, e)
      Add = Add(dy, Neg)
      Add_8 = Add(Add, Mul)"
    `)
  })

  it('multiplies once for a square', () => {
    const builder = graphOf({ x: [2], dy: [2] })
    builder.add('Mul', ['x', 'x'], {}, { outputs: ['y'] })
    const text = printed(builder, () => differentiateFrom(builder, new Map([['y', 'dy']]), ['x']))
    expect(text).toMatchInlineSnapshot(`
      "Mul = Mul(dy, x)
      Mul_5 = Mul(Mul, 2)"
    `)
  })

  it('gives a value its own gradient and passes it on where both are wanted', () => {
    const builder = graphOf({ x: [2], dy: [2] })
    const y = builder.add('Neg', ['x'], {}, { outputs: ['y'] })
    const gradients = differentiateFrom(builder, new Map([[y, 'dy']]), ['x', 'y'])
    expect(gradients.get('y')).toBe('dy')
    expect(builder.nodes.at(-1)).toMatchObject({ opType: 'Neg', inputs: ['dy'], outputs: [gradients.get('x')] })
  })

  it('adds nothing for inputs that need no gradient', () => {
    const builder = graphOf({ x: [1, 2, 6, 6], w: [3, 2, 3, 3], b: [3], dy: [1, 3, 4, 4] })
    builder.add('Conv', ['x', 'w', 'b'], {}, { outputs: ['y'] })
    const text = printed(builder, () => differentiateFrom(builder, new Map([['y', 'dy']]), ['b']))
    expect(text).toMatchInlineSnapshot(`"ReduceSum = ReduceSum(dy, [0, 2, 3]:int64) keepdims=0"`)
  })

  it('leaves out branches that no wanted value reaches', () => {
    const builder = graphOf({ x: [2], other: [2], dy: [2] })
    const unreached = builder.add('Sign', ['other'])
    builder.add('Mul', ['x', unreached], {}, { outputs: ['y'] })
    const text = printed(builder, () => differentiateFrom(builder, new Map([['y', 'dy']]), ['x']))
    expect(text).toMatchInlineSnapshot(`"Mul = Mul(dy, Sign)"`)
  })

  it('gives zeros where the loss does not depend on a wanted value', () => {
    const builder = graphOf({ x: [2], unused: [3, 1], dy: [2] })
    builder.add('Neg', ['x'], {}, { outputs: ['y'] })
    const gradient = differentiateFrom(builder, new Map([['y', 'dy']]), ['unused']).get('unused') ?? ''
    expect(builder.shapeOf(gradient)).toEqual([3, 1])
    expect(builder.nodes.at(-1)?.opType).toBe('Expand')
  })

  it('stops at values that are not floats', () => {
    const builder = graphOf({ x: [2, 3], dy: [2] })
    const best = builder.add('ArgMax', ['x'], { axis: 1, keepdims: 0 })
    const asNumber = builder.add('Cast', [best], { to: 1 })
    const first = builder.add('ReduceMax', ['x'], { axes: [1], keepdims: 0 })
    builder.add('Add', [first, asNumber], {}, { outputs: ['y'] })
    const gradients = differentiateFrom(builder, new Map([['y', 'dy']]), ['x'])
    expect(builder.shapeOf(gradients.get('x') ?? '')).toEqual([2, 3])
  })

  it('names the node and the operator that has no gradient', () => {
    const builder = graphOf({ x: [2], dy: [2] })
    builder.add('Floor', ['x'], {}, { name: 'floor1', outputs: ['y'] })
    const error = thrownBy(() => differentiateFrom(builder, new Map([['y', 'dy']]), ['x']))
    expect(error.code).toBe('autodiff.noGradient')
    expect(error.message).toContain('Floor "y" has no gradient')
  })

  it('refuses a batch norm still in training mode', () => {
    const builder = graphOf({ x: [2, 3, 4, 4], scale: [3], bias: [3], mean: [3], variance: [3] })
    const inputs = ['x', 'scale', 'bias', 'mean', 'variance']
    const [y = ''] = builder.addMany('BatchNormalization', 3, inputs, { training_mode: 1 })
    builder.input('dy', 'float32', builder.shapeOf(y))
    const error = thrownBy(() => differentiateFrom(builder, new Map([[y, 'dy']]), ['x']))
    expect(error.code).toBe('autodiff.noGradient')
    expect(error.message).toContain('training mode')
  })

  it.each(['ScatterElements', 'ScatterND'])('refuses a %s that multiplies what meets at one place', (op) => {
    const builder = graphOf({ x: [2, 3], updates: [1, 3], dy: [2, 3] })
    const dims = op === 'ScatterND' ? [1, 1] : [1, 3]
    const data = new BigInt64Array(op === 'ScatterND' ? 1 : 3)
    const places = builder.constant({ dataType: 'int64', dims, data })
    const y = builder.add(op, ['x', places, 'updates'], { reduction: 'mul' })
    const error = thrownBy(() => differentiateFrom(builder, new Map([[y, 'dy']]), ['x']))
    expect(error.code).toBe('autodiff.noGradient')
    expect(error.message).toContain('the reduction "mul" has no gradient here')
  })

  it('refuses a loss of more than one number', () => {
    const builder = graphOf({ x: [2] })
    expect(() => differentiate(builder, builder.add('Neg', ['x']), ['x'])).toThrow('a loss is one number')
  })
})

describe('sumToShape', () => {
  it.each([
    [[2, 3, 4], [2, 3, 4], []],
    [[2, 3, 4], [4], ['ReduceSum']],
    [
      [2, 3, 4],
      [3, 1],
      ['ReduceSum', 'Reshape'],
    ],
    [[2, 3, 4], [2, 1, 4], ['ReduceSum']],
    [[2, 3], [], ['ReduceSum']],
    [[1, 3], [3], ['ReduceSum']],
  ])('sums %j down to %j', (from, to, operators) => {
    const builder = graphOf({ g: from })
    const sum = sumToShape(builder, 'g', to)
    expect(builder.shapeOf(sum)).toEqual(to)
    expect(builder.nodes.map((node) => node.opType)).toEqual(operators)
  })

  it('reports a gradient that does not fit as a defect', () => {
    expect(() => sumToShape(graphOf({ g: [2, 3] }), 'g', [2, 4])).toThrow('internal: the gradient [2, 3] does not fit')
  })
})
