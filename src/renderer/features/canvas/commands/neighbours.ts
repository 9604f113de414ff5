// Which node the arrow keys lead to from another: along the data and between branches; not the keys' events.
import type { NetworkDocument, NodeId, Position } from '../../../../shared/graph/document'
import type { Direction, Places } from '../../../session/layout/canvasGeometry'
import { edgesInto, edgesOutOf } from '../../../session/wiring/ports'

export type ArrowKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown'

/** Whether a key is an arrow. */
export function isArrowKey(key: string): key is ArrowKey {
  return key === 'ArrowLeft' || key === 'ArrowRight' || key === 'ArrowUp' || key === 'ArrowDown'
}

/**
 * The node an arrow key leads to, or undefined at the end of the way. Keys follow the image: along the data to the
 * next or previous layer, across it to the nearest branch. Where the data runs down, Left and Right also go along it
 * where there is no branch on that side.
 */
export function findNeighbour(
  document: NetworkDocument,
  places: Places,
  from: NodeId,
  key: ArrowKey,
  direction: Direction,
): NodeId | undefined {
  const isForward = key === 'ArrowRight' || key === 'ArrowDown'
  const isVertical = key === 'ArrowUp' || key === 'ArrowDown'
  if (isVertical === (direction === 'down')) return findAlong(document, places, from, isForward)
  const branch = findBranch(document, places, from, isForward, direction)
  if (branch !== undefined || direction === 'right') return branch
  return findAlong(document, places, from, isForward)
}

function findAlong(document: NetworkDocument, places: Places, from: NodeId, isForward: boolean): NodeId | undefined {
  const candidates = isForward
    ? edgesOutOf(document, from).map(({ to }) => to.node)
    : edgesInto(document, from).map((edge) => edge.from.node)
  const place = places.get(from)
  if (!place) return candidates[0]
  // A shortcut may lie straight ahead, but the next layer is nearer.
  return nearest(candidates, places, (other) => distance(other, place))
}

/** The nearest node on that side among those that share a source or a target with `from`. */
function findBranch(
  document: NetworkDocument,
  places: Places,
  from: NodeId,
  isForward: boolean,
  direction: Direction,
): NodeId | undefined {
  const place = places.get(from)
  if (!place) return undefined
  const siblings = new Set<NodeId>()
  for (const edge of edgesInto(document, from)) {
    for (const { to } of edgesOutOf(document, edge.from.node)) siblings.add(to.node)
  }
  for (const edge of edgesOutOf(document, from)) {
    for (const other of edgesInto(document, edge.to.node)) siblings.add(other.from.node)
  }
  siblings.delete(from)
  const isOnSide = (id: NodeId): boolean => {
    const other = places.get(id)
    if (!other) return false
    const way = across(other, direction) - across(place, direction)
    return isForward ? way > 0 : way < 0
  }
  return nearest([...siblings].filter(isOnSide), places, (other) => distance(other, place))
}

function across({ x, y }: Position, direction: Direction): number {
  return direction === 'down' ? x : y
}

function distance(a: Position, b: Position): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

function nearest(ids: readonly NodeId[], places: Places, measure: (place: Position) => number): NodeId | undefined {
  let best: { readonly id: NodeId; readonly value: number } | undefined
  for (const id of ids) {
    const place = places.get(id)
    const value = place ? measure(place) : Infinity
    if (!best || value < best.value) best = { id, value }
  }
  return best?.id
}
