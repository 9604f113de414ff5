// Edits that make a block from nodes and change its definition; not how blocks are opened (expandBlock.ts) or computed (inferNode.ts).
import type {
  NetworkDocument,
  NetworkEdge,
  NetworkNode,
  NodeId,
  PortReference,
  Position,
  UserBlock,
} from '../graph/document'
import type { Edit } from '../graph/edits'
import { NetloomError } from '../graph/errors'
import { moveInRecipe } from '../graph/layerPatterns'
import { moveWeightPaths } from '../graph/weightPaths'
import { inferDocument, type FindLayer, type Inference, type InferredNode } from '../network/inferDocument'

/** What the user says of a block that is made from nodes. */
export interface BlockWish {
  /** The definition's type, `user/NAME`; one that exists is replaced, and all its uses change. */
  readonly type: UserBlock['type']
  readonly title: string
  readonly doc?: string
  readonly exposed: UserBlock['exposed']
  /** The name of the new node; left out: what the names of the nodes begin with, or the block's own name. */
  readonly nodeId?: NodeId
}

/** A block and the node that takes the place of those it was made from. */
export interface MadeBlock {
  readonly edit: Edit
  readonly block: UserBlock
  readonly node: NetworkNode
}

/**
 * The edit that makes a block from nodes and puts one use of it in their place; weights follow.
 * Exposed parameters name the nodes by their ids in the document.
 * @throws NetloomError `document.edit` where the nodes cannot be one block: an input layer, nothing that leads out, a path
 * that leaves them and comes back, a name that is taken
 */
export function makeBlock(
  document: NetworkDocument,
  ids: readonly NodeId[],
  wish: BlockWish,
  findLayer?: FindLayer,
): MadeBlock {
  const chosen = new Set(ids)
  const picked = document.nodes.filter(({ id }) => chosen.has(id))
  const inference = inferDocument(document, findLayer)
  refuseUnfit(document, picked, chosen, inference)
  const nodeId = wish.nodeId ?? nameBlock(document, picked, wish)
  const rename = innerNames(picked, nodeId)
  const inward = ({ node, port }: PortReference): PortReference => ({ node: rename(node), port })
  const inputs = collectInputs(document, chosen)
  const outputs = collectOutputs(document, picked, chosen, inference)
  const block: UserBlock = {
    type: wish.type,
    title: wish.title,
    ...(wish.doc === undefined ? {} : { doc: wish.doc }),
    inputs: inputs.map(({ to }, index) => ({ name: portName('in', index), to: to.map(inward) })),
    outputs: outputs.map((from, index) => ({ name: portName('out', index), from: inward(from) })),
    exposed: wish.exposed.map((parameter) => ({
      ...parameter,
      targets: parameter.targets.map(({ node, param }) => ({ node: rename(node), param })),
    })),
    nodes: picked.map((node) => ({ ...node, id: rename(node.id) })),
    edges: document.edges
      .filter(({ from, to }) => chosen.has(from.node) && chosen.has(to.node))
      .map(({ from, to }) => ({ from: inward(from), to: inward(to) })),
  }
  const isFrozen = picked.length > 0 && picked.every(({ frozen }) => frozen)
  const node: NetworkNode = {
    id: nodeId,
    type: wish.type,
    params: {},
    position: middleOf(picked),
    ...(isFrozen ? { frozen: true } : {}),
  }
  return { edit: replaceByBlock(document, { picked, chosen, inputs, outputs, block, node, inference }), block, node }
}

function portName(base: string, index: number): string {
  return index === 0 ? base : `${base}${index + 1}`
}

interface Replacement {
  readonly picked: readonly NetworkNode[]
  readonly chosen: ReadonlySet<NodeId>
  readonly inputs: readonly { readonly from: PortReference; readonly to: readonly PortReference[] }[]
  readonly outputs: readonly PortReference[]
  readonly block: UserBlock
  readonly node: NetworkNode
  readonly inference: Inference
}

