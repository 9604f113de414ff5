// The recorded PyTorch cases that TensorFlow.js can express, as layers: forward values and gradients; and the losses.
import { join } from 'node:path'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openBackend, tf } from '../../src/main/engines/tfjs/backend'
import { computeLoss } from '../../src/main/engines/tfjs/lossFunctions'
import type { Tensor } from '../../src/shared/onnx/tensor'
import { fillProbe, inferLayer, probeTfjs } from '../tfjs/probe'
import type { OperatorCase, RecordedTensor } from './operatorCase'
import { lossOf, readRecordedCases, type LossCase } from './recordedCases'
import { relativeError } from './runGraph'

const file = join(import.meta.dirname, 'data/gradients.json')

/** A recorded operator as a layer: which inputs are layer inputs, and which are weights. */
interface LayerCase {
  readonly type: string
  readonly params: Readonly<Record<string, unknown>>
  readonly weights?: Readonly<Record<string, string>>
}

function numbersOf(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : []
}

function windowOf({ attrs, y }: OperatorCase) {
  const [top = 0, left = 0, bottom = 0, right = 0] = numbersOf(attrs['pads'])
  return {
    kernel: attrs['kernel_shape'],
    stride: attrs['strides'] ?? [1, 1],
    padding: [top, left, bottom, right],
    filters: y.shape[1],
  }
}

const pointwise: Readonly<Record<string, string>> = {
  Relu: 'relu',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Softplus: 'softplus',
  HardSwish: 'hardSwish',
  GlobalAveragePool: 'globalAveragePool',
  GlobalMaxPool: 'globalMaxPool',
}

/** The layer of a recorded operator; undefined where we have none, or where its inputs are not those of a layer. */
function toLayer(recorded: OperatorCase): LayerCase | undefined {
  const { op, attrs, inputs } = recorded
  const dense = { weight: 'w', bias: 'b' }
  const shapes = Object.values(inputs).map(({ shape }) => shape)
  const isMerge = shapes.every((shape) => shape.length === shapes[0]?.length && shape[0] === shapes[0]?.[0])
  const simple = pointwise[op]
  if (simple) return { type: simple, params: {} }
  const { filters, ...window } = windowOf(recorded)
  switch (op) {
    case 'Conv':
    case 'ConvTranspose': {
      const bias = 'b' in inputs
      const params = { ...window, filters, dilation: attrs['dilations'] ?? [1, 1], groups: attrs['group'] ?? 1, bias }
      if (op === 'Conv') return { type: 'conv2d', params, weights: dense }
      const outputPadding = attrs['output_padding'] ?? [0, 0]
      return { type: 'convTranspose2d', params: { ...params, outputPadding }, weights: dense }
    }
    case 'MaxPool':
      return { type: 'maxPool2d', params: { ...window, ceilMode: attrs['ceil_mode'] === 1 } }
    case 'AveragePool':
      return { type: 'averagePool2d', params: { ...window, countIncludePad: attrs['count_include_pad'] === 1 } }
    case 'BatchNormalization':
      if (attrs['training_mode'] !== 1) return undefined
      return {
        type: 'batchNorm',
        params: { epsilon: attrs['epsilon'] },
        weights: { scale: 'scale', bias: 'bias', runningMean: '', runningVariance: '' },
      }
    case 'LRN':
      return {
        type: 'localResponseNorm',
        params: { size: attrs['size'], alpha: attrs['alpha'], beta: attrs['beta'], k: attrs['bias'] },
      }
    case 'Gemm':
      return {
        type: 'dense',
        params: { units: recorded.y.shape[1], bias: 'c' in inputs },
        weights: { weight: 'b', bias: 'c' },
      }
    case 'Add':
    case 'Mul':
      return isMerge ? { type: op === 'Add' ? 'add' : 'multiply', params: {} } : undefined
    case 'LeakyRelu':
      return { type: 'leakyRelu', params: { slope: attrs['alpha'] } }
    case 'Elu':
      return { type: 'elu', params: { alpha: attrs['alpha'] } }
    case 'Softmax':
      return { type: 'softmax', params: {} }
    case 'PRelu':
      return { type: 'prelu', params: {}, weights: { slope: 'slope' } }
    case 'Concat':
      return { type: 'concat', params: {} }
    case 'Flatten':
      return { type: 'flatten', params: {} }
    case 'Pad': {
      const [, front, top, left, , back, bottom, right] = numbersOf(attrs['pads'])
      return { type: 'zeroPad2d', params: { padding: [top, left, bottom, right], channels: [front, back] } }
    }
    default:
      return undefined
  }
}

