// A network as ELK takes it, and what ELK answers as places and routes; not the run itself (layoutGraph.ts).
import type { ElkExtendedEdge, ElkNode, ElkPort } from 'elkjs/lib/elk-api'
import type { Position } from '../../../shared/graph/document'
import { nodeHeight, nodeWidth, type Direction } from './canvasGeometry'
import type { LayoutNode, LayoutRequest, LayoutResult, LayoutWire } from './layoutRequest'
import { pillSize, portOffset, straighten, type WireRoute } from './wireGeometry'

/** Room before a node into whose middle a wire comes that ends at one of two ports, for its last bend. */
const bendRoom = 12

/** From a node to the pill before or behind it, for each direction. */
export const layerGap: Readonly<Record<Direction, number>> = { down: 11, right: 14 }

/** ELK's way of lining nodes up: `NONE` keeps chains straight, `BALANCED` puts a node amid its branches. */
export type Alignment = 'NONE' | 'BALANCED'

/** Whether two branches of the same length meet somewhere. */
export function hasEqualBranches(nodes: readonly LayoutNode[], wires: readonly LayoutWire[]): boolean {
  const trunks = findTrunks(nodes, wires)
  const arriving = new Map<string, number>()
  for (const { to } of wires) arriving.set(to.node, (arriving.get(to.node) ?? 0) + 1)
  return nodes.some(({ id }) => (arriving.get(id) ?? 0) > 1 && !trunks.has(id))
}

/** Which of its two inputs a node is reached by on the longer way: the trunk, which is to run straight. */
function findTrunks(nodes: readonly LayoutNode[], wires: readonly LayoutWire[]): ReadonlyMap<string, string> {
  const into = new Map<string, LayoutWire[]>()
  for (const wire of wires) into.set(wire.to.node, [...(into.get(wire.to.node) ?? []), wire])
  const ranks = rankNodes(nodes, into)
  const trunks = new Map<string, string>()
  for (const { id, inputs } of nodes) {
    const [first, second, ...more] = into.get(id) ?? []
    if (!first || !second || more.length > 0 || inputs.length > 2) continue
    const [a, b] = [ranks.get(first.from.node) ?? 0, ranks.get(second.from.node) ?? 0]
    if (a !== b) trunks.set(id, (a > b ? first : second).to.port)
  }
  return trunks
}

/** Steps from the beginning on the longest way; wires of cycles count as far as they were met in order. */
function rankNodes(
  nodes: readonly LayoutNode[],
  into: ReadonlyMap<string, readonly LayoutWire[]>,
): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>()
  const open = new Set<string>()
  const stack: string[] = []
  for (const { id } of nodes) {
    stack.push(id)
    for (let last = stack.at(-1); last !== undefined; last = stack.at(-1)) {
      const sources = (into.get(last) ?? []).map(({ from }) => from.node)
      const missing = open.has(last) ? [] : sources.filter((source) => !ranks.has(source) && !open.has(source))
      open.add(last)
      stack.push(...missing)
      if (missing.length > 0) continue
      ranks.set(
        last,
        sources.reduce((most, source) => Math.max(most, (ranks.get(source) ?? -1) + 1), 0),
      )
      stack.pop()
    }
  }
  return ranks
}

const portId = (node: string, side: 'in' | 'out', port: string): string => `${node}|${side}|${port}`

function buildPorts(node: LayoutNode, direction: Direction, trunk: string | undefined): ElkPort[] {
  const isDown = direction === 'down'
  const room = trunk === undefined ? 0 : bendRoom
  const list = (names: readonly string[], side: 'in' | 'out'): ElkPort[] =>
    names.map((name, index) => {
      const middle = Math.round((isDown ? nodeWidth : nodeHeight) / 2)
      const offset = side === 'in' && name === trunk ? middle : portOffset(index, names.length, direction)
      const far = (isDown ? nodeHeight : nodeWidth) + room
      const along = side === 'in' ? 0 : far
      return {
        id: portId(node.id, side, name),
        width: 0,
        height: 0,
        x: isDown ? offset : along,
        y: isDown ? along : offset,
        layoutOptions: { 'elk.port.side': portSide(side, isDown) },
      }
    })
  return [...list(node.inputs, 'in'), ...list(node.outputs, 'out')]
}

function portSide(side: 'in' | 'out', isDown: boolean): string {
  if (isDown) return side === 'in' ? 'NORTH' : 'SOUTH'
  return side === 'in' ? 'WEST' : 'EAST'
}

