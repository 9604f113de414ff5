// Builds the graph of one recorded operator case: its forward node in our builder, ready to be differentiated.
import { GraphBuilder, type AttributeInput } from '../../src/shared/onnx/builder'

/** A tensor as the reference file holds it. */
export interface RecordedTensor {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

export interface OperatorCase {
  readonly name: string
  readonly op: string
  readonly attrs: Readonly<Record<string, number | string | readonly number[]>>
  readonly inputs: Readonly<Record<string, RecordedTensor>>
  readonly y: RecordedTensor
  readonly dy: RecordedTensor
  readonly grads: Readonly<Record<string, RecordedTensor>>
  readonly batch_mean?: RecordedTensor
  readonly batch_var_biased?: RecordedTensor
}

const floatAttributes = new Set(['alpha', 'beta', 'epsilon', 'bias', 'momentum', 'gamma', 'cubic_coeff_a'])

/** Attributes of the recorded call that ONNX takes as constant inputs, in input order. */
const constantInputs: Readonly<Record<string, readonly string[]>> = {
  Slice: ['starts', 'ends', 'axes', 'steps'],
  Pad: ['pads', 'value'],
  Clip: ['min', 'max'],
  ReduceSum: ['axes'],
  Squeeze: ['axes'],
  Unsqueeze: ['axes'],
  Reshape: ['shape'],
  Expand: ['shape'],
  Split: ['split'],
  Gather: ['indices'],
  Resize: ['roi', 'scales', 'sizes'],
}

function addConstant(builder: GraphBuilder, op: string, name: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (op === 'Clip' || name === 'value') return builder.scalar(Number(value))
  const numbers = Array.isArray(value) ? value.map(Number) : [Number(value)]
  return name === 'scales' || name === 'roi' ? builder.floats(numbers) : builder.ints(numbers)
}

function attributesOf({ op, attrs }: OperatorCase): Record<string, AttributeInput> {
  const moved = new Set(constantInputs[op] ?? [])
  return Object.fromEntries(
    Object.entries(attrs)
      .filter(([name, value]) => !moved.has(name) && value !== null)
      .map(([name, value]) => [name, floatAttributes.has(name) ? { float: Number(value) } : value]),
  )
}

export interface BuiltCase {
  readonly builder: GraphBuilder
  readonly y: string
  /** Of a batch norm in training: the new running mean and variance, from 0 and 1. */
  readonly running?: readonly [mean: string, variance: string]
}

/** Indices and conditions are constants of their own types, everything else is a float input. */
function addInput(builder: GraphBuilder, name: string, { shape, data }: RecordedTensor): string {
  if (/^ind(ex|ices)$/u.test(name))
    return builder.constant({ dataType: 'int64', dims: shape, data: BigInt64Array.from(data.map(BigInt)) })
  if (name.startsWith('cond'))
    return builder.constant({ dataType: 'bool', dims: shape, data: Uint8Array.from(data.map(Number)) })
  return builder.input(name, 'float32', shape)
}

/** A static builder with the case's inputs, its node, and an input `dy`. */
export function buildCase(recorded: OperatorCase): BuiltCase {
  const builder = new GraphBuilder(true)
  const names = Object.entries(recorded.inputs).map(([name, tensor]) => addInput(builder, name, tensor))
  const { op, attrs } = recorded
  const constants = (constantInputs[op] ?? []).map((name) => addConstant(builder, op, name, attrs[name]))
  while (constants.at(-1) === '') constants.pop()
  builder.input('dy', 'float32', recorded.dy.shape)
  if (op === 'BatchNormalization' && attrs['training_mode'] === 1) return addTrainingNorm(builder, recorded, names)
  const outputs = op === 'Split' ? Math.max(2, Array.isArray(attrs['split']) ? attrs['split'].length : 2) : 1
  const [y = ''] = builder.addMany(op, outputs, [...names, ...constants], attributesOf(recorded), { name: 'y' })
  return { builder, y }
}

function addTrainingNorm(builder: GraphBuilder, recorded: OperatorCase, names: readonly string[]): BuiltCase {
  const channels = recorded.inputs['scale']?.shape[0] ?? 1
  const filled = (value: number) =>
    builder.constant({ dataType: 'float32', dims: [channels], data: new Float32Array(channels).fill(value) })
  const inputs = [...names.slice(0, 3), filled(0), filled(1)]
  const [y = '', mean = '', variance = ''] = builder.addMany('BatchNormalization', 3, inputs, attributesOf(recorded))
  return { builder, y, running: [mean, variance] }
}
