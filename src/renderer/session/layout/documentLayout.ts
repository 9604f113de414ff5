// A document as the layout takes it, with ports and pills as they are drawn, and what comes back as edits; not the layout itself.
import { inferDocument, type Inference } from '../../../shared/network/inferDocument'
import type {
  CanvasLayout,
  LaidWire,
  LayoutStyle,
  NetworkDocument,
  NetworkEdge,
  NetworkNode,
  NodeId,
  PortReference,
  Position,
} from '../../../shared/graph/document'
import { placeNodes } from '../../../shared/graph/placeNodes'
import { printShape } from '../../kernel/print/printFacts'
import { portsIn } from '../blocks/definitions'
import { shapeAt } from '../wiring/connections'
import { edgesInto, edgesOutOf, listInputPorts } from '../wiring/ports'
import { findPlaces, type Direction, type Move } from './canvasGeometry'
import { layOutAtOnce } from './layoutGraph'
import type { LayoutNode, LayoutRequest, LayoutResult } from './layoutRequest'
import { portOffset, portPlace } from './wireGeometry'

/** Which way the data flows in a style of layout. */
export function directionOf(style: LayoutStyle): Direction {
  return style === 'right' ? 'right' : 'down'
}

export interface RequestOptions {
  /** The nodes to place; left out: all. */
  readonly only?: ReadonlySet<string>
  /** Shapes where they are known already; left out: they are inferred. */
  readonly inference?: Pick<Inference, 'nodes'>
  /** Whether nodes show only the ports that wires come to, as inside of a block. */
  readonly isInside?: boolean
  /** Width by height of the page that columns are to fill. */
  readonly aspect?: number
}

/** What a layout changes: the nodes' places, and the wires that are not straight. */
export interface DocumentLayout {
  readonly moves: readonly Move[]
  readonly layout: CanvasLayout
}

const usualAspect = 1.6

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]

/** The input ports to which a node's wires come, in order, without the free one more of a layer that takes any number. */
export function joinedInputs(document: NetworkDocument, node: NetworkNode, isInside = false): readonly string[] {
  const used = edgesInto(document, node.id).map(({ to }) => to.port)
  const ports = isInside ? undefined : portsIn(document, node)
  if (!ports) return unique(used)
  const { inputs } = ports
  const shown = listInputPorts(ports, edgesInto(document, node.id))
  const joined = inputs.kind === 'fixed' || shown.length <= inputs.min ? shown : shown.slice(0, -1)
  return unique([...joined, ...used])
}

function listOutputs(document: NetworkDocument, node: NetworkNode): readonly string[] {
  const used = edgesOutOf(document, node.id).map(({ from }) => from.port)
  return unique([...(portsIn(document, node)?.outputPorts ?? []), ...used])
}

/** Whether all nodes stand where the program put them in rows: nobody has placed anything yet. */
export function isUnplaced({ nodes, edges, layout }: NetworkDocument): boolean {
  if (layout !== undefined || nodes.length === 0) return false
  const rows = placeNodes(
    nodes.map(({ id }) => id),
    edges,
  )
  return nodes.every(({ id, position }) => {
    const place = rows.get(id)
    return position === undefined || (place !== undefined && place.x === position.x && place.y === position.y)
  })
}

/**
 * Whether the network stands as it was laid out, as a whole or in parts: every wire has the way that it was given, or is
 * straight. Where it does not, a person has moved something.
 */
export function isAsLaid(document: NetworkDocument, direction: Direction): boolean {
  if (!document.layout) return false
  const places = findPlaces(document)
  const nodes = new Map(document.nodes.map((node) => [node.id, node]))
  const key = ({ from, to }: NetworkEdge): string => `${from.node}:${from.port}>${to.node}:${to.port}`
  const laid = new Map((document.layout.wires ?? []).map((wire) => [key(wire), wire]))
  const findEnd = ({ node, port }: PortReference, side: 'input' | 'output'): Position | undefined => {
    const [corner, owner] = [places.get(node), nodes.get(node)]
    if (!corner || !owner) return undefined
    const names = side === 'input' ? joinedInputs(document, owner) : listOutputs(document, owner)
    return portPlace(corner, side, portOffset(names.indexOf(port), names.length, direction), direction)
  }
  return document.edges.every((edge) => {
    const [from, to] = [findEnd(edge.from, 'output'), findEnd(edge.to, 'input')]
    if (!from || !to) return false
    const wire = laid.get(key(edge))
    const [first, last] = [wire?.points[0], wire?.points.at(-1)]
    if (!first || !last) return direction === 'down' ? from.x === to.x : from.y === to.y
    return from.x - first.x === to.x - last.x && from.y - first.y === to.y - last.y
  })
}

