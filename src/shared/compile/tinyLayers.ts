// A dozen very small layers for the tests of this folder, so that they do not depend on the real ones (layers/).
import { z } from 'zod'
import { internalError, NetloomError } from '../graph/errors'
import { countElements, type Shape } from '../graph/shape'
import { defineLayer, type LayerContext, type LayerDefinition } from '../layers/define'

const common = {
  version: 1,
  category: 'activation',
  icon: 'square',
  doc: 'A layer of the tests.',
  source: 'none',
  outputPorts: ['out'],
  explain: () => [],
  summary: () => '',
  toTfjs: () => {
    throw internalError('the layers of the tests are not written in TensorFlow.js')
  },
  examples: [],
} as const

const oneInput = { kind: 'fixed', names: ['in'] } as const
const noParams = z.object({})

function first({ inputs }: LayerContext<unknown>): Shape {
  return inputs[0] ?? []
}

const input = defineLayer({
  ...common,
  type: 'input',
  title: 'Input',
  inputs: { kind: 'fixed', names: [] },
  params: z.object({ shape: z.array(z.int().positive()).min(1).max(3) }),
  infer: ({ params }) => ({ outputs: [params.shape] }),
  toOnnx: () => [],
})

const dense = defineLayer({
  ...common,
  type: 'dense',
  title: 'Dense',
  inputs: oneInput,
  params: z.object({ units: z.int().min(1), bias: z.boolean().default(true) }),
  infer(context) {
    if (first(context).length === 1) return { outputs: [[context.params.units]] }
    throw new NetloomError('layer.rank', `Dense "${context.nodeId}" takes vectors.`, {
      hint: 'Put a flatten before it.',
    })
  },
  weights(context) {
    const [fanIn = 0] = first(context)
    const fanOut = context.params.units
    const weight = {
      name: 'weight',
      shape: [fanOut, fanIn],
      initialiser: { kind: 'he', distribution: 'normal', fanIn, fanOut },
      trainable: true,
      decays: true,
    } as const
    const bias = {
      name: 'bias',
      shape: [fanOut],
      initialiser: { kind: 'constant', value: 0 },
      trainable: true,
      decays: false,
    } as const
    return context.params.bias ? [weight, bias] : [weight]
  },
  macs: (context) => countElements(first(context)) * context.params.units,
  receptiveWindow: () => 'none',
  toOnnx(lowering) {
    const { builder, nodeId, params, values } = lowering
    const bias = params.bias ? [lowering.weight('bias')] : []
    const inputs = [...values, lowering.weight('weight'), ...bias]
    return [builder.add('Gemm', inputs, { transB: 1 }, { name: nodeId })]
  },
})

const conv2d = defineLayer({
  ...common,
  type: 'conv2d',
  title: 'Conv2D',
  inputs: oneInput,
  params: z.object({
    filters: z.int().min(1),
    kernel: z.tuple([z.int().min(1), z.int().min(1)]).default([3, 3]),
    stride: z.int().min(1).default(1),
  }),
  infer(context) {
    const { filters, kernel, stride } = context.params
    const [, height = 0, width = 0] = first(context)
    const out = [(height - kernel[0]) / stride + 1, (width - kernel[1]) / stride + 1]
    if (out.some((extent) => extent < 1)) {
      throw new NetloomError('layer.window', `Conv2D "${context.nodeId}": window larger than input.`)
    }
    const warnings = out.every(Number.isInteger) ? [] : [{ code: 'layer.dropped' as const, message: 'columns dropped' }]
    return { outputs: [[filters, ...out.map(Math.floor)]], warnings }
  },
  weights(context) {
    const [channels = 0] = first(context)
    const { filters, kernel } = context.params
    const [fanIn, fanOut] = [channels, filters].map((count) => count * kernel[0] * kernel[1])
    return [
      {
        name: 'weight',
        shape: [filters, channels, ...kernel],
        initialiser: { kind: 'xavier', distribution: 'uniform', fanIn: fanIn ?? 0, fanOut: fanOut ?? 0 },
        trainable: true,
        decays: true,
      },
    ]
  },
  macs: ({ params, inputs, outputs }) =>
    countElements(outputs[0] ?? []) * (inputs[0]?.[0] ?? 0) * params.kernel[0] * params.kernel[1],
  receptiveWindow: ({ params: { kernel, stride } }) => ({
    kernel,
    stride: [stride, stride],
    dilation: [1, 1],
    padBegin: [0, 0],
  }),
  toOnnx(lowering) {
    const { builder, nodeId, values } = lowering
    const { stride } = lowering.params
    const inputs = [...values, lowering.weight('weight')]
    return [builder.add('Conv', inputs, { strides: [stride, stride] }, { name: nodeId })]
  },
})

