// Which node of a network is which of an earlier state of it, by name, by its weights or by what it computes from what; and the wires that are new past others.
import type { NetworkDocument, NetworkNode, NodeId } from '../graph/document'
import { isBlock } from '../layers/define'
import { findDefinition } from '../layers/index'
import type { FindLayer } from '../network/inferDocument'
import { findLayerIn } from '../network/userBlocks'
import { findFilePath } from '../graph/weightPaths'

/** A wire that leads past layers that run beside it, and was not there. */
export interface Shortcut {
  readonly from: NodeId
  readonly to: NodeId
}

/** The node before, by the nodes that had one. */
export type Origins = ReadonlyMap<NodeId, NodeId>

function isBlockIn(document: NetworkDocument, { type }: NetworkNode, findLayer: FindLayer): boolean {
  const definition = findLayerIn(document, findLayer)(type)
  return definition !== undefined && isBlock(definition)
}

/**
 * Matches the nodes of two states: the same name, else where the weights come from, else the same layer on the same inputs.
 * A block may be named like a layer that it holds, and is another node then.
 */
export function matchNodes(
  before: NetworkDocument,
  after: NetworkDocument,
  findLayer: FindLayer = findDefinition,
): Origins {
  const old = new Map(before.nodes.map((node) => [node.id, node]))
  const present = new Set(after.nodes.map(({ id }) => id))
  const origins = new Map<NodeId, NodeId>()
  for (const node of after.nodes) {
    const { id } = node
    const same = old.get(id)
    if (same) {
      const isAlike =
        same.type === node.type || isBlockIn(before, same, findLayer) === isBlockIn(after, node, findLayer)
      if (isAlike) origins.set(id, id)
    } else {
      // A path of the weights file is the name of a node before, or of none.
      const path = findFilePath(after.weightPaths, id) as NodeId | undefined
      if (path !== undefined && old.has(path) && !present.has(path)) origins.set(id, path)
    }
  }
  matchByInputs(before, after, origins)
  return origins
}

/** What feeds each node, in a fixed order: `conv1:out>in`. */
function listFeeds({ edges }: NetworkDocument, nameOf: (id: NodeId) => NodeId | undefined) {
  const feeds = new Map<NodeId, string[] | null>()
  for (const { from, to } of edges) {
    const name = nameOf(from.node)
    const list = feeds.get(to.node)
    if (name === undefined || list === null) feeds.set(to.node, null)
    else feeds.set(to.node, [...(list ?? []), `${name}:${from.port}>${to.port}`])
  }
  return feeds
}

function keyOf({ type, params, id }: NetworkNode, feeds: ReadonlyMap<NodeId, readonly string[] | null>) {
  const own = feeds.get(id)
  if (!own) return undefined
  const sorted = Object.entries(params).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify([type, sorted, own.toSorted()])
}

/** Adds to the origins, along the data, the nodes that are the same layer fed by the same nodes. */
function matchByInputs(before: NetworkDocument, after: NetworkDocument, origins: Map<NodeId, NodeId>): void {
  const taken = new Set(origins.values())
  const then = listFeeds(before, (id) => id)
  const free = new Map<string, NodeId[]>()
  for (const node of before.nodes) {
    const key = taken.has(node.id) ? undefined : keyOf(node, then)
    if (key !== undefined) free.set(key, [...(free.get(key) ?? []), node.id])
  }
  let alone = after.nodes.filter(({ id }) => !origins.has(id))
  while (free.size > 0 && alone.length > 0) {
    const now = listFeeds(after, (id) => origins.get(id))
    const still = alone.filter((node) => {
      const key = keyOf(node, now)
      const origin = key === undefined ? undefined : free.get(key)?.shift()
      if (origin !== undefined) origins.set(node.id, origin)
      return origin === undefined
    })
    if (still.length === alone.length) return
    alone = still
  }
}

/** Whether data gets from one node to another by a way with layers on it. */
function hasLongWay(feeders: ReadonlyMap<NodeId, readonly NodeId[]>, from: NodeId, to: NodeId): boolean {
  const seen = new Set<NodeId>()
  const waiting = (feeders.get(to) ?? []).filter((id) => id !== from)
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === from) return true
    if (seen.has(id)) continue
    seen.add(id)
    waiting.push(...(feeders.get(id) ?? []))
  }
  return false
}

/** New wires that lead past layers between the same two nodes. */
export function listShortcuts(before: NetworkDocument, after: NetworkDocument, origins: Origins): readonly Shortcut[] {
  const wireOf = (from: NodeId | undefined, to: NodeId | undefined): string => `${from}>${to}`
  const then = new Set(before.edges.map(({ from, to }) => wireOf(from.node, to.node)))
  const feeders = new Map<NodeId, NodeId[]>()
  for (const { from, to } of after.edges) {
    const list = feeders.get(to.node) ?? []
    list.push(from.node)
    feeders.set(to.node, list)
  }
  return after.edges
    .map(({ from, to }) => ({ from: from.node, to: to.node }))
    .filter(({ from, to }) => {
      if ((feeders.get(to)?.length ?? 0) < 2 || then.has(wireOf(origins.get(from), origins.get(to)))) return false
      return hasLongWay(feeders, from, to)
    })
}
