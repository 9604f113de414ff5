// Sizes and places on the canvas: how large a node is, which way the data flows, where nodes without a position stand.
import type { NetworkDocument, NodeId, Position } from '../../../shared/graph/document'
import { orderNodes } from '../../../shared/graph/order'

/** Size of a node in canvas units. */
export const nodeWidth = 208
export const nodeHeight = 56
/** Distance between the dots that nodes snap to. */
export const gridSize = 8

/** Which way the data flows: down the page or to the right. */
export type Direction = 'down' | 'right'

/** From one node to the next along the data, for each direction. */
export const stepAlong: Readonly<Record<Direction, Position>> = {
  down: { x: 0, y: nodeHeight + 40 },
  right: { x: nodeWidth + 96, y: 0 },
}

/** From one branch to its neighbour. */
export const stepAcross: Readonly<Record<Direction, Position>> = {
  down: { x: nodeWidth + 32, y: 0 },
  right: { x: 0, y: nodeHeight + 32 },
}

export type Places = ReadonlyMap<NodeId, Position>

/** The sum of two positions, the second one `times` over. */
export function addPositions(a: Position, b: Position, times = 1): Position {
  return { x: a.x + b.x * times, y: a.y + b.y * times }
}

/** A position on the grid. */
export function snapPosition({ x, y }: Position): Position {
  return { x: Math.round(x / gridSize) * gridSize, y: Math.round(y / gridSize) * gridSize }
}

/**
 * Where every node of a document stands: its own position, or one in rows below all others where it has none.
 * Linear in nodes and edges.
 */
export function findPlaces(document: NetworkDocument): Places {
  const places = new Map<NodeId, Position>()
  let bottom = -Infinity
  for (const { id, position } of document.nodes) {
    if (!position) continue
    places.set(id, position)
    bottom = Math.max(bottom, position.y)
  }
  if (places.size === document.nodes.length) return places
  const top = Number.isFinite(bottom) ? bottom + 2 * stepAlong.down.y : 0
  for (const [row, ids] of listRows(document).entries()) {
    const missing = ids.filter((id) => !places.has(id))
    missing.forEach((id, column) => {
      const x = (column - (missing.length - 1) / 2) * stepAcross.down.x
      places.set(id, { x, y: top + row * stepAlong.down.y })
    })
  }
  return places
}

/** The nodes by their longest distance from a node without sources. */
function listRows(document: NetworkDocument): readonly (readonly NodeId[])[] {
  const sources = new Map<NodeId, NodeId[]>()
  for (const { from, to } of document.edges) {
    const known = sources.get(to.node)
    if (known) known.push(from.node)
    else sources.set(to.node, [from.node])
  }
  const rowOf = new Map<NodeId, number>()
  const rows: NodeId[][] = []
  for (const id of orderNodes(document).order) {
    const row = (sources.get(id) ?? []).reduce((deepest, source) => Math.max(deepest, (rowOf.get(source) ?? -1) + 1), 0)
    rowOf.set(id, row)
    ;(rows[row] ??= []).push(id)
  }
  return rows
}

/** The direction most edges run in; the present one where they do not clearly say another. */
export function findDirection(document: NetworkDocument, places: Places, present: Direction): Direction {
  let down = 0
  let right = 0
  for (const { from, to } of document.edges) {
    const a = places.get(from.node)
    const b = places.get(to.node)
    if (!a || !b) continue
    if (Math.abs(b.y - a.y) * 2 >= Math.abs(b.x - a.x)) down += 1
    else right += 1
  }
  if (right > 3 * down) return 'right'
  return down > 3 * right ? 'down' : present
}

/** Whether a node at `place` would lie on one of the others. */
export function isTaken(place: Position, places: Iterable<Position>): boolean {
  for (const other of places) {
    if (Math.abs(other.x - place.x) < nodeWidth + 8 && Math.abs(other.y - place.y) < nodeHeight + 8) return true
  }
  return false
}

/** The first free place from `wanted` on, going across the data. */
export function findFreePlace(wanted: Position, places: Places, direction: Direction): Position {
  const others = [...places.values()]
  for (let times = 0; times <= others.length; times += 1) {
    const place = addPositions(wanted, stepAcross[direction], times)
    if (!isTaken(place, others)) return snapPosition(place)
  }
  return snapPosition(wanted)
}

/** A rectangle in canvas units, from its top left corner. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where a node goes. */
export interface Move {
  readonly id: NodeId
  readonly position: Position
}
