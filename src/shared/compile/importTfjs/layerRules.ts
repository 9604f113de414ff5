// What each kind of TensorFlow.js layer becomes, with its weights in our layout; the walk over a model is importTfjs.ts.
import { z } from 'zod'
import type { Tensor } from '../../engine'
import type { ParameterValues } from '../../graph/document'
import { NetloomError } from '../../graph/errors'
import { countElements } from '../../graph/shape'
import { countTransposed, countWindows, resolvePadding, windowAxes, type Pair, type Sides } from '../../shapes/window'

/** What a layer of the file gives, as it stands in the document. */
export interface ImportedValue {
  readonly node: string
  /** Extents in the file, without the batch: [H, W, C] or [F]. */
  readonly shape: readonly number[]
  /** `turned`: the file has [C, H, W] here, which is our order; only a flattening may follow. */
  readonly form: 'map' | 'vector' | 'turned'
  /** Of a vector that the file has in the order [H, W, C] and we in the order [C, H, W]: its extents [H, W, C]. */
  readonly order?: readonly number[]
}

export interface ImportContext {
  readonly name: string
  readonly className: string
  readonly config: Readonly<Record<string, unknown>>
  readonly inputs: readonly ImportedValue[]
  /** Adds a node; the first one of a layer has its name, others a part behind it. @returns its id */
  readonly add: (type: string, params: ParameterValues, from: readonly ImportedValue[], part?: string) => string
  readonly weigh: (id: string, weight: string, tensor: Tensor) => void
  readonly tensor: (suffix: string) => Tensor | undefined
}

export type LayerRule = (context: ImportContext) => ImportedValue

function refuse({ name, className }: ImportContext, reason: string): NetloomError {
  return new NetloomError('tfjs.unsupported', `The ${className} layer "${name}" ${reason}.`, {
    hint: 'Convert the model to ONNX, or replace the layer.',
  })
}

/** A setting of a layer. @throws NetloomError `tfjs.malformed` where it has another form */
function read<T>(context: ImportContext, key: string, schema: z.ZodType<T>, fallback?: T): T {
  const value = context.config[key]
  if (value === undefined || value === null) {
    if (fallback !== undefined) return fallback
  } else {
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
  }
  const text = `The ${context.className} layer "${context.name}" has no usable "${key}".`
  throw new NetloomError('tfjs.malformed', text, { received: value, hint: 'Save the model anew.' })
}

const whole = z.int().min(0)
const pairSchema = z.union([whole.transform((value): Pair => [value, value]), z.tuple([whole, whole])])

function readPair(context: ImportContext, key: string, fallback?: Pair): Pair {
  return read(context, key, pairSchema as z.ZodType<Pair>, fallback)
}

function onlyInput(context: ImportContext): ImportedValue {
  const [input, ...more] = context.inputs
  if (!input || more.length > 0) throw refuse(context, `takes ${context.inputs.length} inputs`)
  return input
}

function inputMap(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  if (input.form !== 'map') throw refuse(context, 'takes no feature map here')
  if (read(context, 'data_format', z.string(), 'channels_last') === 'channels_first')
    throw refuse(context, 'has its channels first')
  return input
}

function requireTensor(context: ImportContext, suffix: string): Tensor {
  const tensor = context.tensor(suffix)
  if (tensor) return tensor
  throw new NetloomError('weights.mismatch', `The weight "${context.name}/${suffix}" is not in the file.`, {
    hint: 'Save the model anew, with its weights.',
  })
}

/** The tensor whose axis i is axis `permutation[i]` of `tensor`. */
function turn({ dims, data }: Tensor, permutation: readonly number[]): Tensor {
  const strides = dims.map((_, axis) => countElements(dims.slice(axis + 1)))
  const extents = permutation.map((axis) => dims[axis] ?? 1)
  const result = new Float32Array(data.length)
  let written = 0
  const walk = (depth: number, offset: number): void => {
    const [extent = 1, step = 1] = [extents[depth], strides[permutation[depth] ?? 0]]
    for (let index = 0; index < extent; index++) {
      if (depth === extents.length - 1) result[written++] = data[offset + index * step] ?? 0
      else walk(depth + 1, offset + index * step)
    }
  }
  walk(0, 0)
  return { dims: extents, data: result }
}

/** A tensor whose first axis follows the file's order of a flattened map, in our order. */
function reorder(tensor: Tensor, order: readonly number[] | undefined): Tensor {
  if (!order) return tensor
  const rest = tensor.dims.slice(1)
  const { data } = turn({ dims: [...order, ...rest], data: tensor.data }, [2, 0, 1, ...rest.map((_, axis) => axis + 3)])
  return { dims: tensor.dims, data }
}

