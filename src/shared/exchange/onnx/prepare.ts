// A foreign graph made fit for import: versions checked, floats widened, dead nodes left out, nodes put in order; not its shapes (fold.ts).
import { NetloomError } from '../../graph/errors'
import type { DataType, OnnxGraph, OnnxModel, OnnxNode, ValueInfo } from '../../onnx/model'
import { describeNode } from './describeNode'
import { chooseOutput, findEnd } from './graphEnds'
import { castInput } from './pixelInput'
import { valuesTaken } from '../../onnx/innerGraphs'
import { widenGraph, type WidenedTypes } from './widen'

/** The operator sets that are read. */
export const readOpsets = { first: 6, last: 22 } as const

/** Networks of more operators than this are refused: no screen shows them and no person edits them. */
export const largestOperatorCount = 20_000

export interface PreparedGraph {
  /** Only nodes that the output needs, each after what it takes; floats are float32. */
  readonly graph: OnnxGraph
  readonly opset: number
  /** The image. */
  readonly input: ValueInfo
  /** Its type in the file: whole numbers are pixels, whose cast to floats is part of the preprocessing. */
  readonly inputType: DataType
  /** The value that becomes the network's output. */
  readonly output: string
  /** Names of the file's outputs of which each could be the network's, where there are several. */
  readonly choices: readonly string[]
  readonly widened: WidenedTypes
  /** Operators that no output of the network needs. */
  readonly unused: number
  readonly notes: readonly string[]
}

/**
 * Checks and orders a model's graph.
 * @param wanted the output to take; left out: the first that gives numbers
 * @throws NetloomError `onnx.unsupported` for versions, several inputs and types that are not read; `onnx.malformed` for
 * values that nothing defines, values defined twice, cycles
 */
export function prepareGraph(model: OnnxModel, wanted?: string): PreparedGraph {
  const notes: string[] = []
  const opset = checkVersions(model, notes)
  const widening = widenGraph(model.graph)
  const { widened } = widening
  const { graph, inputType } = castInput(widening.graph)
  const stated = chooseOutput(graph, wanted)
  const end = findEnd(graph, stated.name)
  const output = end?.value ?? stated.name
  if (end) notes.push(end.note)
  const others = graph.outputs.filter(({ name }) => name !== stated.name)
  const ordered = orderNodes(graph, output)
  const kept = new Set(ordered)
  const operators = graph.nodes.filter((node) => node.opType !== 'Constant')
  if (others.length > 0) notes.push(describeOthers(graph, stated.name, kept, others))
  if (ordered.length > largestOperatorCount)
    throw new NetloomError(
      'onnx.unsupported',
      `The graph has ${ordered.length} operators; ${largestOperatorCount} are the most that are imported.`,
      {
        expected: largestOperatorCount,
        received: ordered.length,
        hint: 'Simplify it, or run it as it is.',
        way: 'runAsItIs',
      },
    )
  const input = findInput(graph, ordered)
  return {
    graph: { ...graph, nodes: ordered },
    opset,
    input,
    inputType,
    output,
    choices: graph.outputs.length > 1 ? graph.outputs.map(({ name }) => name) : [],
    widened,
    unused: operators.filter((node) => !kept.has(node)).length,
    notes,
  }
}

function malformedGraph(message: string, received?: unknown): NetloomError {
  return new NetloomError('onnx.malformed', message, {
    received,
    hint: 'The file is damaged, or the program that wrote it has a fault.',
  })
}

function checkVersions({ irVersion, opsets }: OnnxModel, notes: string[]): number {
  if (irVersion < 3)
    throw new NetloomError('onnx.unsupported', `The file has IR version ${irVersion}; versions from 3 on are read.`, {
      expected: 3,
      received: irVersion,
      hint: 'Bring it up to date with onnx.version_converter.',
    })
  const opset = opsets[''] ?? 1
  if (opset < readOpsets.first)
    throw new NetloomError(
      'onnx.unsupported',
      `The file uses operator set ${opset}; ${readOpsets.first} to ${readOpsets.last} are read.`,
      { expected: readOpsets.first, received: opset, hint: 'Bring it up to date with onnx.version_converter.' },
    )
  if (opset > readOpsets.last)
    notes.push(`Operator set ${opset} is newer than ${readOpsets.last}, the newest one that was tried.`)
  return opset
}

