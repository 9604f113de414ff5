// Where nodes come to stand that take the place of others, and how far what lies behind them moves; not the edit itself.
import type { NetworkDocument, NetworkNode, NodeId, Position } from '../../../shared/graph/document'
import { findPlaces, snapPosition, type Direction } from '../../session/layout/canvasGeometry'
import type { LayoutRequest, LayoutResult } from '../../session/layout/layoutGraph'
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
  const nodes = [...findFeeders(exchange), ...exchange.come.map(({ id }) => id)]
  const come = new Set<string>(exchange.come.map(({ id }) => id))
  const wanted = new Set<string>(nodes)
  const edges = exchange.after.edges
    .filter(({ from, to }) => wanted.has(from.node) && come.has(to.node))
    .map(({ from, to }): [string, string] => [from.node, to.node])
  return { direction, nodes, edges }
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
 * @param laidOut positions in the order of the request's nodes
 */
export function settleExchange(exchange: Exchange, direction: Direction, laidOut: LayoutResult): readonly Move[] {
  const { before, after, gone, come } = exchange
  const [along, across] = direction === 'down' ? (['y', 'x'] as const) : (['x', 'y'] as const)
  const places = findPlaces(before)
  const old = gone.flatMap(({ id }) => places.get(id) ?? [])
  const feeders = findFeeders(exchange)
  const next = laidOut.slice(feeders.length)
  if (old.length === 0 || next.length === 0) return []
  const oldAlong = rangeOf(old.map((place) => place[along]))
  const oldAcross = rangeOf(old.map((place) => place[across]))
  const newAlong = rangeOf(next.map((place) => place[along]))
  const newAcross = rangeOf(next.map((place) => place[across]))
  const feeder = feeders[0] === undefined ? undefined : places.get(feeders[0])
  const isInLine = feeder !== undefined && feeder[across] >= oldAcross.least && feeder[across] <= oldAcross.most
  const line = isInLine ? feeder[across] : (oldAcross.least + oldAcross.most) / 2
  const newLine = laidOut[0] && feeder ? laidOut[0][across] : (newAcross.least + newAcross.most) / 2
  const put = (place: Position): Position => {
    const [a, b] = [oldAlong.least + place[along] - newAlong.least, line + place[across] - newLine]
    return snapPosition(direction === 'down' ? { x: b, y: a } : { x: a, y: b })
  }
  const grown = newAlong.most - newAlong.least - (oldAlong.most - oldAlong.least)
  const arrived = new Map(come.map(({ id }, index) => [id, next[index]]))
  return after.nodes.flatMap(({ id, position }): Move[] => {
    const laid = arrived.get(id)
    if (laid) return [{ id, position: put(laid) }]
    const place = places.get(id)
    if (!place) return []
    const isBehind = place[along] > oldAlong.most
    const settled = isBehind ? { ...place, [along]: place[along] + grown } : place
    const stays = position && position.x === settled.x && position.y === settled.y
    return stays ? [] : [{ id, position: settled }]
  })
}
