// Pooling with ties, overlaps, padding and leftover rows; normalisation; resizing.
import { between, node, type OperatorNumericCase } from './node'

type Attributes = Record<string, number | string | readonly number[]>

const pool = (op: string, title: string, x: readonly number[], attributes: Attributes): OperatorNumericCase =>
  node(op, title, [x], { attributes })

const norm = (title: string, x: readonly number[], channels: number, training: boolean): OperatorNumericCase => ({
  op: 'BatchNormalization',
  title: `BatchNormalization ${title}`,
  inputs: [x, [channels], [channels], [channels], [channels]],
  wanted: training ? [0, 1, 2] : [0, 1, 2, 3, 4],
  values: (index, count) => between(index === 4 ? 0.5 : -1.5, 2)(index, count),
  build: (builder, names) =>
    builder.addMany('BatchNormalization', training ? 3 : 1, names, {
      epsilon: { float: 1e-3 },
      training_mode: training ? 1 : 0,
    })[0] ?? '',
})

const resize = (
  title: string,
  x: readonly number[],
  target: { readonly scales?: readonly number[]; readonly sizes?: readonly number[] },
  attributes: Attributes = {},
): OperatorNumericCase =>
  node('Resize', title, [x], {
    attributes,
    constants: (builder) =>
      target.sizes ? ['', '', builder.ints(target.sizes)] : ['', builder.floats(target.scales ?? [])],
  })

