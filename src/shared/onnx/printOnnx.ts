// Prints an ONNX graph as compact text, one line per node, for snapshots and messages; not a format that is read back.
import { isWholeType } from './dataTypes'
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor, ValueInfo } from './model'

/** Lists with more entries than this are printed by their size. */
const longestList = 8

/**
 * The graph as text: inputs, the nodes in their order, outputs.
 * Small constants stand where they are used (`[1, -1]:int64`); the other initialisers are listed with their shapes.
 *
 * ```
 * input x: float32[N, 3, 8, 8]
 * weight conv1/weight: float32[4, 3, 3, 3]
 * y = Conv(x, conv1/weight) pads=[1, 1, 1, 1]
 * output y: float32[N, 4, 8, 8]
 * ```
 */
export function printOnnx(graph: OnnxGraph): string {
  return printGraph(graph).join('\n')
}

function printGraph(graph: OnnxGraph): string[] {
  const inline = new Map<string, string>()
  const weights: string[] = []
  for (const [name, tensor] of graph.initializers) {
    if (isInline(name, tensor)) inline.set(name, printConstant(tensor))
    else weights.push(`weight ${name}: ${tensor.dataType}[${tensor.dims.join(', ')}]`)
  }
  return [
    ...graph.inputs.map((input) => `input ${printValue(input)}`),
    ...weights,
    ...graph.nodes.flatMap((node) => printNode(node, inline)),
    ...graph.outputs.map((output) => `output ${printValue(output)}`),
  ]
}

/** Short lists of whole numbers, and of floats unless a path names them as a weight. */
function isInline(name: string, { dataType, dims, data }: OnnxTensor): boolean {
  return dims.length < 2 && data.length <= longestList && (isWholeType(dataType) || !name.includes('/'))
}

function printValue({ name, dataType, dims }: ValueInfo): string {
  return `${name}: ${dataType}${dims ? `[${dims.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]` : ''}`
}

function printNode(node: OnnxNode, inline: ReadonlyMap<string, string>): string[] {
  const outputs = node.outputs.map((name) => name || '_').join(', ')
  const inputs = node.inputs.map((name) => (name === '' ? '_' : (inline.get(name) ?? name))).join(', ')
  const operator = node.domain === '' ? node.opType : `${node.domain}.${node.opType}`
  const attributes = Object.entries(node.attributes)
    .filter(([, attribute]) => attribute.type !== 'graph' && attribute.type !== 'graphs')
    .map(([name, attribute]) => ` ${name}=${printAttribute(attribute)}`)
  const subgraphs = Object.entries(node.attributes).flatMap(([name, attribute]) => {
    const graphs = attribute.type === 'graph' ? [attribute.value] : attribute.type === 'graphs' ? attribute.value : []
    return graphs.flatMap((graph) => [`  ${name}:`, ...printGraph(graph).map((line) => `    ${line}`)])
  })
  return [`${outputs} = ${operator}(${inputs})${attributes.join('')}`, ...subgraphs]
}

function printAttribute(attribute: OnnxAttribute): string {
  switch (attribute.type) {
    case 'int':
      return String(attribute.value)
    case 'float':
      return printNumber(attribute.value)
    case 'string':
      return JSON.stringify(attribute.value)
    case 'ints':
    case 'floats':
      return printList(attribute.value)
    case 'strings':
      return JSON.stringify(attribute.value)
    case 'tensor':
      return printConstant(attribute.value)
    case 'tensors':
      return `[${attribute.value.map(printConstant).join(', ')}]`
    case 'graph':
    case 'graphs':
      return '{...}'
    default:
      return attribute satisfies never
  }
}

/** Up to eight values with their type, otherwise the type and extents. Plain float32 needs no type. */
function printConstant(tensor: OnnxTensor): string {
  const { dataType, dims, data } = tensor
  if (data.length > longestList || dims.length > 1) return `${dataType}[${dims.join(', ')}]`
  const values = Array.from<unknown, string>(data, (value) => {
    return typeof value === 'number'
      ? printNumber(value)
      : typeof value === 'string'
        ? JSON.stringify(value)
        : String(value)
  })
  const text = dims.length === 0 ? (values[0] ?? '') : `[${values.join(', ')}]`
  return dataType === 'float32' ? text : `${text}:${dataType}`
}

function printList(values: readonly number[]): string {
  return values.length > 2 * longestList ? `[${values.length} numbers]` : `[${values.map(printNumber).join(', ')}]`
}

/** Seven digits: what a float32 holds. */
function printNumber(value: number): string {
  return String(Number(value.toPrecision(7)))
}
