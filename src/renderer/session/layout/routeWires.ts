// Finds ways for wires around nodes, by right angles, and places for their pills; what ELK laid is kept as long as it holds.
import type { Position } from '../../../shared/graph/document'
import { BoxIndex } from './boxIndex'
import type { Box, Direction } from './canvasGeometry'
import { searchWay } from './searchWay'
import { boxesMeet, listPieces, pillBox, shiftRoute, straighten } from './wireGeometry'
import type { Size, WireRoute } from './wireGeometry'

/** A wire to be drawn. */
export interface Wire {
  /** Where it leaves and arrives: the middles of the ports. */
  readonly from: Position
  readonly to: Position
  readonly source: string
  readonly target: string
  /** Wires of one port may run together. */
  readonly port: string
  /** Left out where it shows no pill. */
  readonly pill?: Size
  /** Its way as it was laid last. */
  readonly laid?: WireRoute
}

/** Free space between a wire and the nodes that it passes. */
const clearance = 8
/** From a port to the first bend, and between wires side by side. */
const stub = 14
const track = 10
const mostTracks = 5
/** Ways that are compared for one wire. */
const mostTried = 400
const bendCost = 40
const overlapCost = 300

const swapPoint = ({ x, y }: Position): Position => ({ x: y, y: x })
const swapBox = ({ x, y, width, height }: Box): Box => ({ x: y, y: x, width: height, height: width })
const swapRoute = ({ points, pill }: WireRoute): WireRoute => ({
  points: points.map(swapPoint),
  pill: pill && swapPoint(pill),
})

function swapWire(wire: Wire): Wire {
  return {
    ...wire,
    from: swapPoint(wire.from),
    to: swapPoint(wire.to),
    pill: wire.pill && { width: wire.pill.height, height: wire.pill.width },
    laid: wire.laid && swapRoute(wire.laid),
  }
}

/** A wire that stays where it runs while others are led around it. */
export interface StandingWire {
  readonly port: string
  readonly route: WireRoute
  /** The size of the pill that it shows. */
  readonly pill?: Size
}

function swapStanding({ port, route, pill }: StandingWire): StandingWire {
  return { port, route: swapRoute(route), pill: pill && { width: pill.height, height: pill.width } }
}

/**
 * The ways of wires: the laid ones where they still lead from port to port and through no node, else new ones.
 * @param boxes the nodes by name
 * @param standing wires beside them that are not led anew
 * @returns routes in the order of the wires
 */
export function routeWires(
  boxes: ReadonlyMap<string, Box>,
  wires: readonly Wire[],
  direction: Direction,
  standing: readonly StandingWire[] = [],
): readonly WireRoute[] {
  if (wires.length === 0) return []
  if (direction === 'down') return new Router(boxes, standing).route(wires)
  const swapped = new Map(Array.from(boxes, ([id, box]) => [id, swapBox(box)]))
  return new Router(swapped, standing.map(swapStanding)).route(wires.map(swapWire)).map(swapRoute)
}

interface Piece {
  readonly low: number
  readonly high: number
  readonly port: string
}

/** Where wires run already, by the line on which each piece lies. */
class TakenPieces {
  private readonly lines = new Map<string, Piece[]>()

  add(points: readonly Position[], port: string): void {
    for (const [a, b] of listPieces(points)) {
      const { line, low, high } = describePiece(a, b)
      const pieces = this.lines.get(line)
      if (pieces) pieces.push({ low, high, port })
      else this.lines.set(line, [{ low, high, port }])
    }
  }

  /** How often a way would lie on a wire from another port. */
  count(points: readonly Position[], port: string): number {
    let count = 0
    for (const [a, b] of listPieces(points)) {
      const { line, low, high } = describePiece(a, b)
      for (const piece of this.lines.get(line) ?? []) {
        if (piece.port !== port && piece.low < high && piece.high > low) count += 1
      }
    }
    return count
  }
}

