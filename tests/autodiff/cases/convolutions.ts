// Convolutions of every kind: strides that do not divide, dilations, groups, asymmetric pads, and matrix products.
import { node, type OperatorNumericCase } from './node'

const conv = (
  title: string,
  x: readonly number[],
  w: readonly number[],
  attributes: Record<string, number | string | readonly number[]> = {},
  bias = false,
): OperatorNumericCase => node('Conv', title, bias ? [x, w, [w[0] ?? 1]] : [x, w], { attributes })

const transposed = (
  title: string,
  x: readonly number[],
  w: readonly number[],
  attributes: Record<string, number | string | readonly number[]> = {},
): OperatorNumericCase => {
  const group = typeof attributes['group'] === 'number' ? attributes['group'] : 1
  return node('ConvTranspose', title, [x, w, [(w[1] ?? 1) * group]], { attributes })
}

export const convolutionCases: readonly OperatorNumericCase[] = [
  conv('3x3 same', [2, 3, 5, 4], [2, 3, 3, 3], { pads: [1, 1, 1, 1] }, true),
  conv('1x1', [2, 3, 4, 3], [4, 3, 1, 1], {}, true),
  conv('1x1 stride 2 of an even input', [2, 3, 4, 6], [2, 3, 1, 1], { strides: [2, 2] }),
  conv('1x1 stride 2 with groups', [2, 4, 5, 4], [2, 2, 1, 1], { strides: [2, 2], group: 2 }),
  conv('1x1 with padding', [1, 2, 3, 3], [2, 2, 1, 1], { pads: [1, 0, 0, 1] }),
  conv('stride 2 that leaves a row over', [2, 2, 6, 7], [3, 2, 3, 3], { strides: [2, 2], pads: [1, 1, 0, 1] }),
  conv('stride 3 larger than its window', [1, 2, 8, 8], [2, 2, 2, 2], { strides: [3, 3] }),
  conv('asymmetric strides and pads', [2, 2, 6, 5], [2, 2, 3, 2], { strides: [2, 1], pads: [0, 1, 2, 0] }),
  conv('dilation 2', [1, 2, 6, 6], [2, 2, 3, 3], { dilations: [2, 2], pads: [2, 1, 1, 2] }),
  conv('dilation and stride', [1, 2, 8, 7], [2, 2, 3, 2], { dilations: [2, 3], strides: [2, 2], pads: [1, 2, 2, 1] }),
  conv('dilation, stride and groups', [1, 4, 7, 8], [4, 2, 3, 3], {
    dilations: [2, 2],
    strides: [2, 3],
    pads: [2, 2, 1, 2],
    group: 2,
  }),
  conv('depthwise', [2, 3, 5, 4], [3, 1, 3, 3], { pads: [1, 1, 1, 1], group: 3 }, true),
  conv('depthwise with two filters each, stride 2', [1, 3, 6, 5], [6, 1, 3, 3], {
    pads: [1, 1, 1, 1],
    strides: [2, 2],
    group: 3,
  }),
  conv('groups', [1, 4, 4, 4], [6, 2, 3, 3], { pads: [1, 1, 1, 1], group: 2 }),
  conv('a window as large as its input', [2, 2, 3, 4], [3, 2, 3, 4]),
  conv('padding wider than the window', [1, 1, 3, 3], [2, 1, 2, 2], { pads: [2, 3, 1, 2] }),
  conv('auto_pad SAME_UPPER, stride 2', [1, 2, 5, 6], [2, 2, 3, 2], { auto_pad: 'SAME_UPPER', strides: [2, 2] }),
  conv('auto_pad SAME_LOWER', [1, 2, 4, 5], [2, 2, 2, 4], { auto_pad: 'SAME_LOWER' }),
  conv('5x5 over 17 channels', [1, 17, 3, 3], [1, 17, 3, 3], { pads: [1, 1, 1, 1] }),
  conv('large strided window', [1, 2, 9, 9], [2, 2, 5, 5], { strides: [4, 4], pads: [2, 2, 2, 2] }),
  conv('one row', [2, 2, 1, 7], [3, 2, 1, 3], { pads: [0, 1, 0, 1] }),
  conv('one axis', [2, 2, 7], [3, 2, 3], { pads: [1, 1], strides: [2] }),
  conv('three axes', [1, 2, 3, 4, 3], [2, 2, 2, 3, 2], { pads: [0, 1, 0, 1, 1, 0] }),
  transposed('stride 2 with output padding', [1, 2, 4, 3], [2, 3, 3, 3], {
    strides: [2, 2],
    pads: [1, 1, 1, 1],
    output_padding: [1, 1],
  }),
  transposed('stride 1', [2, 2, 3, 4], [2, 2, 2, 3]),
  transposed('asymmetric pads, dilation', [1, 2, 4, 4], [2, 2, 3, 2], {
    strides: [2, 1],
    pads: [1, 0, 2, 1],
    dilations: [1, 2],
  }),
  transposed('groups, stride 3 over a smaller window', [1, 4, 3, 3], [4, 1, 2, 2], { strides: [3, 3], group: 2 }),
  transposed('a stated output shape', [1, 2, 3, 3], [2, 1, 3, 3], { strides: [2, 2], output_shape: [6, 6] }),
  node('Gemm', 'plain', [
    [3, 4],
    [4, 2],
    [3, 2],
  ]),
  node('Gemm', 'transA, scaled', [[4, 3], [4, 2], [2]], {
    attributes: { transA: 1, alpha: { float: 0.5 }, beta: { float: 2 } },
  }),
  node(
    'Gemm',
    'transB, column bias',
    [
      [3, 4],
      [2, 4],
      [3, 1],
    ],
    { attributes: { transB: 1, alpha: { float: 1.5 } } },
  ),
  node(
    'Gemm',
    'transA and transB, no bias',
    [
      [4, 3],
      [2, 4],
    ],
    { attributes: { transA: 1, transB: 1 } },
  ),
  node('Gemm', 'scalar bias', [[2, 3], [3, 2], []]),
  node('MatMul', 'two matrices', [
    [3, 4],
    [4, 2],
  ]),
  node('MatMul', 'a matrix by many', [
    [3, 4],
    [2, 4, 2],
  ]),
  node('MatMul', 'many by a matrix', [
    [2, 3, 3, 4],
    [4, 2],
  ]),
  node('MatMul', 'batches that both broadcast', [
    [2, 1, 3, 4],
    [3, 4, 2],
  ]),
  node('MatMul', 'a vector by a matrix', [[4], [4, 3]]),
  node('MatMul', 'a matrix by a vector', [[3, 4], [4]]),
  node('MatMul', 'two vectors', [[5], [5]]),
  node('MatMul', 'many by a vector', [[2, 3, 4], [4]]),
  node('MatMul', 'a vector by many', [[4], [2, 4, 3]]),
]