export const windowCases: readonly OperatorNumericCase[] = [
  pool('MaxPool', '2x2', [2, 2, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }),
  pool('MaxPool', '2x2 with rows left over', [1, 2, 5, 7], { kernel_shape: [2, 2], strides: [2, 2] }),
  pool('MaxPool', '3x3 stride 2, overlapping', [1, 2, 7, 7], { kernel_shape: [3, 3], strides: [2, 2] }),
  pool('MaxPool', '3x3 stride 1, padded', [1, 2, 5, 4], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
  pool('MaxPool', 'asymmetric pads', [1, 2, 5, 6], { kernel_shape: [3, 2], strides: [2, 2], pads: [0, 1, 2, 0] }),
  pool('MaxPool', 'ceil_mode', [1, 2, 6, 8], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
  pool('MaxPool', 'ceil_mode without overlap', [1, 2, 5, 7], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
  pool('MaxPool', 'dilation', [1, 2, 7, 6], { kernel_shape: [2, 2], dilations: [2, 3] }),
  pool('MaxPool', 'stride larger than the window', [1, 1, 8, 8], { kernel_shape: [2, 2], strides: [3, 3] }),
  pool('MaxPool', 'auto_pad', [1, 1, 5, 5], { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  pool('MaxPool', 'one axis', [2, 2, 7], { kernel_shape: [3], strides: [2] }),
  node('MaxUnpool', 'to places of an image', [[2, 1, 2, 2]], {
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    constants: (builder) => [
      builder.constant({
        dataType: 'int64',
        dims: [2, 1, 2, 2],
        data: BigInt64Array.from([0, 3, 13, 10, 16, 22, 25, 31].map(BigInt)),
      }),
    ],
  }),
  node('MaxUnpool', 'to an image of other extents', [[1, 1, 2, 2]], {
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    constants: (builder) => [
      builder.constant({ dataType: 'int64', dims: [1, 1, 2, 2], data: BigInt64Array.of(0n, 7n, 24n, 13n) }),
      builder.ints([1, 1, 5, 5]),
    ],
  }),
  pool('GlobalMaxPool', 'over the image', [2, 3, 4, 5], {}),
  pool('AveragePool', '2x2', [2, 2, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }),
  pool('AveragePool', '2x2 with rows left over', [1, 2, 5, 7], { kernel_shape: [2, 2], strides: [2, 2] }),
  pool('AveragePool', '3x3 stride 2', [1, 2, 7, 8], { kernel_shape: [3, 3], strides: [2, 2] }),
  pool('AveragePool', 'padded, pads not counted', [1, 2, 5, 4], {
    kernel_shape: [3, 3],
    strides: [2, 1],
    pads: [1, 1, 1, 1],
  }),
  pool('AveragePool', 'padded, pads counted', [1, 2, 5, 4], {
    kernel_shape: [3, 3],
    strides: [2, 1],
    pads: [1, 1, 1, 1],
    count_include_pad: 1,
  }),
  pool('AveragePool', 'asymmetric pads', [1, 2, 6, 5], { kernel_shape: [3, 2], strides: [2, 2], pads: [0, 1, 2, 0] }),
  pool('AveragePool', 'ceil_mode', [1, 2, 6, 8], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
  pool('AveragePool', 'ceil_mode, padded, pads not counted', [1, 2, 6, 8], {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
    ceil_mode: 1,
  }),
  pool('AveragePool', 'ceil_mode, padded, pads counted', [1, 2, 6, 8], {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
    ceil_mode: 1,
    count_include_pad: 1,
  }),
  pool('AveragePool', 'stride larger than the window', [1, 1, 8, 8], { kernel_shape: [2, 2], strides: [3, 3] }),
  pool('AveragePool', 'one window', [1, 2, 3, 4], { kernel_shape: [3, 4] }),
  pool('AveragePool', 'one axis', [2, 2, 7], { kernel_shape: [3], strides: [2] }),
  pool('GlobalAveragePool', 'over the image', [2, 3, 4, 5], {}),
  norm('on fixed statistics', [2, 3, 3, 2], 3, false),
  norm('on fixed statistics of vectors', [4, 3], 3, false),
  norm('on the statistics of the batch', [3, 2, 3, 2], 2, true),
  norm('on the statistics of a batch of vectors', [6, 3], 3, true),
  node('LRN', 'over five channels', [[2, 7, 2, 2]], {
    attributes: { size: 5, alpha: { float: 0.5 }, beta: { float: 0.75 }, bias: { float: 1.5 } },
  }),
  node('LRN', 'over three channels, beta 0.6', [[1, 6, 2, 3]], {
    attributes: { size: 3, alpha: { float: 0.8 }, beta: { float: 0.6 } },
  }),
  node('LRN', 'over more channels than there are', [[1, 3, 2, 2]], {
    attributes: { size: 9, alpha: { float: 0.8 }, bias: { float: 2 } },
  }),
  node('LayerNormalization', 'over the last axis', [[2, 3, 5], [5], [5]], { attributes: { axis: -1 } }),
  node(
    'LayerNormalization',
    'over two axes',
    [
      [3, 2, 4],
      [2, 4],
      [2, 4],
    ],
    { attributes: { axis: 1 } },
  ),
  node('LayerNormalization', 'without bias', [[3, 6], [6]], { attributes: { axis: 1 } }),
  ...[1, 2, 3].flatMap((p) => [
    pool('LpPool', `of p ${p}, 2x2`, [1, 2, 4, 6], { kernel_shape: [2, 2], strides: [2, 2], p }),
    pool('LpPool', `of p ${p}, overlapping and padded`, [1, 2, 5, 6], {
      kernel_shape: [3, 3],
      strides: [2, 1],
      pads: [1, 0, 1, 2],
      p,
    }),
    pool('GlobalLpPool', `of p ${p}`, [2, 2, 3, 2], { p }),
  ]),
  pool('LpPool', 'along one axis', [2, 2, 7], { kernel_shape: [3], strides: [2] }),
  pool('LpPool', 'with auto_pad', [1, 1, 5, 5], { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  ...[1, 2].map((p) => pool('LpNormalization', `of p ${p}`, [2, 3, 4], { axis: 1, p })),
  pool('LpNormalization', 'over the last axis', [3, 4], {}),
  ...[
    { title: 'of images', dims: [2, 3, 4, 3] },
    { title: 'of rows', dims: [2, 3, 6] },
    { title: 'of volumes', dims: [1, 2, 2, 3, 2] },
  ].map(({ title, dims }) =>
    node('InstanceNormalization', title, [dims, [dims[1] ?? 1], [dims[1] ?? 1]], {
      attributes: { epsilon: { float: 1e-2 } },
    }),
  ),
  resize(
    'nearest twice',
    [1, 2, 3, 2],
    { scales: [1, 1, 2, 2] },
    {
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    },
  ),
  resize('nearest three times, half_pixel', [1, 1, 2, 3], { scales: [1, 1, 3, 3] }),
  resize(
    'nearest to a size that does not divide',
    [1, 1, 3, 4],
    { sizes: [1, 1, 5, 7] },
    {
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    },
  ),
  resize('linear twice, half_pixel', [1, 2, 3, 4], { scales: [1, 1, 2, 2] }, { mode: 'linear' }),
  resize(
    'linear, align_corners',
    [1, 2, 3, 4],
    { sizes: [1, 2, 5, 6] },
    {
      mode: 'linear',
      coordinate_transformation_mode: 'align_corners',
    },
  ),
  resize('linear to a smaller image', [1, 1, 6, 5], { sizes: [1, 1, 4, 3] }, { mode: 'linear' }),
  resize(
    'linear, pytorch_half_pixel',
    [1, 1, 3, 3],
    { sizes: [1, 1, 6, 5] },
    {
      mode: 'linear',
      coordinate_transformation_mode: 'pytorch_half_pixel',
    },
  ),
  ...['half_pixel', 'align_corners', 'asymmetric', 'pytorch_half_pixel'].flatMap((coordinates) =>
    [
      { title: 'larger', sizes: [1, 2, 7, 9] },
      { title: 'smaller', sizes: [1, 2, 3, 4] },
    ].map(({ title, sizes }) =>
      resize(
        `cubic, ${coordinates}, to a ${title} image`,
        [1, 2, 5, 6],
        { sizes },
        { mode: 'cubic', coordinate_transformation_mode: coordinates },
      ),
    ),
  ),
  node('Resize', 'cubic with a coefficient of its own', [[1, 1, 4, 5]], {
    attributes: { mode: 'cubic', cubic_coeff_a: { float: -0.5 } },
    constants: (builder) => ['', builder.floats([1, 1, 1.7, 2.3])],
  }),
  node('Resize', 'cubic without what lies outside', [[1, 1, 4, 5]], {
    attributes: { mode: 'cubic', exclude_outside: 1 },
    constants: (builder) => ['', builder.floats([1, 1, 2.5, 0.6])],
  }),
  ...['linear', 'cubic', 'nearest'].map((mode) =>
    node('Resize', `${mode} of a region that reaches beyond the image`, [[1, 1, 5, 6]], {
      attributes: { mode, coordinate_transformation_mode: 'tf_crop_and_resize', extrapolation_value: { float: 3 } },
      constants: (builder) => [builder.floats([0, 0, 0.3, -0.2, 1, 1, 0.9, 1.1]), '', builder.ints([1, 1, 4, 7])],
    }),
  ),
  resize('linear of vectors', [2, 3, 7], { sizes: [2, 3, 4] }, { mode: 'linear' }),
  resize('nearest of channels', [1, 4, 3, 3], { sizes: [1, 6, 5, 3] }),
  resize('nearest of a matrix', [3, 4], { scales: [1, 1.6] }),
  resize('nearest of a vector', [4], { scales: [2.3] }),
]