const batchNorm = defineLayer({
  ...common,
  type: 'batchNorm',
  title: 'BatchNorm',
  inputs: oneInput,
  params: noParams,
  infer: (context) => ({ outputs: [first(context)] }),
  weights(context) {
    const spec = (name: string, value: number, trainable: boolean) => ({
      name,
      shape: [first(context)[0] ?? 0],
      initialiser: { kind: 'constant', value } as const,
      trainable,
      decays: false,
    })
    return [
      spec('scale', 1, true),
      spec('bias', 0, true),
      spec('runningMean', 0, false),
      spec('runningVariance', 1, false),
    ]
  },
  toOnnx(lowering) {
    const { builder, nodeId, values, mode } = lowering
    const names = ['scale', 'bias', 'runningMean', 'runningVariance']
    const inputs = [...values, ...names.map((name) => lowering.weight(name))]
    if (mode === 'inference') return [builder.add('BatchNormalization', inputs, {}, { name: nodeId })]
    const [y = '', mean = '', variance = ''] = builder.addMany(
      'BatchNormalization',
      3,
      inputs,
      { training_mode: 1 },
      { name: nodeId },
    )
    lowering.updateWeight('runningMean', mean)
    lowering.updateWeight('runningVariance', variance)
    return [y]
  },
})

const dropout = defineLayer({
  ...common,
  type: 'dropout',
  title: 'Dropout',
  inputs: oneInput,
  params: z.object({ rate: z.number().min(0).lt(1).default(0.5) }),
  infer: (context) => ({ outputs: [first(context)] }),
  toOnnx(lowering) {
    const { builder, nodeId, params, mode } = lowering
    const [x = ''] = lowering.values
    if (mode === 'inference') return [x]
    return [builder.add('Mul', [x, lowering.dropoutMask(x, params.rate)], {}, { name: nodeId })]
  },
})

function elementwise(type: string, title: string, opType: string): LayerDefinition {
  return defineLayer({
    ...common,
    type,
    title,
    inputs: oneInput,
    params: noParams,
    infer: (context) => ({ outputs: [first(context)] }),
    toOnnx: ({ builder, nodeId, values }) => [builder.add(opType, values, {}, { name: nodeId })],
  })
}

const flatten = defineLayer({
  ...common,
  type: 'flatten',
  title: 'Flatten',
  inputs: oneInput,
  params: noParams,
  infer: (context) => ({ outputs: [[countElements(first(context))]] }),
  receptiveWindow: () => 'none',
  toOnnx: ({ builder, nodeId, values }) => [builder.add('Flatten', values, {}, { name: nodeId })],
})

const globalPool = defineLayer({
  ...common,
  type: 'globalPool',
  title: 'GlobalPool',
  inputs: oneInput,
  params: noParams,
  infer: (context) => ({ outputs: [[first(context)[0] ?? 1]] }),
  receptiveWindow: () => 'global',
  toOnnx({ builder, nodeId, values }) {
    const pooled = builder.add('GlobalAveragePool', values)
    return [builder.add('Flatten', [pooled], {}, { name: nodeId })]
  },
})

const add = defineLayer({
  ...common,
  type: 'add',
  title: 'Add',
  inputs: { kind: 'variadic', name: 'in', min: 2 },
  params: noParams,
  infer(context) {
    const shapes = new Set(context.inputs.map((shape) => shape.join('x')))
    if (shapes.size === 1) return { outputs: [first(context)] }
    const message = `Add "${context.nodeId}": shapes differ: ${[...shapes].join(', ')}.`
    throw new NetloomError('layer.shape', message, { nodeId: context.nodeId })
  },
  toOnnx: ({ builder, nodeId, values }) => [builder.add('Sum', values, {}, { name: nodeId })],
})

const split = defineLayer({
  ...common,
  type: 'split',
  title: 'Split',
  inputs: oneInput,
  outputPorts: ['left', 'right'],
  params: noParams,
  infer(context) {
    const [channels = 0, ...rest] = first(context)
    return {
      outputs: [
        [1, ...rest],
        [channels - 1, ...rest],
      ],
    }
  },
  toOnnx({ builder, nodeId, values, outputs }) {
    const sizes = builder.ints(outputs.map(([channels = 0]) => channels))
    return builder.addMany('Split', 2, [...values, sizes], { axis: 1 }, { name: nodeId })
  },
})

const layers: readonly LayerDefinition[] = [
  input,
  dense,
  conv2d,
  batchNorm,
  dropout,
  elementwise('relu', 'ReLU', 'Relu'),
  elementwise('softmax', 'Softmax', 'Softmax'),
  flatten,
  globalPool,
  add,
  split,
]

/** Finds one of the layers above. */
export function findTinyLayer(type: string): LayerDefinition | undefined {
  return layers.find((layer) => layer.type === type)
}
