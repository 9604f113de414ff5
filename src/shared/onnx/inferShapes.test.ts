import { describe, expect, it } from 'vitest'
import { differentiableOperators, operatorsWithoutGradient } from '../autodiff/rule'
import { GraphBuilder, type AttributeInput } from './builder'
import { inferNode, shapeRules, windowOf } from './inferShapes'

type Dims = readonly number[]

/** The output extents of one node on float32 inputs of the given extents; a bare number list in `constants` is int64. */
function infer(
  opType: string,
  inputs: readonly (Dims | undefined | { readonly ints: Dims } | { readonly floats: Dims })[],
  attributes: Record<string, AttributeInput> = {},
  outputCount = 1,
  domain = '',
): (Dims | undefined)[] {
  const builder = new GraphBuilder(true)
  const names = inputs.map((input, index) => {
    if (input === undefined) return ''
    if ('ints' in input) return builder.ints(input.ints)
    if ('floats' in input) return builder.floats(input.floats)
    return builder.input(`x${index}`, 'float32', input)
  })
  const outputs = builder.addMany(opType, outputCount, names, attributes, { name: 'node', domain })
  return outputs.map((output) => (builder.hasType(output) ? builder.shapeOf(output) : undefined))
}

describe('the table of shape rules', () => {
  it('covers every operator that training knows', () => {
    const missing = [...differentiableOperators, ...operatorsWithoutGradient].filter((name) => !(name in shapeRules))
    expect(missing).toEqual([])
  })

  it('refuses an operator without a rule by name', () => {
    expect(() => infer('Scan', [[1, 2, 3]])).toThrow('Scan "node": the operator Scan is not supported.')
  })

  it('names an input that is not defined', () => {
    const node = { opType: 'Relu', domain: '', name: 'r', inputs: ['nobody'], outputs: ['y'], attributes: {} }
    expect(() =>
      inferNode(
        node,
        () => undefined,
        () => undefined,
      ),
    ).toThrow('Relu "r": input 0, "nobody", is not defined before this node.')
  })
})

