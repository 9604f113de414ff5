// Graphs that are written anew: by a table, by a rule that keeps something in mind, with parts left out.
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from './builder'
import { printOnnx } from './printOnnx'
import { byOperator, rewriteGraph, type Rewrite } from './rewriteGraph'

/** y = relu(-x) + c */
function source(): GraphBuilder {
  const builder = new GraphBuilder(true)
  builder.input('x', 'float32', [2, 3])
  builder.initializer('c', { dataType: 'float32', dims: [3], data: Float32Array.of(1, 2, 3) })
  builder.initializer('unused', { dataType: 'float32', dims: [1], data: Float32Array.of(9) })
  builder.add('Neg', ['x'], {}, { outputs: ['n'] })
  builder.add('Relu', ['n'], {}, { outputs: ['r'] })
  builder.add('Add', ['r', 'c'], {}, { outputs: ['y'] })
  builder.output('y', 'float32', [2, 3])
  return builder
}

const print = (builder: GraphBuilder): string => printOnnx(builder.build('test'))

describe('rewriteGraph', () => {
  it('copies what no rule writes, with every name', () => {
    expect(print(rewriteGraph(source(), () => () => false))).toBe(print(source()))
  })

  it('writes the operators of a table in another way', () => {
    const table = new Map<string, Rewrite>([
      [
        'Neg',
        ({ inputs: [x = ''], outputs }, target) => {
          target.add('Sub', [target.scalar(0), x], {}, { outputs })
          return true
        },
      ],
      ['Relu', () => false],
    ])
    expect(print(rewriteGraph(source(), () => byOperator(table)))).toMatchInlineSnapshot(`
      "input x: float32[2, 3]
      n = Sub(0, x)
      r = Relu(n)
      y = Add(r, [1, 2, 3])
      output y: float32[2, 3]"
    `)
  })

  it('leaves initialisers out, and adds what a rule has kept for the end', () => {
    let finished = 0
    const written = rewriteGraph(
      source(),
      (target) => {
        const last: string[] = []
        return ({ opType, outputs, inputs }) => {
          if (opType === 'Add') {
            expect(last).toEqual(['n', 'r'])
            target.append({ name: 'y', opType: 'Sum', domain: '', inputs, outputs, attributes: {} })
            return true
          }
          last.push(...outputs)
          return false
        }
      },
      { keeps: (name) => name !== 'unused', finish: () => void finished++ },
    )
    expect(finished).toBe(1)
    expect([...written.initializers.keys()]).toEqual(['c'])
    expect(written.nodes.map(({ opType }) => opType)).toEqual(['Neg', 'Relu', 'Sum'])
    expect(written.shapeOf('y')).toEqual([2, 3])
  })

  it('gives new values names that the source does not use', () => {
    const written = rewriteGraph(source(), (target) => ({ opType }) => {
      if (opType === 'Neg') target.add('Abs', ['x'], {}, { name: 'r' })
      return false
    })
    expect(new Set(written.nodes.flatMap(({ outputs }) => outputs)).size).toBe(4)
  })
})
