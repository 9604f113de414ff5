// Edits that open blocks in place: the nodes inside come where the block was; not how blocks are made (makeBlock.ts).
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId, PortReference, Position } from '../graph/document'
import type { Edit } from '../graph/edits'
import { NetloomError } from '../graph/errors'
import { portsOf } from '../layers/define'
import { inferDocument, type FindLayer, type InferredBlock, type InferredNode } from '../network/inferDocument'

/** Where the network flows on the canvas, and how far apart its rows and columns are, in canvas units. */
export interface BlockSpacing {
  readonly direction: 'down' | 'right'
  /** From one row to the next along the data. */
  readonly along: number
  /** From one branch to the next. */
  readonly across: number
}

/** Rows of 96 and branches of 240 canvas units, from the top down. */
export const usualSpacing: BlockSpacing = { direction: 'down', along: 96, across: 240 }

/**
 * The edit that puts the nodes inside a block in its place; weights keep their paths. Nodes inside may be blocks again.
 * @throws NetloomError `document.edit` where the node is no block or is not sound
 */
export function expandBlock(
  document: NetworkDocument,
  id: NodeId,
  spacing: BlockSpacing = usualSpacing,
  findLayer?: FindLayer,
): Edit {
  return expandBlocks(document, [id], spacing, findLayer)
}

/**
 * The edit that opens several blocks at once, by one level each.
 * @throws NetloomError `document.edit` for the first that is no block or is not sound
 */
export function expandBlocks(
  document: NetworkDocument,
  ids: readonly NodeId[],
  spacing: BlockSpacing = usualSpacing,
  findLayer?: FindLayer,
): Edit {
  const inference = inferDocument(document, findLayer)
  const blocks = ids.map((id) => requireBlock(inference.nodes.get(id), id))
  return { type: 'setGraph', ...openLevel(document, blocks, spacing), weightPaths: document.weightPaths }
}

function requireBlock(inferred: InferredNode | undefined, id: NodeId): OpenableBlock {
  if (!inferred) {
    throw new NetloomError('document.edit', `"${id}" has errors, so what it holds is not known.`, {
      nodeId: id,
      hint: 'Mend its problems first.',
    })
  }
  if (!isOpenable(inferred)) {
    throw new NetloomError('document.edit', `"${id}" is a layer, not a block.`, { nodeId: id })
  }
  return inferred
}

/** Opens every block, and those inside them, until only layers are left. */
export function expandAllBlocks(
  document: NetworkDocument,
  spacing: BlockSpacing = usualSpacing,
  findLayer?: FindLayer,
): Edit {
  let opened = document
  for (;;) {
    const blocks = findOpenable(opened, findLayer)
    if (blocks.length === 0) break
    opened = { ...opened, ...openLevel(opened, blocks, spacing) }
  }
  return { type: 'setGraph', nodes: opened.nodes, edges: opened.edges, weightPaths: document.weightPaths }
}

/** A document with some of its blocks opened by one level, and weights at their paths; blocks with errors stay as they are. */
export function openBlocks(
  document: NetworkDocument,
  isWanted: (block: InferredNode) => boolean,
  findLayer?: FindLayer,
): NetworkDocument {
  const blocks = findOpenable(document, findLayer).filter(isWanted)
  return blocks.length === 0 ? document : { ...document, ...openLevel(document, blocks, usualSpacing) }
}

type Graph = Pick<NetworkDocument, 'nodes' | 'edges'>

/** A sound node that holds others. */
type OpenableBlock = InferredNode & { readonly inside: InferredBlock }

function isOpenable(inferred: InferredNode): inferred is OpenableBlock {
  return inferred.inside !== undefined
}

function findOpenable(document: NetworkDocument, findLayer?: FindLayer): readonly OpenableBlock[] {
  const inference = inferDocument(document, findLayer)
  return document.nodes.flatMap(({ id }) => inference.nodes.get(id) ?? []).filter(isOpenable)
}

/** Opens blocks by one level, all at once: one pass over the nodes and one over the edges. */
function openLevel(document: NetworkDocument, blocks: readonly OpenableBlock[], spacing: BlockSpacing): Graph {
  const opened = new Map(blocks.map((block) => [block.node.id, block]))
  const roomBefore = measureRoom(opened.values(), spacing)
  const nodes = document.nodes.flatMap((node): readonly NetworkNode[] => {
    const moved = moveAlong(node, roomBefore, spacing)
    const block = opened.get(node.id)
    return block ? placeInside(block, moved.position, spacing) : [moved]
  })
  const kept = document.edges.flatMap((edge) => {
    if (opened.has(edge.to.node)) return []
    return opened.has(edge.from.node) ? joinPorts(resolveOpened(edge.from, opened), edge.to) : [edge]
  })
  const added = [...opened.values()].flatMap((block) => listInnerEdges(block, opened))
  return { nodes, edges: [...kept, ...added] }
}

