// Places for the nodes of a document without any: a row per step from the input; the canvas arranges more finely (renderer/session/layout).
import type { NetworkEdge, NodeId, Position } from './document'

const columnWidth = 220
const rowHeight = 90

/** Positions from the top down, in canvas units: one row per step from the input, side by side within a row. */
export function placeNodes(ids: Iterable<NodeId>, edges: readonly NetworkEdge[]): ReadonlyMap<NodeId, Position> {
  const sourcesOf = new Map<NodeId, NodeId[]>()
  for (const id of ids) sourcesOf.set(id, [])
  for (const { from, to } of edges) sourcesOf.get(to.node)?.push(from.node)
  const rowOf = new Map<NodeId, number>()
  const rows: NodeId[][] = []
  for (const [id, sources] of sourcesOf) {
    const row = sources.reduce((deepest, source) => Math.max(deepest, (rowOf.get(source) ?? 0) + 1), 0)
    rowOf.set(id, row)
    ;(rows[row] ??= []).push(id)
  }
  const placed = rows.flatMap((ids, row) =>
    ids.map((id, column): [NodeId, Position] => [
      id,
      { x: (column - (ids.length - 1) / 2) * columnWidth, y: row * rowHeight },
    ]),
  )
  return new Map(placed)
}
