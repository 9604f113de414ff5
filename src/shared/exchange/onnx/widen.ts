// Floating-point types of a graph brought to float32, which everything in Netloom computes with; not its shapes (fold.ts).
import type { DataType, OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from '../../onnx/model'
import { dataTypes, halfToNumber } from '../../onnx/dataTypes'
import { mapGraphs } from '../../onnx/innerGraphs'

/** How many tensors and casts of each type were brought to float32. */
export type WidenedTypes = Readonly<Partial<Record<DataType, number>>>

const otherFloats: ReadonlySet<DataType> = new Set<DataType>(['float16', 'bfloat16', 'float64'])

/** Whether a type is one of those that become float32. */
export function isOtherFloat(dataType: DataType): boolean {
  return otherFloats.has(dataType)
}

/** A tensor with float32 values where it has others; float16 and bfloat16 lose nothing, float64 is rounded. */
export function widenTensor(tensor: OnnxTensor): OnnxTensor {
  const { dataType, dims, data } = tensor
  if (dataType === 'float16' && data instanceof Uint16Array)
    return { dataType: 'float32', dims, data: fromHalves(data) }
  if (dataType === 'bfloat16' && data instanceof Uint16Array) {
    // The pattern of a bfloat16 is the upper half of a float32's.
    const patterns = Uint32Array.from(data, (bits) => bits << 16)
    return { dataType: 'float32', dims, data: new Float32Array(patterns.buffer) }
  }
  if (data instanceof Float64Array) return { dataType: 'float32', dims, data: new Float32Array(data) }
  return tensor
}

function fromHalves(patterns: Uint16Array): Float32Array {
  const table = new Float32Array(65_536)
  for (let bits = 0; bits < table.length; bits++) table[bits] = halfToNumber(bits)
  return Float32Array.from(patterns, (bits) => table[bits] ?? 0)
}

/** A graph whose inputs, outputs, initialisers, constants and casts are float32 where they were other floating-point types. */
export function widenGraph(graph: OnnxGraph): { readonly graph: OnnxGraph; readonly widened: WidenedTypes } {
  const counts = new Map<DataType, number>()
  return { graph: widenValues(graph, counts), widened: Object.fromEntries(counts) }
}

function widenValues(graph: OnnxGraph, counts: Map<DataType, number>): OnnxGraph {
  const count = (dataType: DataType): void => void counts.set(dataType, (counts.get(dataType) ?? 0) + 1)
  const widen = (tensor: OnnxTensor): OnnxTensor => {
    if (!isOtherFloat(tensor.dataType)) return tensor
    count(tensor.dataType)
    return widenTensor(tensor)
  }
  const typeOf = (dataType: DataType): DataType => (isOtherFloat(dataType) ? 'float32' : dataType)
  const initializers = new Map(Array.from(graph.initializers, ([name, tensor]) => [name, widen(tensor)]))
  const nodes = graph.nodes.map((node) => {
    const attributes = mapGraphs(node, (inner) => widenValues(inner, counts))
    return widenNode(attributes === node.attributes ? node : { ...node, attributes }, widen, count)
  })
  const inputs = graph.inputs.map((input) => ({ ...input, dataType: typeOf(input.dataType) }))
  const outputs = graph.outputs.map((output) => ({ ...output, dataType: typeOf(output.dataType) }))
  const valueInfo = graph.valueInfo?.map((info) => ({ ...info, dataType: typeOf(info.dataType) }))
  return { ...graph, inputs, outputs, initializers, nodes, ...(valueInfo ? { valueInfo } : {}) }
}

/** Constants and casts are the only nodes that state a type. */
function widenNode(
  node: OnnxNode,
  widen: (tensor: OnnxTensor) => OnnxTensor,
  count: (dataType: DataType) => void,
): OnnxNode {
  if (node.opType === 'Constant' || node.opType === 'ConstantOfShape') {
    const value = node.attributes['value']
    if (value?.type !== 'tensor' || !isOtherFloat(value.value.dataType)) return node
    return { ...node, attributes: { ...node.attributes, value: { type: 'tensor', value: widen(value.value) } } }
  }
  const to = node.opType === 'Cast' ? node.attributes['to'] : undefined
  const type = to?.type === 'int' ? floatsByCode.get(to.value) : undefined
  if (type === undefined) return node
  count(type)
  const float32: OnnxAttribute = { type: 'int', value: dataTypes.float32.code }
  return { ...node, attributes: { ...node.attributes, to: float32 } }
}

const floatsByCode: ReadonlyMap<number, DataType> = new Map(
  Array.from(otherFloats, (name) => [dataTypes[name].code, name]),
)
