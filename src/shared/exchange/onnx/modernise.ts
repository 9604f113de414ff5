// Operators of older and newer operator sets in the form of opset 17, which Netloom writes; not what they become (match.ts).
import { NetloomError } from '../../graph/errors'
import { readNumbers } from '../../onnx/dataTypes'
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../../onnx/model'
import { groupNormalization } from './groupNormalizationForm'
import { Composer, type Form, type ModerniseContext } from './modernForm'
import { describeNode } from './describeNode'
import { ownValue } from '../../graph/ownValue'

export interface Modernised {
  readonly nodes: readonly OnnxNode[]
  /** Whether the node was in training mode; the form here is that of inference. */
  readonly wasTraining: boolean
}

/** Rewrites a node. @throws NetloomError `onnx.unsupported` for forms without a counterpart */
export function modernise(node: OnnxNode, context: ModerniseContext): Modernised {
  const form = node.domain === '' ? ownValue(forms, node.opType) : undefined
  const nodes = form ? [form(node, context)].flat() : [node]
  return { nodes, wasTraining: isTraining(node, context) }
}

function isTraining(node: OnnxNode, { constantOf }: ModerniseContext): boolean {
  if (node.opType === 'BatchNormalization')
    return intOf(node, 'training_mode') === 1 || node.outputs.filter((name) => name !== '').length > 1
  const mode = node.opType === 'Dropout' ? constantOf(node.inputs[2] ?? '') : undefined
  return mode !== undefined && readNumbers(mode)[0] === 1
}

function intOf(node: OnnxNode, name: string): number | undefined {
  const attribute = node.attributes[name]
  return attribute?.type === 'int' ? attribute.value : undefined
}

function intsOf(node: OnnxNode, name: string): readonly number[] | undefined {
  const attribute = node.attributes[name]
  return attribute?.type === 'ints' ? attribute.value : undefined
}

function floatOf(node: OnnxNode, name: string): number | undefined {
  const attribute = node.attributes[name]
  return attribute?.type === 'float' ? attribute.value : undefined
}

function without(node: OnnxNode, ...names: readonly string[]): Record<string, OnnxAttribute> {
  return Object.fromEntries(Object.entries(node.attributes).filter(([name]) => !names.includes(name)))
}

function ints(values: readonly number[]): OnnxTensor {
  return { dataType: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) }
}

function floats(values: readonly number[]): OnnxTensor {
  return { dataType: 'float32', dims: [values.length], data: new Float32Array(values) }
}

function float(value: number): OnnxTensor {
  return { dataType: 'float32', dims: [], data: Float32Array.of(value) }
}

/** Puts constants behind the inputs of a node, by position. */
function withInputs(
  node: OnnxNode,
  context: ModerniseContext,
  given: Readonly<Record<number, OnnxTensor | undefined>>,
  attributes: Record<string, OnnxAttribute>,
): OnnxNode {
  const inputs = [...node.inputs]
  for (const [key, tensor] of Object.entries(given)) {
    const index = Number(key)
    if (!tensor) continue
    while (inputs.length <= index) inputs.push('')
    const name = `${node.outputs[0] ?? node.name}/input${index}`
    context.addConstant(name, tensor)
    inputs[index] = name
  }
  return { ...node, inputs, attributes }
}

/** A list of whole numbers that was an attribute once and is an input now. */
function listInput(index: number, attribute: string): Form {
  return (node, context) => {
    const values = intsOf(node, attribute)
    return values ? withInputs(node, context, { [index]: ints(values) }, without(node, attribute)) : node
  }
}

/** Axes that newer operator sets take as an input and opset 17 as an attribute. */
const reduction: Form = (node, { constantOf }) => {
  const axes = constantOf(node.inputs[1] ?? '')
  const attributes = without(node, 'noop_with_empty_axes')
  if (!axes) return { ...node, inputs: node.inputs.slice(0, 1), attributes }
  const values = readNumbers(axes)
  return {
    ...node,
    inputs: node.inputs.slice(0, 1),
    attributes: { ...attributes, ...(values.length > 0 ? { axes: { type: 'ints', value: values } } : {}) },
  }
}

