// Makes equal blocks in a row one block with a repeat count; not how single blocks are found (foldBlocks.ts).
import type { NetworkDocument, NetworkEdge, NetworkNode, NodeId, PortReference } from '../../graph/document'
import { isBlock } from '../../layers/define'
import { flattenNodes } from '../../network/flattenNodes'
import { inferDocument, type FindLayer, type InferredLayer, type InferredNode } from '../../network/inferDocument'
import { inferReadyNode } from '../../network/inferNode'
import { parseParams } from '../../network/parseParams'
import { FoldView } from './foldView'
import { printLayer } from './layerPrint'

/** Blocks in a row that one block with a repeat count equals. */
interface Row {
  readonly nodes: readonly InferredNode[]
  readonly made: NetworkNode
  /** Paths of the layers, before and after. */
  readonly moves: ReadonlyMap<string, string>
}

/**
 * Gathers rows of blocks of one type, where the first one's parameters with a repeat count expand to all of them.
 * @param moved is told each layer whose path changes
 */
export function foldRepeats(
  document: NetworkDocument,
  among: ReadonlySet<NodeId> | undefined,
  findLayer: FindLayer,
  moved: (from: string, to: string) => void,
): NetworkDocument {
  const view = new FoldView(document, inferDocument(document, findLayer))
  const rowOf = new Map<NodeId, Row>()
  const names = new RowNames(document)
  for (const start of view.inference.nodes.values()) {
    if (rowOf.has(start.node.id) || !canRepeat(start) || (among && !among.has(start.node.id))) continue
    const row = findLongestRow(
      (most) => listRun(view, start, among, most),
      (nodes) => proveRow(nodes, names, findLayer),
    )
    if (!row) continue
    for (const { node } of row.nodes) rowOf.set(node.id, row)
    names.add(row.made.id)
    for (const [from, to] of row.moves) if (from !== to) moved(from, to)
  }
  return replaceRows(document, rowOf)
}

function canRepeat({ definition, params }: InferredNode): boolean {
  return isBlock(definition) && 'repeat' in definition.params.shape && params.repeat === 1
}

/** Up to `most` nodes of one type that follow each other, each feeding only the next. */
function listRun(
  view: FoldView,
  start: InferredNode,
  among: ReadonlySet<NodeId> | undefined,
  most: number,
): readonly InferredNode[] {
  const run = [start]
  for (let last = start; run.length < most;) {
    const [next, ...others] = view.consumersOf(last.node.id)
    const node = next === undefined || others.length > 0 ? undefined : view.node(next)
    const isNext =
      node && node.node.type === start.node.type && canRepeat(node) && node.node.frozen === start.node.frozen
    if (!isNext || (among && !among.has(node.node.id))) return run
    run.push(node)
    last = node
  }
  return run
}

/**
 * The longest row from a start on. Where a row is proved, so is each beginning of it: rows of twice the length are tried
 * until one is too long, then the lengths between, so that the work grows with the row that is found.
 */
function findLongestRow(
  list: (most: number) => readonly InferredNode[],
  prove: (nodes: readonly InferredNode[]) => Row | undefined,
): Row | undefined {
  let best: Row | undefined
  let tooLong = Infinity
  for (let length = 2; length < tooLong;) {
    const nodes = list(length)
    const row = nodes.length > (best?.nodes.length ?? 1) ? prove(nodes) : undefined
    if (row) best = row
    if (!row) tooLong = nodes.length
    else if (nodes.length < length) tooLong = nodes.length + 1
    const proved = best?.nodes.length ?? 1
    length = tooLong === Infinity ? 2 * proved : Math.ceil((proved + tooLong) / 2)
  }
  return best
}

