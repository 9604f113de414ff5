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
import { largestDense, parseSparseTensor } from './sparseTensors'
import { parseTensor, writeTensor, type Externalise, type ReadExternal } from './tensorBytes'
import { malformed, MessageWriter, parseMessage, type Message } from './wire'

/** Subgraphs of control flow inside each other; real models have two or three. */
const deepestGraph = 32

/** Graphs of more nodes than this are refused before they are read; the largest language models have a tenth of it. */
export const largestNodeCount = 200_000

/** What the attributes of a function are in one call of it. */
export type Bindings = ReadonlyMap<string, OnnxAttribute>

/** Reads a graph. @param depth how many graphs it stands in @param bindings inside of a function */
export function parseGraph(
  bytes: Uint8Array,
  readExternal: ReadExternal | undefined,
  depth = 0,
  bindings?: Bindings,
): OnnxGraph {
  if (depth > deepestGraph) throw malformed(`Graphs stand inside each other more than ${deepestGraph} times.`)
  const fields = parseMessage(graphMessage, bytes)
  const name = fields.name ?? ''
  if (fields.node.length > largestNodeCount)
    throw new NetloomError(
      'onnx.unsupported',
      `Graph "${name}" has ${fields.node.length} nodes; ${largestNodeCount} are the most that are read.`,
      { expected: largestNodeCount, received: fields.node.length, hint: 'Simplify the model first.' },
    )
  const initializers = new Map<string, OnnxTensor>()
  const dense = fields.initializer.map((entry) => parseTensor(entry, readExternal))
  const budget = { values: largestDense }
  const sparse = fields.sparseInitializer.map((entry) => parseSparseTensor(entry, readExternal, budget))
  for (const { name: weight, tensor } of [...dense, ...sparse]) {
    if (initializers.has(weight)) throw malformed(`The initialiser "${weight}" stands twice.`)
    initializers.set(weight, tensor)
  }
  const valueInfo = fields.valueInfo.flatMap((entry) => parseInnerValueInfo(entry))
  return {
    name,
    inputs: fields.input.map((entry) => parseValueInfo(entry, 'Input')),
    outputs: fields.output.map((entry) => parseValueInfo(entry, 'Output')),
    initializers,
    nodes: fields.node.map((entry) => parseNode(entry, readExternal, depth, bindings)),
    ...(valueInfo.length > 0 ? { valueInfo } : {}),
  }
}

