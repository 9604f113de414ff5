import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../onnx/builder'
import type { OnnxGraph } from '../onnx/model'
import { printOnnx } from '../onnx/printOnnx'
import { adaptToWebGpu } from './webgpu'

/** The nodes of a static graph with float inputs of these shapes, adapted. */
function adapted(
  inputs: Readonly<Record<string, readonly number[]>>,
  build: (builder: GraphBuilder) => void,
): OnnxGraph {
  const builder = new GraphBuilder(true)
  for (const [name, dims] of Object.entries(inputs)) builder.input(name, 'float32', dims)
  build(builder)
  return adaptToWebGpu(builder.build('test'))
}

const print = (graph: OnnxGraph) => printOnnx({ ...graph, inputs: [], outputs: [] })

describe('adaptToWebGpu', () => {
  it('fills 6 input channels up to 8 where the output channels are in fours', () => {
    const graph = adapted({ x: [2, 6, 9, 9], w: [16, 6, 5, 5], b: [16] }, (builder) => {
      builder.add('Conv', ['x', 'w', 'b'], {}, { outputs: ['y'] })
    })
    expect(print(graph)).toMatchInlineSnapshot(`
      "Pad = Pad(x, [0, 0, 0, 0, 0, 2, 0, 0]:int64)
      Pad_5 = Pad(w, [0, 0, 0, 0, 0, 2, 0, 0]:int64)
      y = Conv(Pad, Pad_5, b)"
    `)
  })

  it.each([
    ['1', [16, 1, 5, 5]],
    ['3', [16, 3, 5, 5]],
    ['8', [16, 8, 5, 5]],
    ['12', [16, 12, 5, 5]],
    ['6, but 10 output channels', [10, 6, 5, 5]],
    ['6, but a 1x1 kernel', [16, 6, 1, 1]],
  ])('leaves a convolution alone whose input channels are %s', (_, w) => {
    const graph = adapted({ x: [2, w[1] ?? 1, 9, 9], w }, (builder) => {
      builder.add('Conv', ['x', 'w'], {}, { outputs: ['y'] })
    })
    expect(graph.nodes.map((node) => node.opType)).toEqual(['Conv'])
  })

  it('adapts a graph of any batch size by the weights it holds', () => {
    const builder = new GraphBuilder(false)
    builder.input('x', 'float32', ['N', 9, 8, 8])
    builder.initializer('w', { dataType: 'float32', dims: [4, 9, 3, 3], data: new Float32Array(324) })
    builder.add('Conv', ['x', 'w'], {}, { outputs: ['y'] })
    builder.output('y', 'float32', ['N', 4, 6, 6])
    const graph = adaptToWebGpu(builder.build('test'))
    expect(graph.nodes.map((node) => node.opType)).toEqual(['Pad', 'Pad', 'Conv'])
    expect(graph.outputs).toEqual([{ name: 'y', dataType: 'float32', dims: ['N', 4, 6, 6] }])
  })

  it('reduces over positions before it reduces over images', () => {
    const graph = adapted({ x: [2, 3, 5, 4], m: [6, 7] }, (builder) => {
      builder.add('ReduceMean', ['x'], { axes: [0, 2, 3], keepdims: 0 }, { outputs: ['mean'] })
      builder.add('ReduceSum', ['x', builder.ints([0, -1, -2])], { keepdims: 1 }, { outputs: ['sum'] })
      builder.add('ReduceSum', ['x', builder.ints([2, 3])], { keepdims: 1 }, { outputs: ['perImage'] })
      builder.add('ReduceSum', ['m', builder.ints([0])], { keepdims: 1 }, { outputs: ['matrix'] })
    })
    expect(print(graph)).toMatchInlineSnapshot(`
      "ReduceMean = ReduceMean(x) axes=[2, 3] keepdims=1
      mean = ReduceMean(ReduceMean) axes=[0, 2, 3] keepdims=0
      ReduceSum = ReduceSum(x, [2, 3]:int64) keepdims=1
      sum = ReduceSum(ReduceSum, [0, -1, -2]:int64) keepdims=1
      perImage = ReduceSum(x, [2, 3]:int64) keepdims=1
      matrix = ReduceSum(m, [0]:int64) keepdims=1"
    `)
  })

  it('gives every group of a transposed convolution a second channel and cuts it off', () => {
    const graph = adapted({ x: [1, 4, 3, 3], w: [4, 1, 2, 2], b: [2] }, (builder) => {
      builder.add('ConvTranspose', ['x', 'w', 'b'], { group: 2, strides: [2, 2] }, { outputs: ['y'] })
    })
    expect(print(graph)).toMatchInlineSnapshot(`
      "Pad = Pad(w, [0, 0, 0, 0, 0, 1, 0, 0]:int64)
      ConvTranspose = ConvTranspose(x, Pad) group=2 strides=[2, 2]
      Reshape = Reshape(b, [1, 2, 1, 1]:int64)
      Slice = Slice(ConvTranspose, [0]:int64, [4]:int64, [1]:int64, [2]:int64)
      y = Add(Slice, Reshape)"
    `)
  })

  it('splits into 20 parts by Splits of at most 7', () => {
    const sizes = Array.from({ length: 20 }, (_, index) => index + 1)
    const outputs = sizes.map((size) => `part${size}`)
    const graph = adapted({ x: [210] }, (builder) => {
      builder.addMany('Split', 20, ['x', builder.ints(sizes)], { axis: 0 }, { outputs })
    })
    expect(graph.nodes.map((node) => node.outputs.length)).toEqual([7, 3, 3, 3, 3, 3, 3, 2])
    expect(graph.nodes.flatMap((node) => node.outputs).filter((name) => outputs.includes(name))).toEqual(outputs)
  })

  it('turns a product with a transposed side into Transpose and MatMul, or Gemm for matrices', () => {
    const graph = adapted({ a: [5, 2, 3], b: [5, 4, 3], c: [3, 2], d: [3, 4] }, (builder) => {
      builder.add('FusedMatMul', ['a', 'b'], { transB: 1 }, { domain: 'com.microsoft', outputs: ['y'] })
      builder.add('FusedMatMul', ['c', 'd'], { transA: 1 }, { domain: 'com.microsoft', outputs: ['z'] })
    })
    expect(print(graph)).toMatchInlineSnapshot(`
      "Transpose = Transpose(b) perm=[0, 2, 1]
      y = MatMul(a, Transpose)
      z = Gemm(c, d) transA=1"
    `)
  })

  it('cuts out what a backward slice wants before it turns it', () => {
    const graph = adapted({ x: [2, 8] }, (builder) => {
      builder.add('Slice', ['x', ...[[6], [0], [1], [-2]].map((list) => builder.ints(list))], {}, { outputs: ['y'] })
    })
    expect(print(graph)).toMatchInlineSnapshot(`
      "Slice = Slice(x, [1]:int64, [7]:int64, [1]:int64, [1]:int64)
      y = Slice(Slice, [-1]:int64, [-2147483647]:int64, [1]:int64, [-2]:int64)"
    `)
  })

  it('leaves a slice from the last element backwards as it is', () => {
    const graph = adapted({ x: [2, 8] }, (builder) => {
      const numbers = [[-1], [-(2 ** 31)], [1], [-1]]
      builder.add('Slice', ['x', ...numbers.map((list) => builder.ints(list))], {}, { outputs: ['y'] })
    })
    expect(graph.nodes).toHaveLength(1)
  })

  it('computes both factors of a two-way power at full size', () => {
    const graph = adapted({ a: [2, 1], b: [3], c: [] }, (builder) => {
      builder.add('Pow', ['a', 'b'], {}, { outputs: ['y'] })
      builder.add('Pow', ['a', 'c'], {}, { outputs: ['z'] })
    })
    expect(print(graph)).toMatchInlineSnapshot(`
      "Expand = Expand(a, [2, 3]:int64)
      Expand_5 = Expand(b, [2, 3]:int64)
      y = Pow(Expand, Expand_5)
      z = Pow(a, c)"
    `)
  })

  it('writes SELU with ELU', () => {
    const graph = adapted({ x: [2, 3] }, (builder) => {
      builder.add('Selu', ['x'], { alpha: { float: 1.5 }, gamma: { float: 2 } }, { outputs: ['y'] })
    })
    expect(print(graph)).toMatchInlineSnapshot(`
      "Elu = Elu(x) alpha=1.5
      y = Mul(Elu, 2)"
    `)
  })

  it('writes a local response normalisation with a mean over channels', () => {
    const graph = adapted({ x: [2, 6, 4, 4] }, (builder) => {
      builder.add('LRN', ['x'], { size: 5, alpha: { float: 0.5 }, bias: 2 }, { outputs: ['y'] })
    })
    expect(print(graph)).toMatchInlineSnapshot(`
      "Mul = Mul(x, x)
      Reshape = Reshape(Mul, [2, 1, 6, 16]:int64)
      AveragePool = AveragePool(Reshape) kernel_shape=[5, 1] pads=[2, 0, 2, 0] count_include_pad=1
      Reshape_6 = Reshape(AveragePool, [2, 6, 4, 4]:int64)
      Mul_8 = Mul(Reshape_6, 0.5)
      Add = Add(Mul_8, 2)
      Sqrt = Sqrt(Add)
      Sqrt_12 = Sqrt(Sqrt)
      Mul_13 = Mul(Sqrt, Sqrt_12)
      Reciprocal = Reciprocal(Mul_13)
      y = Mul(x, Reciprocal)"
    `)
  })

  it('writes a log softmax with the maximum taken off first', () => {
    const graph = adapted({ x: [4, 10] }, (builder) => {
      builder.add('LogSoftmax', ['x'], { axis: 1 }, { outputs: ['y'] })
    })
    expect(print(graph)).toMatchInlineSnapshot(`
      "ReduceMax = ReduceMax(x) axes=[1] keepdims=1
      Sub = Sub(x, ReduceMax)
      Exp = Exp(Sub)
      ReduceSum = ReduceSum(Exp, [1]:int64) keepdims=1
      Log = Log(ReduceSum)
      y = Sub(Sub, Log)"
    `)
  })

  it.each([
    ['bij,bjk->bik', [2, 3, 4], [2, 4, 5]],
    ['...ij,jk', [2, 3, 4], [4, 5]],
    ['bhid,bhjd->bhij', [2, 2, 3, 4], [2, 2, 5, 4]],
    ['ij,ij->', [3, 4], [3, 4]],
    ['i,j->ji', [3], [4]],
  ])('writes the Einsum %s with products and sums of the same shape', (equation, a, b) => {
    const whole = new GraphBuilder(true)
    const names = [whole.input('a', 'float32', a), whole.input('b', 'float32', b)]
    const dims = whole.shapeOf(whole.add('Einsum', names, { equation }))
    const graph = adapted({ a, b }, (builder) => {
      builder.output(builder.add('Einsum', names, { equation }, { outputs: ['y'] }), 'float32', dims)
    })
    expect(graph.nodes.map(({ opType }) => opType)).not.toContain('Einsum')
    const again = new GraphBuilder(true)
    for (const [name, shape] of [
      ['a', a],
      ['b', b],
    ] as const)
      again.input(name, 'float32', shape)
    for (const [name, tensor] of graph.initializers) again.initializer(name, tensor)
    for (const node of graph.nodes) again.append(node)
    expect(again.shapeOf('y')).toEqual(dims)
  })

  it('resizes a vector as a matrix of one row', () => {
    const graph = adapted({ x: [4] }, (builder) => {
      builder.add('Resize', ['x', '', builder.floats([2])], { mode: 'nearest' }, { outputs: ['y'] })
    })
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(['Unsqueeze', 'Resize', 'Squeeze'])
  })
})
