// Which values of an ONNX graph are constants, whatever computes them from others, and which of them are learnt; not folding them.
import { countElements } from '../../shared/graph/shape'
import { ownValue } from '../../shared/graph/ownValue'
import { isWholeType, readNumbers, sizeInBytes } from '../../shared/onnx/dataTypes'
import type { GraphBuilder } from '../../shared/onnx/builder'
import type { DataType, OnnxGraph, OnnxNode, OnnxTensor } from '../../shared/onnx/model'

/** A value that no input of the network takes part in. */
export interface Constant {
  readonly dataType: DataType
  readonly dims: readonly number[]
  /** The tensor of the file that it is in another form, or its own name: what has the same root is one weight. */
  readonly root: string
  readonly tensor?: OnnxTensor
}

export type Constants = ReadonlyMap<string, Constant>

/** Operators that give the values of their first input in another form. */
const forms = new Set([
  'Cast',
  'DequantizeLinear',
  'Flatten',
  'Identity',
  'QuantizeLinear',
  'Reshape',
  'Squeeze',
  'Transpose',
  'Unsqueeze',
])

const random = new Set(['Bernoulli', 'Multinomial', 'RandomNormalLike', 'RandomUniformLike'])

/**
 * Initialisers, tensors of Constant nodes, and what is computed of them alone.
 * @param builder knows the types of inner values; without it those are known that follow from one operator
 */
export function findConstants(graph: OnnxGraph, builder: GraphBuilder | undefined): Constants {
  const constants = new Map<string, Constant>()
  const addTensor = (name: string, tensor: OnnxTensor): void => {
    const { dataType, dims } = tensor
    if (!constants.has(name)) constants.set(name, { dataType, dims, root: name, tensor })
  }
  for (const [name, tensor] of graph.initializers) addTensor(name, tensor)
  // Tensors and nodes of branches that are always taken stand in the builder only; what it computed of shapes is not learnt.
  const computed = new Set(graph.nodes.flatMap(({ outputs }) => outputs))
  for (const [name, tensor] of builder?.initializers ?? []) if (!computed.has(name)) addTensor(name, tensor)
  for (const node of [...graph.nodes, ...(builder?.nodes ?? [])]) {
    const value = node.attributes['value']
    const [output = ''] = node.outputs
    if (node.opType === 'Constant' && value?.type === 'tensor') addTensor(output, value.value)
    else if (isConstantNode(node, constants)) addComputed(node, constants, builder)
  }
  return constants
}

/** Whether a node is computed of constants alone. */
export function isConstantNode({ opType, inputs, attributes }: OnnxNode, constants: Constants): boolean {
  const given = inputs.filter((name) => name !== '')
  if (given.length === 0) return opType === 'Constant'
  // A graph inside it may use any value.
  const isOpen =
    random.has(opType) || Object.values(attributes).some(({ type }) => type === 'graph' || type === 'graphs')
  return !isOpen && given.every((name) => constants.has(name))
}

function addComputed(node: OnnxNode, constants: Map<string, Constant>, builder: GraphBuilder | undefined): void {
  const [first = ''] = node.inputs
  const source = constants.get(first)
  for (const output of node.outputs) {
    if (output === '' || constants.has(output)) continue
    const type = builder?.hasType(output) ? builder.typeOf(output) : guessType(node, constants)
    if (type) constants.set(output, { ...type, root: forms.has(node.opType) && source ? source.root : output })
  }
}

/** What follows from the node itself: as many values as the first input has, or as a constant shape says. */
function guessType({ opType, inputs, attributes }: OnnxNode, constants: Constants): Omit<Constant, 'root'> | undefined {
  const [first, second] = inputs.map((name) => constants.get(name))
  if (!first) return undefined
  if (opType === 'ConstantOfShape') {
    const value = attributes['value']
    const dataType = value?.type === 'tensor' ? value.value.dataType : 'float32'
    return first.tensor && { dataType, dims: readNumbers(first.tensor) }
  }
  if (!forms.has(opType)) return undefined
  return { dataType: opType === 'DequantizeLinear' && second ? second.dataType : first.dataType, dims: first.dims }
}

