import { describe, expect, it } from 'vitest'
import { GraphBuilder } from './builder'
import type { OnnxGraph, OnnxNode } from './model'
import { specialize } from './specialize'

function graphOf(build: (builder: GraphBuilder) => string): OnnxGraph {
  const builder = new GraphBuilder(false)
  const output = build(builder)
  builder.output(output, 'float32')
  return builder.build('test')
}

function operators(nodes: readonly OnnxNode[]): string[] {
  return nodes.map((node) => node.opType)
}

describe('specialize', () => {
  it('fixes the batch and knows every shape', () => {
    const graph = graphOf((builder) => {
      const x = builder.input('x', 'float32', ['N', 3, 8, 8])
      const w = builder.initializer('w', { dataType: 'float32', dims: [4, 3, 3, 3], data: new Float32Array(108) })
      return builder.add('Conv', [x, w], { pads: [1, 1, 1, 1], strides: [2, 2] }, { outputs: ['y'] })
    })
    const builder = specialize(graph, { x: [5, 3, 8, 8] })
    expect(builder.inputs).toEqual([{ name: 'x', dataType: 'float32', dims: [5, 3, 8, 8] }])
    expect(builder.shapeOf('y')).toEqual([5, 4, 4, 4])
  })

  it('folds the flatten idiom of PyTorch exports: Shape, Gather, Unsqueeze, Concat, Reshape', () => {
    const graph = graphOf((builder) => {
      const x = builder.input('x', 'float32', ['N', 4, 2, 2])
      const shape = builder.add('Shape', [x])
      const zero = builder.constant({ dataType: 'int64', dims: [], data: BigInt64Array.of(0n) })
      const batch = builder.add('Gather', [shape, zero], { axis: 0 })
      const row = builder.add('Unsqueeze', [batch, builder.ints([0])])
      const target = builder.add('Concat', [row, builder.ints([-1])], { axis: 0 }, { outputs: ['target'] })
      return builder.add('Reshape', [x, target], {}, { outputs: ['y'] })
    })
    const builder = specialize(graph, { x: [7, 4, 2, 2] })
    expect(operators(builder.nodes)).toEqual(['Reshape'])
    expect(builder.constantOf('target')?.data).toEqual(BigInt64Array.of(7n, -1n))
    expect(builder.shapeOf('y')).toEqual([7, 16])
  })

  it('folds the pads that PyTorch computes by ConstantOfShape, Concat, Reshape, a reversing Slice and Transpose', () => {
    // F.pad(x, [0, 0, 0, 0, 8, 8]) as torch.onnx writes it: pairs from the last axis backwards become begins, then ends.
    const graph = graphOf((builder) => {
      const x = builder.input('x', 'float32', ['N', 16, 4, 4])
      const zeros = builder.add('ConstantOfShape', [builder.ints([2])], {
        value: { tensor: { dataType: 'int64', dims: [1], data: BigInt64Array.of(0n) } },
      })
      const list = builder.add('Concat', [builder.ints([0, 0, 0, 0, 8, 8]), zeros], { axis: 0 })
      const pairs = builder.add('Reshape', [list, builder.ints([-1, 2])])
      const lowest = builder.constant({ dataType: 'int64', dims: [1], data: BigInt64Array.of(-(2n ** 63n) + 1n) })
      const reversed = builder.add('Slice', [pairs, builder.ints([-1]), lowest, builder.ints([0]), builder.ints([-1])])
      const columns = builder.add('Transpose', [reversed], { perm: [1, 0] })
      const pads = builder.add('Cast', [builder.add('Reshape', [columns, builder.ints([-1])])], { to: 7 })
      return builder.add('Pad', [x, pads, builder.scalar(0)], { mode: 'constant' }, { outputs: ['y'] })
    })
    const builder = specialize(graph, { x: [2, 16, 4, 4] })
    expect(operators(builder.nodes)).toEqual(['Pad'])
    expect(builder.shapeOf('y')).toEqual([2, 32, 4, 4])
    const pads = builder.constantOf(builder.nodes[0]?.inputs[1] ?? '')
    expect(pads?.data).toEqual(BigInt64Array.of(0n, 8n, 0n, 0n, 0n, 8n, 0n, 0n))
  })

  it('keeps nodes on weights, so that gradients reach the weights', () => {
    const graph = graphOf((builder) => {
      const x = builder.input('x', 'float32', ['N', 2])
      const w = builder.initializer('w', { dataType: 'float32', dims: [3, 2], data: new Float32Array(6) })
      return builder.add('MatMul', [x, builder.add('Transpose', [w])])
    })
    expect(operators(specialize(graph, { x: [1, 2] }).nodes)).toEqual(['Transpose', 'MatMul'])
  })

  it('takes sizes that follow from a floating-point initialiser, and leaves that computation in place', () => {
    const graph = graphOf((builder) => {
      const x = builder.input('x', 'float32', ['N', 1, 4, 6])
      const half = builder.initializer('half', {
        dataType: 'float32',
        dims: [4],
        data: Float32Array.of(1, 1, 0.5, 0.5),
      })
      const shape = builder.add('Cast', [builder.add('Shape', [x])], { to: 1 })
      const sizes = builder.add('Cast', [builder.add('Mul', [shape, half])], { to: 7 })
      return builder.add('Resize', [x, '', '', sizes], { mode: 'nearest' }, { outputs: ['y'] })
    })
    const builder = specialize(graph, { x: [3, 1, 4, 6] })
    expect(builder.shapeOf('y')).toEqual([3, 1, 2, 3])
    const resize = builder.nodes.find((node) => node.opType === 'Resize')
    expect(builder.constantOf(resize?.inputs[3] ?? '')?.data).toEqual(BigInt64Array.of(3n, 1n, 2n, 3n))
  })

  it('skips inputs that are also initialisers, as files of IR version 3 have them', () => {
    const graph = graphOf((builder) => builder.add('Add', [builder.input('x', 'float32', [2]), builder.floats([1, 2])]))
    const [name] = graph.initializers.keys()
    const listed = {
      ...graph,
      inputs: [...graph.inputs, { name: name ?? '', dataType: 'float32' as const, dims: [2] }],
    }
    expect(specialize(listed).inputs.map((input) => input.name)).toEqual(['x'])
  })

  it('says which extents are open', () => {
    const graph = graphOf((builder) => builder.add('Relu', [builder.input('x', 'float32', ['N', 2])]))
    expect(() => specialize(graph)).toThrow('Input "x" is [N, 2]: its open extents must be given.')
  })

  it('refuses extents that contradict the graph', () => {
    const graph = graphOf((builder) => builder.add('Relu', [builder.input('x', 'float32', ['N', 2])]))
    expect(() => specialize(graph, { x: [4, 3] })).toThrow('Input "x" is [N, 2] in the graph, [4, 3] was given.')
  })

  it('refuses a shape that depends on the image', () => {
    const graph = graphOf((builder) => {
      const x = builder.input('x', 'float32', ['N', 2])
      return builder.add('Reshape', [x, builder.input('shape', 'int64', [1])], {}, { name: 'reshape' })
    })
    expect(() => specialize(graph, { x: [4, 2] })).toThrow(
      expect.objectContaining({ code: 'onnx.unsupported', nodeId: 'reshape' }),
    )
  })

  it('leaves large constants to their nodes where together they would fill the memory', () => {
    const builder = new GraphBuilder(false)
    const shape = builder.initializer('shape', { dataType: 'int64', dims: [1], data: BigInt64Array.of(2n ** 27n) })
    let sum = builder.input('x', 'float32', [2, 4])
    for (let at = 0; at < 20; at++) {
      const mean = builder.add('ReduceMean', [builder.add('ConstantOfShape', [shape])], { keepdims: 0 })
      sum = builder.add('Add', [sum, mean])
    }
    builder.output(sum, 'float32')
    const { nodes } = specialize(builder.build('large'))
    expect(nodes.filter(({ opType }) => opType === 'ConstantOfShape')).toHaveLength(20)
  })

  it('copies five thousand nodes in well under a second', () => {
    const graph = graphOf((builder) => {
      let value = builder.input('x', 'float32', ['N', 4])
      for (let index = 0; index < 5000; index++) value = builder.add('Add', [value, builder.scalar(index % 100)])
      return value
    })
    const started = performance.now()
    expect(specialize(graph, { x: [2, 4] }).nodes).toHaveLength(5000)
    expect(performance.now() - started).toBeLessThan(800)
  })
})
