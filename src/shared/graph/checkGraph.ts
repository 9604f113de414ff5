// The structure of a document: nodes, ports and edges that fit together, with all findings; not parameters or shapes (network/).
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId, PortReference } from './document'
import { checkEnds, findEnds, type NamedLayer } from './ends'
import type { Issue } from './errors'
import { errorIssue } from './issue'
import { orderNodes } from './order'
import { printOrdinal } from './printNumbers'
import { suggestName } from './suggest'

/** The part of a layer's definition that structure depends on; layers/ supplies it. */
export interface LayerPorts {
  readonly title: string
  readonly inputs:
    | { readonly kind: 'fixed'; readonly names: readonly string[] }
    | { readonly kind: 'variadic'; readonly name: string; readonly min: number }
  readonly outputPorts: readonly string[]
}

/** Finds the ports of a node by its type and parameters; undefined where the type does not exist. */
export type PortCatalogue = (node: NetworkNode) => LayerPorts | undefined

/** What is known of a document's structure, as far as it is sound. */
export interface GraphStructure {
  readonly order: readonly NodeId[]
  readonly nodes: ReadonlyMap<NodeId, NetworkNode>
  /** The source of each input port in port order, for every node of a known type whose inputs are all joined rightly. */
  readonly sources: ReadonlyMap<NodeId, readonly PortReference[]>
  /** Nodes without input ports. */
  readonly inputs: readonly NodeId[]
  /** Nodes that an input leads to and that no other node takes its input from. */
  readonly outputs: readonly NodeId[]
  /** All findings, those of the whole document first, then in the order of the nodes. */
  readonly issues: readonly Issue[]
}

/** A node while it is checked. */
interface NodeCheck extends NamedLayer {
  readonly node: NetworkNode
  readonly ports: LayerPorts | undefined
  /** Edges by the port they arrive at, among the ports that the layer has. */
  readonly arriving: Map<string, NetworkEdge[]>
  isSound: boolean
}

/**
 * Checks the structure of a document and collects every issue; linear in nodes and edges.
 * @param knownTypes the types that exist, to suggest one for a misspelt type
 */
export function checkGraph(
  document: NetworkDocument,
  catalogue: PortCatalogue,
  knownTypes: readonly string[] = [],
): GraphStructure {
  const issues: Issue[] = []
  const checks = new Map<NodeId, NodeCheck>()
  document.nodes.forEach((node, index) => {
    if (checks.has(node.id)) issues.push(duplicateId(node, index))
    else checks.set(node.id, startCheck(node, catalogue(node)))
  })
  for (const [id, check] of checks) {
    if (check.ports) continue
    check.isSound = false
    issues.push(unknownLayer(id, check.node.type, knownTypes))
  }
  document.edges.forEach((edge, index) => issues.push(...checkEdge(edge, `edges[${index}]`, checks)))
  const sources = new Map<NodeId, readonly PortReference[]>()
  for (const check of checks.values()) {
    issues.push(...checkInputs(check))
    const joined = check.isSound && check.ports ? listSources(check.ports, check.arriving) : undefined
    if (joined) sources.set(check.node.id, joined)
  }
  const { order, cycles } = orderNodes(document)
  for (const cycle of cycles) issues.push(cycleIssue(cycle))
  const ends = findEnds(document, checks)
  // A cycle leads nowhere, and neither does what leads into it: it is the one finding.
  const unsound = [...checks.keys()].filter((id) => cycles.length > 0 || !sources.has(id))
  issues.push(...checkEnds(ends, checks, unsound))
  return {
    order,
    nodes: new Map(Array.from(checks, ([id, { node }]) => [id, node])),
    sources,
    inputs: ends.inputs,
    outputs: ends.outputs,
    issues: sortIssues(document, issues),
  }
}

