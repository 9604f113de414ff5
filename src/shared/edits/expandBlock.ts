// Edits that open blocks in place: the nodes inside come where the block was; not how blocks are made (makeBlock.ts).
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId, PortReference, Position } from '../graph/document'
import type { Edit } from '../graph/edits'
import { NetloomError } from '../graph/errors'
import { portsOf } from '../layers/define'
import { inferDocument, type FindLayer, type InferredNode } from '../network/inferDocument'

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
  const inference = inferDocument(document, findLayer)
  const block = inference.nodes.get(id)
  if (!block) {
    throw new NetloomError('document.edit', `"${id}" has errors, so what it holds is not known.`, {
      nodeId: id,
      hint: 'Mend its problems first.',
    })
  }
  if (!block.inside) throw new NetloomError('document.edit', `"${id}" is a layer, not a block.`, { nodeId: id })
  return { type: 'setGraph', ...openBlock(document, block, spacing), weightPaths: document.weightPaths }
}

/** Opens every block, and those inside them, until only layers are left. */
export function expandAllBlocks(
  document: NetworkDocument,
  spacing: BlockSpacing = usualSpacing,
  findLayer?: FindLayer,
): Edit {
  let opened = document
  for (;;) {
    const inference = inferDocument(opened, findLayer)
    const blocks = opened.nodes.flatMap(({ id }) => inference.nodes.get(id) ?? []).filter(({ inside }) => inside)
    if (blocks.length === 0) break
    for (const block of blocks) opened = { ...opened, ...openBlock(opened, block, spacing) }
  }
  return { type: 'setGraph', nodes: opened.nodes, edges: opened.edges, weightPaths: document.weightPaths }
}

/** A document with some of its blocks opened by one level, and weights at their paths; blocks with errors stay as they are. */
export function openBlocks(
  document: NetworkDocument,
  isWanted: (block: InferredNode) => boolean,
  findLayer?: FindLayer,
): NetworkDocument {
  const inference = inferDocument(document, findLayer)
  let opened = document
  for (const { id } of document.nodes) {
    const block = inference.nodes.get(id)
    if (block?.inside && isWanted(block)) opened = { ...opened, ...openBlock(opened, block, usualSpacing) }
  }
  return opened
}

type Graph = Pick<NetworkDocument, 'nodes' | 'edges'>

function openBlock(document: NetworkDocument, block: InferredNode, spacing: BlockSpacing): Graph {
  const { inside, node } = block
  if (!inside) return document
  const inner = [...inside.nodes.values()]
  const { places, depth } = placeInside(inner, node.position, spacing)
  const opened = inner.map(({ node }): NetworkNode => ({ ...node, position: places.get(node.id) }))
  const index = document.nodes.findIndex(({ id }) => id === node.id)
  const nodes = makeRoom(document.nodes, node, (depth - 1) * spacing.along, spacing).toSpliced(index, 1, ...opened)
  const edges = document.edges.flatMap((edge): NetworkEdge[] => {
    if (edge.to.node === node.id) return []
    if (edge.from.node !== node.id) return [edge]
    const from = inside.outputs[block.outputPorts.indexOf(edge.from.port)]
    return from ? [{ from, to: edge.to }] : []
  })
  const outside = listFeeds(document, block)
  const added = inner.flatMap((held) => {
    const ports = listJoinedPorts(held)
    return held.sources.flatMap((source, place): NetworkEdge[] => {
      const port = ports[place]
      const from = outside.get(portKey(source)) ?? source
      return port === undefined ? [] : [{ from, to: { node: held.node.id, port } }]
    })
  })
  return { nodes, edges: [...edges, ...added] }
}

function portKey({ node, port }: PortReference): string {
  return `${node}:${port}`
}

/** What feeds a block, as it was inferred and as the document has it now, where other blocks may be open already. */
function listFeeds(document: NetworkDocument, block: InferredNode): ReadonlyMap<string, PortReference> {
  const ports = listJoinedPorts(block)
  const arriving = new Map<string, PortReference>()
  for (const { from, to } of document.edges) if (to.node === block.node.id) arriving.set(to.port, from)
  const feeds = new Map<string, PortReference>()
  block.sources.forEach((source, place) => {
    const from = arriving.get(ports[place] ?? '')
    if (from) feeds.set(portKey(source), from)
  })
  return feeds
}

/** The input ports of an inferred node, one for each of its sources. */
function listJoinedPorts({ definition, node, sources }: InferredNode): readonly string[] {
  const { inputs } = portsOf(definition, node.params)
  return inputs.kind === 'fixed' ? inputs.names : sources.map((_, index) => `${inputs.name}${index}`)
}

/** Rows by distance from the block's inputs, branches side by side around the place of the block. */
function placeInside(
  inner: readonly InferredNode[],
  origin: Position | undefined,
  { direction, along, across }: BlockSpacing,
): { readonly places: ReadonlyMap<NodeId, Position | undefined>; readonly depth: number } {
  const rows: NodeId[][] = []
  const rowOf = new Map<NodeId, number>()
  for (const { node, inputNames } of inner) {
    const row = inputNames.reduce((deepest, name) => Math.max(deepest, (rowOf.get(name) ?? -1) + 1), 0)
    rowOf.set(node.id, row)
    ;(rows[row] ??= []).push(node.id)
  }
  const places = new Map<NodeId, Position | undefined>()
  rows.forEach((ids, row) => {
    ids.forEach((id, column) => {
      const side = (column - (ids.length - 1) / 2) * across
      const [x, y] = direction === 'down' ? [side, row * along] : [row * along, side]
      places.set(id, origin && { x: origin.x + x, y: origin.y + y })
    })
  })
  return { places, depth: rows.length }
}

/** Moves what lies behind a node further along. */
function makeRoom(
  nodes: readonly NetworkNode[],
  at: NetworkNode,
  distance: number,
  { direction }: BlockSpacing,
): readonly NetworkNode[] {
  const { position: origin } = at
  if (!origin || distance <= 0) return nodes
  const axis = direction === 'down' ? 'y' : 'x'
  return nodes.map((node) =>
    node.position && node.id !== at.id && node.position[axis] > origin[axis]
      ? { ...node, position: { ...node.position, [axis]: node.position[axis] + distance } }
      : node,
  )
}
