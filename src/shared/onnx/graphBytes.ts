// Graphs, nodes, attributes and value types to and from their messages; not tensors (tensorBytes.ts), not the model (bytes.ts).
import { NetloomError } from '../graph/errors'
import { dataTypeOfCode, dataTypes } from './dataTypes'
import {
  attributeMessage,
  attributeTypes,
  dimensionMessage,
  graphMessage,
  nodeMessage,
  shapeMessage,
  tensorTypeMessage,
  typeMessage,
  valueInfoMessage,
} from './protobufMessages'
import type { Dim, OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor, ValueInfo } from './model'
import { parseTensor, writeTensor, type Externalise, type ReadExternal } from './tensorBytes'
import { malformed, MessageWriter, parseMessage, type Message } from './wire'

/** Subgraphs of control flow inside each other; real models have two or three. */
const deepestGraph = 32

/** Graphs of more nodes than this are refused before they are read; the largest language models have a tenth of it. */
const largestNodeCount = 200_000

/** Reads a graph. @param depth how many graphs it stands in */
export function parseGraph(bytes: Uint8Array, readExternal: ReadExternal | undefined, depth = 0): OnnxGraph {
  if (depth > deepestGraph) throw malformed(`Graphs stand inside each other more than ${deepestGraph} times.`)
  const fields = parseMessage(graphMessage, bytes)
  const name = fields.name ?? ''
  if (fields.sparseInitializer.length > 0)
    throw new NetloomError('onnx.unsupported', `Graph "${name}" has sparse initialisers.`, {
      hint: 'Convert them to dense ones.',
    })
  if (fields.node.length > largestNodeCount)
    throw new NetloomError(
      'onnx.unsupported',
      `Graph "${name}" has ${fields.node.length} nodes; ${largestNodeCount} are the most that are read.`,
      { expected: largestNodeCount, received: fields.node.length, hint: 'Simplify the model first.' },
    )
  const initializers = new Map<string, OnnxTensor>()
  for (const entry of fields.initializer) {
    const { name: weight, tensor } = parseTensor(entry, readExternal)
    if (initializers.has(weight)) throw malformed(`The initialiser "${weight}" stands twice.`)
    initializers.set(weight, tensor)
  }
  const valueInfo = fields.valueInfo.flatMap((entry) => parseInnerValueInfo(entry))
  return {
    name,
    inputs: fields.input.map((entry) => parseValueInfo(entry, 'Input')),
    outputs: fields.output.map((entry) => parseValueInfo(entry, 'Output')),
    initializers,
    nodes: fields.node.map((entry) => parseNode(entry, readExternal, depth)),
    ...(valueInfo.length > 0 ? { valueInfo } : {}),
  }
}

function parseNode(bytes: Uint8Array, readExternal: ReadExternal | undefined, depth: number): OnnxNode {
  const fields = parseMessage(nodeMessage, bytes)
  const name = fields.name ?? ''
  const opType = fields.opType ?? ''
  if (opType === '') throw malformed(`Node "${name}" has no operator.`)
  const attributes = fields.attribute.map((entry) => parseAttribute(entry, `${opType} "${name}"`, readExternal, depth))
  const domain = fields.domain ?? ''
  return {
    opType,
    domain: domain === 'ai.onnx' ? '' : domain,
    name,
    inputs: fields.input,
    outputs: fields.output,
    attributes: Object.fromEntries(attributes),
  }
}

type AttributeFields = Message<typeof attributeMessage.fields>
type AttributeType = keyof typeof attributeTypes

function parseAttribute(
  bytes: Uint8Array,
  who: string,
  readExternal: ReadExternal | undefined,
  depth: number,
): readonly [string, OnnxAttribute] {
  const fields = parseMessage(attributeMessage, bytes)
  const name = fields.name ?? ''
  const tensor = (entry: Uint8Array): OnnxTensor => parseTensor(entry, readExternal).tensor
  const graph = (entry: Uint8Array): OnnxGraph => parseGraph(entry, readExternal, depth + 1)
  const need = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw malformed(`${who}: its attribute "${name}" holds no value.`)
    return value
  }
  const type = attributeType(fields, `${who}: its attribute "${name}"`)
  switch (type) {
    // Writers may leave out a number that is zero and a text that is empty.
    case 'int':
      return [name, { type, value: fields.int ?? 0 }]
    case 'float':
      return [name, { type, value: fields.float ?? 0 }]
    case 'string':
      return [name, { type, value: fields.string ?? '' }]
    case 'ints':
      return [name, { type, value: fields.ints }]
    case 'floats':
      return [name, { type, value: fields.floats }]
    case 'strings':
      return [name, { type, value: fields.strings }]
    case 'tensor':
      return [name, { type, value: tensor(need(fields.tensor)) }]
    case 'graph':
      return [name, { type, value: graph(need(fields.graph)) }]
    case 'tensors':
      return [name, { type, value: fields.tensors.map(tensor) }]
    case 'graphs':
      return [name, { type, value: fields.graphs.map(graph) }]
    default:
      return type satisfies never
  }
}

/** The stated kind, or in files of IR version 1 and 2, which state none, the field that is there. */
function attributeType(fields: AttributeFields, who: string): AttributeType {
  const types = Object.keys(attributeTypes).filter((key) => isAttributeType(key))
  const stated = fields.type ?? 0
  if (fields.referredName)
    throw new NetloomError(
      'onnx.unsupported',
      `${who} refers to an attribute of a function; functions are not supported.`,
    )
  const isThere = (type: AttributeType): boolean => {
    const value = fields[type]
    return Array.isArray(value) ? value.length > 0 : value !== undefined
  }
  const type = stated === 0 ? types.find(isThere) : types.find((name) => attributeTypes[name] === stated)
  if (type) return type
  if (stated === 0) throw malformed(`${who} has neither a kind nor a value.`)
  throw new NetloomError('onnx.unsupported', `${who} is of kind ${stated} (a sparse tensor or a type).`)
}

