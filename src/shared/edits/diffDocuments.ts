// What differs between two documents: nodes, parameters, wires, weights that start anew; not how it is shown.
import type { NetworkDocument, NetworkNode, NodeId } from '../graph/document'
import { findFilePath } from '../graph/weightPaths'
import { alignBlocks, type OpenedDocument } from './alignBlocks'
import { listShortcuts, matchNodes, type Origins, type Shortcut } from './matchNodes'
import { analyzeDocument } from '../network/analyze'
import { inferDocument, type FindLayer } from '../network/inferDocument'
import { isSameShape, listWeights } from '../network/weights'

/** A parameter with both values; undefined where one side does not have it. */
export interface ChangedParameter {
  readonly name: string
  readonly before: unknown
  readonly after: unknown
}

export interface ChangedNode {
  readonly id: NodeId
  /** Its name before, where it is another one. */
  readonly renamedFrom?: NodeId
  /** Its type before, where it is another one. */
  readonly typeBefore?: string
  readonly parameters: readonly ChangedParameter[]
  /** Its state after, where it was frozen or unfrozen. */
  readonly frozen?: boolean
  /** Whether it takes its inputs from elsewhere. */
  readonly rewired: boolean
}

export interface DocumentTotals {
  readonly parameters: number
  readonly trainable: number
  readonly macs: number
}

/** A block that holds the layers of before, or that was taken apart into them: the network computes as it did. */
export interface RegroupedBlock {
  readonly id: NodeId
  readonly type: string
  readonly how: 'expanded' | 'collapsed'
}

export interface DocumentDiff {
  readonly added: readonly NetworkNode[]
  readonly removed: readonly NetworkNode[]
  readonly changed: readonly ChangedNode[]
  readonly regrouped: readonly RegroupedBlock[]
  readonly shortcuts: readonly Shortcut[]
  /** Layers whose weights start anew, as the weights file has none of their shape for them; by their full paths. */
  readonly reinitialised: readonly string[]
  readonly before: DocumentTotals
  readonly after: DocumentTotals
}

/**
 * Compares two states of a network as they compute: blocks that only one of them has are opened, so that expanding or
 * collapsing is told as that, not as layers that come and go. Nodes that were renamed are followed.
 */
export function diffDocuments(before: NetworkDocument, after: NetworkDocument, findLayer?: FindLayer): DocumentDiff {
  const aligned = alignBlocks(before, after, findLayer)
  const [then, now] = [aligned.before.document, aligned.after.document]
  const old = new Map(then.nodes.map((node) => [node.id, node]))
  const origins = matchNodes(then, now, findLayer)
  const kept = new Set(origins.values())
  const isRegrouped = (node: NodeId, origin: NodeId): boolean =>
    aligned.after.owners.has(node) || aligned.before.owners.has(origin)
  const changed = now.nodes.flatMap((node): ChangedNode[] => {
    const origin = origins.get(node.id)
    const earlier = origin === undefined ? undefined : old.get(origin)
    if (!earlier) return []
    const change = compareNodes(earlier, node, isRewired(then, now, earlier.id, node.id, origins))
    return change && !isRenamedOnly(change, isRegrouped(node.id, earlier.id)) ? [change] : []
  })
  const came = gather(after, aligned.after, (id) => !origins.has(id))
  const went = gather(before, aligned.before, (id) => !kept.has(id))
  return {
    added: came.nodes,
    removed: went.nodes,
    changed,
    regrouped: [
      ...went.apart.map(({ id, type }) => ({ id, type, how: 'expanded' }) as const),
      ...came.apart.map(({ id, type }) => ({ id, type, how: 'collapsed' }) as const),
    ],
    shortcuts: listShortcuts(then, now, origins),
    reinitialised: listReinitialised(before, after, findLayer),
    before: totalsOf(before, findLayer),
    after: totalsOf(after, findLayer),
  }
}

/** Whether nothing but the name is another one, as that of a layer that went into a block or out of it. */
function isRenamedOnly({ renamedFrom, typeBefore, parameters, frozen, rewired }: ChangedNode, mayBe: boolean): boolean {
  return (
    mayBe && renamedFrom !== undefined && !typeBefore && parameters.length === 0 && frozen === undefined && !rewired
  )
}