/** Sorts findings as they are read: those of the whole document first, then in the order of the nodes. */
export function sortIssues(document: NetworkDocument, issues: readonly Issue[]): readonly Issue[] {
  const places = new Map<string, number>()
  document.nodes.forEach(({ id }, index) => places.has(id) || places.set(id, index))
  const placeOf = ({ nodeId }: Issue): number => (nodeId === undefined ? -1 : (places.get(nodeId) ?? -1))
  return [...issues].sort((a, b) => placeOf(a) - placeOf(b))
}

function startCheck(node: NetworkNode, ports: LayerPorts | undefined): NodeCheck {
  return {
    node,
    ports,
    label: `${ports?.title ?? node.type} "${node.id}"`,
    isInput: ports?.inputs.kind === 'fixed' && ports.inputs.names.length === 0,
    isAuxiliary: ports?.outputPorts.length === 0,
    arriving: new Map(),
    isSound: true,
  }
}

function duplicateId({ id }: NetworkNode, index: number): Issue {
  return errorIssue('graph.duplicateId', `Two layers are named "${id}".`, {
    nodeId: id,
    path: `nodes[${index}].id`,
    received: id,
    hint: 'Give one of them another name.',
  })
}

function unknownLayer(id: NodeId, type: string, knownTypes: readonly string[]): Issue {
  const suggestion = suggestName(type, knownTypes)
  return errorIssue('graph.unknownLayer', `"${id}" has the unknown layer type "${type}".`, {
    nodeId: id,
    expected: knownTypes,
    received: type,
    hint: suggestion ? `Did you mean "${suggestion}"?` : undefined,
  })
}

/** Notes the edge at the node it arrives at, or says why it cannot be. */
function checkEdge(edge: NetworkEdge, path: string, checks: ReadonlyMap<NodeId, NodeCheck>): Issue[] {
  const from = checks.get(edge.from.node)
  const to = checks.get(edge.to.node)
  if (!from || !to) {
    const missing = from ? edge.to.node : edge.from.node
    if (to) to.isSound = false
    return [
      errorIssue(
        'graph.unknownPort',
        `The edge from "${edge.from.node}" to "${edge.to.node}" names no layer "${missing}".`,
        {
          nodeId: from?.node.id ?? to?.node.id,
          path: `${path}.${from ? 'to' : 'from'}.node`,
          received: missing,
          hint: 'Remove the edge or add the layer.',
        },
      ),
    ]
  }
  const issues: Issue[] = []
  if (from.ports && !from.ports.outputPorts.includes(edge.from.port)) {
    issues.push(unknownPort(from, `${path}.from.port`, 'output', edge.from.port, from.ports.outputPorts))
    to.isSound = false
  }
  if (to.ports && !hasInput(to.ports, edge.to.port)) {
    issues.push(unknownPort(to, `${path}.to.port`, 'input', edge.to.port, printInputs(to.ports)))
    to.isSound = false
  } else {
    const earlier = to.arriving.get(edge.to.port)
    if (earlier) earlier.push(edge)
    else to.arriving.set(edge.to.port, [edge])
  }
  return issues
}

function unknownPort(
  check: NodeCheck,
  path: string,
  side: 'input' | 'output',
  port: string,
  known: readonly string[],
): Issue {
  const hint = known.length === 0 ? `It has no ${side}s.` : `Its ${side}s: ${known.join(', ')}.`
  return errorIssue('graph.unknownPort', `${check.label} has no ${side} "${port}".`, {
    nodeId: check.node.id,
    path,
    expected: known,
    received: port,
    hint,
  })
}

/** The number behind a variadic port's name: 2 for `in2`; undefined for other names. */
function portNumber(name: string, port: string): number | undefined {
  const digits = port.startsWith(name) ? port.slice(name.length) : ''
  return /^(?:0|[1-9]\d{0,5})$/.test(digits) ? Number(digits) : undefined
}

function hasInput({ inputs }: LayerPorts, port: string): boolean {
  return inputs.kind === 'fixed' ? inputs.names.includes(port) : portNumber(inputs.name, port) !== undefined
}