function isAttributeType(name: string): name is AttributeType {
  return Object.hasOwn(attributeTypes, name)
}

function parseValueInfo(bytes: Uint8Array, role: 'Input' | 'Output'): ValueInfo {
  const { name, elementType, dims } = readValueInfo(bytes)
  const who = `${role} "${name}"`
  if (elementType === undefined)
    throw new NetloomError('onnx.unsupported', `${who} is not a tensor with a stated type.`)
  return { name, dataType: dataTypeOfCode(elementType, who), ...(dims ? { dims } : {}) }
}

/** Types of inner values are hints: those that cannot be held are left out. */
function parseInnerValueInfo(bytes: Uint8Array): readonly ValueInfo[] {
  const { name, elementType, dims } = readValueInfo(bytes)
  const known = Object.entries(dataTypes).some(([, { code }]) => code === elementType)
  if (elementType === undefined || !known) return []
  return [{ name, dataType: dataTypeOfCode(elementType, name), ...(dims ? { dims } : {}) }]
}

function readValueInfo(bytes: Uint8Array): {
  readonly name: string
  readonly elementType?: number
  readonly dims?: readonly Dim[]
} {
  const fields = parseMessage(valueInfoMessage, bytes)
  const name = fields.name ?? ''
  const type = fields.type ? parseMessage(typeMessage, fields.type) : undefined
  if (!type?.tensorType) return { name }
  const { elementType, shape } = parseMessage(tensorTypeMessage, type.tensorType)
  const stated = elementType === 0 ? undefined : elementType
  if (!shape) return { name, elementType: stated }
  const dims = parseMessage(shapeMessage, shape).dim.map((entry): Dim => {
    const { value, param } = parseMessage(dimensionMessage, entry)
    // Some exporters write -1 for an extent that is not fixed; '' stands for one without a name.
    return value !== undefined && value >= 0 && Number.isSafeInteger(value) ? value : (param ?? '')
  })
  return { name, elementType: stated, dims }
}

/** Writes a graph; only the initialisers of the outermost one are moved out of the model. */
export function writeGraph(graph: OnnxGraph, externalise?: Externalise): MessageWriter {
  const { fields } = graphMessage
  return new MessageWriter()
    .put(fields.node, graph.nodes.map(writeNode))
    .put(fields.name, graph.name)
    .put(
      fields.initializer,
      Array.from(graph.initializers, ([name, tensor]) => writeTensor(name, tensor, externalise)),
    )
    .put(fields.input, graph.inputs.map(writeValueInfo))
    .put(fields.output, graph.outputs.map(writeValueInfo))
    .put(fields.valueInfo, graph.valueInfo?.map(writeValueInfo))
}

function writeNode(node: OnnxNode): MessageWriter {
  const { fields } = nodeMessage
  return new MessageWriter()
    .put(fields.input, node.inputs)
    .put(fields.output, node.outputs)
    .put(fields.name, node.name)
    .put(fields.opType, node.opType)
    .put(
      fields.attribute,
      Object.entries(node.attributes).map(([name, attribute]) => writeAttribute(name, attribute)),
    )
    .put(fields.domain, node.domain)
}

function writeAttribute(name: string, attribute: OnnxAttribute): MessageWriter {
  const { fields } = attributeMessage
  const writer = new MessageWriter().put(fields.name, name)
  writeAttributeValue(writer, attribute)
  return writer.put(fields.type, attributeTypes[attribute.type])
}

function writeAttributeValue(writer: MessageWriter, attribute: OnnxAttribute): MessageWriter {
  const { fields } = attributeMessage
  switch (attribute.type) {
    case 'int':
      return writer.put(fields.int, attribute.value)
    case 'float':
      return writer.put(fields.float, attribute.value)
    case 'string':
      return writer.put(fields.string, [attribute.value])
    case 'ints':
      return writer.put(fields.ints, attribute.value)
    case 'floats':
      return writer.put(fields.floats, attribute.value)
    case 'strings':
      return writer.put(fields.strings, attribute.value)
    case 'tensor':
      return writer.put(fields.tensor, writeTensor('', attribute.value))
    case 'graph':
      return writer.put(fields.graph, writeGraph(attribute.value))
    case 'tensors':
      return writer.put(
        fields.tensors,
        attribute.value.map((tensor) => writeTensor('', tensor)),
      )
    case 'graphs':
      return writer.put(
        fields.graphs,
        attribute.value.map((graph) => writeGraph(graph)),
      )
    default:
      return attribute satisfies never
  }
}

function writeValueInfo({ name, dataType, dims }: ValueInfo): MessageWriter {
  const shape =
    dims &&
    new MessageWriter().put(
      shapeMessage.fields.dim,
      dims.map((dim) =>
        typeof dim === 'number'
          ? new MessageWriter().put(dimensionMessage.fields.value, dim)
          : new MessageWriter().put(dimensionMessage.fields.param, dim),
      ),
    )
  const tensor = new MessageWriter()
    .put(tensorTypeMessage.fields.elementType, dataTypes[dataType].code)
    .put(tensorTypeMessage.fields.shape, shape)
  const type = new MessageWriter().put(typeMessage.fields.tensorType, tensor)
  return new MessageWriter().put(valueInfoMessage.fields.name, name).put(valueInfoMessage.fields.type, type)
}