/** Inputs of operators that are floating-point vectors and are not learnt. */
const notLearnt: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [3, 4],
  Resize: [1, 2, 3],
  Upsample: [1],
  Pad: [1, 2, 3],
  QuantizeLinear: [1, 2],
  DequantizeLinear: [1, 2],
}

/** Inputs of operators on whole numbers that are learnt, of whatever type; all others are scales and zero points. */
const learntWholes: Readonly<Record<string, readonly number[]>> = {
  QLinearConv: [3, 8],
  QLinearMatMul: [3],
  QLinearAdd: [0, 3],
  QLinearMul: [0, 3],
  ConvInteger: [1],
  MatMulInteger: [1],
  QGemm: [3, 6],
  DynamicQuantizeMatMul: [1, 4],
  MatMulIntegerToFloat: [1, 6],
  MatMulNBits: [1, 5],
}

/** The weights of a node that earlier nodes have not, and how many values they have. @param counted their roots; grows */
export function countLearnt(node: OnnxNode, constants: Constants, counted: Set<string>): number {
  if (isConstantNode(node, constants)) return 0
  const wholes = ownValue(learntWholes, node.opType)
  let learnt = 0
  node.inputs.forEach((name, index) => {
    const constant = constants.get(name)
    if (!constant || counted.has(constant.root)) return
    const isLearnt = wholes ? wholes.includes(index) : isLearntFloat(node, index, constant)
    if (!isLearnt) return
    counted.add(constant.root)
    learnt += isPacked(node, index) ? countPacked(node) : countElements(constant.dims)
  })
  return learnt
}

function isLearntFloat({ opType }: OnnxNode, index: number, { dataType, dims }: Constant): boolean {
  const isFloat = !isWholeType(dataType) && dataType !== 'string' && dataType !== 'int4' && dataType !== 'uint4'
  return isFloat && dims.length > 0 && !ownValue(notLearnt, opType)?.includes(index)
}

/** Weights of 2 to 8 bits that stand several to a byte. @see ONNX Runtime, com.microsoft.MatMulNBits */
function isPacked({ opType }: OnnxNode, index: number): boolean {
  return opType === 'MatMulNBits' && index === 1
}

function countPacked({ attributes: { K, N } }: OnnxNode): number {
  return K?.type === 'int' && N?.type === 'int' ? K.value * N.value : 0
}

/** The tensors of a file of one element type. */
export interface TensorSum {
  readonly type: DataType
  readonly tensors: number
  readonly values: number
  readonly bytes: number
}

/** Initialisers and the tensors of Constant nodes by their types, those of most bytes first. */
export function sumTensors({ initializers, nodes }: OnnxGraph): readonly TensorSum[] {
  const constants = nodes.flatMap(({ opType, attributes: { value } }) =>
    opType === 'Constant' && value?.type === 'tensor' ? [value.value] : [],
  )
  const sums = new Map<DataType, TensorSum>()
  for (const tensor of [...initializers.values(), ...constants]) {
    const { dataType: type, dims } = tensor
    const { tensors, values, bytes } = sums.get(type) ?? { tensors: 0, values: 0, bytes: 0 }
    const count = countElements(dims)
    sums.set(type, { type, tensors: tensors + 1, values: values + count, bytes: bytes + measureBytes(tensor, count) })
  }
  return [...sums.values()].toSorted((one, other) => other.bytes - one.bytes)
}

function measureBytes({ dataType, data }: OnnxTensor, count: number): number {
  if (dataType !== 'string') return sizeInBytes(dataType, count)
  const encoder = new TextEncoder()
  return Array.from<unknown, number>(data, (text) => encoder.encode(String(text)).byteLength).reduce(
    (sum, bytes) => sum + bytes,
    0,
  )
}