/**
 * Nodes of one state without a counterpart, in its own blocks: a block of which nothing has one stands as a whole, one of
 * which something has one was taken `apart` in the other state.
 */
function gather(
  own: NetworkDocument,
  { document, owners }: OpenedDocument,
  isAlone: (id: NodeId) => boolean,
): { readonly nodes: readonly NetworkNode[]; readonly apart: readonly NetworkNode[] } {
  const known = new Set(document.nodes.filter(({ id }) => !isAlone(id)).map(({ id }) => owners.get(id) ?? id))
  const opened = new Set(owners.values())
  const whole = own.nodes.filter(({ id }) => opened.has(id) && !known.has(id))
  const loose = document.nodes.filter(({ id }) => {
    const owner = owners.get(id)
    return isAlone(id) && (owner === undefined || known.has(owner))
  })
  return {
    nodes: [...loose, ...whole],
    apart: own.nodes.filter(({ id }) => opened.has(id) && known.has(id)),
  }
}

function compareNodes(before: NetworkNode, after: NetworkNode, rewired: boolean): ChangedNode | undefined {
  const names = [...new Set([...Object.keys(before.params), ...Object.keys(after.params)])]
  const parameters = names
    .filter((name) => JSON.stringify(before.params[name]) !== JSON.stringify(after.params[name]))
    .map((name): ChangedParameter => ({ name, before: before.params[name], after: after.params[name] }))
  const isFrozen = after.frozen === true
  const froze = isFrozen !== (before.frozen === true)
  const isSame = parameters.length === 0 && !froze && !rewired && before.type === after.type && before.id === after.id
  if (isSame) return undefined
  return {
    id: after.id,
    ...(before.id === after.id ? {} : { renamedFrom: before.id }),
    ...(before.type === after.type ? {} : { typeBefore: before.type }),
    parameters,
    ...(froze ? { frozen: isFrozen } : {}),
    rewired,
  }
}

function listArriving({ edges }: NetworkDocument, id: NodeId, nameOf: (id: NodeId) => string): string {
  return edges
    .filter(({ to }) => to.node === id)
    .map(({ from, to }) => `${nameOf(from.node)}:${from.port}>${to.port}`)
    .sort()
    .join()
}

function isRewired(
  before: NetworkDocument,
  after: NetworkDocument,
  beforeId: NodeId,
  afterId: NodeId,
  origins: Origins,
): boolean {
  const then = listArriving(before, beforeId, (id) => id)
  return then !== listArriving(after, afterId, (id) => origins.get(id) ?? `new ${id}`)
}

/** Layers for which the weights from before have nothing of their shape. */
function listReinitialised(before: NetworkDocument, after: NetworkDocument, findLayer?: FindLayer): readonly string[] {
  const old = new Map(listWeights(inferDocument(before, findLayer)).map(({ path, shape }) => [path, shape]))
  const layers = new Set<string>()
  for (const { path, nodeId, shape } of listWeights(inferDocument(after, findLayer))) {
    const origin = findFilePath(relativePaths(before, after), nodeId)
    const earlier = origin === undefined ? undefined : old.get(`${origin}${path.slice(path.lastIndexOf('/'))}`)
    if (!earlier || !isSameShape(earlier, shape)) layers.add(nodeId)
  }
  return [...layers]
}

/** Where the layers of `after` were in `before`: both may have been renamed since the weights file was written. */
function relativePaths(before: NetworkDocument, after: NetworkDocument): NetworkDocument['weightPaths'] {
  if (!before.weightPaths) return after.weightPaths
  const present = new Map<string, string>()
  for (const { id } of before.nodes) {
    const path = findFilePath(before.weightPaths, id)
    if (path !== undefined) present.set(path, id)
  }
  return Object.fromEntries(
    after.nodes.map(({ id }) => {
      const path = findFilePath(after.weightPaths, id)
      return [id, path === undefined ? null : (present.get(path) ?? path)]
    }),
  )
}

function totalsOf(document: NetworkDocument, findLayer?: FindLayer): DocumentTotals {
  const { parameters, macs } = analyzeDocument(document, { findLayer })
  return { parameters: parameters.total, trainable: parameters.trainable, macs }
}
