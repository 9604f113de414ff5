// Our inferred shapes against those of the tensors that ONNX Runtime returns, one node at a time.
import { InferenceSession, Tensor } from '../../src/main/engines/ort/silencedRuntime'
import { describe, expect, it } from 'vitest'
import { GraphBuilder, type AttributeInput } from '../../src/shared/onnx/builder'
import { encodeModel } from '../../src/shared/onnx/bytes'

interface Case {
  readonly op: string
  readonly inputs: readonly (
    readonly number[] | { readonly ints: readonly number[] } | { readonly floats: readonly number[] } | undefined
  )[]
  readonly attributes?: Record<string, AttributeInput>
  readonly outputs?: number
  readonly domain?: string
}

const square = (kernel: number, stride: number): Record<string, AttributeInput> => ({
  kernel_shape: [kernel, kernel],
  strides: [stride, stride],
})

const cases: readonly Case[] = [
  ...['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'].flatMap((autoPad): Case[] =>
    [1, 2, 3].flatMap((stride): Case[] => [
      {
        op: 'Conv',
        inputs: [
          [1, 2, 7, 8],
          [3, 2, 4, 3],
        ],
        attributes: { auto_pad: autoPad, strides: [stride, 2] },
      },
      { op: 'MaxPool', inputs: [[1, 2, 7, 8]], attributes: { auto_pad: autoPad, ...square(3, stride) } },
      {
        op: 'ConvTranspose',
        inputs: [
          [1, 2, 4, 5],
          [2, 3, 3, 3],
        ],
        attributes: { auto_pad: autoPad, strides: [stride, stride] },
      },
    ]),
  ),
  {
    op: 'Conv',
    inputs: [[2, 4, 9, 8], [6, 2, 3, 2], [6]],
    attributes: { group: 2, dilations: [2, 3], pads: [1, 0, 2, 1] },
  },
  ...[4, 5, 6, 7, 8].flatMap((extent): Case[] =>
    [1, 2, 3].map((kernel) => ({
      op: 'AveragePool',
      inputs: [[1, 1, extent, extent]],
      attributes: { ...square(kernel, 2), ceil_mode: 1, pads: kernel > 1 ? [0, 1, 1, 1] : [0, 0, 0, 0] },
    })),
  ),
  {
    op: 'MaxPool',
    inputs: [[1, 1, 9, 9]],
    attributes: { ...square(3, 2), ceil_mode: 1, dilations: [2, 1] },
    outputs: 2,
  },
  {
    op: 'ConvTranspose',
    inputs: [
      [1, 2, 3, 3],
      [2, 1, 3, 3],
    ],
    attributes: { strides: [3, 2], output_shape: [10, 8] },
  },
  {
    op: 'ConvTranspose',
    inputs: [
      [1, 2, 3, 3],
      [2, 1, 4, 4],
    ],
    attributes: { strides: [2, 2], output_shape: [7, 6] },
  },
  {
    op: 'ConvTranspose',
    inputs: [
      [1, 4, 3, 3],
      [4, 2, 3, 3],
    ],
    attributes: { group: 2, strides: [2, 2], pads: [1, 0, 1, 1], output_padding: [1, 0] },
  },
  { op: 'GlobalMaxPool', inputs: [[2, 3, 4, 5]] },
  { op: 'LRN', inputs: [[1, 5, 2, 2]], attributes: { size: 3 } },
  {
    op: 'LayerNormalization',
    inputs: [
      [2, 5, 3, 4],
      [3, 4],
    ],
    attributes: { axis: -2 },
    outputs: 3,
  },
  {
    op: 'MatMul',
    inputs: [
      [7, 1, 2, 3],
      [4, 3, 5],
    ],
  },
  { op: 'MatMul', inputs: [[3], [3, 5]] },
  ...['bij,bjk->bik', '...ij,...jk', 'abc,acd->db'].map((equation): Case => ({
    op: 'Einsum',
    inputs: [
      [2, 3, 4],
      [2, 4, 5],
    ],
    attributes: { equation },
  })),
  { op: 'Einsum', inputs: [[2, 3, 3]], attributes: { equation: '...ii->...i' } },
  { op: 'LpNormalization', inputs: [[2, 3, 4]], attributes: { axis: 1 } },
  { op: 'MatMul', inputs: [[3], [3]] },
  { op: 'Gemm', inputs: [[2, 5], [3, 2], [3]], attributes: { transA: 1, transB: 1 } },
  {
    op: 'FusedMatMul',
    inputs: [
      [6, 3, 2],
      [6, 3, 5],
    ],
    attributes: { transA: 1 },
    domain: 'com.microsoft',
  },
  {
    op: 'FusedMatMul',
    inputs: [
      [2, 6, 3],
      [6, 3, 5],
    ],
    attributes: { transBatchA: 1 },
    domain: 'com.microsoft',
  },
  {
    op: 'FusedMatMul',
    inputs: [
      [3, 6, 2],
      [6, 3, 5],
    ],
    attributes: { transA: 1, transBatchA: 1 },
    domain: 'com.microsoft',
  },
  {
    op: 'FusedMatMul',
    inputs: [
      [6, 2, 3],
      [5, 6, 3],
    ],
    attributes: { transB: 1, transBatchB: 1 },
    domain: 'com.microsoft',
  },
  { op: 'Reshape', inputs: [[2, 3, 4], { ints: [0, -1] }] },
  {
    op: 'Slice',
    inputs: [[20, 10, 5], { ints: [20, 10, 4] }, { ints: [0, 0, 1] }, { ints: [0, 1, 2] }, { ints: [-1, -3, -2] }],
  },
  { op: 'Slice', inputs: [[20, 10], { ints: [-1] }, { ints: [-(2 ** 31)] }, { ints: [1] }, { ints: [-1] }] },
  { op: 'Pad', inputs: [[4, 4], { ints: [-1, 0, -1, 1] }] },
  { op: 'Split', inputs: [[2, 6], { ints: [1, 5] }], attributes: { axis: 1 }, outputs: 2 },
  { op: 'Resize', inputs: [[1, 1, 2, 4], undefined, { floats: [1, 1, 0.6, 0.6] }] },
  { op: 'Resize', inputs: [[1, 1, 3, 7], undefined, { floats: [1, 1, 7 / 3, 1.3] }] },
  { op: 'Resize', inputs: [[1, 1, 2, 4], undefined, undefined, { ints: [1, 1, 5, 7] }] },
  { op: 'Expand', inputs: [[3, 1], { ints: [2, 1, 6] }] },
  { op: 'Tile', inputs: [[2, 3], { ints: [2, 1] }] },
  { op: 'DepthToSpace', inputs: [[1, 8, 2, 3]], attributes: { blocksize: 2 } },
  { op: 'SpaceToDepth', inputs: [[1, 2, 4, 6]], attributes: { blocksize: 2 } },
  { op: 'Gather', inputs: [[5, 4, 3], { ints: [0, -1] }], attributes: { axis: 1 } },
  { op: 'GatherND', inputs: [[2, 3, 4], { ints: [1] }] },
  { op: 'ReduceMean', inputs: [[2, 3, 4]], attributes: { axes: [-1, 0], keepdims: 0 } },
  { op: 'ReduceSum', inputs: [[2, 3, 4], { ints: [1] }] },
  { op: 'ArgMax', inputs: [[4, 10]], attributes: { axis: 1, keepdims: 0 } },
  { op: 'TopK', inputs: [[4, 10], { ints: [3] }], outputs: 2 },
  { op: 'OneHot', inputs: [{ ints: [1, 2] }, { ints: [4] }, { floats: [0, 1] }], attributes: { axis: 0 } },
  { op: 'NonZero', inputs: [{ floats: [0, 2, 0, 3] }] },
  { op: 'Range', inputs: [{ ints: [4] }, { ints: [11] }, { ints: [2] }] },
  { op: 'Shape', inputs: [[2, 3, 4]], attributes: { start: -2 } },
  { op: 'ConstantOfShape', inputs: [{ ints: [2, 3] }] },
  { op: 'EyeLike', inputs: [[3, 4]] },
  { op: 'Flatten', inputs: [[2, 3, 4]], attributes: { axis: -1 } },
  { op: 'Squeeze', inputs: [[1, 2, 1]] },
  { op: 'Unsqueeze', inputs: [[2, 3], { ints: [0, 3] }] },
]