const activations: Readonly<Record<string, readonly [type: string, params: ParameterValues]>> = {
  relu: ['relu', {}],
  sigmoid: ['sigmoid', {}],
  tanh: ['tanh', {}],
  softplus: ['softplus', {}],
  softmax: ['softmax', {}],
  elu: ['elu', {}],
  swish: ['swish', {}],
  silu: ['swish', {}],
}

/** Adds the activation that a layer names. */
function activate(context: ImportContext, value: ImportedValue, part?: string): ImportedValue {
  const name = read(context, 'activation', z.string(), 'linear')
  if (name === 'linear') return value
  const known = activations[name]
  if (!known || (name === 'softmax' && value.order)) throw refuse(context, `has the activation "${name}"`)
  return { ...value, node: context.add(known[0], known[1], [value], part) }
}

function addBias(context: ImportContext, id: string, isUsed: boolean): void {
  if (isUsed) context.weigh(id, 'bias', requireTensor(context, 'bias'))
}

function windowOf(context: ImportContext, input: ImportedValue, kernelKey: string) {
  const kernel = readPair(context, kernelKey)
  const stride = readPair(context, 'strides', kernelKey === 'pool_size' ? kernel : [1, 1])
  const dilation = readPair(context, 'dilation_rate', [1, 1])
  const padding = read(context, 'padding', z.enum(['valid', 'same']), 'valid')
  const size: Pair = [input.shape[0] ?? 1, input.shape[1] ?? 1]
  const pads: Sides = resolvePadding(padding === 'same' ? 'same-upper' : 'valid', size, kernel, stride, dilation)
  const [rows, columns] = windowAxes(size, { kernel, stride, dilation, pads })
  return {
    params: { kernel, stride, padding: padding === 'same' ? 'same-upper' : 'valid' },
    dilation,
    axes: [rows, columns] as const,
    extents: [countWindows(rows), countWindows(columns)] as const,
  }
}

function convolve(context: ImportContext): ImportedValue {
  const input = inputMap(context)
  const { params, dilation, extents } = windowOf(context, input, 'kernel_size')
  const filters = read(context, 'filters', whole)
  const groups = read(context, 'groups', whole, 1)
  const bias = read(context, 'use_bias', z.boolean(), true)
  const id = context.add('conv2d', { ...params, filters, dilation, groups, bias }, [input])
  context.weigh(id, 'weight', turn(requireTensor(context, 'kernel'), [3, 2, 0, 1]))
  addBias(context, id, bias)
  return activate(context, { node: id, form: 'map', shape: [...extents, filters] }, 'activation')
}

/** A kernel [kh, kw, C, m] as ours, [C * m, 1, kh, kw]. */
function depthwiseWeight(kernel: Tensor): Tensor {
  const { dims, data } = turn(kernel, [2, 3, 0, 1])
  const [channels = 1, multiplier = 1, height = 1, width = 1] = dims
  return { dims: [channels * multiplier, 1, height, width], data }
}

function convolveDepthwise(context: ImportContext): ImportedValue {
  const input = inputMap(context)
  const { params, dilation, extents } = windowOf(context, input, 'kernel_size')
  const multiplier = read(context, 'depth_multiplier', whole, 1)
  const channels = (input.shape[2] ?? 1) * multiplier
  const isSeparable = context.className === 'SeparableConv2D'
  const bias = read(context, 'use_bias', z.boolean(), true)
  const own = { ...params, multiplier, dilation, bias: bias && !isSeparable }
  const id = context.add('depthwiseConv2d', own, [input], isSeparable ? 'depthwise' : undefined)
  context.weigh(id, 'weight', depthwiseWeight(requireTensor(context, 'depthwise_kernel')))
  const value: ImportedValue = { node: id, form: 'map', shape: [...extents, channels] }
  if (!isSeparable) {
    addBias(context, id, bias)
    return activate(context, value, 'activation')
  }
  const filters = read(context, 'filters', whole)
  const pointwise = context.add('conv2d', { filters, kernel: [1, 1], bias }, [value])
  context.weigh(pointwise, 'weight', turn(requireTensor(context, 'pointwise_kernel'), [3, 2, 0, 1]))
  addBias(context, pointwise, bias)
  return activate(context, { node: pointwise, form: 'map', shape: [...extents, filters] }, 'activation')
}