function replaceByBlock(document: NetworkDocument, replacement: Replacement): Edit {
  const { picked, chosen, inputs, outputs, block, node, inference } = replacement
  const first = document.nodes.findIndex(({ id }) => chosen.has(id))
  const nodes = document.nodes.flatMap((other, index) =>
    index === first ? [node] : chosen.has(other.id) ? [] : [other],
  )
  const outPort = ({ node: id, port }: PortReference): string | undefined => {
    const index = outputs.findIndex((output) => output.node === id && output.port === port)
    return block.outputs[index]?.name
  }
  const edges = document.edges.flatMap((edge): NetworkEdge[] => {
    if (chosen.has(edge.to.node)) return []
    if (!chosen.has(edge.from.node)) return [edge]
    const port = outPort(edge.from)
    return port === undefined ? [] : [{ from: { node: node.id, port }, to: edge.to }]
  })
  const entries = inputs.map(({ from }, index): NetworkEdge => ({
    from,
    to: { node: node.id, port: portName('in', index) },
  }))
  const rename = innerNames(picked, node.id)
  const moves = new Map<string, string>()
  for (const { id } of picked) {
    for (const path of heldPaths(inference.nodes.get(id), id)) {
      const to = `${node.id}/${rename(id)}${path.slice(id.length)}`
      if (to !== path) moves.set(path, to)
    }
  }
  const others = (document.blocks ?? []).filter(({ type }) => type !== block.type)
  return {
    type: 'batch',
    edits: [
      { type: 'setBlocks', blocks: [...others, block] },
      { type: 'setGraph', nodes, edges: [...edges, ...entries], weightPaths: moveWeightPaths(document, moves) },
      ...(document.recipe ? [{ type: 'setRecipe' as const, recipe: moveInRecipe(document.recipe, moves) }] : []),
    ],
  }
}

/** The paths of the primitive layers of a node; its own where it is not known. */
export function heldPaths(node: InferredNode | undefined, id: NodeId): readonly NodeId[] {
  if (!node?.inside) return [id]
  return [...node.inside.nodes.values()].flatMap((inner) => heldPaths(inner, inner.node.id))
}

/** Names inside the block: without what all names begin with, where that is the name of the block. */
function innerNames(picked: readonly NetworkNode[], nodeId: NodeId): (id: NodeId) => NodeId {
  const start = `${nodeId}/`
  const cut = picked.every(({ id }) => id.startsWith(start)) ? start.length : 0
  return (id) => id.slice(cut) as NodeId
}

/** What the names of the nodes begin with, where no other node has it; else the block's own name with a free number. */
function nameBlock(document: NetworkDocument, picked: readonly NetworkNode[], { type }: BlockWish): NodeId {
  const taken = new Set<string>(document.nodes.map(({ id }) => id))
  const parts = picked.map(({ id }) => id.split('/').slice(0, -1))
  const [shortest = []] = parts.toSorted((a, b) => a.length - b.length)
  let depth = 0
  while (depth < shortest.length && parts.every((part) => part[depth] === shortest[depth])) depth += 1
  const shared = shortest.slice(0, depth).join('/')
  const isFree = (name: string): boolean =>
    !taken.has(name) &&
    !document.nodes.some(({ id }) => id.startsWith(`${name}/`) && !picked.some((node) => node.id === id))
  if (shared !== '' && isFree(shared)) return shared as NodeId
  const base = type.slice(type.indexOf('/') + 1)
  let number = 1
  while (!isFree(`${base}${number}`)) number += 1
  return `${base}${number}` as NodeId
}