/** What the layout is asked for. Branches stay in the order in which a person, or an earlier layout, has put them. */
export function buildRequest(
  document: NetworkDocument,
  style: LayoutStyle,
  { only, inference = inferDocument(document), isInside, aspect = usualAspect }: RequestOptions = {},
): LayoutRequest {
  const placed = document.nodes.filter(({ id }) => !only || only.has(id))
  const keepsOrder = placed.some(({ position }) => position) && !isUnplaced(document)
  const nodes = placed.map((node): LayoutNode => ({
    id: node.id,
    inputs: joinedInputs(document, node, isInside),
    outputs: listOutputs(document, node),
    ...(keepsOrder && { at: node.position }),
  }))
  const wanted = new Set<string>(placed.map(({ id }) => id))
  const joins = ({ from, to }: NetworkEdge): boolean =>
    wanted.has(from.node) && wanted.has(to.node) && from.node !== to.node
  const wires = document.edges.filter(joins).map(({ from, to }) => {
    const shape = shapeAt(inference, from)
    return { from, to, pill: shape ? printShape(shape) : '' }
  })
  return { direction: directionOf(style), nodes, wires, keepsOrder, ...(style === 'columns' && { aspect }) }
}

/** The answer of the layout as changes of the document. */
export function readResult(request: LayoutRequest, result: LayoutResult, style: LayoutStyle): DocumentLayout {
  const moves = request.nodes.flatMap(({ id }, index): Move[] => {
    const position = result.positions[index]
    return position ? [{ id: id as NodeId, position }] : []
  })
  const wires = request.wires.flatMap(({ from, to }, index): LaidWire[] => {
    const route = result.routes[index]
    if (!route || (route.points.length === 2 && !isOffMiddle(route.points, route.pill))) return []
    return [
      {
        from: { node: from.node as NodeId, port: from.port },
        to: { node: to.node as NodeId, port: to.port },
        points: route.points,
        ...(route.pill && { pill: route.pill }),
      },
    ]
  })
  return { moves, layout: wires.length > 0 ? { style, wires } : { style } }
}

/** Whether a pill lies elsewhere than in the middle of its straight wire, where it would be put anyway. */
function isOffMiddle([a, b]: readonly Position[], pill: Position | undefined): boolean {
  if (!a || !b || !pill) return false
  return Math.abs((a.x + b.x) / 2 - pill.x) > 1 || Math.abs((a.y + b.y) / 2 - pill.y) > 1
}

/** The layout of a network that is one line of layers, at once; undefined for others. */
export function layOutChain(document: NetworkDocument): DocumentLayout | undefined {
  const request = buildRequest(document, 'down')
  const result = layOutAtOnce(request)
  return result && readResult(request, result, 'down')
}

/** The layout of a document of which a part was laid out anew. */
export function joinLayouts(whole: CanvasLayout | undefined, part: CanvasLayout): CanvasLayout {
  const key = ({ from, to }: NetworkEdge): string => `${from.node}:${from.port}>${to.node}:${to.port}`
  const wires = part.wires ?? []
  const anew = new Set(wires.map(key))
  const kept = (whole?.wires ?? []).filter((wire) => !anew.has(key(wire)))
  return { style: whole?.style ?? part.style, wires: [...kept, ...wires] }
}

/** A layout elsewhere. */
export function shiftLayout({ moves, layout }: DocumentLayout, { x, y }: Position): DocumentLayout {
  const shift = (place: Position): Position => ({ x: place.x + x, y: place.y + y })
  return {
    moves: moves.map(({ id, position }) => ({ id, position: shift(position) })),
    layout: {
      ...layout,
      wires: layout.wires?.map((wire) => ({
        ...wire,
        points: wire.points.map(shift),
        ...(wire.pill && { pill: shift(wire.pill) }),
      })),
    },
  }
}