/** Before opset 13 the axes from `axis` on are taken together: as one axis, between two reshapes, where several are wide. */
const softmax: Form = (node, context) => {
  const { opset, typeOf } = context
  const [x = ''] = node.inputs
  const [y = ''] = node.outputs
  const dims = typeOf(x)?.dims ?? []
  const stated = intOf(node, 'axis') ?? (opset < 13 ? 1 : -1)
  const positive = stated < 0 ? stated + dims.length : stated
  const together = opset < 13 && dims.slice(positive + 1).some((extent) => extent !== 1)
  // Of a batch of one, the axes behind the batch are all there is.
  const axis = together && positive === 0 && dims[0] === 1 ? 1 : positive
  const plain: OnnxNode = { ...node, attributes: { ...node.attributes, axis: { type: 'int', value: axis } } }
  if (!together) return plain
  if (axis === 0) return unsupported(node, 'takes all images of a batch together')
  const kept = dims.slice(0, axis).map(() => 0)
  const [flat, given] = [`${y}/flat`, `${y}/together`]
  const flatDims = [...dims.slice(0, axis), dims.slice(axis).reduce((product, extent) => product * extent, 1)]
  for (const name of [flat, given]) context.addType(name, { dataType: 'float32', dims: flatDims })
  const reshape = (input: string, output: string, extents: readonly number[]): OnnxNode => {
    const target = `${output}/extents`
    context.addConstant(target, ints(extents))
    return { opType: 'Reshape', domain: '', name: '', inputs: [input, target], outputs: [output], attributes: {} }
  }
  return [
    reshape(x, flat, [...kept, -1]),
    { ...plain, inputs: [flat], outputs: [given] },
    reshape(given, y, [0, ...dims.slice(1)]),
  ]
}

function unsupported(node: OnnxNode, text: string): never {
  throw new NetloomError('onnx.unsupported', `${describeNode(node)} ${text}.`, {
    nodeId: node.name,
    received: node.opType,
    hint: 'Export it with operator set 13 or a newer one.',
  })
}

const pad: Form = (node, context) => {
  const pads = intsOf(node, 'pads')
  if (pads) {
    const value = floatOf(node, 'value')
    const given = { 1: ints(pads), 2: value === undefined ? undefined : float(value) }
    return withInputs(node, context, given, without(node, 'pads', 'value'))
  }
  const axes = context.constantOf(node.inputs[3] ?? '')
  const some = context.constantOf(node.inputs[1] ?? '')
  if (!axes || !some) return node
  const rank = context.typeOf(node.inputs[0] ?? '')?.dims.length ?? 0
  const listed = readNumbers(axes).map((axis) => (axis < 0 ? axis + rank : axis))
  const numbers = readNumbers(some)
  const all = Array.from({ length: 2 * rank }, () => 0)
  listed.forEach((axis, index) => {
    all[axis] = numbers[index] ?? 0
    all[axis + rank] = numbers[index + listed.length] ?? 0
  })
  return withInputs({ ...node, inputs: node.inputs.slice(0, 3) }, context, { 1: ints(all) }, node.attributes)
}

const slice: Form = (node, context) => {
  const starts = intsOf(node, 'starts')
  const ends = intsOf(node, 'ends')
  if (!starts || !ends) return node
  const axes = intsOf(node, 'axes') ?? starts.map((_, axis) => axis)
  const given = { 1: ints(starts), 2: ints(ends.map((end) => Math.min(end, 2 ** 53))), 3: ints(axes) }
  return withInputs(node, context, given, without(node, 'starts', 'ends', 'axes'))
}

const clip: Form = (node, context) => {
  const [min, max] = [floatOf(node, 'min'), floatOf(node, 'max')]
  const given = { 1: min === undefined ? undefined : float(min), 2: max === undefined ? undefined : float(max) }
  return withInputs(node, context, given, without(node, 'min', 'max'))
}

const split: Form = (node, context) => {
  const stated = intsOf(node, 'split')
  if (!stated && intOf(node, 'num_outputs') === undefined) return node
  const rank = context.typeOf(node.inputs[0] ?? '')?.dims.length ?? 0
  const axis = intOf(node, 'axis') ?? 0
  const sizes = stated ?? node.outputs.map((name) => context.typeOf(name)?.dims[axis < 0 ? axis + rank : axis] ?? 0)
  return withInputs(node, context, { 1: ints(sizes) }, without(node, 'split', 'num_outputs'))
}

/** Upsample, and Resize of opset 10, compute on asymmetric coordinates; both become Resize with factors or extents. */
const resize: Form = (node, context) => {
  const isOld = node.opType === 'Upsample' || context.opset < 11
  const attribute = node.attributes['scales']
  const [down, right] = [floatOf(node, 'height_scale'), floatOf(node, 'width_scale')]
  const scales: OnnxTensor | undefined =
    attribute?.type === 'floats'
      ? floats(attribute.value)
      : down !== undefined && right !== undefined
        ? floats([1, 1, down, right])
        : isOld
          ? context.constantOf(node.inputs[1] ?? '')
          : undefined
  if (isOld) {
    const mode = node.attributes['mode'] ?? { type: 'string', value: 'nearest' }
    return withInputs(
      { ...node, opType: 'Resize', inputs: node.inputs.slice(0, 1) },
      context,
      { 2: scales },
      {
        mode,
        coordinate_transformation_mode: { type: 'string', value: 'asymmetric' },
        nearest_mode: { type: 'string', value: 'floor' },
      },
    )
  }
  if (intOf(node, 'antialias') === 1) return unsupported(node, 'smooths while it shrinks (antialias)')
  const attributes = without(node, 'antialias', 'axes', 'keep_aspect_ratio_policy')
  const hasAxes = node.attributes['axes'] !== undefined || node.attributes['keep_aspect_ratio_policy'] !== undefined
  const sizes = node.inputs[3] ?? ''
  if (sizes === '' && !hasAxes) return { ...node, attributes }
  const from = context.typeOf(node.inputs[0] ?? '')?.dims ?? []
  const to = context.typeOf(node.outputs[0] ?? '')?.dims ?? []
  const plain = { ...node, inputs: node.inputs.slice(0, 2) }
  const factors = to.map((extent, axis) => Math.fround(extent / (from[axis] ?? 1)))
  // Extents name the batch too, factors do not; but 5 times the float32 next to 7/5 may be 6.
  const areExact = factors.every((factor, axis) => {
    const extent = from[axis] ?? 1
    return Math.floor(factor * extent) === to[axis] && Math.floor(Math.fround(factor * extent)) === to[axis]
  })
  return withInputs(plain, context, areExact ? { 2: floats(factors) } : { 3: ints(to) }, attributes)
}