/** Reads a node. Attributes that refer to those of a function are taken from `bindings`, or left out. */
export function parseNode(
  bytes: Uint8Array,
  readExternal: ReadExternal | undefined,
  depth: number,
  bindings?: Bindings,
): OnnxNode {
  const fields = parseMessage(nodeMessage, bytes)
  const name = fields.name ?? ''
  const opType = fields.opType ?? ''
  if (opType === '') throw malformed(`Node "${name}" has no operator.`)
  const context = { who: `${opType} "${name}"`, readExternal, depth, bindings }
  const attributes = fields.attribute.flatMap((entry) => parseAttribute(entry, context))
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

interface AttributeContext {
  readonly who: string
  readonly readExternal: ReadExternal | undefined
  readonly depth: number
  readonly bindings: Bindings | undefined
}

/** The attributes of a function that have a default. */
export function parseFunctionAttributes(messages: readonly Uint8Array[]): Bindings {
  const context = { who: 'A function', readExternal: undefined, depth: 0, bindings: undefined }
  return new Map(messages.flatMap((bytes) => parseAttribute(bytes, context)))
}

/** One attribute by its name; none where it refers to one that a call leaves out. */
function parseAttribute(bytes: Uint8Array, context: AttributeContext): (readonly [string, OnnxAttribute])[] {
  const fields = parseMessage(attributeMessage, bytes)
  const name = fields.name ?? ''
  const { who, readExternal, bindings } = context
  if (fields.referredName) {
    if (!bindings) throw malformed(`${who}: its attribute "${name}" refers to a function, outside of any.`)
    const bound = bindings.get(fields.referredName)
    return bound ? [[name, bound]] : []
  }
  // Constants are dense here, whatever they are in the file.
  if (fields.sparseTensor) {
    const { tensor } = parseSparseTensor(fields.sparseTensor, readExternal)
    return [[name === 'sparse_value' ? 'value' : name, { type: 'tensor', value: tensor }]]
  }
  return [[name, parseAttributeValue(fields, name, context)]]
}

function parseAttributeValue(fields: AttributeFields, name: string, context: AttributeContext): OnnxAttribute {
  const { who, readExternal, depth, bindings } = context
  const tensor = (entry: Uint8Array): OnnxTensor => parseTensor(entry, readExternal).tensor
  const graph = (entry: Uint8Array): OnnxGraph => parseGraph(entry, readExternal, depth + 1, bindings)
  const need = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw malformed(`${who}: its attribute "${name}" holds no value.`)
    return value
  }
  const type = attributeType(fields, `${who}: its attribute "${name}"`)
  switch (type) {
    // Writers may leave out a number that is zero and a text that is empty.
    case 'int':
      return { type, value: fields.int ?? 0 }
    case 'float':
      return { type, value: fields.float ?? 0 }
    case 'string':
      return { type, value: fields.string ?? '' }
    case 'ints':
      return { type, value: fields.ints }
    case 'floats':
      return { type, value: fields.floats }
    case 'strings':
      return { type, value: fields.strings }
    case 'tensor':
      return { type, value: tensor(need(fields.tensor)) }
    case 'graph':
      return { type, value: graph(need(fields.graph)) }
    case 'tensors':
      return { type, value: fields.tensors.map(tensor) }
    case 'graphs':
      return { type, value: fields.graphs.map(graph) }
    default:
      return type satisfies never
  }
}

/** The stated kind, or in files of IR version 1 and 2, which state none, the field that is there. */
function attributeType(fields: AttributeFields, who: string): AttributeType {
  const types = Object.keys(attributeTypes).filter((key) => isAttributeType(key))
  const stated = fields.type ?? 0
  const isThere = (type: AttributeType): boolean => {
    const value = fields[type]
    return Array.isArray(value) ? value.length > 0 : value !== undefined
  }
  const type = stated === 0 ? types.find(isThere) : types.find((name) => attributeTypes[name] === stated)
  if (type) return type
  if (stated === 0) throw malformed(`${who} has neither a kind nor a value.`)
  throw new NetloomError('onnx.unsupported', `${who} is of kind ${stated} (a type, or several sparse tensors).`)
}

function isAttributeType(name: string): name is AttributeType {
  return Object.hasOwn(attributeTypes, name)
}

function parseValueInfo(bytes: Uint8Array, role: 'Input' | 'Output'): ValueInfo {
  const { name, elementType, dims } = readValueInfo(bytes)
  const who = `${role} "${name}"`
  if (elementType === undefined)
    throw new NetloomError('onnx.unsupported', `${who} is not a tensor with a stated type.`, {
      hint: 'Export the file with tensors of stated types only, without sequences and maps.',
    })
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

/** Writes a graph; only the initialisers of the outermost one are moved out of the model. @param outputs in place of its own, without types */
export function writeGraph(graph: OnnxGraph, externalise?: Externalise, outputs?: readonly string[]): MessageWriter {
  const { fields } = graphMessage
  return new MessageWriter()
    .put(fields.node, graph.nodes.map(writeNode))
    .put(fields.name, graph.name)
    .put(
      fields.initializer,
      Array.from(graph.initializers, ([name, tensor]) => writeTensor(name, tensor, externalise)),
    )
    .put(fields.input, graph.inputs.map(writeValueInfo))
    .put(fields.output, outputs ? outputs.map(writeUntyped) : graph.outputs.map(writeValueInfo))
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

function writeUntyped(name: string): MessageWriter {
  return new MessageWriter().put(valueInfoMessage.fields.name, name)
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
