// The ways of the wires on the canvas: from the ports where nodes draw them, around all nodes, found anew only where something moved.
import type { LaidWire, NetworkDocument, PortReference, Position } from '../../../../shared/graph/document'
import { nodeHeight, nodeWidth, type Box, type Direction, type Places } from '../../../session/layout/canvasGeometry'
import { routeWires, type Wire } from '../../../session/layout/routeWires'
import {
  boxesMeet,
  boxOfPoints,
  listPieces,
  pieceMeets,
  pillBox,
  pillSize,
  portOffset,
  portPlace,
  type WireRoute,
} from '../../../session/layout/wireGeometry'
import type { EdgeView, ShownEdge } from '../nodes/edgeViews'
import { splitPorts, type NodeView } from '../nodes/nodeViews'

/** What the ways follow from. */
export interface WireGround {
  readonly document: Pick<NetworkDocument, 'layout'>
  readonly places: Places
  readonly views: ReadonlyMap<string, NodeView>
  readonly edges: readonly ShownEdge[]
  readonly direction: Direction
}

const keyOf = (from: PortReference, to: PortReference): string => `${from.node}:${from.port}>${to.node}:${to.port}`

function findPort(
  { places, views, direction }: WireGround,
  { node, port }: PortReference,
  side: 'input' | 'output',
): Position | undefined {
  const [corner, view] = [places.get(node), views.get(node)]
  if (!corner || !view) return undefined
  const ports = side === 'input' ? view.inputs : view.outputs
  // Nearly all layers have one port at each side.
  const names = ports === port ? [port] : splitPorts(ports)
  const index = names.indexOf(port)
  // A port that the node does not show: React Flow draws no wire to it either.
  if (index < 0) return undefined
  const offset = portOffset(index, names.length, direction, side === 'input' && view.hasFreeInput)
  return portPlace(corner, side, offset, direction)
}

function describePill({ mismatch, shape }: EdgeView): Wire['pill'] {
  const text = mismatch === '' ? shape : mismatch
  return text === '' ? undefined : pillSize(text)
}

function buildWire(ground: WireGround, { view }: ShownEdge, laid: LaidWire | undefined): Wire | undefined {
  const { from, to } = view.edge
  const [start, end] = [findPort(ground, from, 'output'), findPort(ground, to, 'input')]
  if (!start || !end) return undefined
  return {
    from: start,
    to: end,
    source: from.node,
    target: to.node,
    port: `${from.node}:${from.port}`,
    pill: describePill(view),
    laid,
  }
}

function isSameWire(a: Wire, b: Wire): boolean {
  return (
    a.laid === b.laid &&
    a.port === b.port &&
    a.target === b.target &&
    a.from.x === b.from.x &&
    a.from.y === b.from.y &&
    a.to.x === b.to.x &&
    a.to.y === b.to.y &&
    a.pill?.width === b.pill?.width
  )
}

function boxNodes(places: Places): Map<string, Box> {
  return new Map(Array.from(places, ([id, { x, y }]) => [id, { x, y, width: nodeWidth, height: nodeHeight }]))
}

function isSameRoute(a: WireRoute, b: WireRoute): boolean {
  const isSamePlace = (one: Position | undefined, other: Position | undefined): boolean =>
    one?.x === other?.x && one?.y === other?.y
  return (
    a.points.length === b.points.length &&
    isSamePlace(a.pill, b.pill) &&
    a.points.every((point, index) => isSamePlace(point, b.points[index]))
  )
}

/** The ways by the names of the edges. */
type Routes = ReadonlyMap<string, WireRoute>

/** A way with all that it follows from but the nodes around it. */
interface Known {
  readonly wire: Wire
  readonly route: WireRoute
}

interface DrawnWire {
  readonly id: string
  readonly wire: Wire
}

/** Where nodes came to lie and where they lay before, as far as that is elsewhere. */
interface Moved {
  readonly came: readonly Box[]
  readonly went: readonly Box[]
}

const boxAt = ({ x, y }: Position): Box => ({ x, y, width: nodeWidth, height: nodeHeight })

function listMoved(before: Places, now: Places): Moved {
  const missing = (from: Places, at: Places): Box[] =>
    [...from].flatMap(([id, place]) => {
      const other = at.get(id)
      return other?.x === place.x && other.y === place.y ? [] : [boxAt(place)]
    })
  return { came: missing(now, before), went: missing(before, now) }
}

/** With so many nodes elsewhere all ways are found anew. */
const mostMoved = 40
/** A bent way so near to where a node lay may be shorter now. */
const nearby = 40

function grow({ x, y, width, height }: Box, by: number): Box {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by }
}