/** The form of inference, with one output. */
const batchNormalization: Form = (node) => ({
  ...node,
  outputs: node.outputs.slice(0, 1),
  attributes: without(node, 'training_mode', 'is_test', 'consumed_inputs'),
})

const dropout: Form = (node, context) => {
  const ratio = floatOf(node, 'ratio')
  const given = { 1: ratio === undefined ? undefined : float(ratio) }
  const inputs = node.inputs.slice(0, 2)
  return withInputs(
    { ...node, inputs, outputs: node.outputs.slice(0, 1) },
    context,
    given,
    without(node, 'ratio', 'is_test'),
  )
}

const topK: Form = (node, context) => {
  const k = intOf(node, 'k')
  return k === undefined ? node : withInputs(node, context, { 1: ints([k]) }, without(node, 'k'))
}

/** Writes an operator as several: each step names its operator and takes earlier steps (`$0`), the input (`x`) or numbers. */
function composed(steps: (node: OnnxNode) => readonly (readonly [string, ...(string | number)[]])[]): Form {
  return (node, context) => {
    const [x = ''] = node.inputs
    const composer = new Composer(node, context)
    const values: string[] = []
    const list = steps(node)
    for (const [step, [opType, ...operands]] of list.entries()) {
      const inputs = operands.map((operand) => {
        if (typeof operand === 'number') return composer.scalar(operand)
        return operand === 'x' ? x : (values[Number(operand.slice(1))] ?? '')
      })
      if (step === list.length - 1) return composer.finish(opType, inputs)
      values.push(composer.add(opType, inputs))
    }
    return composer.nodes
  }
}

/** @see ONNX Gelu-20: x/2 * (1 + erf(x / sqrt(2))), or its approximation by tanh */
const gelu = composed((node) => {
  const approximate = node.attributes['approximate']
  return approximate?.type === 'string' && approximate.value === 'tanh'
    ? [
        ['Mul', 'x', 'x'],
        ['Mul', '$0', 0.044715],
        ['Add', '$1', 1],
        ['Mul', '$2', 'x'],
        ['Mul', '$3', Math.sqrt(2 / Math.PI)],
        ['Tanh', '$4'],
        ['Add', '$5', 1],
        ['Mul', '$6', 'x'],
        ['Mul', '$7', 0.5],
      ]
    : [
        ['Mul', 'x', Math.SQRT1_2],
        ['Erf', '$0'],
        ['Add', '$1', 1],
        ['Mul', '$2', 'x'],
        ['Mul', '$3', 0.5],
      ]
})

/** @see ONNX Mish-18: x * tanh(softplus(x)) */
const mish = composed(() => [
  ['Softplus', 'x'],
  ['Tanh', '$0'],
  ['Mul', 'x', '$1'],
])

const forms: Readonly<Record<string, Form>> = {
  Squeeze: listInput(1, 'axes'),
  Unsqueeze: listInput(1, 'axes'),
  ReduceSum: listInput(1, 'axes'),
  ReduceMean: reduction,
  ReduceMax: reduction,
  ReduceMin: reduction,
  ReduceProd: reduction,
  ReduceL1: reduction,
  ReduceL2: reduction,
  ReduceSumSquare: reduction,
  ReduceLogSum: reduction,
  ReduceLogSumExp: reduction,
  Softmax: softmax,
  LogSoftmax: softmax,
  Hardmax: softmax,
  Pad: pad,
  Slice: slice,
  Clip: clip,
  Split: split,
  Upsample: resize,
  Resize: resize,
  BatchNormalization: batchNormalization,
  Dropout: dropout,
  TopK: topK,
  // Opset 11 gave Scatter another name.
  Scatter: (node) => ({ ...node, opType: 'ScatterElements' }),
  Gelu: gelu,
  Mish: mish,
  GroupNormalization: groupNormalization,
  Cast: (node) => ({ ...node, attributes: without(node, 'saturate') }),
  Gemm: (node) => ({ ...node, attributes: without(node, 'broadcast') }),
}