function proveRow(nodes: readonly InferredNode[], names: RowNames, findLayer: FindLayer): Row | undefined {
  const [first] = nodes
  const last = nodes.at(-1)
  if (!first || !last) return undefined
  const id = names.nameOf(nodes)
  const { position, frozen } = first.node
  const made: NetworkNode = {
    id,
    type: first.node.type,
    params: { ...first.node.params, repeat: nodes.length },
    ...(position ? { position } : {}),
    ...(frozen === undefined ? {} : { frozen }),
  }
  const params = parseParams(made, first.definition).params
  if (!params) return undefined
  const ready = { node: made, definition: first.definition, params, inputs: first.inputs, sources: first.sources }
  const { inferred } = inferReadyNode(ready, findLayer)
  if (!inferred) return undefined
  const moves = matchInOrder(
    flattenNodes(new Map([[id, inferred]])).layers,
    flattenNodes(new Map(nodes.map((node) => [node.node.id, node]))).layers,
  )
  return moves && { nodes, made, moves }
}

/** Both lists come from the same definitions, so their layers stand in the same order. */
function matchInOrder(
  after: ReadonlyMap<NodeId, InferredLayer>,
  before: ReadonlyMap<NodeId, InferredLayer>,
): ReadonlyMap<string, string> | undefined {
  if (after.size !== before.size) return undefined
  const moves = new Map<string, string>()
  const old = [...before.values()]
  const isSame = [...after.values()].every((layer, index) => {
    const other = old[index]
    if (!other || other.node.type !== layer.node.type || printLayer(other) !== printLayer(layer)) return false
    moves.set(other.node.id, layer.node.id)
    return layer.sources.every((source, place) => isSamePort(source, other.sources[place], moves))
  })
  return isSame ? moves : undefined
}

function isSamePort(
  after: PortReference,
  before: PortReference | undefined,
  moves: ReadonlyMap<string, string>,
): boolean {
  return before !== undefined && after.port === before.port && after.node === (moves.get(before.node) ?? before.node)
}

/** The names of rows among those of a document. */
class RowNames {
  private readonly names: Set<string>
  /** How many nodes stand below each folder of names. */
  private readonly below = new Map<string, number>()

  constructor({ nodes }: NetworkDocument) {
    this.names = new Set(nodes.map(({ id }) => id))
    for (const { id } of nodes)
      for (let end = id.lastIndexOf('/'); end > 0; end = id.lastIndexOf('/', end - 1)) {
        const folder = id.slice(0, end)
        this.below.set(folder, (this.below.get(folder) ?? 0) + 1)
      }
  }

  add(name: string): void {
    this.names.add(name)
  }

  /** What the names of the blocks begin with, where that is free: `layer1` for `layer1/0` and `layer1/1`. */
  nameOf(nodes: readonly InferredNode[]): NodeId {
    const parents = new Set(nodes.map(({ node: { id } }) => id.slice(0, Math.max(0, id.lastIndexOf('/')))))
    const [parent = ''] = parents
    const [first] = nodes
    const isOwn = parents.size === 1 && parent !== '' && this.below.get(parent) === nodes.length
    return isOwn && !this.names.has(parent) ? (parent as NodeId) : (first?.node.id ?? ('block' as NodeId))
  }
}

/** Puts a block in the place of the last node of each row. */
function replaceRows(document: NetworkDocument, rowOf: ReadonlyMap<NodeId, Row>): NetworkDocument {
  if (rowOf.size === 0) return document
  const replace = (port: PortReference): PortReference => {
    const row = rowOf.get(port.node)
    return row ? { node: row.made.id, port: port.port } : port
  }
  return {
    ...document,
    nodes: document.nodes.flatMap((node) => {
      const row = rowOf.get(node.id)
      if (!row) return [node]
      return node.id === row.nodes.at(-1)?.node.id ? [row.made] : []
    }),
    edges: document.edges.flatMap(({ from, to }): NetworkEdge[] => {
      const source = rowOf.get(from.node)
      return source && source === rowOf.get(to.node) ? [] : [{ from: replace(from), to: replace(to) }]
    }),
  }
}