describe('convolution', () => {
  // AlexNet's first layer: floor((227 - 11) / 4) + 1 = 55.
  it('counts windows without padding', () => {
    expect(
      infer(
        'Conv',
        [
          [1, 3, 227, 227],
          [96, 3, 11, 11],
        ],
        { strides: [4, 4] },
      ),
    ).toEqual([[1, 96, 55, 55]])
  })

  // floor((7 + 1 + 2 - (3 - 1) * 2 - 1) / 2) + 1 = 3 rows; floor((5 + 0 + 1 - 2) / 1) + 1 = 5 columns.
  it('handles rectangular kernels, dilation and four different pads', () => {
    const attributes = { strides: [2, 1], dilations: [2, 1], pads: [1, 0, 2, 1] }
    expect(infer('Conv', [[2, 4, 7, 5], [6, 2, 3, 2], [6]], { ...attributes, group: 2 })).toEqual([[2, 6, 3, 5]])
  })

  // SAME: ceil(5 / 2) = 3, ceil(6 / 2) = 3.
  it('gives ceil(input / stride) with auto_pad SAME', () => {
    expect(
      infer(
        'Conv',
        [
          [1, 1, 5, 6],
          [1, 1, 4, 4],
        ],
        { strides: [2, 2], auto_pad: 'SAME_UPPER' },
      ),
    ).toEqual([[1, 1, 3, 3]])
  })

  it('resolves where SAME_UPPER and SAME_LOWER put the odd row', () => {
    const node = (autoPad: string) => ({
      opType: 'Conv',
      domain: '',
      name: 'c',
      inputs: ['x', 'w'],
      outputs: ['y'],
      attributes: { auto_pad: { type: 'string' as const, value: autoPad } },
    })
    const typeOf = (name: string) => ({
      dataType: 'float32' as const,
      dims: name === 'x' ? [1, 1, 8, 8] : [1, 1, 4, 4],
    })
    // k - 1 = 3 rows to add: one before and two behind, or the other way round.
    expect(windowOf(node('SAME_UPPER'), typeOf)).toMatchObject({ padsBegin: [1, 1], padsEnd: [2, 2], output: [8, 8] })
    expect(windowOf(node('SAME_LOWER'), typeOf)).toMatchObject({ padsBegin: [2, 2], padsEnd: [1, 1], output: [8, 8] })
  })

  it('knows one-dimensional and three-dimensional convolutions', () => {
    expect(
      infer('Conv', [
        [1, 2, 10],
        [3, 2, 3],
      ]),
    ).toEqual([[1, 3, 8]])
    expect(
      infer('Conv', [
        [1, 1, 4, 5, 6],
        [2, 1, 2, 2, 2],
      ]),
    ).toEqual([[1, 2, 3, 4, 5]])
  })

  it('treats FusedConv as a convolution', () => {
    expect(infer('FusedConv', [[1, 3, 8, 8], [4, 3, 3, 3], [4]], { activation: 'Relu' }, 1, 'com.microsoft')).toEqual([
      [1, 4, 6, 6],
    ])
  })

  it('says which channels differ', () => {
    expect(() =>
      infer('Conv', [
        [1, 3, 8, 8],
        [4, 2, 3, 3],
      ]),
    ).toThrow('Conv "node": the input [1, 3, 8, 8] has 3 channels, the kernel [4, 2, 3, 3] with 1 groups wants 2.')
  })

  it('refuses a window larger than its input', () => {
    expect(() =>
      infer('Conv', [
        [1, 1, 2, 2],
        [1, 1, 3, 3],
      ]),
    ).toThrow('Conv "node": its window [3, 3] is larger than its input [2, 2] with padding [0, 0, 0, 0].')
  })

  // ONNX's own case: (3 - 1) * 3 + 1 + 3 = 10 rows, (3 - 1) * 2 + 1 + 3 = 8 columns.
  it('grows extents in a transposed convolution', () => {
    const attributes = { strides: [3, 2], output_padding: [1, 1] }
    expect(
      infer(
        'ConvTranspose',
        [
          [1, 1, 3, 3],
          [1, 2, 3, 3],
        ],
        attributes,
      ),
    ).toEqual([[1, 2, 10, 8]])
    expect(
      infer(
        'ConvTranspose',
        [
          [1, 1, 3, 3],
          [1, 2, 3, 3],
        ],
        { strides: [3, 2], output_shape: [10, 8] },
      ),
    ).toEqual([[1, 2, 10, 8]])
    expect(
      infer(
        'ConvTranspose',
        [
          [1, 1, 3, 3],
          [1, 2, 3, 3],
        ],
        { auto_pad: 'SAME_UPPER', strides: [2, 2] },
      ),
    ).toEqual([[1, 2, 6, 6]])
  })

  it('multiplies the filters of a transposed convolution by its groups', () => {
    expect(
      infer(
        'ConvTranspose',
        [
          [1, 4, 5, 5],
          [4, 3, 2, 2],
        ],
        { group: 2, strides: [2, 2] },
      ),
    ).toEqual([[1, 6, 10, 10]])
  })
})

describe('pooling', () => {
  // ceil((6 - 3) / 2) + 1 = 3, floor: 2.
  it('rounds down unless ceil_mode is set', () => {
    expect(infer('MaxPool', [[1, 1, 6, 6]], { kernel_shape: [3, 3], strides: [2, 2] })).toEqual([[1, 1, 2, 2]])
    expect(infer('MaxPool', [[1, 1, 6, 6]], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 })).toEqual([
      [1, 1, 3, 3],
    ])
  })

  // PyTorch: a last window that would start in the padding behind is left out; 2 + 2 pads, k 1, stride 2: starts 0, 2; 2 < 2 + 1.
  it('drops a last window that starts behind the image', () => {
    expect(
      infer('AveragePool', [[1, 1, 2, 2]], { kernel_shape: [1, 1], strides: [2, 2], pads: [0, 0, 1, 1], ceil_mode: 1 }),
    ).toEqual([[1, 1, 1, 1]])
  })

  it('gives the indices of a max pool', () => {
    expect(infer('MaxPool', [[2, 3, 4, 4]], { kernel_shape: [2, 2], strides: [2, 2] }, 2)).toEqual([
      [2, 3, 2, 2],
      [2, 3, 2, 2],
    ])
  })

  it('pools globally to one position', () => {
    expect(infer('GlobalAveragePool', [[2, 7, 3, 5]])).toEqual([[2, 7, 1, 1]])
  })
})