function convolveTransposed(context: ImportContext): ImportedValue {
  const input = inputMap(context)
  const { params, axes } = windowOf(context, input, 'kernel_size')
  const filters = read(context, 'filters', whole)
  const bias = read(context, 'use_bias', z.boolean(), true)
  const isSame = params.padding === 'same-upper'
  const isShort = params.kernel.some((extent, axis) => extent < (params.stride[axis] ?? 1))
  if (isShort && !isSame) throw refuse(context, 'has a stride above its window')
  const id = context.add('convTranspose2d', { ...params, filters, bias }, [input])
  context.weigh(id, 'weight', turn(requireTensor(context, 'kernel'), [3, 2, 0, 1]))
  addBias(context, id, bias)
  const uncut = axes.map((axis) => countTransposed({ ...axis, padBegin: 0, padEnd: 0, outputPadding: 0 }))
  const grown = axes.map(({ extent, stride }) => extent * stride)
  return activate(context, { node: id, form: 'map', shape: [...(isSame ? grown : uncut), filters] }, 'activation')
}

function pool(context: ImportContext): ImportedValue {
  const input = inputMap(context)
  const { params, extents } = windowOf(context, input, 'pool_size')
  const type = context.className === 'MaxPooling2D' ? 'maxPool2d' : 'averagePool2d'
  return { node: context.add(type, params, [input]), form: 'map', shape: [...extents, input.shape[2] ?? 1] }
}

function poolGlobally(context: ImportContext): ImportedValue {
  const input = inputMap(context)
  const keepDims = read(context, 'keepdims', z.boolean(), false)
  const type = context.className === 'GlobalMaxPooling2D' ? 'globalMaxPool' : 'globalAveragePool'
  const node = context.add(type, { keepDims }, [input])
  const channels = input.shape[2] ?? 1
  return keepDims ? { node, form: 'map', shape: [1, 1, channels] } : { node, form: 'vector', shape: [channels] }
}

