// Operators that move, cut, join and repeat elements.
import type { GraphBuilder } from '../../../src/shared/onnx/builder'
import { node, type OperatorNumericCase } from './node'

interface Cut {
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  readonly axes?: readonly number[]
  readonly steps?: readonly number[]
}

const cut = (title: string, x: readonly number[], { starts, ends, axes, steps }: Cut): OperatorNumericCase =>
  node('Slice', title, [x], {
    constants: (builder) => [
      builder.ints(starts),
      builder.ints(ends),
      ...(axes || steps ? [axes ? builder.ints(axes) : ''] : []),
      ...(steps ? [builder.ints(steps)] : []),
    ],
  })

const shaped = (op: string, title: string, x: readonly number[], ints: readonly number[]): OperatorNumericCase =>
  node(op, title, [x], { constants: (builder) => [builder.ints(ints)] })

const gather = (
  title: string,
  x: readonly number[],
  axis: number,
  dims: readonly number[],
  indices: readonly number[],
) =>
  node('Gather', title, [x], {
    attributes: { axis },
    constants: (builder) => [
      builder.constant({ dataType: 'int64', dims, data: BigInt64Array.from(indices.map(BigInt)) }),
    ],
  })

const bordered = (mode: string, title: string, x: readonly number[], pads: readonly number[]): OperatorNumericCase =>
  node('Pad', `of mode ${mode} ${title}`, [x], { attributes: { mode }, constants: (builder) => [builder.ints(pads)] })

const longs = (builder: GraphBuilder, dims: readonly number[], numbers: readonly number[]): string =>
  builder.constant({ dataType: 'int64', dims, data: BigInt64Array.from(numbers, BigInt) })

const toEnd = 2 ** 31
const toStart = -(2 ** 31)