function describePiece(a: Position, b: Position): Omit<Piece, 'port'> & { readonly line: string } {
  if (a.x === b.x) return { line: `x${a.x}`, low: Math.min(a.y, b.y), high: Math.max(a.y, b.y) }
  return { line: `y${a.y}`, low: Math.min(a.x, b.x), high: Math.max(a.x, b.x) }
}

function lengthOf(points: readonly Position[]): number {
  return listPieces(points).reduce((sum, [a, b]) => sum + Math.abs(b.x - a.x) + Math.abs(b.y - a.y), 0)
}

/** Routes wires whose data runs down. */
class Router {
  private readonly index: BoxIndex
  private readonly pills = new BoxIndex()
  private readonly taken = new TakenPieces()

  constructor(
    private readonly boxes: ReadonlyMap<string, Box>,
    standing: readonly StandingWire[],
  ) {
    this.index = new BoxIndex(boxes.values())
    for (const { port, route, pill } of standing) {
      this.taken.add(route.points, port)
      if (route.pill && pill) this.pills.add(pillBox(route.pill, pill))
    }
  }

  route(wires: readonly Wire[]): readonly WireRoute[] {
    const kept = wires.map((wire) => this.findLaid(wire))
    kept.forEach((route, index) => route && this.taken.add(route.points, wires[index]?.port ?? ''))
    const ways = wires.map((wire, index) => kept[index]?.points ?? this.findWay(wire))
    const routes: WireRoute[] = ways.map((points) => ({ points }))
    // Pills that have a place of their own come first, so that no other one takes it.
    const order = wires.map((_, index) => index).sort((a, b) => Number(!kept[a]?.pill) - Number(!kept[b]?.pill))
    for (const index of order) {
      const [wire, points] = [wires[index], ways[index]]
      if (wire?.pill && points) routes[index] = { points, pill: this.placePill(points, wire.pill, kept[index]?.pill) }
    }
    return routes
  }

  /** The way as it was laid, moved along with both of its ends, where it still holds. */
  private findLaid({ laid, from, to }: Wire): WireRoute | undefined {
    const [first, last] = [laid?.points[0], laid?.points.at(-1)]
    if (!laid || !first || !last) return undefined
    const shift = { x: from.x - first.x, y: from.y - first.y }
    if (to.x - last.x !== shift.x || to.y - last.y !== shift.y) return undefined
    const route = shiftRoute(laid, shift.x, shift.y)
    return listPieces(route.points).some(([a, b]) => this.index.blocks(a, b, 0)) ? undefined : route
  }

  private findWay(wire: Wire): readonly Position[] {
    const points = this.findSimpleWay(wire) ?? this.searchWay(wire) ?? straighten(joinAcross(wire, middleOf(wire)))
    this.taken.add(points, wire.port)
    return points
  }

  /** The cheapest way with at most four bends: off the port, across to a channel, along it, across to the other port. */
  private findSimpleWay(wire: Wire): readonly Position[] | undefined {
    const { from, to, port } = wire
    if (from.x === to.x && from.y < to.y && this.isFree([from, to], wire)) return [from, to]
    let best: { readonly points: readonly Position[]; readonly cost: number } | undefined
    let tried = 0
    const channels = this.listChannels(wire)
    for (const [away, near] of listStubs(wire)) {
      for (const x of channels) {
        const least = Math.abs(x - from.x) + Math.abs(x - to.x)
        if (best && least + Math.abs(to.y - from.y) > best.cost) break
        if (++tried > mostTried) return best?.points
        const [y1, y2] = [from.y + away, to.y - near]
        const points = straighten([from, { x: from.x, y: y1 }, { x, y: y1 }, { x, y: y2 }, { x: to.x, y: y2 }, to])
        const cost = lengthOf(points) + bendCost * points.length + overlapCost * this.taken.count(points, port)
        if ((!best || cost < best.cost) && this.isFree(points, wire)) best = { points, cost }
      }
      if (best && this.taken.count(best.points, port) === 0) return best.points
    }
    return best?.points
  }

