// Gathers the layers of a network into blocks wherever a block is exactly what stands there; not how blocks are recognised (readers/).
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId, Position } from '../../graph/document'
import type { Edit } from '../../graph/edits'
import { placeNodes } from '../../graph/placeNodes'
import { moveInRecipe } from '../../graph/layerPatterns'
import { moveWeightPaths } from '../../graph/weightPaths'
import { findDefinition } from '../../layers/index'
import { inferDocument, type FindLayer, type InferredNode } from '../../network/inferDocument'
import { findLayerIn } from '../../network/userBlocks'
import { FoldView } from './foldView'
import { foldRepeats } from './foldRepeats'
import { nameGroups } from './nameGroups'
import { proveGuess, type ProvedBlock } from './proveGuess'
import { readerTiers } from './readers/index'

export interface FoldOptions {
  /** Only these nodes may be gathered; left out: all. */
  readonly among?: ReadonlySet<NodeId>
  /** Whether equal blocks in a row become one with a repeat count; true where left out. */
  readonly repeats?: boolean
  /** Whether all nodes get new places, for documents that nobody has arranged yet. */
  readonly places?: boolean
  readonly findLayer?: FindLayer
}

export interface FoldResult {
  /** The same network with blocks; expanding them gives the layers from before. */
  readonly document: NetworkDocument
  /** Layers whose paths changed, from the old path to the new one; weights go with them. */
  readonly moves: ReadonlyMap<string, string>
  /** How many nodes of each block type were made. */
  readonly blocks: Readonly<Record<string, number>>
}

/** Gathers layers into blocks. Broken parts of the document stay as they are. */
export function foldBlocks(document: NetworkDocument, options: FoldOptions = {}): FoldResult {
  const findLayer = findLayerIn(document, options.findLayer ?? findDefinition)
  const moves = new Map<string, string>()
  const note = (from: string, to: string): void => {
    moves.set(from, to)
  }
  let folded = document
  for (const readers of readerTiers) {
    const view = new FoldView(folded, inferDocument(folded, options.findLayer))
    const proved = findBlocks(view, readers, options.among, findLayer)
    folded = replaceAll(view, proved, note)
  }
  if (options.repeats !== false) folded = foldRepeats(folded, options.among, findLayer, moveOn(moves))
  const before = new Map(document.nodes.map(({ id, type }) => [id, type]))
  const blocks = new Map<string, number>()
  for (const { id, type } of folded.nodes) if (before.get(id) !== type) blocks.set(type, (blocks.get(type) ?? 0) + 1)
  for (const [from, to] of moves) if (from === to) moves.delete(from)
  // The same object, so that what is known of it need not be inferred again.
  if (folded === document && document.nodes.every(({ position }) => position !== undefined)) {
    return { document, moves, blocks: {} }
  }
  const { weightPaths: _, ...rest } = options.places ? placeAnew(folded) : folded
  const weightPaths = moveWeightPaths(document, moves)
  const recipe = document.recipe && moveInRecipe(document.recipe, moves)
  return {
    document: { ...rest, ...(recipe && { recipe }), ...(weightPaths && { weightPaths }) },
    moves,
    blocks: Object.fromEntries(blocks),
  }
}

function placeAnew(document: NetworkDocument): NetworkDocument {
  const places = placeNodes(
    document.nodes.map(({ id }) => id),
    document.edges,
  )
  return { ...document, nodes: document.nodes.map((node) => ({ ...node, position: places.get(node.id) })) }
}

/** The same as one undoable edit. */
export function foldEdit({ document: { nodes, edges, weightPaths, recipe } }: FoldResult): Edit {
  const graph: Edit = { type: 'setGraph', nodes, edges, weightPaths }
  return recipe ? { type: 'batch', edits: [graph, { type: 'setRecipe', recipe }] } : graph
}

/** Notes moves: a layer that was moved already moves on with the block that holds it. */
function moveOn(moves: Map<string, string>): (from: string, to: string) => void {
  const origins = new Map(Array.from(moves, ([origin, path]) => [path, origin]))
  return (from, to) => moves.set(origins.get(from) ?? from, to)
}