/** What a port is once blocks are open: a port of a block becomes that of the node inside which gives it, however deep. */
function resolveOpened(port: PortReference, opened: ReadonlyMap<NodeId, OpenableBlock>): PortReference | undefined {
  let at: PortReference | undefined = port
  for (let block = opened.get(port.node); at && block; block = at && opened.get(at.node)) {
    at = block.inside.outputs[block.outputPorts.indexOf(at.port)]
  }
  return at
}

function joinPorts(from: PortReference | undefined, to: PortReference): readonly NetworkEdge[] {
  return from ? [{ from, to }] : []
}

/** What arrives at each node inside a block, from its neighbours there or from outside. */
function listInnerEdges(block: OpenableBlock, opened: ReadonlyMap<NodeId, OpenableBlock>): readonly NetworkEdge[] {
  return [...block.inside.nodes.values()].flatMap((held) => {
    const ports = listJoinedPorts(held)
    return held.sources.flatMap((source, place) => {
      const port = ports[place]
      return port === undefined ? [] : joinPorts(resolveOpened(source, opened), { node: held.node.id, port })
    })
  })
}

/** The input ports of an inferred node, one for each of its sources. */
function listJoinedPorts({ definition, node, sources }: InferredNode): readonly string[] {
  const { inputs } = portsOf(definition, node.params)
  return inputs.kind === 'fixed' ? inputs.names : sources.map((_, index) => `${inputs.name}${index}`)
}

/** Which row each node inside a block stands in, by its distance from the block's inputs. */
function listRows({ inside }: OpenableBlock): readonly (readonly NodeId[])[] {
  const rows: NodeId[][] = []
  const rowOf = new Map<NodeId, number>()
  for (const { node, inputNames } of inside.nodes.values()) {
    const row = inputNames.reduce((deepest, name) => Math.max(deepest, (rowOf.get(name) ?? -1) + 1), 0)
    rowOf.set(node.id, row)
    ;(rows[row] ??= []).push(node.id)
  }
  return rows
}

/** The nodes inside a block in its order, in rows from the place of the block on, branches side by side around it. */
function placeInside(
  block: OpenableBlock,
  origin: Position | undefined,
  { direction, along, across }: BlockSpacing,
): readonly NetworkNode[] {
  const places = new Map<NodeId, Position | undefined>()
  listRows(block).forEach((ids, row) => {
    ids.forEach((id, column) => {
      const side = (column - (ids.length - 1) / 2) * across
      const [x, y] = direction === 'down' ? [side, row * along] : [row * along, side]
      places.set(id, origin && { x: origin.x + x, y: origin.y + y })
    })
  })
  return [...block.inside.nodes.values()].map(({ node }) => ({ ...node, position: places.get(node.id) }))
}

function axisOf({ direction }: BlockSpacing): 'x' | 'y' {
  return direction === 'down' ? 'y' : 'x'
}

/**
 * How much further along each place comes to lie, so that blocks before it have room: blocks in one row share the room of
 * the longest of them, and rows add up.
 */
function measureRoom(blocks: Iterable<OpenableBlock>, spacing: BlockSpacing): (place: number) => number {
  const roomAt = new Map<number, number>()
  for (const block of blocks) {
    const place = block.node.position?.[axisOf(spacing)]
    if (place === undefined) continue
    const room = (listRows(block).length - 1) * spacing.along
    roomAt.set(place, Math.max(roomAt.get(place) ?? 0, room))
  }
  const places = [...roomAt.keys()].toSorted((a, b) => a - b)
  const roomBefore = [0]
  for (const place of places) roomBefore.push((roomBefore.at(-1) ?? 0) + (roomAt.get(place) ?? 0))
  return (place) => roomBefore[countBelow(places, place)] ?? 0
}

/** How many of the sorted numbers are smaller than a limit. */
function countBelow(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? Infinity) < limit) low = middle + 1
    else high = middle
  }
  return low
}

function moveAlong(node: NetworkNode, roomBefore: (place: number) => number, spacing: BlockSpacing): NetworkNode {
  const { position } = node
  const axis = axisOf(spacing)
  const room = position ? roomBefore(position[axis]) : 0
  return position && room > 0 ? { ...node, position: { ...position, [axis]: position[axis] + room } } : node
}