function multiplyDense(context: ImportContext): ImportedValue {
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

function flatten(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  if (input.form === 'vector') return input
  const value = {
    node: context.add('flatten', {}, [input]),
    form: 'vector',
    shape: [countElements(input.shape)],
  } as const
  return input.form === 'turned' || isOrderShared(input.shape) ? value : { ...value, order: input.shape }
}

function permute(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  const dims = read(context, 'dims', z.array(whole)).join()
  const shape = read(context, 'dims', z.array(whole)).map((axis) => input.shape[axis - 1] ?? 1)
  if (dims === '1,2,3') return input
  if (input.form === 'map' && dims === '3,1,2') return { ...input, form: 'turned', shape }
  if (input.form === 'turned' && dims === '2,3,1') return { ...input, form: 'map', shape }
  throw refuse(context, `permutes axes as [${dims}]`)
}

function reshape(context: ImportContext): ImportedValue {
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

function normaliseBatch(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  const axis = read(context, 'axis', z.union([z.int(), z.array(z.int()).transform(([first = -1]) => first)]), -1)
  if (input.form === 'turned' || (axis !== -1 && axis !== input.shape.length))
    throw refuse(context, `has the axis ${axis}`)
  const epsilon = Math.max(1e-12, read(context, 'epsilon', z.number(), 1e-3))
  const momentum = read(context, 'momentum', z.number(), 0.99)
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

function normaliseLayer(context: ImportContext): ImportedValue {
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
function pointwise(type: string, paramsOf: (context: ImportContext) => ParameterValues = () => ({})): LayerRule {
  return (context) => {
    const input = onlyInput(context)
    return { ...input, node: context.add(type, paramsOf(context), [input]) }
  }
}

function applyRelu(context: ImportContext): ImportedValue {
  for (const key of ['max_value', 'threshold', 'negative_slope'] as const) {
    const value = read(context, key, z.number(), 0)
    if (value !== 0) throw refuse(context, `has ${key} ${value}`)
  }
  return pointwise('relu')(context)
}

function applyPrelu(context: ImportContext): ImportedValue {
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

function applySoftmax(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  const axis = read(context, 'axis', z.int(), -1)
  if (input.order || input.form === 'turned' || (axis !== -1 && axis !== input.shape.length))
    throw refuse(context, `has the axis ${axis}`)
  return pointwise('softmax')(context)
}

function merge(type: string): LayerRule {
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

function concatenate(context: ImportContext): ImportedValue {
  const { inputs } = context
  const [first] = inputs
  const axis = read(context, 'axis', z.int(), -1)
  const isLast = first && (axis === -1 || axis === first.shape.length)
  if (!first || !isLast || inputs.some(({ form, order }) => form !== first.form || form === 'turned' || order))
    throw refuse(context, `joins values along the axis ${axis}, or of different layouts`)
  const last = inputs.reduce((sum, { shape }) => sum + (shape.at(-1) ?? 0), 0)
  return { ...first, node: context.add('concat', {}, inputs), shape: [...first.shape.slice(0, -1), last] }
}

function padZeros(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  if (input.form !== 'map') throw refuse(context, 'takes no feature map here')
  const sides = z.union([
    whole.transform((all): [Pair, Pair] => [
      [all, all],
      [all, all],
    ]),
    z.tuple([whole, whole]).transform(([rows, columns]): [Pair, Pair] => [
      [rows, rows],
      [columns, columns],
    ]),
    z.tuple([z.tuple([whole, whole]), z.tuple([whole, whole])]),
  ])
  const [first, second] = read(context, 'padding', sides as z.ZodType<readonly [Pair, Pair]>)
  const [height = 1, width = 1, channels = 1] = input.shape
  const isTurned = read(context, 'data_format', z.string(), 'channels_last') === 'channels_first'
  if (isTurned && (first[0] > 0 || first[1] > 0)) throw refuse(context, 'pads columns as if channels came first')
  // As if channels came first on channels-last values: the last axis is the channels.
  const node = isTurned
    ? context.add('zeroPad2d', { channels: second }, [input])
    : context.add('zeroPad2d', { padding: [first[0], second[0], first[1], second[1]] }, [input])
  const shape = isTurned
    ? [height, width, channels + second[0] + second[1]]
    : [height + first[0] + first[1], width + second[0] + second[1], channels]
  return { node, form: 'map', shape }
}

function upsample(context: ImportContext): ImportedValue {
  const input = inputMap(context)
  const scale = readPair(context, 'size', [2, 2])
  const mode = read(context, 'interpolation', z.string(), 'nearest')
  if (mode !== 'nearest') throw refuse(context, `has the interpolation "${mode}"`)
  const [height = 1, width = 1, channels = 1] = input.shape
  const node = context.add('upsample2d', { scale }, [input])
  return { node, form: 'map', shape: [height * scale[0], width * scale[1], channels] }
}

function begin(context: ImportContext): ImportedValue {
  const { config } = context
  const key = config['batch_input_shape'] === undefined ? 'batch_shape' : 'batch_input_shape'
  const [, ...open] = read(context, key, z.array(whole.nullable()))
  const shape = open.map((extent) => extent ?? 0)
  if (shape.includes(0) || (shape.length !== 1 && shape.length !== 3))
    throw refuse(context, `takes [N, ${open.map((extent) => extent ?? '?').join(', ')}], not pictures of a fixed size`)
  const [height = 1, width = 1, channels = 1] = shape
  const ours = shape.length === 3 ? [channels, height, width] : shape
  return { node: context.add('input', { shape: ours }, []), form: shape.length === 3 ? 'map' : 'vector', shape }
}

/** By class name. */
export const layerRules: ReadonlyMap<string, LayerRule> = new Map<string, LayerRule>([
  ['InputLayer', begin],
  ['Conv2D', convolve],
  ['DepthwiseConv2D', convolveDepthwise],
  ['SeparableConv2D', convolveDepthwise],
  ['Conv2DTranspose', convolveTransposed],
  ['MaxPooling2D', pool],
  ['AveragePooling2D', pool],
  ['GlobalAveragePooling2D', poolGlobally],
  ['GlobalMaxPooling2D', poolGlobally],
  ['Dense', multiplyDense],
  ['Flatten', flatten],
  ['Permute', permute],
  ['Reshape', reshape],
  ['BatchNormalization', normaliseBatch],
  ['LayerNormalization', normaliseLayer],
  ['Dropout', pointwise('dropout', (context) => ({ rate: read(context, 'rate', z.number(), 0.5) }))],
  ['Activation', (context) => activate(context, onlyInput(context))],
  ['ReLU', applyRelu],
  ['LeakyReLU', pointwise('leakyRelu', (context) => ({ slope: read(context, 'alpha', z.number(), 0.3) }))],
  ['PReLU', applyPrelu],
  ['ELU', pointwise('elu', (context) => ({ alpha: read(context, 'alpha', z.number(), 1) }))],
  ['Softmax', applySoftmax],
  ['Add', merge('add')],
  ['Multiply', merge('multiply')],
  ['Concatenate', concatenate],
  ['ZeroPadding2D', padZeros],
  ['UpSampling2D', upsample],
])
