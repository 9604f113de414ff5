// The ways of the wires on the canvas: from the ports where nodes draw them, around all nodes, found anew only where something moved.
import type { LaidWire, NetworkDocument, PortReference, Position } from '../../../../shared/graph/document'
import { nodeHeight, nodeWidth, type Box, type Direction, type Places } from '../../../session/layout/canvasGeometry'
import { routeWires, type Wire } from '../../../session/layout/routeWires'
import { pillSize, portOffset, portPlace, type WireRoute } from '../../../session/layout/wireGeometry'
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
  const names = splitPorts(side === 'input' ? view.inputs : view.outputs)
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

function isSameWire(a: Wire | undefined, b: Wire | undefined): boolean {
  if (!a || !b) return a === b
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

function isSamePlaces(a: Places, b: Places): boolean {
  if (a.size !== b.size) return false
  for (const [id, place] of a) {
    const other = b.get(id)
    if (other?.x !== place.x || other.y !== place.y) return false
  }
  return true
}

function boxNodes(places: Places): Map<string, Box> {
  return new Map(Array.from(places, ([id, { x, y }]) => [id, { x, y, width: nodeWidth, height: nodeHeight }]))
}

interface Found {
  readonly ground: WireGround
  readonly wires: readonly (Wire | undefined)[]
  readonly routes: ReadonlyMap<string, WireRoute>
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

/** The ways by the names of the edges; the same objects as before where they lead the same way, so that none of these is drawn anew. */
function findRoutes(
  ground: WireGround,
  wires: readonly (Wire | undefined)[],
  before: ReadonlyMap<string, WireRoute> = new Map(),
): ReadonlyMap<string, WireRoute> {
  const drawn = wires.flatMap((wire, index) => (wire ? [{ wire, id: ground.edges[index]?.id ?? '' }] : []))
  const routes = routeWires(
    boxNodes(ground.places),
    drawn.map(({ wire }) => wire),
    ground.direction,
  )
  const found = new Map<string, WireRoute>()
  drawn.forEach(({ id }, index) => {
    const route = routes[index]
    const old = before.get(id)
    if (route) found.set(id, old && isSameRoute(old, route) ? old : route)
  })
  return found
}

/** Finds the ways of all wires, and keeps them as long as nothing that they follow from has changed. */
export function createWireFinder() {
  let last: Found | undefined
  let laid: ReadonlyMap<string, LaidWire> = new Map()
  let layout: NetworkDocument['layout']
  const list = (ground: WireGround): readonly (Wire | undefined)[] => {
    if (ground.document.layout?.wires !== layout?.wires) {
      laid = new Map((ground.document.layout?.wires ?? []).map((wire) => [keyOf(wire.from, wire.to), wire]))
    }
    layout = ground.document.layout
    return ground.edges.map((edge) => buildWire(ground, edge, laid.get(keyOf(edge.view.edge.from, edge.view.edge.to))))
  }
  return {
    /** All ways, by the names of the edges. */
    find(ground: WireGround): ReadonlyMap<string, WireRoute> {
      const wires = list(ground)
      const isSame =
        last?.ground.direction === ground.direction &&
        last.wires.length === wires.length &&
        last.wires.every((wire, index) => isSameWire(wire, wires[index])) &&
        last.ground.edges.every(({ id }, index) => id === ground.edges[index]?.id) &&
        isSamePlaces(last.ground.places, ground.places)
      const routes = isSame && last ? last.routes : findRoutes(ground, wires, last?.routes)
      last = { ground, wires, routes }
      return routes
    },

    /** The ways of the wires at some nodes while these are dragged; the others stay until the nodes are let go. */
    findDragged(ground: WireGround, dragged: ReadonlyMap<string, Position>): ReadonlyMap<string, WireRoute> {
      const places = new Map(ground.places)
      for (const id of places.keys()) places.set(id, dragged.get(id) ?? places.get(id) ?? { x: 0, y: 0 })
      const touches = ({ view: { edge } }: ShownEdge): boolean =>
        dragged.has(edge.from.node) || dragged.has(edge.to.node)
      const moved: WireGround = { ...ground, places, edges: ground.edges.filter(touches) }
      return findRoutes(moved, list(moved))
    },
  }
}
