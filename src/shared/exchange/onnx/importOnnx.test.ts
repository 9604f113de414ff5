// What importing makes of a file as a whole: types of data, forms of files, batches, layouts, metadata, refusals; no runtime.
import { describe, expect, it } from 'vitest'
import { NetloomError } from '../../graph/errors'
import { GraphBuilder } from '../../onnx/builder'
import type { Dim, OnnxModel, OnnxTensor } from '../../onnx/model'
import { checkDocument } from '../../network/checkDocument'
import { importOnnx } from './importOnnx'

type Build = (builder: GraphBuilder, x: string) => string

function model(build: Build, input: readonly Dim[] = ['N', 3, 8, 8], changes: Partial<OnnxModel> = {}): OnnxModel {
  const builder = new GraphBuilder(false)
  const x = builder.input('x', 'float32', input)
  builder.output(build(builder, x), 'float32')
  return {
    irVersion: 8,
    opsets: { '': 17 },
    producerName: '',
    producerVersion: '',
    metadata: {},
    graph: builder.build('net'),
    ...changes,
  }
}

const ones = (...dims: readonly number[]): OnnxTensor => {
  const count = dims.reduce((product, extent) => product * extent, 1)
  return { dataType: 'float32', dims, data: new Float32Array(count).fill(1) }
}

const conv: Build = (b, x) => b.add('Conv', [x, b.initializer('conv.weight', ones(4, 3, 3, 3))])

function refusal(source: OnnxModel): NetloomError {
  try {
    importOnnx(source)
  } catch (error) {
    if (error instanceof NetloomError) return error
    throw error
  }
  throw new Error('it was imported')
}

describe('weights', () => {
  it('are named by their layer and keep their values', () => {
    const { document, weights } = importOnnx(model(conv))
    expect(document.nodes.map(({ id, type }) => `${id}:${type}`)).toEqual(['input:input', 'conv:conv2d'])
    expect([...weights]).toEqual([['conv/weight', { dims: [4, 3, 3, 3], data: new Float32Array(108).fill(1) }]])
    expect(checkDocument(document)).toEqual([])
  })

  it('may be listed as inputs too (IR version 3), or be Constant nodes', () => {
    const listed = model(conv)
    const inputs = [...listed.graph.inputs, { name: 'conv.weight', dataType: 'float32', dims: [4, 3, 3, 3] } as const]
    expect(importOnnx({ ...listed, irVersion: 3, graph: { ...listed.graph, inputs } }).weights.size).toBe(1)
    const constant = model((b, x) => b.add('Conv', [x, b.add('Constant', [], { value: { tensor: ones(4, 3, 3, 3) } })]))
    expect(importOnnx(constant).weights.get('conv/weight')?.dims).toEqual([4, 3, 3, 3])
  })

  it('of 16 bits are widened, and the report says so', () => {
    // 1.5 is 0x3e00 in float16 (sign 0, exponent 15, fraction 512) and 0x3fc0 in bfloat16.
    const patterns = { float16: 0x3e00, bfloat16: 0x3fc0 } as const
    for (const [dataType, pattern] of Object.entries(patterns) as [keyof typeof patterns, number][]) {
      const tensor: OnnxTensor = { dataType, dims: [1, 3, 1, 1], data: Uint16Array.of(pattern, pattern, pattern) }
      const { weights, report } = importOnnx(model((b, x) => b.add('Conv', [x, b.initializer('w', tensor)])))
      expect([...(weights.values().next().value?.data ?? [])]).toEqual([1.5, 1.5, 1.5])
      expect(report.widened).toEqual({ [dataType]: 1 })
    }
  })

  it('that two layers share are copied, and a note says so', () => {
    const shared = model((b, x) => {
      const w = b.initializer('w.weight', ones(3, 3, 1, 1))
      return b.add('Conv', [b.add('Conv', [x, w]), w])
    })
    const { weights, report } = importOnnx(shared)
    expect(weights.size).toBe(2)
    expect(report.notes.join(' ')).toContain('1 weights serve several layers')
  })
})

