// TensorFlow.js layers that work on any values: dense, reshaping, normalisation, activations, merging.
import { z } from 'zod'
import { trainingMomentum } from '../trainingMomentum'
import type { ParameterValues } from '../../graph/document'
import { countElements } from '../../graph/shape'
import {
  activate,
  addBias,
  onlyInput,
  read,
  refuse,
  reorder,
  requireTensor,
  turn,
  whole,
  type ImportContext,
  type ImportedValue,
  type LayerRule,
} from './layerContext'

/** Dense; behind a feature map a 1x1 convolution. */
export function multiplyDense(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  const units = read(context, 'units', whole)
  const bias = read(context, 'use_bias', z.boolean(), true)
  const kernel = requireTensor(context, 'kernel')
  if (input.form === 'turned') throw refuse(context, 'stands behind a permutation of axes')
  if (input.form === 'map') {
    // Behind a feature map it works position by position, as a 1x1 convolution.
    const id = context.add('conv2d', { filters: units, kernel: [1, 1], bias }, [input])
    const { dims, data } = turn(kernel, [1, 0])
    context.weigh(id, 'weight', { dims: [...dims, 1, 1], data })
    addBias(context, id, bias)
    return activate(context, { node: id, form: 'map', shape: [...input.shape.slice(0, 2), units] }, 'activation')
  }
  const id = context.add('dense', { units, bias }, [input])
  context.weigh(id, 'weight', turn(reorder(kernel, input.order), [1, 0]))
  addBias(context, id, bias)
  return activate(context, { node: id, form: 'vector', shape: [units] }, 'activation')
}

/** Whether [H, W, C] and [C, H, W] hold their values in one order. */
function isOrderShared([height = 1, width = 1, channels = 1]: readonly number[]): boolean {
  return channels === 1 || height * width === 1
}

/** Flatten; a vector stays. */
export function flatten(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  if (input.form === 'vector') return input
  const value = {
    node: context.add('flatten', {}, [input]),
    form: 'vector',
    shape: [countElements(input.shape)],
  } as const
  return input.form === 'turned' || isOrderShared(input.shape) ? value : { ...value, order: input.shape }
}

/** Permute, between [H, W, C] and [C, H, W] only. */
export function permute(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  const dims = read(context, 'dims', z.array(whole)).join()
  const shape = read(context, 'dims', z.array(whole)).map((axis) => input.shape[axis - 1] ?? 1)
  if (dims === '1,2,3') return input
  if (input.form === 'map' && dims === '3,1,2') return { ...input, form: 'turned', shape }
  if (input.form === 'turned' && dims === '2,3,1') return { ...input, form: 'map', shape }
  throw refuse(context, `permutes axes as [${dims}]`)
}

/** Reshape. */
export function reshape(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  const target = read(context, 'target_shape', z.array(z.int().nullable())).map((extent) => extent ?? -1)
  const known = target.reduce((product, extent) => (extent === -1 ? product : product * extent), 1)
  const shape = target.map((extent) => (extent === -1 ? countElements(input.shape) / known : extent))
  if (shape.length === 1) return flatten(context)
  const [height = 1, width = 1, channels = 1] = shape
  if (shape.length !== 3 || input.order || (input.form === 'map' && !isOrderShared(input.shape)))
    throw refuse(context, `reshapes [${input.shape.join(', ')}] to [${shape.join(', ')}]`)
  if (isOrderShared(shape)) {
    return { node: context.add('reshape', { shape: [channels, height, width] }, [input]), form: 'map', shape }
  }
  return { node: context.add('reshape', { shape }, [input]), form: 'turned', shape }
}

/** BatchNormalization. */
export function normaliseBatch(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  const axis = read(context, 'axis', z.union([z.int(), z.array(z.int()).transform(([first = -1]) => first)]), -1)
  if (input.form === 'turned' || (axis !== -1 && axis !== input.shape.length))
    throw refuse(context, `has the axis ${axis}`)
  const epsilon = Math.max(1e-12, read(context, 'epsilon', z.number(), 1e-3))
  // Keras writes the momentum of its own training; one that lets nothing move is another program's.
  const { momentum } = trainingMomentum(read(context, 'momentum', z.number(), 0.99))
  const id = context.add('batchNorm', { epsilon, momentum }, [input])
  const count = input.shape.at(-1) ?? 1
  const parts = [
    ['scale', 'gamma', 1],
    ['bias', 'beta', 0],
    ['runningMean', 'moving_mean', 0],
    ['runningVariance', 'moving_variance', 1],
  ] as const
  for (const [ours, theirs, fallback] of parts) {
    const tensor = context.tensor(theirs) ?? { dims: [count], data: new Float32Array(count).fill(fallback) }
    context.weigh(id, ours, reorder(tensor, input.order))
  }
  return { ...input, node: id }
}