function printInputs({ inputs }: LayerPorts): readonly string[] {
  return inputs.kind === 'fixed' ? inputs.names : [`${inputs.name}0`, `${inputs.name}1`, '...']
}

/** The ports that must be joined: all named ones, or those up to the highest number in use and at least the minimum. */
function listWantedPorts(ports: LayerPorts, arriving: ReadonlyMap<string, unknown>): readonly string[] {
  if (ports.inputs.kind === 'fixed') return ports.inputs.names
  const { name, min } = ports.inputs
  // A gap in the numbers is one missing input, however far the numbers reach.
  let highest = -1
  for (const port of arriving.keys()) highest = Math.max(highest, Math.min(arriving.size, portNumber(name, port) ?? -1))
  return Array.from({ length: Math.max(min, highest + 1) }, (_, index) => `${name}${index}`)
}

function checkInputs(check: NodeCheck): Issue[] {
  const { node, ports, arriving } = check
  if (!ports) return []
  const issues: Issue[] = []
  for (const [port, edges] of arriving) {
    if (edges.length < 2) continue
    const from = edges.map(({ from }) => `"${from.node}"`).join(', ')
    issues.push(
      errorIssue('graph.arity', `${check.label}: input "${port}" takes one edge, has ${edges.length} (from ${from}).`, {
        nodeId: node.id,
        path: port,
        expected: 1,
        received: edges.length,
        hint: 'Remove all but one.',
      }),
    )
  }
  const missing = listWantedPorts(ports, arriving).filter((port) => !arriving.has(port))
  if (missing.length > 0 && check.isSound) issues.push(missingInputs(check, ports, missing))
  if (issues.length > 0 || missing.length > 0) check.isSound = false
  return issues
}

function missingInputs(check: NodeCheck, { inputs }: LayerPorts, missing: readonly string[]): Issue {
  const nodeId = check.node.id
  if (inputs.kind === 'variadic' && check.arriving.size < inputs.min) {
    return errorIssue('graph.arity', `${check.label} takes ${inputs.min} inputs or more, has ${check.arriving.size}.`, {
      nodeId,
      expected: inputs.min,
      received: check.arriving.size,
      hint: 'Join more layers to it.',
    })
  }
  return errorIssue('graph.missingInput', `${check.label}: nothing leads to its ${nameInputs(inputs, missing)}.`, {
    nodeId,
    expected: missing,
    hint: 'Join a layer to it.',
  })
}

/** Inputs as a person counts them: `input`, `2nd input`, `inputs "query", "key"`. */
function nameInputs(inputs: LayerPorts['inputs'], missing: readonly string[]): string {
  const [only = ''] = missing
  if (inputs.kind === 'fixed' && inputs.names.length === 1) return 'input'
  const names = missing.map((port) => {
    const number = inputs.kind === 'variadic' ? portNumber(inputs.name, port) : undefined
    return number === undefined ? `"${port}"` : printOrdinal(number + 1)
  })
  const isNumbered = inputs.kind === 'variadic' && portNumber(inputs.name, only) !== undefined
  const noun = missing.length === 1 ? 'input' : 'inputs'
  const list = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names.join('')
  return isNumbered ? `${list} ${noun}` : `${noun} ${list}`
}

function listSources(ports: LayerPorts, arriving: ReadonlyMap<string, readonly NetworkEdge[]>): PortReference[] {
  return listWantedPorts(ports, arriving).flatMap((port) => arriving.get(port)?.[0]?.from ?? [])
}

function cycleIssue(cycle: readonly NodeId[]): Issue {
  const shown = cycle.length > 12 ? [...cycle.slice(0, 10), `... ${cycle.length - 11} more ...`, cycle.at(-1)] : cycle
  return errorIssue('graph.cycle', `The layers ${[...shown, cycle[0]].join(' -> ')} form a cycle.`, {
    nodeId: cycle[0],
    received: cycle,
    hint: 'Remove one of these edges: a network only runs forward.',
  })
}
