// Two states of a network with the same blocks open: those that only one of them has are opened; not what differs then (diffDocuments.ts).
import type { NetworkDocument, NodeId } from '../graph/document'
import type { FindLayer, InferredNode } from '../network/inferDocument'
import { openBlocks } from './expandBlock'
import { matchNodes } from './matchNodes'

/** A state with some of its blocks opened. */
export interface OpenedDocument {
  readonly document: NetworkDocument
  /** The block of the state as it is, by the nodes that came out of it. */
  readonly owners: ReadonlyMap<NodeId, NodeId>
}

function openMore(
  { document, owners }: OpenedDocument,
  isWanted: (block: InferredNode) => boolean,
  findLayer?: FindLayer,
): OpenedDocument {
  const opened = new Map(owners)
  const isOpened = (block: InferredNode): boolean => {
    if (!isWanted(block)) return false
    const owner = owners.get(block.node.id) ?? block.node.id
    opened.delete(block.node.id)
    for (const id of block.inside?.nodes.keys() ?? []) opened.set(id, owner)
    return true
  }
  return { document: openBlocks(document, isOpened, findLayer), owners: opened }
}

/**
 * Opens blocks of either state that the other one has not, as long as the other has layers of its own that may be theirs;
 * each round opens one level.
 */
export function alignBlocks(
  before: NetworkDocument,
  after: NetworkDocument,
  findLayer?: FindLayer,
): { readonly before: OpenedDocument; readonly after: OpenedDocument } {
  let then: OpenedDocument = { document: before, owners: new Map() }
  let now: OpenedDocument = { document: after, owners: new Map() }
  for (;;) {
    const origins = matchNodes(then.document, now.document, findLayer)
    const kept = new Set(origins.values())
    const isWhole = kept.size === then.document.nodes.length || origins.size === now.document.nodes.length
    if (isWhole) break
    const nextThen = openMore(then, ({ node }) => !kept.has(node.id), findLayer)
    const nextNow = openMore(now, ({ node }) => !origins.has(node.id), findLayer)
    if (nextThen.document === then.document && nextNow.document === now.document) break
    ;[then, now] = [nextThen, nextNow]
  }
  return { before: then, after: now }
}
