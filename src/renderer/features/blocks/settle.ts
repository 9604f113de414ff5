// Where nodes come to stand that take the place of others, and how far what lies behind them moves; not the edit itself.
import type { NetworkDocument, NetworkNode, NodeId, Position } from '../../../shared/graph/document'
import { findPlaces, type Direction } from '../../session/layout/canvasGeometry'
import { buildRequest } from '../../session/layout/documentLayout'
import type { LayoutRequest } from '../../session/layout/layoutRequest'
import type { Move } from '../../session/layout/canvasGeometry'

/** What an edit takes away and brings. */
export interface Exchange {
  readonly before: NetworkDocument
  readonly after: NetworkDocument
  /** Nodes that are no longer there, or of another kind. */
  readonly gone: readonly NetworkNode[]
  readonly come: readonly NetworkNode[]
}

/** Compares two documents node by node. */
export function findExchange(before: NetworkDocument, after: NetworkDocument): Exchange {
  const typesBefore = new Map(before.nodes.map(({ id, type }) => [id, type]))
  const typesAfter = new Map(after.nodes.map(({ id, type }) => [id, type]))
  return {
    before,
    after,
    gone: before.nodes.filter(({ id, type }) => typesAfter.get(id) !== type),
    come: after.nodes.filter(({ id, type }) => typesBefore.get(id) !== type),
  }
}

/** The nodes outside that feed those that came. */
function findFeeders({ after, come }: Exchange): readonly NodeId[] {
  const ids = new Set(come.map(({ id }) => id))
  const feeding = after.edges.filter(({ from, to }) => ids.has(to.node) && !ids.has(from.node))
  return [...new Set(feeding.map(({ from }) => from.node))]
}

/** What the layout is asked for: the nodes that came, behind what feeds them. */
export function requestExchange(exchange: Exchange, direction: Direction): LayoutRequest {
  const come = new Set<string>(exchange.come.map(({ id }) => id))
  const request = buildRequest(exchange.after, direction, { only: new Set([...findFeeders(exchange), ...come]) })
  const nodes = request.nodes.map(({ id, inputs, outputs }) => ({ id, inputs, outputs }))
  return { direction, nodes, wires: request.wires.filter(({ to }) => come.has(to.node)) }
}

/** The first node that feeds what came, which stays where it is; without one, the first that is there before and after. */
export function findAnchor(exchange: Exchange): NodeId | undefined {
  const before = new Set(exchange.before.nodes.map(({ id }) => id))
  return findFeeders(exchange)[0] ?? exchange.after.nodes.find(({ id }) => before.has(id))?.id
}

interface Range {
  readonly least: number
  readonly most: number
}

function rangeOf(values: readonly number[]): Range {
  return { least: Math.min(...values), most: Math.max(...values) }
}

/**
 * The moves after an exchange: what came lies where the others were, in line with what feeds it, and what lies behind
 * moves on or closes up. Every node gets a position, so that none is left to its place in rows.
 * @param laidOut places of the request's nodes
 */
export function settleExchange(
  exchange: Exchange,
  direction: Direction,
  laidOut: ReadonlyMap<string, Position>,
): readonly Move[] {
  const { before, after, gone, come } = exchange
  const [along, across] = direction === 'down' ? (['y', 'x'] as const) : (['x', 'y'] as const)
  const places = findPlaces(before)
  const old = gone.flatMap(({ id }) => places.get(id) ?? [])
  const feeders = findFeeders(exchange)
  const next = come.flatMap(({ id }) => laidOut.get(id) ?? [])
  if (old.length === 0 || next.length === 0) return []
  const oldAlong = rangeOf(old.map((place) => place[along]))
  const oldAcross = rangeOf(old.map((place) => place[across]))
  const newAlong = rangeOf(next.map((place) => place[along]))
  const newAcross = rangeOf(next.map((place) => place[across]))
  const feeder = feeders[0] === undefined ? undefined : places.get(feeders[0])
  const isInLine = feeder !== undefined && feeder[across] >= oldAcross.least && feeder[across] <= oldAcross.most
  const line = isInLine ? feeder[across] : (oldAcross.least + oldAcross.most) / 2
  const laidFeeder = feeder && feeders[0] !== undefined ? laidOut.get(feeders[0]) : undefined
  const newLine = laidFeeder?.[across] ?? (newAcross.least + newAcross.most) / 2
  const put = (place: Position): Position => {
    const [a, b] = [oldAlong.least + place[along] - newAlong.least, line + place[across] - newLine]
    return direction === 'down' ? { x: Math.round(b), y: Math.round(a) } : { x: Math.round(a), y: Math.round(b) }
  }
  const grown = newAlong.most - newAlong.least - (oldAlong.most - oldAlong.least)
  const arrived = new Set(come.map(({ id }) => id))
  return after.nodes.flatMap(({ id, position }): Move[] => {
    const laid = arrived.has(id) ? laidOut.get(id) : undefined
    if (laid) return [{ id, position: put(laid) }]
    const place = places.get(id)
    if (!place) return []
    const isBehind = place[along] > oldAlong.most
    const settled = isBehind ? { ...place, [along]: place[along] + grown } : place
    const stays = position && position.x === settled.x && position.y === settled.y
    return stays ? [] : [{ id, position: settled }]
  })
}
