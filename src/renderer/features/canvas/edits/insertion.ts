// Edits that bring new layers into a document: at a place, after a node, on a wire, from a port; not which layers fit.
import { moveWithNotes } from '../../../session/layout/moveWithNotes'
import { inferDocument } from '../../../../shared/network/inferDocument'
import type {
  NetworkDocument,
  NetworkEdge,
  NetworkNode,
  NodeId,
  PortReference,
  Position,
} from '../../../../shared/graph/document'
import type { Edit } from '../../../../shared/graph/edits'
import { parseNodeId } from '../../../../shared/graph/nodeId'
import type { Shape } from '../../../../shared/graph/shape'
import { startParams, type NodePorts } from '../../../../shared/layers/define'
import { definitionIn, firstOutput, portsIn } from '../../../session/blocks/definitions'
import { findFollowers, shapeAt } from '../../../session/wiring/connections'
import {
  addPositions,
  findFreePlace,
  findPlaces,
  isTaken,
  snapPosition,
  stepAcross,
  stepAlong,
  type Direction,
  type Places,
} from '../../../session/layout/canvasGeometry'
import { edgesOutOf, listInputPorts } from '../../../session/wiring/ports'

/** An edit and the node that it brings. */
export interface Insertion {
  readonly edit: Edit
  readonly id: NodeId
}