function tensorOf({ shape, data }: RecordedTensor): Tensor {
  return { dims: shape, data: Float32Array.from(data) }
}

async function checkLayer(recorded: OperatorCase, { type, params, weights = {} }: LayerCase): Promise<void> {
  const weightNames = new Set(Object.values(weights))
  const fed = Object.entries(recorded.inputs).filter(([name]) => !weightNames.has(name))
  const layer = inferLayer(
    type,
    params,
    fed.map(([, { shape }]) => shape.slice(1)),
  )
  const filled = fillProbe(layer, recorded.dy.shape[0] ?? 1)
  const given = layer.weights.map(({ name, shape }) => {
    const tensor = recorded.inputs[weights[name] ?? '']
    return [name, tensor ? { dims: shape, data: Float32Array.from(tensor.data) } : filled.weights.get(name)] as const
  })
  const probe = {
    ...filled,
    inputs: fed.map(([, tensor]) => tensorOf(tensor)),
    weights: new Map(given.flatMap(([name, tensor]) => (tensor ? [[name, tensor] as const] : []))),
    dy: tensorOf(recorded.dy),
  }
  const results = await probeTfjs(probe, { mode: 'training', gradients: true, audience: 'engine' })
  expect(relativeError(results.get('y') ?? [], recorded.y.data), 'y').toBeLessThan(1e-4)
  const ours = new Map(Object.entries(weights).map(([name, recordedName]) => [recordedName, name]))
  fed.forEach(([name], index) => ours.set(name, `input${index}`))
  expect(Object.keys(recorded.grads).length).toBeGreaterThan(0)
  for (const [name, { data }] of Object.entries(recorded.grads))
    expect(relativeError(results.get(ours.get(name) ?? '') ?? [], data), `gradient by ${name}`).toBeLessThan(1e-3)
}

async function checkLoss(recorded: LossCase): Promise<void> {
  const labels: Tensor1D = tf.tensor1d([...recorded.labels], 'int32')
  const logits: Tensor2D = tf.tensor2d(
    [...recorded.logits.data],
    [recorded.labels.length, recorded.logits.shape[1] ?? 1],
  )
  const { value, grad } = tf.valueAndGrad((x) => computeLoss(tf, lossOf(recorded.name), x as Tensor2D, labels))(logits)
  expect(relativeError(await value.data(), [recorded.loss]), 'loss').toBeLessThan(1e-4)
  expect(relativeError(await grad.data(), recorded.grad.data), 'gradient').toBeLessThan(1e-4)
}

describe('layers on TensorFlow.js against PyTorch', () => {
  const { operators, losses } = readRecordedCases(file)
  const expressed = operators.flatMap((recorded) => {
    const layer = toLayer(recorded)
    return layer ? [{ title: `${recorded.op} ${recorded.name}`, recorded, layer }] : []
  })

  beforeAll(async () => {
    await openBackend('cpu')
  })
  beforeEach(() => tf.engine().startScope())
  afterEach(() => tf.engine().endScope())

  it('expresses most recorded operators', () => {
    expect(expressed.length).toBeGreaterThan(40)
  })

  it.each(expressed)('$title', async ({ recorded, layer }) => checkLayer(recorded, layer))

  it.each(losses)('$name', async (recorded) => checkLoss(recorded))
})