export const movementCases: readonly OperatorNumericCase[] = [
  node('Identity', 'of a matrix', [[2, 3]]),
  node(
    'Concat',
    'along channels',
    [
      [2, 3, 2],
      [2, 1, 2],
      [2, 2, 2],
    ],
    { attributes: { axis: 1 } },
  ),
  node(
    'Concat',
    'along the last axis',
    [
      [2, 3],
      [2, 1],
    ],
    { attributes: { axis: -1 } },
  ),
  node('Concat', 'of one', [[2, 3]], { attributes: { axis: 0 } }),
  {
    ...node(
      'Concat',
      'where only the middle is wanted',
      [
        [2, 1],
        [2, 2],
        [2, 3],
      ],
      { attributes: { axis: 1 } },
    ),
    wanted: [1],
  },
  node('Split', 'into parts of their own', [[2, 6]], {
    attributes: { axis: 1 },
    outputs: 3,
    constants: (builder) => [builder.ints([1, 3, 2])],
  }),
  node('Split', 'into halves', [[4, 3]], { outputs: 2 }),
  {
    op: 'Split',
    title: 'Split of which one part is used',
    inputs: [[2, 6]],
    build: (builder, inputs) => {
      const [, middle = ''] = builder.addMany('Split', 3, inputs, { axis: -1 })
      return middle
    },
  },
  cut('from the middle', [4, 5], { starts: [1, 2], ends: [3, 4] }),
  cut('with negative ends', [4, 5], { starts: [-3], ends: [-1], axes: [-1] }),
  cut('to beyond the end', [4, 5], { starts: [2], ends: [toEnd], axes: [1] }),
  cut('with steps', [7, 8], { starts: [0, 1], ends: [7, 7], axes: [0, 1], steps: [2, 3] }),
  cut('with a step that takes one', [2, 5], { starts: [3], ends: [5], axes: [1], steps: [4] }),
  cut('backwards', [5, 2], { starts: [-1], ends: [toStart], axes: [0], steps: [-1] }),
  cut('backwards with a step', [2, 8], { starts: [6], ends: [0], axes: [1], steps: [-2] }),
  cut('backwards from beyond the end', [7], { starts: [100], ends: [1], axes: [0], steps: [-3] }),
  shaped('Pad', 'with zeros', [2, 3, 2], [0, 1, 2, 1, 0, 3]),
  shaped('Pad', 'that cuts on one side', [4, 5], [-1, 2, 0, -2]),
  node('Pad', 'with ones', [[2, 3]], { constants: (builder) => [builder.ints([1, 0, 0, 2]), builder.scalar(1)] }),
  {
    op: 'Pad',
    title: 'Pad with a value that learns',
    inputs: [[2, 3], []],
    build: (builder, [x = '', value = '']) => builder.add('Pad', [x, builder.ints([1, 0, -1, 2]), value]),
  },
  ...['reflect', 'edge'].flatMap((mode) => [
    bordered(mode, 'on both axes', [1, 2, 4, 5], [0, 0, 1, 2, 0, 0, 3, 1]),
    bordered(mode, 'as wide as the image allows', [1, 1, 3, 4], [0, 0, 2, 3, 0, 0, 2, 3]),
    bordered(mode, 'on one side of the last axis', [2, 5], [0, 3, 0, 0]),
    bordered(mode, 'that cuts on the other side', [2, 6], [0, 2, 0, -3]),
    bordered(mode, 'that cuts both sides', [2, 6], [0, -1, 0, -2]),
  ]),
  bordered('edge', 'of one cell, wider than the image', [2, 1, 2], [0, 3, 0, 0, 2, 5]),
  ...['DCR', 'CRD'].map((mode) =>
    node('DepthToSpace', `of mode ${mode}`, [[2, 8, 2, 3]], { attributes: { blocksize: 2, mode } }),
  ),
  node('DepthToSpace', 'by blocks of three', [[1, 18, 1, 2]], { attributes: { blocksize: 3 } }),
  node('SpaceToDepth', 'by blocks of two', [[2, 3, 4, 2]], { attributes: { blocksize: 2 } }),
  shaped('Tile', 'of three axes', [2, 1, 3], [1, 4, 2]),
  shaped('Tile', 'once', [2, 3], [1, 1]),
  ...[0, 1].map((upper) =>
    node('Trilu', `upper ${upper}, moved by one`, [[2, 3, 4]], {
      attributes: { upper },
      constants: (builder) => [builder.constant({ dataType: 'int64', dims: [], data: BigInt64Array.of(1n) })],
    }),
  ),
  node('Trilu', 'on the diagonal', [[3, 3]]),
  shaped('Reshape', 'to rows', [2, 3, 4], [0, -1]),
  node('Flatten', 'from axis 2', [[2, 3, 2, 2]], { attributes: { axis: 2 } }),
  node('Transpose', 'by a permutation', [[2, 3, 4]], { attributes: { perm: [2, 0, 1] } }),
  node('Transpose', 'reversed', [[2, 3, 4]]),
  shaped('Squeeze', 'of two axes', [2, 1, 3, 1], [1, -1]),
  node('Squeeze', 'of all axes', [[1, 3, 1]]),
  shaped('Unsqueeze', 'of two axes', [2, 3], [0, 3]),
  shaped('Expand', 'to more axes', [3, 1], [2, 3, 4]),
  node('Cast', 'to double and back', [[2, 3]], { attributes: { to: 1 } }),
  {
    op: 'Cast',
    title: 'Cast to double and back in two nodes',
    inputs: [[2, 3]],
    build: (builder, inputs) => {
      const doubled = builder.add('Cast', inputs, { to: 11 })
      return builder.add('Cast', [doubled], { to: 1 })
    },
  },
  gather('along an axis, one index twice', [3, 4], 1, [5], [0, 3, -1, 1, 3]),
  gather('of one index, which takes the axis away', [3, 4, 2], 1, [], [2]),
  gather('by a matrix of indices', [4, 3], 0, [2, 2], [3, 0, 1, 3]),
  node('GatherElements', 'along an axis, one index twice', [[3, 4]], {
    attributes: { axis: 1 },
    constants: (builder) => [longs(builder, [3, 3], [0, 3, 0, 1, 1, -1, 2, 0, 1])],
  }),
  node('GatherND', 'by places that stand twice', [[3, 4, 2]], {
    constants: (builder) => [longs(builder, [3, 2], [0, 3, 2, 1, 0, 3])],
  }),
  node('GatherND', 'of slices', [[3, 4, 2]], { constants: (builder) => [longs(builder, [2, 2, 1], [0, 2, 2, 1])] }),
  node('GatherND', 'in each part of the batch', [[2, 3, 4]], {
    attributes: { batch_dims: 1 },
    constants: (builder) => [longs(builder, [2, 2, 1], [0, 2, 2, 2])],
  }),
  node('GatherND', 'in each part of two batches', [[2, 2, 4]], {
    attributes: { batch_dims: 2 },
    constants: (builder) => [longs(builder, [2, 2, 3, 1], [0, 1, 1, 3, 2, 1, 0, 0, 0, 1, 2, 3])],
  }),
  ...['none', 'add'].flatMap((reduction): OperatorNumericCase[] => [
    {
      op: 'ScatterElements',
      title: `ScatterElements with the reduction ${reduction}`,
      inputs: [
        [3, 4],
        [2, 4],
      ],
      build: (builder, [x = '', updates = '']) =>
        builder.add('ScatterElements', [x, longs(builder, [2, 4], [0, 1, 2, 0, 2, 2, 1, 1]), updates], {
          axis: 0,
          reduction,
        }),
    },
    {
      op: 'ScatterND',
      title: `ScatterND with the reduction ${reduction}`,
      inputs: [
        [3, 4],
        [2, 4],
      ],
      build: (builder, [x = '', updates = '']) =>
        builder.add('ScatterND', [x, longs(builder, [2, 1], [2, 0]), updates], { reduction }),
    },
  ]),
  ...[1, 0].map((largest): OperatorNumericCase => ({
    op: 'TopK',
    title: `TopK, largest ${largest}`,
    inputs: [[3, 5]],
    build: (builder, [x = '']) => builder.addMany('TopK', 2, [x, builder.ints([2])], { axis: 1, largest })[0] ?? '',
  })),
  node('Dropout', 'in inference', [[2, 3]]),
]
