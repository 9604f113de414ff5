import { describe, expect, it } from 'vitest'
import { GraphBuilder } from './builder'
import type { OnnxGraph } from './model'
import { printOnnx } from './printOnnx'

const branch: OnnxGraph = {
  name: 'then',
  inputs: [],
  outputs: [{ name: 'a', dataType: 'float32', dims: [] }],
  initializers: new Map(),
  nodes: [{ opType: 'Neg', domain: '', name: 'n', inputs: ['x'], outputs: ['a'], attributes: {} }],
}

describe('printOnnx', () => {
  it('prints one line per node, small constants in place, weights by name', () => {
    const builder = new GraphBuilder(false)
    const x = builder.input('x', 'float32', ['N', 3, 8, 8])
    const w = builder.initializer('conv1/weight', {
      dataType: 'float32',
      dims: [4, 3, 3, 3],
      data: new Float32Array(108),
    })
    const bias = builder.initializer('conv1/bias', { dataType: 'float32', dims: [4], data: new Float32Array(4) })
    const conv = builder.add('Conv', [x, w, bias], { pads: [1, 1, 1, 1] }, { name: 'conv1' })
    const relu = builder.add('LeakyRelu', [conv], { alpha: { float: Math.fround(0.1) } }, { name: 'relu1' })
    const clip = builder.add('Clip', [relu, '', builder.scalar(6)], {}, { name: 'clip1' })
    const flat = builder.add('Reshape', [clip, builder.ints([0, -1])], {}, { name: 'flat' })
    builder.output(flat, 'float32', ['N', 256])
    expect(printOnnx(builder.build('test'))).toMatchInlineSnapshot(`
      "input x: float32[N, 3, 8, 8]
      weight conv1/weight: float32[4, 3, 3, 3]
      weight conv1/bias: float32[4]
      conv1 = Conv(x, conv1/weight, conv1/bias) pads=[1, 1, 1, 1]
      relu1 = LeakyRelu(conv1) alpha=0.1
      clip1 = Clip(relu1, _, 6)
      flat = Reshape(clip1, [0, -1]:int64)
      output flat: float32[N, 256]"
    `)
  })

  it('prints domains, several outputs, texts and subgraphs', () => {
    const builder = new GraphBuilder(false)
    const x = builder.input('x', 'float32', ['', 4])
    builder.addMany('MaxPool', 2, [x], { auto_pad: 'VALID', kernel_shape: [2] }, { name: 'pool' })
    builder.add('FusedMatMul', [x, x], { transB: 1 }, { domain: 'com.microsoft', name: 'product' })
    builder.add('If', ['c'], { then_branch: { type: 'graph', value: branch } }, { name: 'choice' })
    expect(printOnnx(builder.build('test'))).toMatchInlineSnapshot(`
      "input x: float32[?, 4]
      pool.0, pool.1 = MaxPool(x) auto_pad="VALID" kernel_shape=[2]
      product = com.microsoft.FusedMatMul(x, x) transB=1
      choice = If(c)
        then_branch:
          a = Neg(x)
          output a: float32[]"
    `)
  })
})