/** Whether a way is as good as it was after nodes have moved: it runs into none, and around none that is gone. */
function holds({ wire, route: { points, pill } }: Known, { came, went }: Moved): boolean {
  const pieces = listPieces(points)
  const inWay = came.some(
    (box) =>
      pieces.some(([a, b]) => pieceMeets(a, b, box)) || (pill && wire.pill && boxesMeet(pillBox(pill, wire.pill), box)),
  )
  if (inWay) return false
  if (points.length <= 2 || went.length === 0) return true
  const area = grow(boxOfPoints(points), nearby)
  return !went.some((box) => boxesMeet(box, area))
}

/** A known way for a wire that leads as it did; where the wire shows no pill any more, without one. */
function takeKnown(known: Known | undefined, wire: Wire): WireRoute | undefined {
  if (!known) return undefined
  if (isSameWire(known.wire, wire)) return known.route
  if (wire.pill || !isSameWire(known.wire, { ...wire, pill: known.wire.pill })) return undefined
  return { points: known.route.points }
}

function listDrawn(ground: WireGround, wires: readonly (Wire | undefined)[]): readonly DrawnWire[] {
  return wires.flatMap((wire, index) => (wire ? [{ wire, id: ground.edges[index]?.id ?? '' }] : []))
}

/** Finds ways for the wires that have none yet, around those that have one. */
function findRoutes(ground: WireGround, drawn: readonly DrawnWire[], kept: Routes = new Map()): Routes {
  const open = drawn.filter(({ id }) => !kept.has(id))
  const standing = drawn.flatMap(({ id, wire: { port, pill } }) => {
    const route = kept.get(id)
    return route ? [{ port, route, pill }] : []
  })
  const routes = routeWires(
    boxNodes(ground.places),
    open.map(({ wire }) => wire),
    ground.direction,
    standing,
  )
  const found = new Map(open.map(({ id }, index) => [id, routes[index]]))
  return new Map(
    drawn.flatMap(({ id }) => {
      const route = kept.get(id) ?? found.get(id)
      return route ? [[id, route] as const] : []
    }),
  )
}

/** Finds the ways of all wires; those that nothing came into the way of stay, and are the same objects. */
export function createWireFinder() {
  let last: { readonly ground: WireGround; readonly routes: Routes } | undefined
  /** Ways with their pills, of wires that were taken away too: undo brings them back. */
  let known = new Map<string, Known>()
  let laid: ReadonlyMap<string, LaidWire> = new Map()
  let layout: NetworkDocument['layout']
  const list = (ground: WireGround): readonly DrawnWire[] => {
    if (ground.document.layout?.wires !== layout?.wires) {
      laid = new Map((ground.document.layout?.wires ?? []).map((wire) => [keyOf(wire.from, wire.to), wire]))
    }
    layout = ground.document.layout
    const wires = ground.edges.map((edge) => {
      const { from, to } = edge.view.edge
      return buildWire(ground, edge, laid.size > 0 ? laid.get(keyOf(from, to)) : undefined)
    })
    return listDrawn(ground, wires)
  }
  const forget = (moved: Moved): void => {
    if (moved.came.length + moved.went.length > mostMoved) known.clear()
    else if (moved.came.length + moved.went.length > 0)
      for (const [id, entry] of known) if (!holds(entry, moved)) known.delete(id)
  }
  /** The object from before where a way leads the same way, so that its wire is not drawn anew. */
  const reuse = (id: string, route: WireRoute): WireRoute => {
    const old = last?.routes.get(id)
    return old && isSameRoute(old, route) ? old : route
  }
  return {
    /** All ways, by the names of the edges. */
    find(ground: WireGround): Routes {
      const drawn = list(ground)
      if (last?.ground.direction !== ground.direction) known.clear()
      else forget(listMoved(last.ground.places, ground.places))
      const kept = new Map<string, WireRoute>()
      for (const { id, wire } of drawn) {
        const route = takeKnown(known.get(id), wire)
        if (route) kept.set(id, route)
      }
      const routes = new Map(Array.from(findRoutes(ground, drawn, kept), ([id, route]) => [id, reuse(id, route)]))
      if (known.size > 2 * drawn.length + 100) known = new Map()
      for (const { id, wire } of drawn) {
        const route = routes.get(id)
        if (route && (wire.pill || !known.has(id) || !kept.has(id))) known.set(id, { wire, route })
      }
      const isSame =
        last?.routes.size === routes.size && drawn.every(({ id }) => last?.routes.get(id) === routes.get(id))
      last = { ground, routes: isSame && last ? last.routes : routes }
      return last.routes
    },

    /** The ways of the wires at some nodes while these are dragged; the others stay until the nodes are let go. */
    findDragged(ground: WireGround, dragged: ReadonlyMap<string, Position>): Routes {
      const places = new Map(ground.places)
      for (const id of places.keys()) places.set(id, dragged.get(id) ?? places.get(id) ?? { x: 0, y: 0 })
      const touches = ({ view: { edge } }: ShownEdge): boolean =>
        dragged.has(edge.from.node) || dragged.has(edge.to.node)
      const moved: WireGround = { ...ground, places, edges: ground.edges.filter(touches) }
      return findRoutes(moved, list(moved))
    },
  }
}
