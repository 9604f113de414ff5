// Every operator form that importing knows, from several operator sets: the right layer, and the outputs of the original.
import { describe, expect, it } from 'vitest'
import { importOnnx } from '../../src/shared/exchange/onnx/importOnnx'
import { ortEngine } from '../../src/main/engines/ort/engine'
import type { NetworkDocument } from '../../src/shared/graph/document'
import { analyzeDocument } from '../../src/shared/network/analyze'
import type { TensorMap } from '../../src/shared/onnx/tensor'
import { recipeSchema } from '../../src/shared/training/recipe'
import type { GraphBuilder } from '../../src/shared/onnx/builder'
import type { OnnxTensor } from '../../src/shared/onnx/model'
import { buildModel, importModel, makeFolder, type BuildGraph, type ModelOptions } from './modelCase'

const folder = makeFolder()

interface OperatorCase extends ModelOptions {
  readonly name: string
  /** Types of the layers behind the input, in order. */
  readonly layers: readonly string[]
  readonly build: BuildGraph
}

/** Variances are above 0. */
const ones = (count: number): OnnxTensor => ({
  dataType: 'float32',
  dims: [count],
  data: new Float32Array(count).fill(1),
})

const ints = (value: readonly number[]) => ({ type: 'ints', value }) as const
const attributes = { float: (value: number) => ({ float: value }) }

