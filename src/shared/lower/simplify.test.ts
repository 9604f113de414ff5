import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../onnx/builder'
import { simplify } from './simplify'

function graph(): GraphBuilder {
  const builder = new GraphBuilder(true)
  builder.input('x', 'float32', [2, 3, 4])
  return builder
}

function operators(builder: GraphBuilder): readonly string[] {
  return builder.nodes.map((node) => `${node.opType}(${node.inputs[0]})`)
}

describe('simplify', () => {
  it('reshapes once where reshapes follow each other', () => {
    const builder = graph()
    const rows = builder.add('Reshape', ['x', builder.ints([6, 4])], {}, { name: 'rows' })
    const flat = builder.add('Reshape', [rows, builder.ints([24])], {}, { name: 'flat' })
    builder.output(builder.add('Relu', [flat], {}, { name: 'y' }), 'float32')
    expect(operators(simplify(builder))).toEqual(['Reshape(x)', 'Relu(flat)'])
  })

  it('leaves out a reshape to the same shape', () => {
    const builder = graph()
    const same = builder.add('Reshape', ['x', builder.ints([2, 3, -1])])
    builder.output(builder.add('Relu', [same], {}, { name: 'y' }), 'float32')
    expect(operators(simplify(builder))).toEqual(['Relu(x)'])
  })

  it('keeps a reshape that copies extents from its input', () => {
    const builder = graph()
    const rows = builder.add('Reshape', ['x', builder.ints([6, 4])], {}, { name: 'rows' })
    builder.output(builder.add('Reshape', [rows, builder.ints([0, 2, 2])], {}, { name: 'y' }), 'float32')
    expect(operators(simplify(builder))).toEqual(['Reshape(x)', 'Reshape(rows)'])
  })

  it('keeps the name of an output that is only a reshape', () => {
    const builder = graph()
    builder.output(builder.add('Reshape', ['x', builder.ints([2, 3, 4])], {}, { name: 'y' }), 'float32')
    const simplified = simplify(builder)
    expect(operators(simplified)).toEqual(['Reshape(x)'])
    expect(simplified.nodes[0]?.outputs).toEqual(['y'])
  })

  it('leaves out nodes and initialisers that nothing reads', () => {
    const builder = graph()
    builder.add('Mul', ['x', builder.scalar(3)])
    builder.output(builder.add('Neg', ['x'], {}, { name: 'y' }), 'float32')
    const simplified = simplify(builder)
    expect(operators(simplified)).toEqual(['Neg(x)'])
    expect(simplified.initializers.size).toBe(0)
  })
})
