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
  const taken = new Set<NodeId>()
  const names = new Set<string>(document.nodes.map(({ id }) => id))
  let result = document
  for (const start of view.inference.nodes.values()) {
    if (taken.has(start.node.id) || !canRepeat(start) || (among && !among.has(start.node.id))) continue
    const run = listRun(view, start, among)
    const row = findLongestRow(view, run, names, findLayer)
    if (!row) continue
    for (const { node } of row.nodes) taken.add(node.id)
    names.add(row.made.id)
    for (const [from, to] of row.moves) if (from !== to) moved(from, to)
    result = replaceRow(result, row)
  }
  return result
}

function canRepeat({ definition, params }: InferredNode): boolean {
  return isBlock(definition) && 'repeat' in definition.params.shape && params.repeat === 1
}

/** The nodes of one type that follow each other, each feeding only the next. */
function listRun(view: FoldView, start: InferredNode, among: ReadonlySet<NodeId> | undefined): readonly InferredNode[] {
  const run = [start]
  for (let last = start; ;) {
    const [next, ...others] = view.consumersOf(last.node.id)
    const node = next === undefined || others.length > 0 ? undefined : view.node(next)
    const isNext =
      node && node.node.type === start.node.type && canRepeat(node) && node.node.frozen === start.node.frozen
    if (!isNext || (among && !among.has(node.node.id))) return run
    run.push(node)
    last = node
  }
}

function findLongestRow(
  view: FoldView,
  run: readonly InferredNode[],
  names: ReadonlySet<string>,
  findLayer: FindLayer,
): Row | undefined {
  for (let length = run.length; length > 1; length--) {
    const row = proveRow(view, run.slice(0, length), names, findLayer)
    if (row) return row
  }
  return undefined
}

function proveRow(
  view: FoldView,
  nodes: readonly InferredNode[],
  names: ReadonlySet<string>,
  findLayer: FindLayer,
): Row | undefined {
  const [first] = nodes
  const last = nodes.at(-1)
  if (!first || !last) return undefined
  const id = nameRow(view.document, nodes, names)
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

/** What the names of the blocks begin with, where that is free: `layer1` for `layer1/0` and `layer1/1`. */
function nameRow(document: NetworkDocument, nodes: readonly InferredNode[], names: ReadonlySet<string>): NodeId {
  const parents = new Set(nodes.map(({ node: { id } }) => id.slice(0, Math.max(0, id.lastIndexOf('/')))))
  const [parent = ''] = parents
  const [first] = nodes
  const fallback = first?.node.id ?? ('block' as NodeId)
  if (parents.size !== 1 || parent === '' || names.has(parent)) return fallback
  const own = new Set<string>(nodes.map(({ node }) => node.id))
  const isShared = document.nodes.some(({ id }) => id.startsWith(`${parent}/`) && !own.has(id))
  return isShared ? fallback : (parent as NodeId)
}

function replaceRow(document: NetworkDocument, { nodes, made }: Row): NetworkDocument {
  const held = new Set(nodes.map(({ node }) => node.id))
  const last = nodes.at(-1)?.node.id
  return {
    ...document,
    nodes: document.nodes.flatMap((node) => (node.id === last ? [made] : held.has(node.id) ? [] : [node])),
    edges: document.edges.flatMap(({ from, to }): NetworkEdge[] => {
      if (held.has(from.node) && held.has(to.node)) return []
      return [
        {
          from: held.has(from.node) ? { node: made.id, port: from.port } : from,
          to: held.has(to.node) ? { node: made.id, port: to.port } : to,
        },
      ]
    }),
  }
}