describe('normalisation', () => {
  it('gives the running statistics of a batch norm in training', () => {
    const inputs = [[4, 3, 2, 2], [3], [3], [3], [3]]
    expect(infer('BatchNormalization', inputs, { training_mode: 1 }, 3)).toEqual([[4, 3, 2, 2], [3], [3]])
  })

  it('refuses statistics of another length', () => {
    expect(() => infer('BatchNormalization', [[4, 3, 2, 2], [3], [4], [3], [3]])).toThrow(
      'BatchNormalization "node": bias [4] must be [3], one value per channel of [4, 3, 2, 2].',
    )
  })

  it('keeps the normalised axes of a layer norm with extent 1 in its statistics', () => {
    expect(
      infer(
        'LayerNormalization',
        [
          [2, 5, 3, 4],
          [3, 4],
          [3, 4],
        ],
        { axis: -2 },
        3,
      ),
    ).toEqual([
      [2, 5, 3, 4],
      [2, 5, 1, 1],
      [2, 5, 1, 1],
    ])
  })
})

describe('matrix products', () => {
  it('transposes the operands of a Gemm', () => {
    expect(infer('Gemm', [[2, 5], [3, 2], [3]], { transA: 1, transB: 1 })).toEqual([[5, 3]])
    expect(() =>
      infer('Gemm', [
        [2, 5],
        [3, 2],
      ]),
    ).toThrow('[2, 5] times [3, 2]: the inner extents 5 and 3 differ')
  })

  it('broadcasts the batch axes of a MatMul and drops the axis of a vector', () => {
    expect(
      infer('MatMul', [
        [7, 1, 2, 3],
        [4, 3, 5],
      ]),
    ).toEqual([[7, 4, 2, 5]])
    expect(infer('MatMul', [[3], [3, 5]])).toEqual([[5]])
    expect(infer('MatMul', [[2, 3], [3]])).toEqual([[2]])
    expect(infer('MatMul', [[3], [3]])).toEqual([[]])
  })

  it('arranges the operands of a FusedMatMul', () => {
    const domain = 'com.microsoft'
    expect(
      infer(
        'FusedMatMul',
        [
          [6, 3, 2],
          [6, 3, 5],
        ],
        { transA: 1 },
        1,
        domain,
      ),
    ).toEqual([[6, 2, 5]])
    expect(
      infer(
        'FusedMatMul',
        [
          [6, 2, 3],
          [6, 5, 3],
        ],
        { transB: 1 },
        1,
        domain,
      ),
    ).toEqual([[6, 2, 5]])
    // transBatchA: [2, 6, 3] is read as [6, 2, 3].
    expect(
      infer(
        'FusedMatMul',
        [
          [2, 6, 3],
          [6, 3, 5],
        ],
        { transBatchA: 1 },
        1,
        domain,
      ),
    ).toEqual([[6, 2, 5]])
  })
})

describe('elementwise operators', () => {
  it('broadcast in both directions', () => {
    expect(
      infer('Add', [
        [2, 1, 4],
        [3, 1],
      ]),
    ).toEqual([[2, 3, 4]])
    expect(infer('Where', [[1], [2, 1], [1, 3]])).toEqual([[2, 3]])
    expect(() => infer('Mul', [[2, 3], [2]])).toThrow('Mul "node": [2, 3] and [2] do not broadcast together.')
  })

  it('have their types', () => {
    const builder = new GraphBuilder(true)
    const x = builder.input('x', 'float32', [2, 3])
    const type = (value: string): string => builder.typeOf(value).dataType
    expect(type(builder.add('Greater', [x, builder.scalar(0)]))).toBe('bool')
    expect(type(builder.add('ArgMax', [x], { axis: 1 }))).toBe('int64')
    expect(type(builder.add('Shape', [x]))).toBe('int64')
    expect(type(builder.add('Cast', [x], { to: 11 }))).toBe('float64')
    expect(builder.addMany('Dropout', 2, [x]).map(type)).toEqual(['float32', 'bool'])
    expect(() => builder.add('Add', [x, builder.ints([1])])).toThrow('its inputs have the types float32 and int64')
  })

  it('refuses a PRelu slope that is larger than the input', () => {
    expect(
      infer('PRelu', [
        [2, 3, 4, 4],
        [3, 1, 1],
      ]),
    ).toEqual([[2, 3, 4, 4]])
    expect(() =>
      infer('PRelu', [
        [3, 1, 1],
        [2, 3, 4, 4],
      ]),
    ).toThrow('does not broadcast to the input [3, 1, 1]')
  })
})

