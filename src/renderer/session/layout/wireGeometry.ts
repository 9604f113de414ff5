// What wires are made of on the canvas: routes, ports, pills, and whether they meet boxes and each other; not how a way is found (routeWires.ts).
import type { Position } from '../../../shared/graph/document'
import { nodeHeight, nodeWidth, type Box, type Direction } from './canvasGeometry'

/** The way of a wire from port to port, by right angles, and the middle of its pill; none where there is no room for one. */
export interface WireRoute {
  readonly points: readonly Position[]
  readonly pill?: Position
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** The size of a pill with a text, in canvas units: 11 px of a monospaced font, six to the border at each side. */
export function pillSize(text: string): Size {
  return { width: Math.ceil(text.length * 6.6) + 14, height: 18 }
}

/** The box of a pill around its middle. */
export function pillBox({ x, y }: Position, { width, height }: Size): Box {
  return { x: x - width / 2, y: y - height / 2, width, height }
}

/** From a corner to the middle of the port that stands apart because nothing has come to it yet. */
const freePortInset: Readonly<Record<Direction, number>> = { down: 14, right: 8 }

/**
 * Where port number `index` of `count` lies along its side of the node, in canvas units from the corner.
 * @param hasFree whether the last one is a free port more, which stands apart at the end
 */
export function portOffset(index: number, count: number, direction: Direction, hasFree = false): number {
  const length = direction === 'down' ? nodeWidth : nodeHeight
  if (hasFree && index === count - 1) return length - freePortInset[direction]
  return Math.round((length * (index + 1)) / (hasFree ? count : count + 1))
}

/** The middle of a port of a node that stands at `corner`. */
export function portPlace(corner: Position, side: 'input' | 'output', offset: number, direction: Direction): Position {
  if (direction === 'down') return { x: corner.x + offset, y: corner.y + (side === 'input' ? 0 : nodeHeight) }
  return { x: corner.x + (side === 'input' ? 0 : nodeWidth), y: corner.y + offset }
}

/** Whether two boxes have a common area. */
export function boxesMeet(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** Whether a straight piece runs through the inside of a box; along its border does not count. */
export function pieceMeets(a: Position, b: Position, box: Box): boolean {
  return (
    Math.min(a.x, b.x) < box.x + box.width &&
    Math.max(a.x, b.x) > box.x &&
    Math.min(a.y, b.y) < box.y + box.height &&
    Math.max(a.y, b.y) > box.y
  )
}

/** The box around a route. */
export function boxOfPoints(points: readonly Position[]): Box {
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** The same way without points that lie on a straight line between their neighbours. */
export function straighten(points: readonly Position[]): readonly Position[] {
  const kept: Position[] = []
  for (const point of points) {
    const [before, last] = [kept.at(-2), kept.at(-1)]
    if (last && last.x === point.x && last.y === point.y) continue
    const isInLine =
      before && last && ((before.x === last.x && last.x === point.x) || (before.y === last.y && last.y === point.y))
    if (isInLine) kept.pop()
    kept.push(point)
  }
  return kept
}

/** The same route elsewhere. */
export function shiftRoute({ points, pill }: WireRoute, x: number, y: number): WireRoute {
  if (x === 0 && y === 0) return { points, pill }
  const shift = (point: Position): Position => ({ x: point.x + x, y: point.y + y })
  return { points: points.map(shift), pill: pill && shift(pill) }
}

/** The straight pieces of a way. */
export function listPieces(points: readonly Position[]): readonly (readonly [Position, Position])[] {
  return points.slice(1).map((point, index) => [points[index] ?? point, point] as const)
}

/**
 * How often wires cross. Wires from one port may run together, which is no crossing.
 * @param wires each with the port that it comes from
 */
export function countCrossings(
  wires: readonly { readonly port: string; readonly points: readonly Position[] }[],
): number {
  const flat: { readonly port: string; readonly y: number; readonly left: number; readonly right: number }[] = []
  const upright: { readonly port: string; readonly x: number; readonly top: number; readonly bottom: number }[] = []
  for (const { port, points } of wires) {
    for (const [a, b] of listPieces(points)) {
      if (a.y === b.y) flat.push({ port, y: a.y, left: Math.min(a.x, b.x), right: Math.max(a.x, b.x) })
      else upright.push({ port, x: a.x, top: Math.min(a.y, b.y), bottom: Math.max(a.y, b.y) })
    }
  }
  let crossings = 0
  for (const { port, y, left, right } of flat) {
    for (const other of upright) {
      const isCrossed = other.x > left && other.x < right && other.top < y && other.bottom > y
      if (isCrossed && other.port !== port) crossings += 1
    }
  }
  return crossings
}