/** Blocks that do not share a layer, those nearest to the output first, larger kinds before smaller ones. */
function findBlocks(
  view: FoldView,
  readers: (typeof readerTiers)[number],
  among: ReadonlySet<NodeId> | undefined,
  findLayer: FindLayer,
): readonly ProvedBlock[] {
  const taken = new Set<NodeId>()
  const found: ProvedBlock[] = []
  for (const end of [...view.inference.nodes.values()].reverse()) {
    if (taken.has(end.node.id) || end.inside) continue
    const proved = proveFirst(view, end, readers, findLayer, (id) => !taken.has(id) && (among?.has(id) ?? true))
    if (!proved) continue
    for (const id of proved.layers.values()) taken.add(id)
    found.push(proved)
  }
  return found
}

function proveFirst(
  view: FoldView,
  end: InferredNode,
  readers: (typeof readerTiers)[number],
  findLayer: FindLayer,
  isFree: (id: NodeId) => boolean,
): ProvedBlock | undefined {
  for (const read of readers) {
    for (const guess of read(view, end)) {
      const proved = proveGuess(view, end, guess, findLayer)
      if (proved && [...proved.layers.values()].every(isFree)) return proved
    }
  }
  return undefined
}

/** Puts a node in the place of the layers of each block; nodes keep their order, by their last layer. */
function replaceAll(
  view: FoldView,
  blocks: readonly ProvedBlock[],
  note: (from: string, to: string) => void,
): NetworkDocument {
  if (blocks.length === 0) return view.document
  const { document } = view
  const names = nameGroups(
    document,
    blocks.map(({ layers }) => [...layers.values()]),
  )
  const positions = new Map(document.nodes.map(({ id, position }) => [id, position]))
  const blockOf = new Map<NodeId, ProvedBlock>()
  for (const block of blocks) for (const id of block.layers.values()) blockOf.set(id, block)
  const made = new Map<ProvedBlock, NetworkNode>()
  for (const [index, block] of blocks.entries()) {
    const id = names[index] ?? block.end
    for (const [inner, layer] of block.layers) note(layer, `${id}/${inner}`)
    made.set(block, {
      id,
      type: block.guess.type,
      params: block.guess.params,
      position: firstPosition(positions, block),
      ...(block.frozen ? { frozen: true } : {}),
    })
  }
  const nodes = document.nodes.flatMap((node): NetworkNode[] => {
    const block = blockOf.get(node.id)
    if (!block) return [node]
    const replacement = made.get(block)
    return node.id === block.end && replacement ? [replacement] : []
  })
  const nodeOf = (id: NodeId): NodeId => {
    const block = blockOf.get(id)
    return (block && made.get(block)?.id) ?? id
  }
  const edges = document.edges.flatMap((edge): NetworkEdge[] => {
    const target = blockOf.get(edge.to.node)
    const source = blockOf.get(edge.from.node)
    if (target && (target === source || !isEntryEdge(edge, target))) return []
    return [
      {
        from: source ? { node: nodeOf(edge.from.node), port: 'out' } : edge.from,
        to: target ? { node: nodeOf(edge.to.node), port: 'in' } : edge.to,
      },
    ]
  })
  return { ...document, nodes, edges: dropDoubles(edges, made) }
}

function isEntryEdge({ from }: NetworkEdge, { guess }: ProvedBlock): boolean {
  return from.node === guess.entry.node && from.port === guess.entry.port
}

/** A block that several of its layers are fed by takes one edge. */
function dropDoubles(
  edges: readonly NetworkEdge[],
  made: ReadonlyMap<ProvedBlock, NetworkNode>,
): readonly NetworkEdge[] {
  const blocks = new Set(Array.from(made.values(), ({ id }) => id))
  const fed = new Set<NodeId>()
  return edges.filter(({ to }) => {
    if (!blocks.has(to.node)) return true
    const isFirst = !fed.has(to.node)
    fed.add(to.node)
    return isFirst
  })
}

function firstPosition(
  positions: ReadonlyMap<NodeId, Position | undefined>,
  { layers }: ProvedBlock,
): Position | undefined {
  const places = [...layers.values()].flatMap((id) => positions.get(id) ?? [])
  return places.reduce<Position | undefined>(
    (first, place) =>
      first === undefined || place.y < first.y || (place.y === first.y && place.x < first.x) ? place : first,
    undefined,
  )
}
