// Which node of a document a path belongs to: itself, or the block that holds it; not what blocks hold.
import type { NetworkDocument, NodeId } from '../../../shared/graph/document'

const known = new WeakMap<NetworkDocument['nodes'], ReadonlyMap<string, NodeId>>()

/** The node of a document at this path or above it: `stage2` for `stage2/block1/conv1`; undefined where there is none. */
export function ownerOf({ nodes }: NetworkDocument, path: string): NodeId | undefined {
  const ids = known.get(nodes) ?? new Map(nodes.map(({ id }) => [id, id]))
  known.set(nodes, ids)
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const id = ids.get(path.slice(0, end))
    if (id !== undefined) return id
  }
  return undefined
}
