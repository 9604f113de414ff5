// What differs between two documents: nodes, parameters, wires, weights that start anew; not how it is shown.
import type { NetworkDocument, NetworkNode, NodeId } from '../graph/document'
import { findFilePath } from '../graph/weightPaths'
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

export interface DocumentDiff {
  readonly added: readonly NetworkNode[]
  readonly removed: readonly NetworkNode[]
  readonly changed: readonly ChangedNode[]
  /** Layers whose weights start anew, as the weights file has none of their shape for them; by their full paths. */
  readonly reinitialised: readonly string[]
  readonly before: DocumentTotals
  readonly after: DocumentTotals
}

/** Compares two states of a network; nodes that were renamed are followed where the document says so. */
export function diffDocuments(before: NetworkDocument, after: NetworkDocument, findLayer?: FindLayer): DocumentDiff {
  const old = new Map(before.nodes.map((node) => [node.id, node]))
  const origins = new Map(after.nodes.map((node) => [node.id, originOf(node.id, old, after)]))
  const kept = new Set(origins.values())
  const changed = after.nodes.flatMap((node): ChangedNode[] => {
    const origin = origins.get(node.id)
    const earlier = origin === undefined ? undefined : old.get(origin)
    const change = earlier && compareNodes(earlier, node, isRewired(before, after, earlier.id, node.id, origins))
    return change ? [change] : []
  })
  return {
    added: after.nodes.filter(({ id }) => origins.get(id) === undefined),
    removed: before.nodes.filter(({ id }) => !kept.has(id)),
    changed,
    reinitialised: listReinitialised(before, after, findLayer),
    before: totalsOf(before, findLayer),
    after: totalsOf(after, findLayer),
  }
}

/** The node before that this one is: of the same name, or the one that the weights come from. */
function originOf(id: NodeId, old: ReadonlyMap<NodeId, NetworkNode>, after: NetworkDocument): NodeId | undefined {
  if (old.has(id)) return id
  const path = findFilePath(after.weightPaths, id) as NodeId | undefined
  return path !== undefined && old.has(path) && !after.nodes.some((node) => node.id === path) ? path : undefined
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
  origins: ReadonlyMap<NodeId, NodeId | undefined>,
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
