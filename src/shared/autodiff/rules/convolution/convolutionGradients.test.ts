import { describe, expect, it } from 'vitest'
import { GraphBuilder, type AttributeInput } from '../../../onnx/builder'
import { printOnnx } from '../../../onnx/printOnnx'
import { differentiateFrom } from '../../backward'
import { groupCells } from './cellGroups'
import { chooseAcceleratorForm, chooseWeightGradientForm } from './chooseForm'
import type { ConvolutionShapes } from './convolutionGeometry'

/** The backward nodes of one convolution. */
function backwardOf(
  x: readonly number[],
  w: readonly number[],
  wanted: string,
  attributes: Record<string, AttributeInput>,
): string {
  const builder = new GraphBuilder(true)
  builder.input('x', 'float32', x)
  builder.input('w', 'float32', w)
  builder.add('Conv', ['x', 'w'], attributes, { outputs: ['y'] })
  builder.input('dy', 'float32', builder.shapeOf('y'))
  differentiateFrom(builder, new Map([['y', 'dy']]), [wanted])
  const graph = builder.build('test')
  return printOnnx({ ...graph, inputs: [], nodes: graph.nodes.slice(1) })
}

describe('the input gradient of a convolution', () => {
  it('is a convolution with turned weights for stride 1', () => {
    expect(backwardOf([1, 2, 5, 5], [4, 2, 3, 3], 'x', { pads: [1, 1, 1, 1] })).toMatchInlineSnapshot(`
      "Reshape = Reshape(w, [1, 4, 2, 9]:int64)
      Slice = Slice(Reshape, [-1]:int64, [-2147483648]:int64, [3]:int64, [-1]:int64)
      Transpose = Transpose(Slice) perm=[0, 2, 1, 3]
      Reshape_12 = Reshape(Transpose, [2, 4, 3, 3]:int64)
      Conv = Conv(dy, Reshape_12) kernel_shape=[3, 3] dilations=[1, 1] pads=[1, 1, 1, 1] group=1"
    `)
  })

  it('is a transposed convolution for larger strides; row 6 that no window reached comes back by output padding', () => {
    // Windows of 3 with stride 2 from -1 end at 1, 3 and 5: the last of 6 columns, but not of 7 rows.
    expect(backwardOf([1, 2, 7, 6], [4, 2, 3, 3], 'x', { pads: [1, 1, 0, 0], strides: [2, 2] })).toMatchInlineSnapshot(
      `"ConvTranspose = ConvTranspose(dy, w) kernel_shape=[3, 3] strides=[2, 2] dilations=[1, 1] group=1 pads=[1, 1, 0, 0] output_padding=[1, 0]"`,
    )
  })
})