function int64(values: readonly number[], dims: readonly number[]): Parameters<GraphBuilder['constant']>[0] {
  return { dataType: 'int64', dims, data: BigInt64Array.from(values, BigInt) }
}

async function compare({ op, inputs, attributes = {}, outputs: count = 1, domain = '' }: Case): Promise<void> {
  const builder = new GraphBuilder(true)
  const feeds: Record<string, Tensor> = {}
  const names = inputs.map((input, index) => {
    if (input === undefined) return ''
    // Range and OneHot's depth want scalars.
    if ('ints' in input) return builder.constant(int64(input.ints, op === 'Range' ? [] : [input.ints.length]))
    if ('floats' in input) return builder.floats(input.floats)
    const name = builder.input(`x${index}`, 'float32', input)
    const size = input.reduce((product, extent) => product * extent, 1)
    feeds[name] = new Tensor('float32', new Float32Array(size).fill(0.5), input)
    return name
  })
  const outputs = builder.addMany(op, count, names, attributes, { domain, name: 'y' })
  for (const output of outputs) {
    const { dataType, dims } = builder.typeOf(output)
    builder.output(output, dataType, dims)
  }
  const bytes = encodeModel({
    irVersion: 8,
    opsets: { '': 17, 'com.microsoft': 1 },
    producerName: 'netloom',
    producerVersion: '',
    metadata: {},
    graph: builder.build('case'),
  })
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4, graphOptimizationLevel: 'disabled' })
  const results = await session.run(feeds)
  await session.release()
  for (const output of outputs) {
    const result = results[output]
    const { dataType, dims } = builder.typeOf(output)
    expect({ type: result?.type, dims: result?.dims }).toEqual({ type: dataType, dims })
  }
}

describe('inferred shapes', () => {
  it.each(
    cases.map(
      (entry, index) =>
        [
          `${index} ${entry.op} ${JSON.stringify(entry.inputs)} ${JSON.stringify(entry.attributes ?? {})}`,
          entry,
        ] as const,
    ),
  )('are those of ONNX Runtime: %s', async (_, entry) => compare(entry))
})