function describeOthers(
  graph: OnnxGraph,
  output: string,
  kept: ReadonlySet<OnnxNode>,
  others: readonly ValueInfo[],
): string {
  const extra = graph.nodes.filter((node) => node.opType !== 'Constant' && !kept.has(node)).length
  const names = others.map(({ name }) => `"${name}"`).join(', ')
  return `The file has ${others.length + 1} outputs: "${output}" is taken, ${names} and the ${extra} operators that only they need are left out. Another one can be chosen by its name.`
}

/** The one input that is neither an initialiser nor unused. */
function findInput(graph: OnnxGraph, nodes: readonly OnnxNode[]): ValueInfo {
  const used = new Set(nodes.flatMap(valuesTaken))
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name) && used.has(name))
  const [input] = inputs
  if (!input)
    throw new NetloomError('onnx.unsupported', 'Nothing that the file gives depends on an image.', {
      hint: 'There is nothing to compute in this file.',
    })
  if (inputs.length > 1) {
    const names = inputs.map(({ name }) => `"${name}"`).join(', ')
    throw new NetloomError('onnx.unsupported', `The graph takes ${inputs.length} inputs: ${names}.`, {
      expected: 1,
      received: inputs.map(({ name }) => name),
      hint: 'A network here takes one image: export it with the others as constants.',
    })
  }
  if (input.dataType !== 'float32')
    throw new NetloomError('onnx.unsupported', `The input "${input.name}" takes ${input.dataType} values.`, {
      expected: 'numbers',
      received: input.dataType,
      hint: 'A network here takes images: export it with an input of numbers.',
    })
  return input
}

/**
 * The nodes that `output` needs, each after what it takes.
 * @throws NetloomError `onnx.malformed` for a cycle, an undefined or a twice defined value
 */
function orderNodes(graph: OnnxGraph, output: string): readonly OnnxNode[] {
  const producers = findProducers(graph)
  const inputs = new Set(graph.inputs.map(({ name }) => name))
  const isGiven = (value: string): boolean => value === '' || graph.initializers.has(value) || inputs.has(value)
  const ordered: OnnxNode[] = []
  const states = new Map<OnnxNode, 'open' | 'done'>()
  // A stack of its own instead of recursion: networks are deeper than a call stack.
  const stack: { readonly node: OnnxNode; readonly taken: readonly string[]; next: number }[] = []
  const visit = (value: string, user: string): void => {
    const node = producers.get(value)
    if (!node) {
      if (!isGiven(value)) throw malformedGraph(`${user} takes "${value}", which nothing defines.`, value)
      return
    }
    const state = states.get(node)
    if (state === 'open') throw malformedGraph(`${describeNode(node)} depends on its own output: a cycle.`, value)
    if (state === 'done') return
    states.set(node, 'open')
    stack.push({ node, taken: valuesTaken(node), next: 0 })
  }
  visit(output, 'The output')
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const value = top.taken[top.next++]
    if (value !== undefined) {
      visit(value, describeNode(top.node))
      continue
    }
    states.set(top.node, 'done')
    ordered.push(top.node)
    stack.pop()
  }
  // The file's own order reads better than that of the search, and is right where it is sorted.
  const places = new Map(graph.nodes.map((node, index) => [node, index]))
  const sorted = ordered.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))
  return isOrdered(sorted, producers) ? sorted : ordered
}

function isOrdered(nodes: readonly OnnxNode[], producers: ReadonlyMap<string, OnnxNode>): boolean {
  const seen = new Set<OnnxNode>()
  for (const node of nodes) {
    for (const value of valuesTaken(node)) {
      const producer = producers.get(value)
      if (producer && !seen.has(producer)) return false
    }
    seen.add(node)
  }
  return true
}

function findProducers(graph: OnnxGraph): ReadonlyMap<string, OnnxNode> {
  const producers = new Map<string, OnnxNode>()
  const inputs = new Set(graph.inputs.map(({ name }) => name))
  for (const node of graph.nodes)
    for (const value of node.outputs) {
      if (value === '') continue
      if (producers.has(value) || graph.initializers.has(value) || inputs.has(value))
        throw malformedGraph(`The value "${value}" is defined twice.`, value)
      producers.set(value, node)
    }
  return producers
}