const cases: readonly OperatorCase[] = [
  {
    name: 'a convolution with asymmetric pads, stride and dilation',
    layers: ['conv2d'],
    build: (b, x, w) =>
      b.add('Conv', [x, w(4, 3, 3, 2), w(4)], { pads: [1, 0, 2, 1], strides: [2, 1], dilations: [1, 2] }),
  },
  {
    name: 'a grouped convolution with SAME_LOWER',
    layers: ['conv2d'],
    input: ['N', 4, 7, 7],
    build: (b, x, w) => b.add('Conv', [x, w(6, 2, 3, 3)], { group: 2, auto_pad: 'SAME_LOWER', strides: [2, 2] }),
  },
  {
    name: 'a depthwise convolution with a multiplier',
    layers: ['depthwiseConv2d'],
    build: (b, x, w) => b.add('Conv', [x, w(6, 1, 3, 3)], { group: 3, pads: [1, 1, 1, 1] }),
  },
  {
    name: 'a convolution and its bias as an addition',
    layers: ['conv2d'],
    build: (b, x, w) => b.add('Add', [b.add('Conv', [x, w(4, 3, 1, 1)]), w(1, 4, 1, 1)]),
  },
  {
    name: 'a transposed convolution',
    layers: ['convTranspose2d'],
    build: (b, x, w) =>
      b.add('ConvTranspose', [x, w(3, 2, 3, 3), w(2)], { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }),
  },
  {
    name: 'pooling with ceil mode, and counting its padding',
    layers: ['maxPool2d', 'averagePool2d'],
    input: ['N', 3, 15, 15],
    build: (b, x) => {
      const pooled = b.add('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 })
      return b.add('AveragePool', [pooled], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 })
    },
  },
  {
    name: 'average pooling with SAME_UPPER, which does not count its padding',
    layers: ['averagePool2d'],
    build: (b, x) => b.add('AveragePool', [x], { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  },
  {
    name: 'max pooling with dilation, which no layer has',
    layers: ['onnxOperator'],
    build: (b, x) => b.add('MaxPool', [x], { kernel_shape: [2, 2], dilations: [2, 2] }),
  },
  {
    name: 'a mean over height and width, as pooling',
    layers: ['globalAveragePool', 'globalAveragePool', 'flatten'],
    opset: 13,
    build: (b, x) => {
      const kept = b.add('ReduceMean', [x], { axes: ints([-2, -1]) })
      return b.add('Flatten', [b.add('ReduceMean', [kept], { axes: ints([2, 3]), keepdims: 1 })])
    },
  },
  {
    name: 'a mean of opset 18, whose axes are an input, without kept axes',
    layers: ['globalAveragePool'],
    opset: 18,
    build: (b, x) => b.add('ReduceMean', [x, b.ints([2, 3])], { keepdims: 0 }),
  },
  {
    name: 'batch norm of opset 9 with the outputs of training',
    layers: ['batchNorm'],
    opset: 9,
    build: (b, x, w) => {
      const positive = b.initializer('variance', { dataType: 'float32', dims: [3], data: Float32Array.of(0.5, 1, 2) })
      const inputs = [x, w(3), w(3), w(3), positive]
      return b.addMany('BatchNormalization', 5, inputs, { epsilon: attributes.float(1e-3) })[0] ?? ''
    },
  },
  {
    name: 'batch norm and dropout in training mode',
    layers: ['batchNorm', 'dropout'],
    opset: 15,
    build: (b, x, w) => {
      const positive = b.initializer('variance', { dataType: 'float32', dims: [3], data: Float32Array.of(0.5, 1, 2) })
      const [y = ''] = b.addMany('BatchNormalization', 3, [x, w(3), w(3), w(3), positive], { training_mode: 1 })
      const yes = b.constant({ dataType: 'bool', dims: [], data: Uint8Array.of(1) })
      return b.add('Dropout', [y, b.scalar(0.2), yes])
    },
  },
  {
    name: 'dropout of opset 7 with its rate as an attribute',
    layers: ['dropout'],
    opset: 7,
    build: (b, x) => b.add('Dropout', [x], { ratio: attributes.float(0.3) }),
  },
  {
    name: 'activations with attributes',
    layers: ['leakyRelu', 'elu', 'tanh', 'sigmoid', 'softplus', 'relu', 'hardSigmoid'],
    build: (b, x) => {
      const leaky = b.add('LeakyRelu', [x], { alpha: attributes.float(0.2) })
      const elu = b.add('Elu', [leaky], { alpha: attributes.float(0.5) })
      const tanh = b.add('Tanh', [elu])
      const soft = b.add('Softplus', [b.add('Sigmoid', [tanh])])
      return b.add('HardSigmoid', [b.add('Relu', [soft])], { alpha: attributes.float(0.2) })
    },
  },
  {
    name: 'SELU with the numbers of its paper, and one with others, which is no SELU',
    layers: ['selu', 'selu', 'onnxOperator'],
    build: (b, x) => {
      const stated = { alpha: attributes.float(1.6732632), gamma: attributes.float(1.050701) }
      return b.add('Selu', [b.add('Selu', [b.add('Selu', [x])], stated)], { gamma: attributes.float(2) })
    },
  },
  {
    name: 'ReLU6 with bounds as attributes (opset 9)',
    layers: ['relu'],
    opset: 9,
    build: (b, x) => b.add('Clip', [x], { min: attributes.float(0), max: attributes.float(6) }),
  },
  {
    name: 'ReLU6 with bounds as inputs, and a clip that is no ReLU',
    layers: ['relu', 'onnxOperator'],
    build: (b, x) => b.add('Clip', [b.add('Clip', [x, b.scalar(0), b.scalar(6)]), b.scalar(-0.5), b.scalar(0.5)]),
  },
  {
    name: 'swish',
    layers: ['swish'],
    build: (b, x) => b.add('Mul', [b.add('Sigmoid', [x]), x]),
  },
  {
    name: 'hard swish in three forms',
    layers: ['hardSwish', 'hardSwish', 'hardSwish'],
    build: (b, x) => {
      const clip = (value: string) => b.add('Clip', [b.add('Add', [value, b.scalar(3)]), b.scalar(0), b.scalar(6)])
      const first = b.add('Mul', [x, b.add('HardSigmoid', [x], { alpha: attributes.float(1 / 6) })])
      const second = b.add('Div', [b.add('Mul', [first, clip(first)]), b.scalar(6)])
      return b.add('Mul', [second, b.add('Div', [clip(second), b.scalar(6)])])
    },
  },
  {
    name: 'a slope per channel and one for all',
    layers: ['prelu', 'prelu'],
    build: (b, x, w) => b.add('PRelu', [b.add('PRelu', [x, w(3, 1, 1)]), w(1)]),
  },
  {
    name: 'Gemm in both orders, with factors and a bias for all',
    layers: ['flatten', 'dense', 'dense'],
    build: (b, x, w) => {
      const first = b.add('Gemm', [b.add('Flatten', [x]), w(5, 192), w(5)], { transB: 1 })
      return b.add('Gemm', [first, w(5, 4), w(1)], { alpha: attributes.float(0.5), beta: attributes.float(2) })
    },
  },
  {
    name: 'MatMul and Add, in either order, and MatMul alone',
    layers: ['flatten', 'dense', 'dense'],
    build: (b, x, w) => {
      const first = b.add('Add', [w(6), b.add('MatMul', [b.add('Flatten', [x]), w(192, 6)])])
      return b.add('MatMul', [first, w(6, 2)])
    },
  },
  {
    name: 'a weight that the graph transposes first',
    layers: ['flatten', 'dense'],
    build: (b, x, w) => b.add('MatMul', [b.add('Flatten', [x]), b.add('Transpose', [w(4, 192)], { perm: [1, 0] })]),
  },
  {
    name: 'flattening by Shape, Gather, Unsqueeze, Concat and Reshape (opset 11)',
    layers: ['flatten'],
    opset: 11,
    build: (b, x) => {
      const zero = b.constant({ dataType: 'int64', dims: [], data: BigInt64Array.of(0n) })
      const batch = b.add('Gather', [b.add('Shape', [x]), zero], { axis: 0 })
      const list = b.add('Concat', [b.add('Unsqueeze', [batch], { axes: ints([0]) }), b.ints([-1])], { axis: 0 })
      return b.add('Reshape', [x, list])
    },
  },
  {
    name: 'Squeeze and Unsqueeze of opset 13',
    // One position per channel at the end is laid out as a vector.
    layers: ['globalAveragePool', 'flatten', 'reshape', 'flatten'],
    build: (b, x) => {
      const vector = b.add('Squeeze', [b.add('GlobalAveragePool', [x]), b.ints([2, 3])])
      return b.add('Unsqueeze', [vector, b.ints([2, 3])])
    },
  },
  {
    name: 'the shortcut of option A: two slices and padding with channels, by attributes (opset 9)',
    layers: ['averagePool2d', 'zeroPad2d'],
    opset: 9,
    build: (b, x) => {
      const y = b.add('Slice', [x], { starts: ints([0, 0]), ends: ints([8, 8]), axes: ints([2, 3]) })
      const pooled = b.add('AveragePool', [y], { kernel_shape: [1, 1], strides: [2, 2] })
      return b.add('Pad', [pooled], { pads: ints([0, 1, 0, 0, 0, 2, 0, 0]) })
    },
  },
  {
    name: 'the same with steps (opset 13)',
    layers: ['averagePool2d', 'zeroPad2d'],
    build: (b, x) => {
      const far = b.constant({ dataType: 'int64', dims: [1], data: BigInt64Array.of(9223372036854775807n) })
      const rows = b.add('Slice', [x, b.ints([0]), far, b.ints([2]), b.ints([2])])
      const both = b.add('Slice', [rows, b.ints([0]), far, b.ints([3]), b.ints([2])])
      return b.add('Pad', [both, b.ints([0, 1, 0, 0, 0, 2, 0, 0])])
    },
  },
  {
    name: 'branches added, multiplied and laid side by side',
    layers: ['relu', 'tanh', 'add', 'multiply', 'concat'],
    build: (b, x) => {
      const [r, t] = [b.add('Relu', [x]), b.add('Tanh', [x])]
      const sum = b.add('Sum', [r, t, x])
      return b.add('Concat', [b.add('Mul', [sum, t]), x], { axis: -3 })
    },
  },
  {
    name: 'channels dealt out in turn',
    layers: ['channelShuffle'],
    input: ['N', 6, 4, 4],
    build: (b, x) => {
      const parts = b.add('Reshape', [x, b.ints([-1, 2, 3, 4, 4])])
      return b.add('Reshape', [b.add('Transpose', [parts], { perm: [0, 2, 1, 3, 4] }), b.ints([-1, 6, 4, 4])])
    },
  },
  {
    name: 'Upsample of opset 9, and Resize of opset 10',
    layers: ['upsample2d'],
    opset: 9,
    build: (b, x) => b.add('Upsample', [x, b.floats([1, 1, 2, 3])], { mode: 'nearest' }),
  },
  {
    name: 'Resize with extents, bilinear',
    layers: ['upsample2d'],
    input: ['N', 3, 4, 4],
    build: (b, x) => {
      const sizes = b.add('Concat', [b.add('Slice', [b.add('Shape', [x]), b.ints([0]), b.ints([2])]), b.ints([8, 8])], {
        axis: 0,
      })
      const mode = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }
      return b.add('Resize', [x, '', '', sizes], mode)
    },
  },
  {
    name: 'Resize by a fraction, which no layer has',
    layers: ['onnxOperator'],
    build: (b, x) => b.add('Resize', [x, '', b.floats([1, 1, 1.5, 1.5])], { mode: 'linear' }),
  },
  {
    name: 'local response normalisation, softmax over channels',
    layers: ['localResponseNorm', 'softmax'],
    build: (b, x) => b.add('Softmax', [b.add('LRN', [x], { size: 3, alpha: attributes.float(0.01) })], { axis: 1 }),
  },
  {
    name: 'softmax of opset 9 and its logarithm, which no layer has',
    layers: ['flatten', 'softmax', 'onnxOperator'],
    opset: 9,
    build: (b, x) => b.add('LogSoftmax', [b.add('Softmax', [b.add('Flatten', [x])])]),
  },
  {
    name: 'layer normalisation over the whole image',
    layers: ['layerNorm'],
    build: (b, x, w) => b.add('LayerNormalization', [x, w(3, 8, 8), w(3, 8, 8)], { axis: 1 }),
  },
  {
    name: 'a split into unequal parts (opset 11), both used',
    layers: ['onnxOperator', 'relu', 'concat'],
    opset: 11,
    build: (b, x) => {
      const [one = '', two = ''] = b.addMany('Split', 2, [x], { axis: 1, split: ints([1, 2]) })
      return b.add('Concat', [two, b.add('Relu', [one])], { axis: 1 })
    },
  },
  {
    name: 'a split of opset 18 by its number of outputs',
    layers: ['onnxOperator', 'concat'],
    opset: 18,
    input: ['N', 4, 4, 4],
    build: (b, x) => b.add('Concat', b.addMany('Split', 2, [x], { axis: 1, num_outputs: 2 }).toReversed(), { axis: 1 }),
  },
  {
    name: 'Gelu of opset 20 and Mish of opset 18, in the operators of opset 17',
    layers: [
      ...Array.from({ length: 5 }, () => 'onnxOperator').map((type, index) => (index === 3 ? 'multiply' : type)),
      'softplus',
      'tanh',
      'multiply',
    ],
    opset: 20,
    build: (b, x) => b.add('Mish', [b.add('Gelu', [x])]),
  },
  {
    name: 'a learnt factor and a learnt summand per channel after a convolution',
    layers: ['conv2d', 'onnxOperator', 'onnxOperator'],
    build: (b, x, w) => b.add('Add', [b.add('Mul', [b.add('Conv', [x, w(4, 3, 1, 1)]), w(4, 1, 1)]), w(4, 1, 1)]),
  },
  {
    name: 'an instance norm',
    layers: ['onnxOperator'],
    build: (b, x, w) => b.add('InstanceNormalization', [x, w(3), w(3)]),
  },
  {
    name: 'a batch of 2 that the file fixes, with reshapes that name it',
    layers: ['reshape', 'flatten', 'dense'],
    input: [2, 3, 8, 8],
    build: (b, x, w) => {
      const turned = b.add('Reshape', [x, b.ints([2, 8, 3, 8])])
      return b.add('Gemm', [b.add('Reshape', [turned, b.ints([2, -1])]), w(192, 3)])
    },
  },
  {
    name: 'identities and casts that change nothing',
    layers: ['relu'],
    build: (b, x) => b.add('Identity', [b.add('Relu', [b.add('Cast', [b.add('Identity', [x])], { to: 1 })])]),
  },
  {
    name: 'a softmax of an older operator set over all axes of an image',
    layers: ['flatten', 'softmax', 'reshape'],
    opset: 11,
    build: (b, x) => b.add('Softmax', [x]),
  },
  {
    name: 'a logarithmic softmax of an older operator set over rows and columns',
    layers: ['onnxOperator', 'reshape', 'onnxOperator', 'onnxOperator'],
    opset: 12,
    build: (b, x) => b.add('LogSoftmax', [b.add('Reshape', [x, b.ints([0, 3, 2, 4, 8])])], { axis: 3 }),
  },
  {
    name: 'enlarging by extents whose factors float32 does not hold',
    layers: ['onnxOperator', 'flatten', 'dense'],
    input: ['N', 2, 5, 6],
    build: (b, x, w) => {
      const sizes = b.add('Concat', [b.add('Shape', [x], { start: 0, end: 2 }), b.ints([7, 9])], { axis: 0 })
      const wide = b.add('Resize', [x, '', '', sizes], { mode: 'nearest' })
      return b.add('Gemm', [b.add('Flatten', [wide]), w(126, 3)])
    },
  },
  {
    name: 'enlarging by extents of a batch that the file fixes',
    layers: ['onnxOperator', 'relu'],
    input: [2, 2, 5, 6],
    build: (b, x) => b.add('Relu', [b.add('Resize', [x, '', '', b.ints([2, 2, 7, 9])], { mode: 'linear' })]),
  },
  {
    name: 'normalised groups with one scale per channel',
    layers: ['conv2d', 'onnxOperator', 'onnxOperator', 'reshape', 'onnxOperator', 'onnxOperator'],
    opset: 21,
    irVersion: 10,
    build: (b, x, w) => b.add('GroupNormalization', [b.add('Conv', [x, w(8, 3, 1, 1)]), w(8), w(8)], { num_groups: 4 }),
  },
  {
    name: 'normalised groups with one scale per group',
    layers: ['conv2d', 'onnxOperator', 'onnxOperator', 'reshape'],
    opset: 18,
    build: (b, x, w) =>
      b.add('GroupNormalization', [b.add('Conv', [x, w(8, 3, 1, 1)]), w(2), w(2)], {
        num_groups: 2,
        epsilon: { float: 0.01 },
      }),
  },
  {
    name: 'a product with the weight on the left',
    layers: ['conv2d', 'globalAveragePool', 'onnxOperator', 'onnxOperator', 'flatten'],
    build: (b, x, w) => {
      const pooled = b.add('GlobalAveragePool', [b.add('Conv', [x, w(8, 3, 3, 3)])])
      return b.add('Squeeze', [b.add('MatMul', [w(5, 8), b.add('Reshape', [pooled, b.ints([0, 8, 1])])]), b.ints([2])])
    },
  },
]

/** The weights that one step changes. */
async function trainOnce(document: NetworkDocument, weights: TensorMap): Promise<readonly string[]> {
  const scaling = { mean: [0, 0, 0], deviation: [1, 1, 1] }
  const recipe = recipeSchema.parse({ optimizer: { type: 'sgd' }, batchSize: 2 })
  const session = await ortEngine.openTraining({ document, recipe, scaling, weights }, 'cpu')
  const pixels = Uint8Array.from({ length: 2 * 192 }, (_, index) => (index * 7) % 256)
  await session.step({ pixels, labels: Int32Array.of(0, 3), learningRate: 0.1 })
  const trained = await session.readWeights()
  await session.dispose()
  return [...weights.keys()].filter((path) =>
    weights.get(path)?.data.some((value, index) => value !== trained.get(path)?.data[index]),
  )
}

/** The part of a Split that is used, of how many; by lists of sizes in both places where they stood, and by a number. */
const splits: readonly { name: string; used: number; parts: number; opset?: number; sizes?: readonly number[] }[] = [
  { name: 'the first half', used: 0, parts: 2 },
  { name: 'the second of three', used: 1, parts: 3, sizes: [1, 3, 2] },
  { name: 'the first, by sizes of the older form', used: 0, parts: 2, opset: 11, sizes: [4, 2] },
  { name: 'the first of parts that are not equal, by their number', used: 0, parts: 4, opset: 18 },
]

describe('an operator of several outputs', () => {
  it.each(splits)('stays what it is where only some are used: $name', async ({ used, parts, opset = 17, sizes }) => {
    const model = buildModel(
      (b, x) => {
        const inputs = sizes && opset >= 13 ? [x, b.ints(sizes)] : [x]
        const older = sizes && opset < 13 ? { split: ints(sizes) } : undefined
        const form = older ?? { ...(opset >= 18 && { num_outputs: parts }) }
        const part = b.addMany('Split', parts, inputs, { axis: 1, ...form })[used] ?? ''
        return b.add('Relu', [part])
      },
      { opset, input: ['N', opset >= 18 ? 7 : 6, 4, 4] },
    )
    const { document, receipt } = await importModel(folder, model)
    expect(document.nodes[1]?.params).toMatchObject({ opType: 'Split', outputs: parts })
    expect(receipt).toMatchObject({ verdict: 'equal', remarks: [] })
    expect(receipt.maxRel).toBeLessThan(1e-6)
  })

  it('also keeps both of the largest values and their places', async () => {
    const model = buildModel((b, x) =>
      b.add('Relu', [b.addMany('TopK', 2, [b.add('Flatten', [x]), b.ints([5])], { axis: 1 })[0] ?? '']),
    )
    const { document, receipt } = await importModel(folder, model)
    expect(document.nodes.at(-2)?.params).toMatchObject({ opType: 'TopK', outputs: 2 })
    expect(receipt.verdict).toBe('equal')
  })

  it('ends a network in the second one', async () => {
    const model = buildModel((b, x) => b.addMany('Split', 2, [x, b.ints([1, 2])], { axis: 1 })[1] ?? '')
    const { document, receipt } = await importModel(folder, model)
    expect(document.nodes.at(-1)?.params).toMatchObject({ opType: 'Identity' })
    expect(receipt).toMatchObject({ verdict: 'equal', maxRel: 0 })
  })

  it('keeps a normalisation whose mean or deviation is used, which no layer gives', async () => {
    const model = buildModel((b, x, w) => {
      const [y = '', mean = '', inverse = ''] = b.addMany('LayerNormalization', 3, [x, w(8)], { axis: -1 })
      return b.add('Add', [b.add('Mul', [y, inverse]), mean])
    })
    const { document, receipt } = await importModel(folder, model)
    expect(document.nodes[1]?.params).toMatchObject({ opType: 'LayerNormalization', outputs: 3 })
    expect(receipt.verdict).toBe('equal')
  })

  it('says that a mask of training is none while predicting', async () => {
    const model = buildModel((b, x) => {
      const [y = '', mask = ''] = b.addMany('Dropout', 2, [x])
      return b.add('Mul', [y, b.add('Cast', [mask], { to: 1 })])
    })
    await expect(importModel(folder, model)).rejects.toThrow(
      /Cast "\w*" takes "Dropout\S*", a mask or a statistic that an operator gives in training only\./,
    )
  })

  it('trains through one part', async () => {
    const model = buildModel((b, x, w) => {
      const [first = ''] = b.addMany('Split', 3, [b.add('Conv', [x, w(6, 3, 1, 1)]), b.ints([1, 2, 3])], { axis: 1 })
      return b.add('Gemm', [b.add('Flatten', [first]), w(64, 4)])
    })
    const { document, weights } = await importModel(folder, model)
    expect(await trainOnce(document, weights)).toEqual(['w0/weight', 'w1/weight'])
  })
})

describe('constants that only a runtime computes', () => {
  it('are computed by it, also where they follow from the extents of the image', async () => {
    const model = buildModel((b, x, w) => {
      const width = b.add('Shape', [x], { start: 3 })
      const zeros = b.add('ConstantOfShape', [b.add('Concat', [b.ints([4]), width], { axis: 0 })])
      const places = b.constant({ dataType: 'int64', dims: [2, 1], data: BigInt64Array.of(1n, 3n) })
      const mask = b.add('ScatterND', [zeros, places, b.add('MatMul', [w(2, 3), w(3, 8)])])
      const rows = b.add('Add', [b.add('Conv', [x, w(4, 3, 1, 1)]), b.add('CumSum', [mask, b.ints([1])])])
      return b.add('Flatten', [rows])
    })
    // Of a [4, 8] mask over 8 rows, only those of extent 4 fit.
    const { receipt } = await importModel(folder, {
      ...model,
      graph: { ...model.graph, inputs: [{ name: 'x', dataType: 'float32', dims: ['N', 3, 4, 8] }] },
    })
    expect(receipt).toMatchObject({ verdict: 'equal', remarks: [] })
  })
})

describe('the ends of a file', () => {
  const scores: BuildGraph = (b, x, w) => b.add('Gemm', [b.add('Flatten', [x]), w(192, 4)])
  const ends: Readonly<Record<string, (b: GraphBuilder, value: string) => string>> = {
    'an ArgMax': (b, value) => b.add('ArgMax', [value], { axis: 1, keepdims: 0 }),
    'an ArgMax, squeezed and renumbered': (b, value) =>
      b.add('Squeeze', [b.add('ArgMax', [value], { axis: -1 }), b.ints([1])]),
    'the places of a TopK': (b, value) => b.addMany('TopK', 2, [value, b.ints([1])])[1] ?? '',
    'the values of a TopK': (b, value) => b.addMany('TopK', 2, [value, b.ints([2])])[0] ?? '',
    'a cast to whole numbers': (b, value) => b.add('Cast', [value], { to: 7 }),
    'a comparison with a half': (b, value) =>
      b.add('Cast', [b.add('Greater', [b.add('Sigmoid', [value]), b.scalar(0.5)])], { to: 7 }),
  }

  it.each(Object.entries(ends))('lose %s, and the network gives the scores before it', async (name, end) => {
    const model = buildModel((b, x, w) => end(b, scores(b, x, w)))
    const isFloat = name === 'the values of a TopK'
    const outputs = model.graph.outputs.map((output) => ({ ...output, dataType: 'int64' as const }))
    const file = isFloat ? model : { ...model, graph: { ...model.graph, outputs } }
    const { report, receipt } = await importModel(folder, file)
    expect(report.output.shape).toEqual([4])
    expect(report.notes.join(' ')).toContain('it is cut off')
    expect(receipt).toMatchObject({ verdict: 'equal', remarks: [] })
  })

  it('are the first that gives numbers, or the one that is asked for', async () => {
    const two = buildModel((b, x, w) => {
      const heads = b.add('Flatten', [x])
      b.output(b.add('Gemm', [heads, w(192, 2)], {}, { outputs: ['age'] }), 'float32')
      return b.add('Gemm', [heads, w(192, 4)], {}, { outputs: ['kind'] })
    })
    expect((await importModel(folder, two)).report.output).toMatchObject({ name: 'age', choices: ['age', 'kind'] })
    const { report, receipt } = await importModel(folder, two, { output: 'kind' })
    expect([report.output.name, report.output.shape, receipt.verdict]).toEqual(['kind', [4], 'equal'])
    await expect(importModel(folder, two, { output: 'kin' })).rejects.toMatchObject({
      code: 'onnx.output',
      message: expect.stringContaining('Choose one of "age", "kind".'),
    })
  })
})

describe('an input of pixels', () => {
  it.each(['uint8', 'int32'] as const)('of %s is cast by the preprocessing', async (dataType) => {
    const model = buildModel(
      (b, x, w) =>
        b.add('Conv', [b.add('Transpose', [b.add('Cast', [x], { to: 1 })], { perm: [0, 3, 1, 2] }), w(4, 3, 3, 3)]),
      { input: ['N', 8, 8, 3] },
    )
    const inputs = model.graph.inputs.map((input) => ({ ...input, dataType }))
    const { document, report, receipt } = await importModel(folder, { ...model, graph: { ...model.graph, inputs } })
    expect(document.nodes.map(({ type }) => type)).toEqual(['input', 'conv2d'])
    expect(document.scaling).toEqual(
      dataType === 'uint8' ? { mean: [0, 0, 0], deviation: [1, 1, 1].map((one) => one / 255) } : undefined,
    )
    expect(report.input).toMatchObject({ layout: 'nhwc', dataType, shape: [3, 8, 8] })
    expect(receipt).toMatchObject({ verdict: 'equal', remarks: [] })
  })
})

describe('operator set 6', () => {
  it('broadcasts by attributes, with one slope per channel', async () => {
    const model = buildModel(
      (b, x, w) => {
        const conv = b.add('Conv', [x, w(4, 3, 3, 3)])
        const sum = b.add('Add', [conv, w(4)], { broadcast: 1, axis: 1 })
        const bent = b.add('PRelu', [sum, w(4)])
        const normal = b.add('BatchNormalization', [bent, w(4), w(4), w(4), b.initializer('v', ones(4))], {
          is_test: 1,
        })
        const flat = b.add('Flatten', [b.add('Dropout', [normal], { is_test: 1, ratio: { float: 0.25 } })])
        return b.add('Gemm', [flat, w(144, 3), w(3)], { broadcast: 1 })
      },
      { opset: 6 },
    )
    const { document } = importOnnx(model)
    const types = ['conv2d', 'prelu', 'batchNorm', 'dropout', 'flatten', 'dense']
    expect(document.nodes.slice(1).map(({ type }) => type)).toEqual(types)
    // The same network in the form of operator set 17.
    const modern = buildModel((b, x, w) => {
      const conv = b.add('Add', [b.add('Conv', [x, w(4, 3, 3, 3)]), w(4, 1, 1)])
      const bent = b.add('PRelu', [conv, w(4, 1, 1)])
      const normal = b.add('BatchNormalization', [bent, w(4), w(4), w(4), b.initializer('v', ones(4))])
      return b.add('Gemm', [b.add('Flatten', [b.add('Dropout', [normal, b.scalar(0.25)])]), w(144, 3), w(3)])
    })
    expect([...importOnnx(model).weights.values()]).toEqual([...importOnnx(modern).weights.values()])
    expect((await importModel(folder, modern)).receipt.verdict).toBe('equal')
  })
})

describe('the forms of operators', () => {
  it.each(cases)('imports $name', async ({ layers, build, ...options }) => {
    const { document, receipt } = await importModel(folder, buildModel(build, options))
    expect(document.nodes.slice(1).map(({ type }) => type)).toEqual(layers)
    expect(receipt.remarks.filter((remark) => remark.includes('does not run'))).toEqual([])
    expect(receipt.maxRel).toBeLessThan(2e-6)
  })
})

describe('operators whose shapes are not known here', () => {
  it('keeps one of ONNX, and one of ONNX Runtime, with the shapes seen in a run', async () => {
    const model = buildModel(
      (b, x, w) => {
        const normal = b.add('MeanVarianceNormalization', [x], { axes: ints([1, 2, 3]) })
        const gelu = b.add('QuickGelu', [normal], {}, { domain: 'com.microsoft' })
        return b.add('Conv', [gelu, w(2, 3, 3, 3)])
      },
      { domains: { 'com.microsoft': 1 } },
    )
    const { document, receipt, report } = await importModel(folder, model)
    expect(report.operators.unsupported).toEqual({ MeanVarianceNormalization: 1, 'com.microsoft.QuickGelu': 1 })
    expect(document.nodes[1]?.params).toMatchObject({ stated: { inputs: [[3, 8, 8]], outputs: [[3, 8, 8]] } })
    expect(receipt.maxRel).toBeLessThan(2e-6)
  })

  it('takes a usual momentum where the file has one of inference, and says so once for all', async () => {
    const positive = { dataType: 'float32', dims: [3], data: Float32Array.of(0.5, 1, 2) } as const
    const model = buildModel((b, x, w) => {
      let y = x
      for (let index = 0; index < 6; index++) {
        const inputs = [b.add('Conv', [y, w(3, 3, 1, 1)]), w(3), w(3), w(3), b.initializer(`v${index}`, positive)]
        y = b.add('BatchNormalization', inputs, { momentum: attributes.float(1) })
      }
      return y
    })
    const { document, report, receipt } = await importModel(folder, model)
    const norms = document.nodes.filter(({ type }) => type === 'batchNorm')
    expect(norms.map(({ params }) => params['momentum'])).toEqual([0.9, 0.9, 0.9, 0.9, 0.9, 0.9])
    const notes = report.notes.filter((note) => note.includes('momentum'))
    expect(notes).toEqual([expect.stringContaining(' and 2 more: The file')])
    expect(receipt.verdict).toBe('equal')
  })

  it('trains what lies behind them', async () => {
    const model = buildModel((b, x, w) => {
      const normal = b.add('Hardmax', [b.add('Conv', [x, w(3, 3, 1, 1)])], { axis: 1 })
      return b.add('Gemm', [b.add('Flatten', [normal]), w(192, 4)])
    })
    const { document, weights, report } = await importModel(folder, model)
    expect(report.notes.filter((note) => note.includes('has no gradient: 1 layer'))).toEqual([
      expect.stringContaining('no gradient reaches them (w0)'),
    ])
    const changed = await trainOnce(document, weights)
    expect([...weights.keys()]).toEqual(['w0/weight', 'w1/weight'])
    expect(changed).toEqual(['w1/weight'])
  })
})

describe('what is learnt', () => {
  it('counts a factor after the first convolution and not the scaling of the image', () => {
    const model = buildModel((b, x, w) => {
      const scaled = b.add('Div', [b.add('Sub', [x, w(1, 3, 1, 1)]), w(1, 3, 1, 1)])
      return b.add('Mul', [b.add('Conv', [scaled, w(4, 3, 1, 1)]), w(4, 1, 1)])
    })
    const { document } = importOnnx(model)
    expect(analyzeDocument(document).parameters).toMatchObject({ total: 4 * 3 + 4 })
  })
})
