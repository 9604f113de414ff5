// Graphs inside of nodes: what they take from outside, and their nodes set in the place of the node; not when that may be done.
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from './model'

/** A new name for a value, or the same. */
export type Rename = (value: string) => string

function graphsOf({ attributes }: OnnxNode): readonly OnnxGraph[] {
  return Object.values(attributes).flatMap((attribute) =>
    attribute.type === 'graph' ? [attribute.value] : attribute.type === 'graphs' ? attribute.value : [],
  )
}

/** Values that a node takes: its inputs, and what the graphs inside of it take from outside. */
export function valuesTaken(node: OnnxNode): readonly string[] {
  const graphs = graphsOf(node)
  return graphs.length === 0 ? node.inputs : [...node.inputs, ...graphs.flatMap(takenFromOutside)]
}

function takenFromOutside(graph: OnnxGraph): readonly string[] {
  const inner = valuesOf(graph)
  const taken = [...graph.nodes.flatMap(valuesTaken), ...graph.outputs.map(({ name }) => name)]
  return [...new Set(taken)].filter((value) => value !== '' && !inner.has(value))
}

/** Names that a graph defines. */
function valuesOf({ inputs, initializers, nodes }: OnnxGraph): ReadonlySet<string> {
  return new Set([
    ...inputs.map(({ name }) => name),
    ...initializers.keys(),
    ...nodes.flatMap(({ outputs }) => outputs),
  ])
}

/** A node under other value names, also where graphs inside of it use them; what those define themselves stays. */
export function renameNode(node: OnnxNode, rename: Rename): OnnxNode {
  const renameAll = (values: readonly string[]): readonly string[] =>
    values.map((value) => (value === '' ? '' : rename(value)))
  return {
    ...node,
    inputs: renameAll(node.inputs),
    outputs: renameAll(node.outputs),
    attributes: mapGraphs(node, (graph) => renameTaken(graph, rename)),
  }
}

/** Attributes with every graph among them as `change` has it. */
export function mapGraphs(
  { attributes }: OnnxNode,
  change: (graph: OnnxGraph) => OnnxGraph,
): Readonly<Record<string, OnnxAttribute>> {
  const entries = Object.entries(attributes)
  if (!entries.some(([, { type }]) => type === 'graph' || type === 'graphs')) return attributes
  return Object.fromEntries(
    entries.map(([name, attribute]): [string, OnnxAttribute] => {
      if (attribute.type === 'graph') return [name, { type: 'graph', value: change(attribute.value) }]
      if (attribute.type === 'graphs') return [name, { type: 'graphs', value: attribute.value.map(change) }]
      return [name, attribute]
    }),
  )
}

function renameTaken(graph: OnnxGraph, rename: Rename): OnnxGraph {
  const inner = valuesOf(graph)
  const renameOuter: Rename = (value) => (inner.has(value) ? value : rename(value))
  return {
    ...graph,
    nodes: graph.nodes.map((node) => renameNode(node, renameOuter)),
    outputs: graph.outputs.map((output) => ({ ...output, name: renameOuter(output.name) })),
  }
}

/** A graph that stands in the place of a node: its own weights, and its nodes, which define the node's outputs. */
export interface InlinedGraph {
  readonly initializers: ReadonlyMap<string, OnnxTensor>
  readonly nodes: readonly OnnxNode[]
}

/** The branch of an If whose condition is known, in the place of the If. @param isTaken names that stand for something else */
export function inlineBranch(
  node: OnnxNode,
  condition: boolean,
  isTaken: (value: string) => boolean,
): InlinedGraph | undefined {
  const branch = node.attributes[condition ? 'then_branch' : 'else_branch']
  if (branch?.type !== 'graph') return undefined
  const graph = branch.value
  const inner = valuesOf(graph)
  const stem = node.name === '' ? (node.outputs[0] ?? '') : node.name
  const names = new Map<string, string>()
  for (const value of inner) {
    let name = isTaken(value) ? `${stem}/${value}` : value
    while (name !== value && isTaken(name)) name = `${name}_`
    names.set(value, name)
  }
  const rename: Rename = (value) => names.get(value) ?? value
  return {
    initializers: new Map(Array.from(graph.initializers, ([name, tensor]) => [rename(name), tensor])),
    nodes: [...graph.nodes.map((each) => renameNode(each, rename)), ...passOn(node, graph, rename)],
  }
}

/** Identities from what a graph gives to the outputs of the node that it replaces. */
function passOn(node: OnnxNode, graph: OnnxGraph, rename: Rename): readonly OnnxNode[] {
  return node.outputs.flatMap((output, index): OnnxNode[] => {
    const given = graph.outputs[index]?.name
    if (output === '' || given === undefined) return []
    return [
      { opType: 'Identity', domain: '', name: output, inputs: [rename(given)], outputs: [output], attributes: {} },
    ]
  })
}