describe('arrangement', () => {
  it('reshapes with 0 and -1', () => {
    expect(infer('Reshape', [[2, 3, 4], { ints: [0, -1] }])).toEqual([[2, 12]])
    expect(infer('Reshape', [[0, 3], { ints: [3, 0] }], { allowzero: 1 })).toEqual([[3, 0]])
    expect(() => infer('Reshape', [[2, 3], { ints: [4, -1] }])).toThrow(
      '[2, 3] has 6 values, which do not fill the shape [4, -1]',
    )
  })

  it('takes axes as an attribute and as an input', () => {
    expect(infer('Unsqueeze', [[2, 3]], { axes: [0, -1] })).toEqual([[1, 2, 3, 1]])
    expect(infer('Unsqueeze', [[2, 3], { ints: [0, 3] }])).toEqual([[1, 2, 3, 1]])
    expect(infer('Squeeze', [[1, 2, 1], { ints: [-1] }])).toEqual([[1, 2]])
    expect(infer('Squeeze', [[1, 2, 1]])).toEqual([[2]])
    expect(infer('ReduceMean', [[2, 3, 4]], { axes: [1], keepdims: 0 })).toEqual([[2, 4]])
    expect(infer('ReduceSum', [[2, 3, 4], { ints: [-1] }])).toEqual([[2, 3, 1]])
    expect(infer('ReduceMax', [[2, 3]], { keepdims: 0 })).toEqual([[]])
    expect(infer('ReduceSum', [[2, 3]], { noop_with_empty_axes: 1 })).toEqual([[2, 3]])
  })

  it('slices as numpy does', () => {
    const slice = (starts: Dims, ends: Dims, axes: Dims, steps: Dims): unknown =>
      infer('Slice', [[20, 10, 5], { ints: starts }, { ints: ends }, { ints: axes }, { ints: steps }])[0]
    expect(slice([0, 0], [3, 10], [0, 1], [1, 1])).toEqual([3, 10, 5])
    expect(slice([0], [-1], [1], [1])).toEqual([20, 9, 5])
    expect(slice([1000], [1000], [1], [1])).toEqual([20, 0, 5])
    expect(slice([20, 10, 4], [0, 0, 1], [0, 1, 2], [-1, -3, -2])).toEqual([19, 3, 2])
    expect(slice([-1], [-(2 ** 31)], [2], [-1])).toEqual([20, 10, 5])
    expect(infer('Slice', [[4, 6]], { starts: [1], ends: [5], axes: [1] })).toEqual([[4, 4]])
  })

  it('pads, crops with negative pads, and pads chosen axes', () => {
    expect(infer('Pad', [[2, 3], { ints: [0, 1, 0, 2] }])).toEqual([[2, 6]])
    expect(infer('Pad', [[4, 4], { ints: [-1, 0, -1, 1] }])).toEqual([[2, 5]])
    expect(infer('Pad', [[2, 3, 4], { ints: [1, 2] }, undefined, { ints: [-2] }])).toEqual([[2, 6, 4]])
  })

  it('splits equally, by lengths, and with a smaller last part', () => {
    expect(infer('Split', [[6, 2]], {}, 3)).toEqual([
      [2, 2],
      [2, 2],
      [2, 2],
    ])
    expect(infer('Split', [[2, 6], { ints: [1, 5] }], { axis: 1 }, 2)).toEqual([
      [2, 1],
      [2, 5],
    ])
    expect(infer('Split', [[7]], { num_outputs: 4 }, 4)).toEqual([[2], [2], [2], [1]])
  })

  it('joins, transposes, flattens, expands and tiles', () => {
    expect(
      infer(
        'Concat',
        [
          [2, 3],
          [2, 4],
        ],
        { axis: -1 },
      ),
    ).toEqual([[2, 7]])
    expect(() =>
      infer(
        'Concat',
        [
          [2, 3],
          [3, 3],
        ],
        { axis: 1 },
      ),
    ).toThrow('must agree in every axis but 1')
    expect(infer('Transpose', [[2, 3, 4]], { perm: [2, 0, 1] })).toEqual([[4, 2, 3]])
    expect(infer('Transpose', [[2, 3, 4]])).toEqual([[4, 3, 2]])
    expect(infer('Flatten', [[2, 3, 4, 5]], { axis: 2 })).toEqual([[6, 20]])
    expect(infer('Flatten', [[2, 3]], { axis: 0 })).toEqual([[1, 6]])
    expect(infer('Expand', [[3, 1], { ints: [2, 1, 6] }])).toEqual([[2, 3, 6]])
    expect(infer('Tile', [[2, 3], { ints: [2, 1] }])).toEqual([[4, 3]])
    expect(infer('DepthToSpace', [[1, 8, 2, 3]], { blocksize: 2 })).toEqual([[1, 2, 4, 6]])
    expect(infer('SpaceToDepth', [[1, 2, 4, 6]], { blocksize: 2 })).toEqual([[1, 8, 2, 3]])
  })

  it('resizes by scales and by sizes, in the forms of all operator sets', () => {
    expect(infer('Resize', [[1, 1, 2, 4], undefined, { floats: [1, 1, 0.6, 0.6] }])).toEqual([[1, 1, 1, 2]])
    expect(infer('Resize', [[1, 1, 2, 4], undefined, undefined, { ints: [1, 1, 5, 7] }])).toEqual([[1, 1, 5, 7]])
    expect(infer('Resize', [[1, 1, 2, 4], { floats: [1, 1, 2, 3] }])).toEqual([[1, 1, 4, 12]])
    expect(infer('Upsample', [[1, 1, 2, 4], { floats: [1, 1, 2, 2] }])).toEqual([[1, 1, 4, 8]])
    expect(infer('Resize', [[1, 1, 2, 4], undefined, undefined, { ints: [5, 7] }], { axes: [2, 3] })).toEqual([
      [1, 1, 5, 7],
    ])
  })
})