function buildNode(node: LayoutNode, direction: Direction, trunk: string | undefined): ElkNode {
  const room = trunk === undefined ? 0 : bendRoom
  const isDown = direction === 'down'
  return {
    id: node.id,
    width: nodeWidth + (isDown ? 0 : room),
    height: nodeHeight + (isDown ? room : 0),
    ports: buildPorts(node, direction, trunk),
    layoutOptions: {
      'elk.portConstraints': 'FIXED_POS',
      ...(node.at && { 'elk.position': `(${node.at.x},${node.at.y})` }),
    },
  }
}

function buildEdge({ from, to, pill }: LayoutWire, index: number): ElkExtendedEdge {
  // A wire without a pill takes its room too: all layers then are as far apart.
  const size = pillSize(pill)
  return {
    id: String(index),
    sources: [portId(from.node, 'out', from.port)],
    targets: [portId(to.node, 'in', to.port)],
    labels: [
      { text: pill, ...size, layoutOptions: { 'elk.edgeLabels.inline': 'true', 'elk.edgeLabels.placement': 'CENTER' } },
    ],
  }
}

/** The graph for ELK. */
export function buildElkGraph(request: LayoutRequest, alignment: Alignment): ElkNode {
  const { direction, nodes, wires, keepsOrder } = request
  const trunks = findTrunks(nodes, wires)
  return {
    id: 'network',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': direction === 'down' ? 'DOWN' : 'RIGHT',
      'elk.edgeRouting': 'ORTHOGONAL',
      // Branches of one length lie side by side: every layer as near to the beginning as it can be.
      'elk.layered.layering.strategy': 'LONGEST_PATH_SOURCE',
      'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
      'elk.layered.nodePlacement.bk.fixedAlignment': alignment,
      ...(keepsOrder
        ? { 'elk.layered.crossingMinimization.semiInteractive': 'true' }
        : { 'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES' }),
      'elk.layered.spacing.nodeNodeBetweenLayers': String(layerGap[direction]),
      'elk.layered.spacing.edgeNodeBetweenLayers': '12',
      'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
      'elk.spacing.nodeNode': '32',
      'elk.spacing.edgeNode': '16',
      'elk.spacing.edgeEdge': '12',
      'elk.spacing.edgeLabel': '0',
      'elk.spacing.componentComponent': '64',
      'elk.padding': '[top=0,left=0,bottom=0,right=0]',
    },
    children: nodes.map((node) => buildNode(node, direction, trunks.get(node.id))),
    edges: wires.map(buildEdge),
  }
}

const round = ({ x, y }: Position): Position => ({ x: Math.round(x), y: Math.round(y) })

/** The end of a way at the port where it is drawn, behind the room for the last bend. */
function endAtPort(points: readonly Position[], port: Position, direction: Direction): readonly Position[] {
  const last = points.at(-1)
  if (!last) return points
  const bend = direction === 'down' ? { x: port.x, y: last.y } : { x: last.x, y: port.y }
  return straighten([...points, bend, port])
}

/** What ELK found: places in the order of the nodes, routes in that of the wires. */
export function readElkGraph(request: LayoutRequest, answer: ElkNode): LayoutResult {
  const { direction, nodes, wires } = request
  const trunks = findTrunks(nodes, wires)
  const placed = new Map((answer.children ?? []).map((node) => [node.id, node]))
  const corners = new Map<string, Position>()
  for (const { id } of nodes) {
    const { x = 0, y = 0 } = placed.get(id) ?? {}
    const room = trunks.has(id) ? bendRoom : 0
    corners.set(id, round(direction === 'down' ? { x, y: y + room } : { x: x + room, y }))
  }
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const routes = wires.map(({ to }, index): WireRoute | undefined => {
    const edge = answer.edges?.[index]
    const [section] = edge?.sections ?? []
    const corner = corners.get(to.node)
    if (!section || !corner) return undefined
    const inputs = byId.get(to.node)?.inputs ?? []
    const offset = portOffset(inputs.indexOf(to.port), inputs.length, direction)
    const port = direction === 'down' ? { x: corner.x + offset, y: corner.y } : { x: corner.x, y: corner.y + offset }
    const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map(round)
    const { x = 0, y = 0, width = 0, height = 0 } = edge?.labels?.[0] ?? {}
    return {
      points: endAtPort(points, port, direction),
      pill: round({ x: x + width / 2, y: y + height / 2 }),
    }
  })
  return { positions: nodes.map(({ id }) => corners.get(id) ?? { x: 0, y: 0 }), routes }
}
