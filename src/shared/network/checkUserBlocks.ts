// Whether the definitions of the user-made blocks that a document uses are sound; not what they expand to (inferNode.ts).
import { printCount } from '../graph/printNumbers'
import { checkGraph, type LayerPorts } from '../graph/checkGraph'
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId, UserBlock } from '../graph/document'
import type { ErrorCode, Issue } from '../graph/errors'
import { errorIssue } from '../graph/issue'
import { portsOf } from '../layers/define'
import type { FindLayer } from './inferNode'

// The two ends of a block as nodes of its inside; no node can have such a name, as these hold spaces.
const entry = 'the inputs of the block' as NodeId
const exit = 'the outputs of the block' as NodeId

/** Far more layers than any network has; blocks inside blocks reach them in twenty steps of two. */
const mostNodes = 100_000

/** What checkGraph finds that holds inside a block too: there may be loose ends, and its inputs are not images. */
const checkedRules: ReadonlySet<ErrorCode> = new Set([
  'graph.cycle',
  'graph.duplicateId',
  'graph.unknownPort',
  'graph.unknownLayer',
  'graph.missingInput',
  'graph.arity',
])

/**
 * The findings about all blocks that the document's nodes use, directly or inside other blocks, in the order of the
 * document; linear in their nodes and edges.
 * @param findLayer finds the document's blocks too
 */
export function checkUserBlocks(document: NetworkDocument, findLayer: FindLayer): readonly Issue[] {
  const { blocks = [] } = document
  const used = findUsed(document.nodes, blocks)
  const countNodes = nodeCounter(blocks)
  return blocks.flatMap((block, index) => {
    if (!used.has(block.type)) return []
    const issues = [...checkInside(block, findLayer), ...checkExposed(block, findLayer)]
    if (blocks.findIndex(({ type }) => type === block.type) < index)
      issues.unshift(errorIssue('graph.duplicateId', 'another block has this name.', { hint: 'Give it another name.' }))
    const count = countNodes(block.type)
    if (count > mostNodes)
      issues.push(
        errorIssue('layer.shape', `it holds more than ${printCount(mostNodes)} layers in the blocks inside it.`, {
          expected: mostNodes,
          received: count,
          hint: 'Take some of them out.',
        }),
      )
    return issues.map(({ message, nodeId: _inside, ...issue }) => ({
      ...issue,
      message: `Block "${block.type}": ${message}`,
      path: `blocks[${index}]${issue.path ? `.${issue.path}` : ''}`,
    }))
  })
}

/** The types of all nodes, with those inside the blocks among them. */
function findUsed(nodes: readonly NetworkNode[], blocks: readonly UserBlock[]): ReadonlySet<string> {
  const inside = new Map(blocks.map((block) => [block.type, block.nodes]))
  const used = new Set<string>()
  const waiting = [nodes]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const { type } of next) {
      const held = used.has(type) ? undefined : inside.get(type)
      used.add(type)
      if (held) waiting.push(held)
    }
  }
  return used
}

/** Counts the nodes in a block with those of the user-made blocks inside; a block inside itself counts as one node. */
function nodeCounter(blocks: readonly UserBlock[]): (type: string) => number {
  const inside = new Map(blocks.map((block) => [block.type, block.nodes]))
  const counts = new Map<string, number>()
  const count = (type: string): number => {
    const known = counts.get(type)
    const nodes = inside.get(type)
    if (known !== undefined || !nodes) return known ?? 1
    counts.set(type, 1)
    const sum = nodes.reduce((before, node) => before + count(node.type), 0)
    counts.set(type, sum)
    return sum
  }
  return count
}

/** Nodes and edges inside, with the block's ends as two nodes more. */
function checkInside(block: UserBlock, findLayer: FindLayer): readonly Issue[] {
  const end = (id: NodeId, type: string): NetworkNode => ({ id, type, params: {} })
  const arriving = block.inputs.flatMap(({ name, to }) =>
    to.map((port): NetworkEdge => ({ from: { node: entry, port: name }, to: port })),
  )
  const leaving = block.outputs.map(({ name, from }): NetworkEdge => ({ from, to: { node: exit, port: name } }))
  const ports = new Map<NodeId, LayerPorts>([
    [entry, { title: '', inputs: { kind: 'fixed', names: [] }, outputPorts: block.inputs.map(({ name }) => name) }],
    [exit, { title: '', inputs: { kind: 'fixed', names: block.outputs.map(({ name }) => name) }, outputPorts: [] }],
  ])
  const graph: NetworkDocument = {
    format: 'netloom',
    version: 1,
    name: block.title,
    nodes: [end(entry, 'entry'), ...block.nodes, end(exit, 'exit')],
    edges: [...arriving, ...block.edges, ...leaving],
  }
  const { issues } = checkGraph(graph, (node) => {
    const definition = findLayer(node.type)
    return ports.get(node.id) ?? (definition && { title: definition.title, ...portsOf(definition, node.params) })
  })
  const inputs = block.nodes.filter(({ type }) => findLayer(type)?.category === 'input')
  return [
    ...issues.filter(({ code }) => checkedRules.has(code)),
    ...inputs.map(({ id }) =>
      errorIssue('graph.inputs', `it holds the input "${id}".`, { hint: 'Keep the input outside the block.' }),
    ),
  ]
}

/** Each parameter has a name of its own and sets parameters that exist. */
function checkExposed({ exposed, nodes }: UserBlock, findLayer: FindLayer): readonly Issue[] {
  const types = new Map(nodes.map(({ id, type }) => [id, type]))
  return exposed.flatMap(({ name, targets }, index) => {
    const wrong = targets.flatMap(({ node, param }) => {
      const type = types.get(node)
      if (type === undefined) return [`sets "${param}" of "${node}", and no layer inside has this name.`]
      const definition = findLayer(type)
      if (!definition || Object.hasOwn(definition.params.shape, param)) return []
      return [`sets "${param}" of "${node}", and ${definition.title} has no such parameter.`]
    })
    if (exposed.findIndex((each) => each.name === name) < index) wrong.unshift('is there twice.')
    return wrong.map((text) =>
      errorIssue('layer.parameter', `its parameter "${name}" ${text}`, {
        path: `exposed[${index}]`,
        hint: 'Correct it or take it out.',
      }),
    )
  })
}