describe('the weight gradient of a convolution', () => {
  it('is one product per image for a 1x1 kernel', () => {
    expect(backwardOf([2, 16, 5, 5], [8, 16, 1, 1], 'w', {})).toMatchInlineSnapshot(`
      "Reshape = Reshape(dy, [2, 1, 8, 25]:int64)
      Reshape_7 = Reshape(x, [2, 1, 16, 25]:int64)
      FusedMatMul = com.microsoft.FusedMatMul(Reshape, Reshape_7) transA=0 transB=1
      ReduceSum = ReduceSum(FusedMatMul, [0]:int64) keepdims=0
      Reshape_12 = Reshape(ReduceSum, [8, 16, 1, 1]:int64)"
    `)
  })

  it('takes one contiguous slice of the padded rows per kernel cell for stride 1', () => {
    expect(backwardOf([2, 16, 5, 6], [8, 16, 1, 3], 'w', { pads: [0, 1, 0, 1] })).toMatchInlineSnapshot(`
      "Pad = Pad(x, [0, 0, 0, 1, 0, 0, 1, 1]:int64)
      Reshape = Reshape(Pad, [2, 1, 16, 48]:int64)
      Pad_9 = Pad(dy, [0, 0, 0, 0, 0, 0, 0, 2]:int64)
      Reshape_11 = Reshape(Pad_9, [2, 1, 8, 40]:int64)
      Slice = Slice(Reshape, [0]:int64, [40]:int64, [3]:int64)
      FusedMatMul = com.microsoft.FusedMatMul(Reshape_11, Slice) transA=0 transB=1
      ReduceSum = ReduceSum(FusedMatMul, [0]:int64) keepdims=1
      Slice_20 = Slice(Reshape, [1]:int64, [41]:int64, [3]:int64)
      FusedMatMul_21 = com.microsoft.FusedMatMul(Reshape_11, Slice_20) transA=0 transB=1
      ReduceSum_22 = ReduceSum(FusedMatMul_21, [0]:int64) keepdims=1
      Slice_25 = Slice(Reshape, [2]:int64, [42]:int64, [3]:int64)
      FusedMatMul_26 = com.microsoft.FusedMatMul(Reshape_11, Slice_25) transA=0 transB=1
      ReduceSum_27 = ReduceSum(FusedMatMul_26, [0]:int64) keepdims=1
      Concat = Concat(ReduceSum, ReduceSum_22, ReduceSum_27) axis=0
      Transpose = Transpose(Concat) perm=[1, 2, 3, 0]
      Reshape_31 = Reshape(Transpose, [8, 16, 1, 3]:int64)"
    `)
  })

  const shapes: ConvolutionShapes = {
    batch: 32,
    inputChannels: 64,
    outputChannels: 64,
    groups: 1,
    input: [32, 32],
    output: [32, 32],
    kernel: [3, 3],
    strides: [1, 1],
    dilations: [1, 1],
    padBegin: [1, 1],
    padEnd: [1, 1],
  }
  const none = [0, 0]

  it.each([
    ['a 1x1 kernel', { kernel: [1, 1], padBegin: none, padEnd: none }, 'pointwise'],
    ['a padded 1x1 kernel', { kernel: [1, 1] }, 'taps'],
    ['wide layers', {}, 'taps'],
    ['the first layer', { inputChannels: 3 }, 'columns'],
    ['a first layer whose columns would not fit', { inputChannels: 3, input: [224, 224], output: [224, 224] }, 'taps'],
    [
      'the first layer of AlexNet with a batch of 128',
      { batch: 128, inputChannels: 3, kernel: [11, 11], strides: [4, 4], input: [224, 224], output: [55, 55] },
      'swappedAxes',
    ],
    ['depthwise layers', { groups: 64 }, 'taps'],
  ])('chooses a form for %s', (_title, given, form) => {
    expect(chooseWeightGradientForm({ ...shapes, ...given })).toBe(form)
  })

  it.each([
    ['a 1x1 kernel', { kernel: [1, 1], padBegin: none, padEnd: none }, 'pointwise'],
    ['wide layers', {}, 'rows'],
    [
      'the first layer of a ResNet',
      { inputChannels: 3, kernel: [7, 7], strides: [2, 2], input: [224, 224], output: [112, 112] },
      'columns',
    ],
    ['depthwise layers', { groups: 64 }, 'taps'],
  ])('chooses a form for %s on a graphics processor', (_title, given, form) => {
    expect(chooseAcceleratorForm({ ...shapes, ...given })).toBe(form)
  })

  it('takes as many kernel cells at once as an operand of 64 MiB holds, in equal groups', () => {
    expect(groupCells(9, 1000)).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8]])
    const sizes = (count: number, elements: number) => groupCells(count, elements).map(({ length }) => length)
    // A ResNet's first layer at batch 32: 32 x 3 x 112 x 112 elements a cell.
    expect(sizes(49, 1_204_224)).toEqual([13, 13, 13, 10])
    expect(sizes(9, 32 * 512 * 512)).toEqual([2, 2, 2, 2, 1])
    expect(sizes(4, 2 ** 26)).toEqual([1, 1, 1, 1])
  })
})
