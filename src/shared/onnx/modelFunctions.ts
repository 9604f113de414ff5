// The functions that a model defines for itself, each call replaced by the function's nodes; not graphs inside of nodes (innerGraphs.ts).
import { NetloomError } from '../graph/errors'
import { parseNode, parseFunctionAttributes } from './graphBytes'
import { mapGraphs, renameNode } from './innerGraphs'
import type { OnnxAttribute, OnnxGraph, OnnxNode } from './model'
import { functionMessage, opsetMessage } from './protobufMessages'
import type { ReadExternal } from './tensorBytes'
import { parseMessage, type Message } from './wire'

/** Functions that call each other deeper than this are refused. */
const deepestCall = 64

/** A model of more nodes than this, once its calls are replaced, is refused. */
const largestNodeCount = 200_000

type FunctionFields = Message<typeof functionMessage.fields>

/** Functions by domain and name; their nodes stay bytes until a call says what its attributes are. */
export interface ModelFunctions {
  readonly byName: ReadonlyMap<string, FunctionFields>
  readonly readExternal: ReadExternal | undefined
}

export function parseFunctions(
  messages: readonly Uint8Array[],
  readExternal: ReadExternal | undefined,
): ModelFunctions {
  const functions = messages.map((bytes) => parseMessage(functionMessage, bytes))
  const byName = new Map(functions.map((each) => [nameOf(each.domain, each.name), each]))
  return { byName, readExternal }
}

/** Operator sets that the functions use. */
export function opsetsOfFunctions({ byName }: ModelFunctions): readonly (readonly [string, number])[] {
  return [...byName.values()].flatMap(({ opsetImport }) =>
    opsetImport.flatMap((entry) => {
      const { domain = '', version } = parseMessage(opsetMessage, entry)
      return version === undefined ? [] : [[domain === 'ai.onnx' ? '' : domain, version] as const]
    }),
  )
}

function nameOf(domain: string | undefined, name: string | undefined): string {
  return `${domain === 'ai.onnx' ? '' : (domain ?? '')}::${name ?? ''}`
}

/** The graph without calls. @throws NetloomError `onnx.unsupported` where functions call each other without end */
export function inlineFunctions(graph: OnnxGraph, functions: ModelFunctions): OnnxGraph {
  return new Inliner(functions).inlineGraph(graph, 0)
}

class Inliner {
  private count = 0

  constructor(private readonly functions: ModelFunctions) {}

  inlineGraph(graph: OnnxGraph, depth: number): OnnxGraph {
    return { ...graph, nodes: graph.nodes.flatMap((node) => this.inlineNode(node, depth)) }
  }

  private inlineNode(node: OnnxNode, depth: number): readonly OnnxNode[] {
    const body = this.functions.byName.get(nameOf(node.domain, node.opType))
    if (!body) {
      this.count++
      return [{ ...node, attributes: mapGraphs(node, (graph) => this.inlineGraph(graph, depth)) }]
    }
    if (depth > deepestCall || this.count > largestNodeCount)
      throw new NetloomError('onnx.unsupported', `The function "${node.opType}" leads to too many others.`, {
        nodeId: node.name,
        expected: `calls ${deepestCall} deep, ${largestNodeCount} nodes`,
        received: node.opType,
      })
    const nodes = body.node.map((bytes) => parseNode(bytes, this.functions.readExternal, 0, bindingsOf(node, body)))
    return nodes.map((inner) => placeNode(node, body, inner)).flatMap((inner) => this.inlineNode(inner, depth + 1))
  }
}

/** What the attributes of a function are in a call. */
function bindingsOf(node: OnnxNode, body: FunctionFields): ReadonlyMap<string, OnnxAttribute> {
  return new Map([...parseFunctionAttributes(body.attributeProto), ...Object.entries(node.attributes)])
}

/** A node of a function under the names that a call gives. */
function placeNode(call: OnnxNode, body: FunctionFields, inner: OnnxNode): OnnxNode {
  const stem = call.name === '' ? (call.outputs.find((name) => name !== '') ?? call.opType) : call.name
  const names = new Map<string, string>()
  body.input.forEach((name, index) => names.set(name, call.inputs[index] ?? ''))
  body.output.forEach((name, index) => {
    const given = call.outputs[index] ?? ''
    if (given !== '') names.set(name, given)
  })
  const renamed = renameNode(inner, (value) => names.get(value) ?? `${stem}/${value}`)
  return { ...renamed, name: inner.name === '' ? '' : `${stem}/${inner.name}` }
}
