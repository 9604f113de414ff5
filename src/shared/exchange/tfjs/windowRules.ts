// TensorFlow.js layers that work on feature maps: convolutions, pooling, padding, upsampling.
import { z } from 'zod'
import type { Tensor } from '../../onnx/tensor'
import { countTransposed, countWindows, resolvePadding, windowAxes, type Pair, type Sides } from '../../shapes/window'
import {
  activate,
  addBias,
  inputMap,
  onlyInput,
  read,
  readPair,
  refuse,
  requireTensor,
  turn,
  whole,
  type ImportContext,
  type ImportedValue,
} from './layerContext'

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

/** Conv2D. */
export function convolve(context: ImportContext): ImportedValue {
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

/** DepthwiseConv2D and SeparableConv2D. */
export function convolveDepthwise(context: ImportContext): ImportedValue {
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

/** Conv2DTranspose. */
export function convolveTransposed(context: ImportContext): ImportedValue {
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

/** MaxPooling2D and AveragePooling2D. */
export function pool(context: ImportContext): ImportedValue {
  const input = inputMap(context)
  const { params, extents } = windowOf(context, input, 'pool_size')
  const type = context.className === 'MaxPooling2D' ? 'maxPool2d' : 'averagePool2d'
  return { node: context.add(type, params, [input]), form: 'map', shape: [...extents, input.shape[2] ?? 1] }
}

/** GlobalMaxPooling2D and GlobalAveragePooling2D. */
export function poolGlobally(context: ImportContext): ImportedValue {
  const input = inputMap(context)
  const keepDims = read(context, 'keepdims', z.boolean(), false)
  const type = context.className === 'GlobalMaxPooling2D' ? 'globalMaxPool' : 'globalAveragePool'
  const node = context.add(type, { keepDims }, [input])
  const channels = input.shape[2] ?? 1
  return keepDims ? { node, form: 'map', shape: [1, 1, channels] } : { node, form: 'vector', shape: [channels] }
}

/** ZeroPadding2D. */
export function padZeros(context: ImportContext): ImportedValue {
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

/** UpSampling2D. */
export function upsample(context: ImportContext): ImportedValue {
  const input = inputMap(context)
  const scale = readPair(context, 'size', [2, 2])
  const mode = read(context, 'interpolation', z.string(), 'nearest')
  if (mode !== 'nearest') throw refuse(context, `has the interpolation "${mode}"`)
  const [height = 1, width = 1, channels = 1] = input.shape
  const node = context.add('upsample2d', { scale }, [input])
  return { node, form: 'map', shape: [height * scale[0], width * scale[1], channels] }
}