/** A name for a new node that is not taken: `conv1`, `maxPool2`; the first input is `input`. */
export function nameNode(taken: ReadonlySet<string>, type: string): NodeId {
  const base = type.replace(/^user\//, '').replace(/2d$/, '')
  if (type === 'input' && !taken.has(base)) return parseNodeId(base)
  for (let number = 1; ; number += 1) if (!taken.has(`${base}${number}`)) return parseNodeId(`${base}${number}`)
}

/** Parameters of a new layer or block behind a value of the given shape: what its table requires, nothing more. */
export function paramsFor(type: string, document: NetworkDocument, shape?: Shape): Readonly<Record<string, unknown>> {
  const definition = definitionIn(document, type)
  return definition ? startParams(definition, { shape, classes: document.classes?.length }) : {}
}

function newNode(document: NetworkDocument, type: string, position: Position, shape?: Shape): NetworkNode {
  const id = nameNode(new Set(document.nodes.map((node) => node.id)), type)
  return { id, type, params: paramsFor(type, document, shape), position: snapPosition(position) }
}

/** Adds a layer at a place, joined to nothing. */
export function addAt(document: NetworkDocument, type: string, position: Position): Insertion {
  const node = newNode(document, type, position)
  return { edit: { type: 'addNode', node }, id: node.id }
}

function firstInput(ports: NodePorts | undefined): string | undefined {
  return ports && listInputPorts(ports, [])[0]
}

/** Whether a layer of this type can lie on a wire: it takes an input and gives an output. */
export function canLieOnWire(document: NetworkDocument, type: string): boolean {
  const definition = definitionIn(document, type)
  return firstInput(definition) !== undefined && (definition?.outputPorts.length ?? 0) > 0
}

/** Joins `node` into a wire; the edge behind it keeps its place among the edges, so merges keep their order. */
function spliceEdits(document: NetworkDocument, node: NetworkNode, edge: NetworkEdge): readonly Edit[] {
  const ports = portsIn(document, node)
  const input = firstInput(ports)
  const output = ports?.outputPorts[0]
  if (input === undefined || output === undefined) return []
  const index = document.edges.indexOf(edge)
  return [
    { type: 'disconnect', edge, index },
    { type: 'connect', edge: { from: { node: node.id, port: output }, to: edge.to }, index },
    { type: 'connect', edge: { from: edge.from, to: { node: node.id, port: input } } },
  ]
}

/** Puts a new layer on a wire; what lies behind it moves on where it is in the way. */
export function insertOnWire(
  document: NetworkDocument,
  type: string,
  edge: NetworkEdge,
  direction: Direction,
  at?: Position,
): Insertion {
  const places = findPlaces(document)
  const from = places.get(edge.from.node) ?? { x: 0, y: 0 }
  // A gap between two layers is smaller than a layer: what is dropped there comes into line and pushes the rest on.
  const isFree = at !== undefined && !isTaken(at, places.values())
  const wanted = isFree ? at : addPositions(from, stepAlong[direction])
  const shape = shapeAt(inferDocument(document), edge.from)
  const node = newNode(document, type, wanted, shape)
  const room = makeRoom(document, places, edge.to.node, wanted, direction)
  const edits: Edit[] = [{ type: 'addNode', node }, ...spliceEdits(document, node, edge), ...room]
  return { edit: { type: 'batch', edits }, id: node.id }
}

/** Joins a node that is in the document already, without edges, into a wire. */
export function moveOntoWire(document: NetworkDocument, id: NodeId, edge: NetworkEdge): Edit {
  const node = document.nodes.find((other) => other.id === id)
  return { type: 'batch', edits: node ? spliceEdits(document, node, edge) : [] }
}

/** Moves everything from `first` on by one step where the wanted place is taken. */
function makeRoom(
  document: NetworkDocument,
  places: Places,
  first: NodeId,
  wanted: Position,
  direction: Direction,
): readonly Edit[] {
  if (!isTaken(wanted, places.values())) return []
  const moves = Array.from(findFollowers(document, first), (id) => ({
    id,
    position: addPositions(places.get(id) ?? wanted, stepAlong[direction]),
  }))
  return moveWithNotes(document, moves)
}

/**
 * Adds a layer behind a node. What followed the node follows the new layer, unless `asBranch`.
 * A layer that takes no input is only put beside the node.
 */
export function insertAfter(
  document: NetworkDocument,
  type: string,
  after: NodeId,
  direction: Direction,
  asBranch = false,
): Insertion {
  const places = findPlaces(document)
  const source = document.nodes.find(({ id }) => id === after)
  const start = places.get(after) ?? { x: 0, y: 0 }
  const output = firstOutput(document, source)
  if (output === undefined || !canLieOnWire(document, type)) {
    return addAt(document, type, findFreePlace(addPositions(start, stepAcross[direction]), places, direction))
  }
  const leaving = asBranch ? [] : edgesOutOf(document, after)
  const wanted = addPositions(start, stepAlong[direction])
  const place = leaving.length > 0 ? wanted : findFreePlace(wanted, places, direction)
  return joinBehind(document, type, { node: after, port: output }, leaving, place, direction)
}

/** Adds a layer at a place, fed by an output port; the given edges of the port leave from the new layer instead. */
function joinBehind(
  document: NetworkDocument,
  type: string,
  from: PortReference,
  taken: readonly NetworkEdge[],
  place: Position,
  direction: Direction,
): Insertion {
  const node = newNode(document, type, place, shapeAt(inferDocument(document), from))
  const ports = portsIn(document, node)
  const input = firstInput(ports)
  const output = ports?.outputPorts[0]
  const edits: Edit[] = [{ type: 'addNode', node }]
  if (output !== undefined) {
    for (const edge of taken) {
      const index = document.edges.indexOf(edge)
      const moved = { from: { node: node.id, port: output }, to: edge.to }
      edits.push({ type: 'disconnect', edge, index }, { type: 'connect', edge: moved, index })
    }
  }
  if (input !== undefined) edits.push({ type: 'connect', edge: { from, to: { node: node.id, port: input } } })
  const next = taken[0]
  if (next) edits.push(...makeRoom(document, findPlaces(document), next.to.node, place, direction))
  return { edit: { type: 'batch', edits }, id: node.id }
}

/** Adds a layer at a place, joined to the port from which a wire was dragged. */
export function addFromPort(
  document: NetworkDocument,
  type: string,
  held: PortReference,
  side: 'output' | 'input',
  at: Position,
  direction: Direction,
): Insertion {
  if (side === 'output') return joinBehind(document, type, held, [], at, direction)
  const node = newNode(document, type, at)
  const output = firstOutput(document, node)
  const edits: Edit[] = [{ type: 'addNode', node }]
  if (output !== undefined) {
    const old = document.edges.filter(({ to }) => to.node === held.node && to.port === held.port)
    for (const edge of old) edits.push({ type: 'disconnect', edge })
    edits.push({ type: 'connect', edge: { from: { node: node.id, port: output }, to: held } })
  }
  return { edit: { type: 'batch', edits }, id: node.id }
}

/** Removes nodes; a chain that ran through one of them with a single way in and out is joined again. */
export function removeAndJoin(document: NetworkDocument, id: NodeId): Edit {
  const into = document.edges.filter(({ to }) => to.node === id)
  const outOf = document.edges.filter(({ from }) => from.node === id)
  const before = into[0]
  const edits: Edit[] = [{ type: 'removeNode', id }]
  if (before && into.length === 1) {
    for (const { to } of outOf) edits.push({ type: 'connect', edge: { from: before.from, to } })
  }
  return { type: 'batch', edits }
}
