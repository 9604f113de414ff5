// What the rules for TensorFlow.js layers share: the values between layers, settings, weights and activations; the rules are in files of their own.
import { z } from 'zod'
import type { Tensor } from '../../onnx/tensor'
import type { ParameterValues } from '../../graph/document'
import { NetloomError } from '../../graph/errors'
import { countElements } from '../../graph/shape'
import type { Pair } from '../../shapes/window'
import { ownValue } from '../../graph/ownValue'

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

/** An error that names the layer. */
export function refuse({ name, className }: ImportContext, reason: string): NetloomError {
  return new NetloomError('tfjs.unsupported', `The ${className} layer "${name}" ${reason}.`, {
    hint: 'Convert the model to ONNX, or replace the layer.',
  })
}

/** A setting of a layer. @throws NetloomError `tfjs.malformed` where it has another form */
export function read<T>(context: ImportContext, key: string, schema: z.ZodType<T>, fallback?: T): T {
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

/** A whole number, 0 or more. */
export const whole = z.int().min(0)
const pairSchema = z.union([whole.transform((value): Pair => [value, value]), z.tuple([whole, whole])])

/** Two whole numbers, or one for both. */
export function readPair(context: ImportContext, key: string, fallback?: Pair): Pair {
  return read(context, key, pairSchema as z.ZodType<Pair>, fallback)
}

/** The one input. @throws NetloomError `tfjs.unsupported` for another number */
export function onlyInput(context: ImportContext): ImportedValue {
  const [input, ...more] = context.inputs
  if (!input || more.length > 0) throw refuse(context, `takes ${context.inputs.length} inputs`)
  return input
}

/** The one input, a feature map with its channels last. @throws NetloomError `tfjs.unsupported` */
export function inputMap(context: ImportContext): ImportedValue {
  const input = onlyInput(context)
  if (input.form !== 'map') throw refuse(context, 'takes no feature map here')
  if (read(context, 'data_format', z.string(), 'channels_last') === 'channels_first')
    throw refuse(context, 'has its channels first')
  return input
}

/** A weight that must be there. @throws NetloomError `weights.mismatch` */
export function requireTensor(context: ImportContext, suffix: string): Tensor {
  const tensor = context.tensor(suffix)
  if (tensor) return tensor
  throw new NetloomError('weights.mismatch', `The weight "${context.name}/${suffix}" is not in the file.`, {
    hint: 'Save the model anew, with its weights.',
  })
}

/** The tensor whose axis i is axis `permutation[i]` of `tensor`. */
export function turn({ dims, data }: Tensor, permutation: readonly number[]): Tensor {
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
export function reorder(tensor: Tensor, order: readonly number[] | undefined): Tensor {
  if (!order) return tensor
  const rest = tensor.dims.slice(1)
  const { data } = turn({ dims: [...order, ...rest], data: tensor.data }, [2, 0, 1, ...rest.map((_, axis) => axis + 3)])
  return { dims: tensor.dims, data }
}

const activations: Readonly<Record<string, readonly [type: string, params: ParameterValues]>> = {
  relu: ['relu', {}],
  relu6: ['relu', { limit: 6 }],
  sigmoid: ['sigmoid', {}],
  tanh: ['tanh', {}],
  softplus: ['softplus', {}],
  softmax: ['softmax', {}],
  elu: ['elu', {}],
  selu: ['selu', {}],
  swish: ['swish', {}],
  silu: ['swish', {}],
}

/** Adds the activation that a layer names. */
export function activate(context: ImportContext, value: ImportedValue, part?: string): ImportedValue {
  const name = read(context, 'activation', z.string(), 'linear')
  if (name === 'linear') return value
  const known = ownValue(activations, name)
  if (!known || (name === 'softmax' && value.order)) throw refuse(context, `has the activation "${name}"`)
  return { ...value, node: context.add(known[0], known[1], [value], part) }
}

/** Hands on the bias, where there is one. */
export function addBias(context: ImportContext, id: string, isUsed: boolean): void {
  if (isUsed) context.weigh(id, 'bias', requireTensor(context, 'bias'))
}