/** LayerNormalization over all axes. */
export function normaliseLayer(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  const given = read(context, 'axis', z.union([z.int().transform((axis) => [axis]), z.array(z.int())]), [-1])
  const rank = input.shape.length
  const axes = new Set(given.map((axis) => (axis < 0 ? axis + rank + 1 : axis)))
  if (input.form === 'turned' || axes.size !== rank)
    throw refuse(context, `normalises over axes [${given.join(', ')}] only`)
  const epsilon = read(context, 'epsilon', z.number(), 1e-3)
  const id = context.add('layerNorm', { epsilon }, [input])
  for (const [ours, theirs, fallback] of [
    ['scale', 'gamma', 1],
    ['bias', 'beta', 0],
  ] as const) {
    const dims = input.shape
    const tensor = context.tensor(theirs) ?? { dims, data: new Float32Array(countElements(dims)).fill(fallback) }
    context.weigh(id, ours, input.form === 'map' ? turn(tensor, [2, 0, 1]) : reorder(tensor, input.order))
  }
  return { ...input, node: id }
}

/** A layer that works value by value without weights. */
export function pointwise(type: string, paramsOf: (context: ImportContext) => ParameterValues = () => ({})): LayerRule {
  return (context) => {
    const input = onlyInput(context)
    return { ...input, node: context.add(type, paramsOf(context), [input]) }
  }
}

/** ReLU, with a limit or with a slope below 0, not with both. */
export function applyRelu(context: ImportContext): ImportedValue {
  const [limit = 0, threshold = 0, slope = 0] = ['max_value', 'threshold', 'negative_slope'].map((key) =>
    read(context, key, z.number(), 0),
  )
  if (threshold !== 0) throw refuse(context, `has threshold ${threshold}`)
  if (slope === 0) return pointwise('relu', () => (limit === 0 ? {} : { limit }))(context)
  if (limit !== 0) throw refuse(context, `has max_value ${limit} and negative_slope ${slope}`)
  return pointwise('leakyRelu', () => ({ slope }))(context)
}

/** PReLU with a slope per channel or one for all. */
export function applyPrelu(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  const slope = requireTensor(context, 'alpha')
  const count = countElements(slope.dims)
  const channels = input.shape.at(-1) ?? 1
  if (input.order || input.form === 'turned' || (count !== 1 && count !== channels))
    throw refuse(context, 'has a slope for each position')
  const id = context.add('prelu', { shared: count === 1 }, [input])
  context.weigh(id, 'slope', { dims: input.form === 'map' ? [count, 1, 1] : [count], data: slope.data })
  return { ...input, node: id }
}

/** Softmax over the last axis. */
export function applySoftmax(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  const axis = read(context, 'axis', z.int(), -1)
  if (input.order || input.form === 'turned' || (axis !== -1 && axis !== input.shape.length))
    throw refuse(context, `has the axis ${axis}`)
  return pointwise('softmax')(context)
}

/** Add and Multiply. */
export function merge(type: string): LayerRule {
  return (context) => {
    const { inputs } = context
    const [first] = inputs
    const orders = new Set(inputs.map(({ order }) => order?.join() ?? ''))
    if (!first || orders.size > 1 || new Set(inputs.map(({ form }) => form)).size > 1)
      throw refuse(context, 'joins values of different layouts')
    const node = context.add(type, {}, inputs)
    const rank = first.shape.length
    const shape = Array.from({ length: rank }, (_, axis) => Math.max(...inputs.map((input) => input.shape[axis] ?? 1)))
    return { ...first, node, shape }
  }
}

/** Concatenate along the last axis. */
export function concatenate(context: ImportContext): ImportedValue {
  const { inputs } = context
  const [first] = inputs
  const axis = read(context, 'axis', z.int(), -1)
  const isLast = first && (axis === -1 || axis === first.shape.length)
  if (!first || !isLast || inputs.some(({ form, order }) => form !== first.form || form === 'turned' || order))
    throw refuse(context, `joins values along the axis ${axis}, or of different layouts`)
  const last = inputs.reduce((sum, { shape }) => sum + (shape.at(-1) ?? 0), 0)
  return { ...first, node: context.add('concat', {}, inputs), shape: [...first.shape.slice(0, -1), last] }
}