/** One input for each port outside that feeds the nodes, with the ports that it feeds. */
function collectInputs(document: NetworkDocument, chosen: ReadonlySet<NodeId>): Replacement['inputs'] {
  const inputs = new Map<string, { readonly from: PortReference; readonly to: PortReference[] }>()
  for (const { from, to } of document.edges) {
    if (chosen.has(from.node) || !chosen.has(to.node)) continue
    const key = `${from.node}:${from.port}`
    const known = inputs.get(key)
    if (known) known.to.push(to)
    else inputs.set(key, { from, to: [to] })
  }
  return [...inputs.values()]
}

/** The ports that feed what is outside; where none does, those that feed nothing. */
function collectOutputs(
  document: NetworkDocument,
  picked: readonly NetworkNode[],
  chosen: ReadonlySet<NodeId>,
  inference: Inference,
): readonly PortReference[] {
  const found = new Map<string, PortReference>()
  for (const { from, to } of document.edges) {
    if (chosen.has(from.node) && !chosen.has(to.node)) found.set(`${from.node}:${from.port}`, from)
  }
  if (found.size > 0) return [...found.values()]
  const leading = new Set(document.edges.map(({ from }) => from.node))
  return picked
    .filter(({ id }) => !leading.has(id))
    .flatMap(({ id }) => (inference.nodes.get(id)?.outputPorts ?? ['out']).map((port) => ({ node: id, port })))
}

function middleOf(picked: readonly NetworkNode[]): Position | undefined {
  const places = picked.flatMap(({ position }) => position ?? [])
  if (places.length === 0) return undefined
  const mean = (pick: (place: Position) => number): number =>
    Math.round(places.reduce((sum, place) => sum + pick(place), 0) / places.length)
  return { x: mean(({ x }) => x), y: mean(({ y }) => y) }
}

function refuseUnfit(
  document: NetworkDocument,
  picked: readonly NetworkNode[],
  chosen: ReadonlySet<NodeId>,
  inference: Inference,
): void {
  const refuse = (message: string, hint: string, nodeId?: NodeId): NetloomError =>
    new NetloomError('document.edit', message, { nodeId, hint })
  if (picked.length === 0) throw refuse('No layers are chosen.', 'Select the layers that the block is to hold.')
  const input = picked.find(({ id }) => inference.inputId === id)
  if (input) {
    throw refuse(`"${input.id}" is the network's input and cannot be inside a block.`, 'Leave it out.', input.id)
  }
  const back = findWayBack(document, chosen)
  if (back === undefined) return
  const message = `A path leaves the chosen layers at "${back.leaves}" and comes back at "${back.returns}".`
  throw refuse(message, 'Choose the layers on that path too.', back.leaves)
}

/** A node outside that the chosen ones lead to and that leads to them again. */
function findWayBack(
  document: NetworkDocument,
  chosen: ReadonlySet<NodeId>,
): { readonly leaves: NodeId; readonly returns: NodeId } | undefined {
  const next = new Map<NodeId, NodeId[]>()
  for (const { from, to } of document.edges) next.set(from.node, [...(next.get(from.node) ?? []), to.node])
  const origins = new Map<NodeId, NodeId>()
  for (const id of chosen) for (const to of next.get(id) ?? []) if (!chosen.has(to)) origins.set(to, to)
  // A Map visits what is added to it while it is walked.
  for (const [id, leaves] of origins) {
    for (const to of next.get(id) ?? []) {
      if (chosen.has(to)) return { leaves, returns: to }
      if (!origins.has(to)) origins.set(to, leaves)
    }
  }
  return undefined
}

/** The nodes of a document that are uses of one of its blocks. */
export function listUses(document: NetworkDocument, type: UserBlock['type']): readonly NodeId[] {
  return document.nodes.filter((node) => node.type === type).map(({ id }) => id)
}

/** The edit that replaces one definition; its uses follow by themselves. */
export function changeBlock(document: NetworkDocument, block: UserBlock): Edit {
  const blocks = document.blocks ?? []
  const index = blocks.findIndex(({ type }) => type === block.type)
  return { type: 'setBlocks', blocks: index < 0 ? [...blocks, block] : blocks.with(index, block) }
}
