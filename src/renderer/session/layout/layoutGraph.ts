// The automatic layout of a graph with ELK, as a function of plain data; the thread it runs in is layoutClient.ts.
import type { ElkNode } from 'elkjs/lib/elk-api'
import type { Position } from '../../../shared/graph/document'
import { nodeHeight, nodeWidth } from './canvasGeometry'
import type { LayoutNode, LayoutRequest, LayoutResult, LayoutWire } from './layoutRequest'
import { buildElkGraph, hasEqualBranches, layerGap, readElkGraph, type Alignment } from './elkGraph'
import { foldColumns } from './foldColumns'
import { pillSize, type WireRoute } from './wireGeometry'

/** What runs ELK: answers the graph with places. */
export type RunElk = (graph: ElkNode) => Promise<ElkNode>

/** The places of a network in which every node has one source and one target at most, in a line; undefined for others. */
export function layChain({ direction, nodes, wires }: LayoutRequest): LayoutResult | undefined {
  const next = new Map(wires.map((wire) => [wire.from.node, wire]))
  const targets = new Set(wires.map(({ to }) => to.node))
  const first = nodes.find(({ id }) => !targets.has(id))
  if (!first || next.size !== wires.length || targets.size !== wires.length) return undefined
  const isSingle = nodes.every(({ inputs, outputs }) => inputs.length <= 1 && outputs.length <= 1)
  if (!isSingle || nodes.length !== wires.length + 1) return undefined
  const places = new Map<string, Position>([[first.id, { x: 0, y: 0 }]])
  const routes = new Map<LayoutWire, WireRoute>()
  const [x, y] = [Math.round(nodeWidth / 2), Math.round(nodeHeight / 2)]
  let along = 0
  for (let wire = next.get(first.id); wire; wire = next.get(wire.to.node)) {
    const { width, height } = pillSize(wire.pill)
    const length = (direction === 'down' ? height : width) + 2 * layerGap[direction]
    along += direction === 'down' ? nodeHeight : nodeWidth
    const ends = [along, along + length].map((at) => (direction === 'down' ? { x, y: at } : { x: at, y }))
    const pill = direction === 'down' ? { x, y: along + length / 2 } : { x: along + length / 2, y }
    routes.set(wire, { points: ends, pill })
    along += length
    places.set(wire.to.node, direction === 'down' ? { x: 0, y: along } : { x: along, y: 0 })
  }
  if (places.size !== nodes.length) return undefined
  return {
    positions: nodes.map(({ id }) => places.get(id) ?? { x: 0, y: 0 }),
    routes: wires.map((wire) => routes.get(wire)),
  }
}

/** Layers that wires may pass, all together and more for each node; where there are more, the longest are left to the router. */
const mostPassed = 600
const mostPassedEach = 3

/** Wires that ELK lays: all, or the shorter ones where all would take it minutes (a dense block joins each layer to each). */
export function chooseWires(nodes: readonly LayoutNode[], wires: readonly LayoutWire[]): ReadonlySet<LayoutWire> {
  const rows = new Map(nodes.map(({ id }, index) => [id, index]))
  const length = ({ from, to }: LayoutWire): number => Math.abs((rows.get(to.node) ?? 0) - (rows.get(from.node) ?? 0))
  let passed = wires.reduce((sum, wire) => sum + length(wire), 0)
  const chosen = new Set(wires)
  for (const wire of [...wires].sort((a, b) => length(b) - length(a))) {
    if (passed <= mostPassed + mostPassedEach * nodes.length || length(wire) <= 1) break
    chosen.delete(wire)
    passed -= length(wire)
  }
  return chosen
}

/** Whether nodes have so many branches, or such equal ones, that they look best in the middle of them. */
function hasFans({ nodes, wires }: LayoutRequest): boolean {
  const leaving = new Map<string, number>()
  for (const { from } of wires) leaving.set(from.node, (leaving.get(from.node) ?? 0) + 1)
  return nodes.some(({ id }) => (leaving.get(id) ?? 0) > 2) || hasEqualBranches(nodes, wires)
}

/** In a straight line there is no more than this across the data, in nodes; wider trunks have drifted. */
const straightWidth = 3

/** Straight trunks where there are shortcuts, nodes amid their branches where there are many: whichever is narrower. */
async function runNarrow(request: LayoutRequest, runElk: RunElk): Promise<ElkNode> {
  const run = (alignment: Alignment): Promise<ElkNode> => runElk(buildElkGraph(request, alignment))
  if (hasFans(request)) return run('BALANCED')
  const straight = await run('NONE')
  const [across, node] =
    request.direction === 'down' ? [straight.width ?? 0, nodeWidth] : [straight.height ?? 0, nodeHeight]
  if (across <= straightWidth * node) return straight
  const balanced = await run('BALANCED')
  const other = request.direction === 'down' ? balanced.width : balanced.height
  return (other ?? across) < across ? balanced : straight
}

/** The layout of what needs no search: a chain; undefined for everything else. */
export function layOutAtOnce(request: LayoutRequest): LayoutResult | undefined {
  const chain = layChain(request)
  return chain && foldWhere(request, chain)
}

/** Places nodes in layers along the data, with few crossings, and wires around them. */
export async function layoutGraph(request: LayoutRequest, runElk: RunElk): Promise<LayoutResult> {
  const chain = layOutAtOnce(request)
  if (chain) return chain
  const chosen = chooseWires(request.nodes, request.wires)
  const laid = { ...request, wires: request.wires.filter((wire) => chosen.has(wire)) }
  const { positions, routes } = readElkGraph(laid, await runNarrow(laid, runElk))
  const byWire = new Map(laid.wires.map((wire, index) => [wire, routes[index]]))
  return foldWhere(request, { positions, routes: request.wires.map((wire) => byWire.get(wire)) })
}

/** In columns where these are asked for. */
function foldWhere({ aspect, wires }: LayoutRequest, whole: LayoutResult): LayoutResult {
  return aspect === undefined
    ? whole
    : foldColumns(
        whole,
        wires.map(({ pill }) => pillSize(pill)),
        aspect,
      )
}