  /** Where a wire could run along: at its ports, in the middle, and beside the nodes between; the nearest first, right before left. */
  private listChannels({ from, to }: Wire): readonly number[] {
    const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)]
    const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)]
    const reach = 320
    const area = { x: left - reach, y: top, width: right - left + 2 * reach, height: bottom - top }
    const xs = new Set([to.x, from.x])
    for (const box of this.index.near(area)) {
      if (!boxesMeet(box, area)) continue
      for (let number = 0; number < mostTracks; number++) {
        xs.add(box.x + box.width + stub + number * track)
        xs.add(box.x - stub - number * track)
      }
    }
    const detour = (x: number): number => Math.abs(x - from.x) + Math.abs(x - to.x)
    return [...xs].sort((a, b) => detour(a) - detour(b) || b - a)
  }

  private isFree(points: readonly Position[], { source, target }: Wire): boolean {
    const [start, end] = [this.boxes.get(source), this.boxes.get(target)]
    const pieces = listPieces(points)
    return pieces.every(([a, b], index) => {
      // A port lies on the border of its own node, which its wire may touch but not enter.
      const own = [...(index === 0 ? [start] : []), ...(index === pieces.length - 1 ? [end] : [])]
      return !this.index.blocks(a, b, clearance, own) && !this.index.blocks(a, b, 0)
    })
  }

  private searchWay(wire: Wire): readonly Position[] | undefined {
    const start = { x: wire.from.x, y: wire.from.y + stub }
    const end = { x: wire.to.x, y: wire.to.y - stub }
    const isFree = (a: Position, b: Position): boolean => !this.index.blocks(a, b, 2)
    const found = searchWay(start, end, this.index, isFree)
    return found && straighten([wire.from, ...found, wire.to])
  }

  /** The place of a pill on a way: as it was, else amid the longest piece with room; undefined where there is none. */
  private placePill(points: readonly Position[], size: Size, laid: Position | undefined): Position | undefined {
    for (const place of laid ? [laid, ...listPillPlaces(points, size)] : listPillPlaces(points, size)) {
      const box = pillBox(place, size)
      if (this.index.meets(box, 1) || this.pills.meets(box, 1)) continue
      this.pills.add(box)
      return place
    }
    return undefined
  }
}

function middleOf({ from, to }: Wire): number {
  return Math.round((from.y + to.y) / 2)
}

function joinAcross({ from, to }: Wire, y: number): readonly Position[] {
  return [from, { x: from.x, y }, { x: to.x, y }, to]
}

/** How far from its ports a wire bends: near both first, then further off, so that wires come to lie side by side. */
function listStubs({ from, to }: Wire): readonly (readonly [number, number])[] {
  const room = to.y - from.y
  const steps = [0, 1, 2, 3].map((step) => stub + step * track)
  const pairs = steps.flatMap((away) => steps.map((near) => [away, near] as const))
  const fitting = room > 0 ? pairs.filter(([away, near]) => away + near <= room) : pairs
  const ordered = fitting.sort((a, b) => a[0] + a[1] - b[0] - b[1])
  if (ordered.length > 0) return ordered
  const half = Math.round(room / 2)
  return [[half, room - half]]
}

/** Places along a way: the middles of its pieces, the longest first, then to both sides of them. */
function* listPillPlaces(points: readonly Position[], size: Size): Iterable<Position> {
  const pieces = [...listPieces(points)].sort((a, b) => lengthOf(b) - lengthOf(a))
  for (const [a, b] of pieces) {
    const isUpright = a.x === b.x
    const length = lengthOf([a, b])
    const room = (length - (isUpright ? size.height : size.width)) / 2
    const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
    for (let off = 0; off <= Math.max(0, room); off += 6) {
      for (const sign of off === 0 ? [1] : [1, -1]) {
        yield isUpright ? { x: middle.x, y: middle.y + sign * off } : { x: middle.x + sign * off, y: middle.y }
      }
    }
  }
}