describe('indices', () => {
  it('gather, scatter and pick', () => {
    expect(infer('Gather', [[5, 4, 3], { ints: [0, 2] }], { axis: 1 })).toEqual([[5, 2, 3]])
    expect(() => infer('Gather', [[5], { ints: [5] }])).toThrow('Gather "node": index 5 lies outside axis 0 of [5].')
    expect(
      infer('GatherND', [
        [2, 3, 4],
        [5, 2],
      ]),
    ).toEqual([[5, 4]])
    expect(infer('OneHot', [[3, 2], { ints: [10] }, { floats: [0, 1] }])).toEqual([[3, 2, 10]])
    expect(infer('OneHot', [[3], { ints: [10] }, { floats: [0, 1] }], { axis: 0 })).toEqual([[10, 3]])
    expect(infer('ArgMax', [[4, 10]], { axis: 1, keepdims: 0 })).toEqual([[4]])
    expect(infer('TopK', [[4, 10], { ints: [3] }], {}, 2)).toEqual([
      [4, 3],
      [4, 3],
    ])
    expect(infer('NonZero', [{ floats: [0, 2, 0, 3] }])).toEqual([[1, 2]])
  })
})

describe('values from shapes', () => {
  it('follow from constants', () => {
    expect(infer('ConstantOfShape', [{ ints: [2, 3] }])).toEqual([[2, 3]])
    expect(infer('Shape', [[2, 3, 4]], { start: 1 })).toEqual([[2]])
    expect(infer('Shape', [[2, 3, 4]], { start: -1, end: 10 })).toEqual([[1]])
    expect(infer('Size', [[2, 3]])).toEqual([[]])
    expect(infer('EyeLike', [[3, 4]])).toEqual([[3, 4]])
    // ceil((10 - 4) / 2) = 3 and ceil((4 - 10) / -3) = 2
    expect(infer('Range', [{ ints: [4] }, { ints: [10] }, { ints: [2] }])).toEqual([[3]])
    expect(infer('Range', [{ ints: [10] }, { ints: [4] }, { ints: [-3] }])).toEqual([[2]])
  })

  it('refuse a shape that the graph computes', () => {
    expect(() => infer('Reshape', [[2, 3], [1]])).toThrow('its shape (input 1, "x1") are computed by the graph')
  })
})