describe('inputs and outputs', () => {
  it('tries usual extents where the file leaves them open, and takes those that fit', () => {
    // 3*32*32 = 3072 features: only 32x32 images fit the matrix.
    const open = model(
      (b, x) => b.add('Gemm', [b.add('Flatten', [x]), b.initializer('fc.weight', ones(2, 3072))], { transB: 1 }),
      ['N', 3, 'height', 'width'],
    )
    const { document, report } = importOnnx(open)
    expect(document.nodes[0]?.params).toEqual({ shape: [3, 32, 32] })
    expect(report.notes.join(' ')).toContain('leaves its extents open')
    expect(importOnnx(model(conv, ['', '', '', '']), { inputShape: [3, 40, 48] }).report.input.shape).toEqual([
      3, 40, 48,
    ])
  })

  it('turns images of TensorFlow, [N, H, W, C], to [N, C, H, W]', () => {
    const turned = model((b, x) => conv(b, b.add('Transpose', [x], { perm: [0, 3, 1, 2] })), ['N', 8, 6, 3])
    const { document, report } = importOnnx(turned)
    expect(document.nodes.map(({ type }) => type)).toEqual(['input', 'conv2d'])
    expect(report.input).toMatchObject({ layout: 'nhwc', shape: [3, 8, 6] })
  })

  it('takes the first of several outputs and names what is left out', () => {
    const two = model((b, x) => {
      b.output(b.add('Tanh', [x], {}, { outputs: ['aux'] }), 'float32')
      return b.add('Relu', [x], {}, { outputs: ['main'] })
    })
    const outputs = two.graph.outputs.toReversed()
    const { document, report } = importOnnx({ ...two, graph: { ...two.graph, outputs } })
    expect(document.nodes.map(({ type }) => type)).toEqual(['input', 'relu'])
    expect(report.notes.join(' ')).toContain('"aux"')
  })

  it('reads class names and scaling from metadata, also in the forms of other programs', () => {
    const classifier: Build = (b, x) =>
      b.add('Gemm', [b.add('Flatten', [x]), b.initializer('fc.weight', ones(2, 192))], { transB: 1 })
    const metadata = { names: "{0: 'cat', 1: \"dog's\"}", mean: '[0.5, 0.5, 0.5]', std: '[0.25, 0.25, 0.25]' }
    const { document } = importOnnx(model(classifier, undefined, { metadata }))
    expect(document.classes).toEqual(['cat', "dog's"])
    expect(document.scaling).toEqual({ mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] })
    const odd = { names: '{"a": 1}', mean: '[123.7, 116.3, 103.5]', std: '[1, 1, 1]', classes: '["only one"]' }
    expect(importOnnx(model(classifier, undefined, { metadata: odd })).document).not.toHaveProperty('scaling')
  })
})

describe('operators without a layer', () => {
  it('keep attributes, constants and several outputs, and are counted by name', () => {
    const split = model((b, x) => {
      const [one = '', two = ''] = b.addMany('Split', 2, [x, b.ints([1, 2])], { axis: 1 })
      return b.add('Concat', [two, one], { axis: 1 })
    })
    const { document, report } = importOnnx(split)
    expect(report.operators).toMatchObject({ total: 2, kept: 2, folded: 0, unsupported: { Split: 1 } })
    expect(document.edges.map(({ from, to }) => `${from.node}.${from.port} ${to.node}.${to.port}`)).toEqual([
      'input.out split.in',
      'split.out1 concat.in0',
      'split.out0 concat.in1',
    ])
    expect(document.nodes[1]?.params).toMatchObject({
      opType: 'Split',
      attributes: { axis: { type: 'int', value: 1 } },
      operands: [{ kind: 'input' }, { kind: 'constant', tensor: { dataType: 'int64', dims: [2], values: [1, 2] } }],
      outputs: 2,
    })
    expect(checkDocument(document)).toEqual([])
  })

  it('leave the batch free in a reshape that no layer is', () => {
    const deep = model((b, x) => b.add('Tanh', [b.add('Reshape', [x, b.ints([-1, 3, 2, 4, 8])])]))
    const { document } = importOnnx(deep)
    expect(document.nodes[1]?.params).toMatchObject({
      opType: 'Reshape',
      operands: [{ kind: 'input' }, { kind: 'constant', tensor: { values: [0, 3, 2, 4, 8] } }],
    })
    expect(checkDocument(document)).toEqual([])
  })

  it('are refused where they mix the images of a batch', () => {
    const mixed = model((b, x) => b.add('ReduceMean', [x], { axes: { type: 'ints', value: [0] }, keepdims: 1 }))
    expect(refusal(mixed)).toMatchObject({ code: 'onnx.unsupported', hint: expect.stringContaining('batch') })
  })
})

describe('refusals', () => {
  it('name the version that is too old', () => {
    expect(refusal(model(conv, undefined, { opsets: { '': 5 } })).message).toContain('operator set 5')
    expect(refusal(model(conv, undefined, { irVersion: 2 })).message).toContain('IR version 2')
  })

  it('name the inputs where there are several', () => {
    const two = model((b, x) => b.add('Add', [x, b.input('y', 'float32', ['N', 3, 8, 8])]))
    expect(refusal(two).message).toContain('"x", "y"')
  })

  it('name an operator that has no shape rule', () => {
    const custom = model((b, x) => b.add('Mystery', [x], {}, { domain: 'my.company' }))
    expect(refusal(custom).message).toContain('my.company.Mystery')
  })
})
