// What the walker demands of gradient rules, and what rules demand of their axes, pads and sizes.
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../onnx/builder'
import type { OnnxNode } from '../onnx/model'
import { differentiate } from './backward'
import { findGradientRule } from './index'
import { none, type GradientRule } from './rule'
import { createRuleContext } from './ruleContext'

/** y = a * b, summed to a loss, with another rule for the product. */
function product(rule: GradientRule) {
  const builder = new GraphBuilder(true)
  builder.input('a', 'float32', [3])
  builder.input('b', 'float32', [3])
  builder.append({ name: 'y', opType: 'Mul', domain: '', inputs: ['a', 'b'], outputs: ['y'], attributes: {} })
  const loss = builder.add('ReduceSum', ['y', builder.ints([0])], { keepdims: 0 })
  return (wanted: readonly string[]) => differentiate(builder, loss, wanted, new Map([['y', rule]]))
}

describe('the walker', () => {
  it('takes gradients, `none`, and undefined where nothing is wanted', () => {
    const of = (rule: GradientRule) => product(rule)(['a']).get('a')
    expect(of(({ outputGradients }) => [outputGradients[0], undefined])).toMatch(/\S/)
    expect(() => of(() => [none, none])).not.toThrow()
  })

  it('reports a rule that gives too few gradients', () => {
    expect(() => product(({ outputGradients }) => [outputGradients[0]])(['a'])).toThrow(
      'internal: the gradient rule of Mul "y" gives 1 gradients for 2 inputs',
    )
    expect(() => product(() => [])(['a'])).toThrow('gives 0 gradients for 2 inputs')
  })

  it('reports a rule that gives a gradient to an input that is not there', () => {
    expect(() => product(({ outputGradients: [dy] }) => [dy, dy, dy])(['a'])).toThrow('gives 3 gradients for 2 inputs')
  })

  it('reports a rule that forgets an input that is wanted', () => {
    const forgetful = product(({ outputGradients: [dy] }) => [dy, undefined])
    expect(() => forgetful(['a', 'b'])).toThrow('internal: the gradient rule of Mul "y" forgets input 1, "b"')
    expect(() => product(({ outputGradients: [dy] }) => [dy, undefined])(['a'])).not.toThrow()
  })

  it('reports a gradient of another shape', () => {
    const wrong = product(({ builder }) => [builder.floats([1, 2]), none])
    expect(() => wrong(['a'])).toThrow('internal: the gradient [2] does not fit its value [3]')
  })
})

describe('axes, pads and the like that are computed while the graph runs', () => {
  const computed = (opType: string, index: number, count: number): OnnxNode => ({
    name: 'node',
    opType,
    domain: '',
    inputs: Array.from({ length: count }, (_, place) => (place === 0 ? 'x' : place === index ? 'run' : 'fixed')),
    outputs: ['y'],
    attributes: {},
  })

  it.each([
    ['ReduceSum', 1, 2, 'axes'],
    ['ReduceMean', 1, 2, 'axes'],
    ['ReduceMax', 1, 2, 'axes'],
    ['ReduceMin', 1, 2, 'axes'],
    ['ReduceL2', 1, 2, 'axes'],
    ['ReduceSumSquare', 1, 2, 'axes'],
    ['ReduceProd', 1, 2, 'axes'],
    ['ReduceL1', 1, 2, 'axes'],
    ['ReduceLogSum', 1, 2, 'axes'],
    ['Tile', 1, 2, 'repeats'],
    ['Pad', 1, 2, 'pads'],
    ['Pad', 3, 4, 'axes'],
    ['Slice', 1, 3, 'starts'],
    ['Slice', 3, 4, 'axes'],
    ['Slice', 4, 5, 'steps'],
  ])('are refused in %s (input %i)', (opType, index, count, what) => {
    const builder = new GraphBuilder(true)
    for (const name of ['x', 'y', 'dy']) builder.input(name, 'float32', [2, 2])
    builder.input('run', 'int64', [1])
    builder.initializer('fixed', { dataType: 'int64', dims: [1], data: BigInt64Array.from([0n]) })
    const node = computed(opType, index, count)
    const rule = findGradientRule(node)
    expect(() => rule?.(createRuleContext(builder, node, ['dy'], new Set(['x'])))).toThrow(
      `${opType} "node" has a gradient only where its ${what} are fixed; they are computed while the graph runs. Make input ${index} a constant.`,
    )
  })
})
