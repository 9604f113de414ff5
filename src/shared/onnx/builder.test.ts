import { describe, expect, it } from 'vitest'
import { GraphBuilder } from './builder'

describe('GraphBuilder', () => {
  it('names values after their operator or as wanted, and makes names unique', () => {
    const builder = new GraphBuilder(false)
    const x = builder.input('x', 'float32', ['N', 4])
    const names = [builder.add('Relu', [x]), builder.add('Relu', [x]), builder.add('Relu', [x], {}, { name: 'act' })]
    expect(names[0]).toBe('Relu')
    expect(names[2]).toBe('act')
    expect(new Set(names).size).toBe(3)
    expect(builder.add('Relu', [x], {}, { outputs: ['exact'] })).toBe('exact')
  })

  it('refuses a value that is defined twice', () => {
    const builder = new GraphBuilder(false)
    builder.input('x', 'float32', ['N'])
    expect(() => builder.add('Relu', ['x'], {}, { outputs: ['x'] })).toThrow('internal: the value "x" is defined twice')
  })

  it('shares equal small constants, and tells -0 from 0 and float from int', () => {
    const builder = new GraphBuilder(false)
    expect(builder.ints([1, 2])).toBe(builder.ints([1, 2]))
    expect(builder.scalar(0)).not.toBe(builder.scalar(-0))
    expect(builder.scalar(1)).not.toBe(builder.floats([1]))
    expect(builder.floats([1])).not.toBe(builder.ints([1]))
  })

  it('turns short attributes into ONNX ones', () => {
    const builder = new GraphBuilder(false)
    const x = builder.input('x', 'float32', ['N', 4])
    builder.add('Elu', [x], { alpha: { float: 0.5 }, axis: 1, mode: 'a', pads: [1, 2], betas: { floats: [1] } })
    expect(builder.nodes[0]?.attributes).toEqual({
      alpha: { type: 'float', value: 0.5 },
      axis: { type: 'int', value: 1 },
      mode: { type: 'string', value: 'a' },
      pads: { type: 'ints', value: [1, 2] },
      betas: { type: 'floats', value: [1] },
    })
    expect(() => builder.add('Elu', [x], { alpha: 0.5 })).toThrow('write { float: 0.5 }')
  })

  it('infers shapes as nodes are added when it is static', () => {
    const builder = new GraphBuilder(true)
    const x = builder.input('x', 'float32', [2, 6])
    const [left, right] = builder.addMany('Split', 2, [x], { axis: 1 })
    expect([left, right].map((part) => builder.shapeOf(part ?? ''))).toEqual([
      [2, 3],
      [2, 3],
    ])
    expect(() => builder.input('z', 'float32', ['N'])).toThrow('"z" has the extent "N" in a graph of fixed shapes')
    expect(() => builder.shapeOf('nobody')).toThrow('the shape of "nobody" is not known')
  })
})
