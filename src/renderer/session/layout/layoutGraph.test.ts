// Tests of the automatic layout and of alignment.
import ELK from 'elkjs/lib/elk.bundled.js'
import { describe, expect, it } from 'vitest'
import { parseNodeId } from '../../../shared/graph/nodeId'
import { arrangeNodes } from '../../features/canvas/edits/arrange'
import { nodeHeight, nodeWidth } from './canvasGeometry'
import { buildElkGraph, readElkGraph } from './elkGraph'
import { chooseWires, layChain, layoutGraph, type RunElk } from './layoutGraph'
import type { LayoutRequest } from './layoutRequest'
import { listPieces, pillSize } from './wireGeometry'

const elk = new ELK()
const run: RunElk = (graph) => elk.layout(graph)

/** A request by pairs of source and target, each node with the ports that it needs. */
function graphOf(direction: LayoutRequest['direction'], nodes: readonly string[], pairs: readonly string[]) {
  const ends = pairs.map((pair) => pair.split('>') as [string, string])
  const wires = ends.map(([from, to], index) => {
    const port = ends.slice(0, index).filter((other) => other[1] === to).length
    return { from: { node: from, port: 'out' }, to: { node: to, port: `in${port}` }, pill: '64×56×56' }
  })
  return {
    direction,
    nodes: nodes.map((id) => ({
      id,
      inputs: wires.filter(({ to }) => to.node === id).map(({ to }) => to.port),
      outputs: ['out'],
    })),
    wires,
  }
}

const chainOf = (count: number): readonly [string[], string[]] => {
  const nodes = Array.from({ length: count }, (_, index) => `n${index}`)
  return [nodes, nodes.slice(1).map((id, index) => `n${index}>${id}`)]
}

describe('the layout', () => {
  it('puts a chain in one line, down or to the right, with room for the pills', async () => {
    const down = await layoutGraph(graphOf('down', ...chainOf(3)), run)
    expect(new Set(down.positions.map(({ x }) => x)).size).toBe(1)
    expect(down.positions.map(({ y }) => y)).toEqual([0, 96, 192])
    const right = await layoutGraph(graphOf('right', ...chainOf(3)), run)
    // 208 wide, 14 on both sides of a pill of 8 letters.
    const step = 208 + 2 * 14 + pillSize('64×56×56').width
    expect(right.positions.map(({ x }) => x)).toEqual([0, step, 2 * step])
    expect(new Set(right.positions.map(({ y }) => y)).size).toBe(1)
  })

  it('lays a chain out as ELK does', async () => {
    const request = graphOf('down', ...chainOf(4))
    const { positions, routes } = readElkGraph(request, await run(buildElkGraph(request, 'NONE')))
    const chain = layChain(request)
    expect(chain?.positions.map(({ y }) => y)).toEqual(positions.map(({ y }) => y))
    expect(chain?.routes.map((route) => route?.points.length)).toEqual(routes.map((route) => route?.points.length))
  })

  it('lets no two nodes overlap', async () => {
    const pairs = ['a>b', 'a>c', 'a>d', 'b>e', 'c>e', 'd>e', 'a>e', 'e>f']
    const { positions } = await layoutGraph(graphOf('down', ['a', 'b', 'c', 'd', 'e', 'f', 'alone'], pairs), run)
    positions.forEach((a, index) => {
      for (const b of positions.slice(index + 1)) {
        expect(Math.abs(a.x - b.x) >= nodeWidth || Math.abs(a.y - b.y) >= nodeHeight).toBe(true)
      }
    })
  })

  it('runs a shortcut beside its block, which stays in one line with what lies before and behind', async () => {
    const request = graphOf('down', ['a', 'b', 'c', 'add', 'z'], ['a>b', 'b>c', 'c>add', 'a>add', 'add>z'])
    const { positions, routes } = await layoutGraph(request, run)
    expect(new Set(positions.map(({ x }) => x)).size).toBe(1)
    const shortcut = routes[3]?.points.map(({ x }) => x) ?? []
    expect(Math.max(...shortcut)).toBeGreaterThan((positions[0]?.x ?? 0) + nodeWidth)
  })

  it('keeps branches in the order in which they stand', async () => {
    const request = graphOf('down', ['a', 'b', 'c', 'd'], ['a>b', 'a>c', 'b>d', 'c>d'])
    const order = async (xs: readonly number[]) => {
      const nodes = request.nodes.map((node, index) => ({ ...node, at: { x: xs[index] ?? 0, y: 96 * index } }))
      const { positions } = await layoutGraph({ ...request, nodes, keepsOrder: true }, run)
      return Math.sign((positions[2]?.x ?? 0) - (positions[1]?.x ?? 0))
    }
    expect(await order([0, -300, 300, 0])).toBe(1)
    expect(await order([0, 300, -300, 0])).toBe(-1)
  })

  it('leaves the longest wires to the router where all of them would take minutes', () => {
    const [nodes, pairs] = chainOf(100)
    const long = nodes.flatMap((id, index) => nodes.slice(index + 2).map((to) => `${id}>${to}`))
    const dense = graphOf('down', nodes, [...pairs, ...long])
    const chosen = chooseWires(dense.nodes, dense.wires)
    expect(chosen.size).toBeLessThan(900)
    expect(dense.wires.slice(0, 99).every((wire) => chosen.has(wire))).toBe(true)
    const few = graphOf('down', nodes, [...pairs, 'n0>n99', 'n20>n70'])
    expect(chooseWires(few.nodes, few.wires).size).toBe(few.wires.length)
  })

  it('folds a long chain into columns that fit a page', async () => {
    const { positions, routes } = await layoutGraph({ ...graphOf('down', ...chainOf(60)), aspect: 1.6 }, run)
    const columns = [...new Set(positions.map(({ x }) => x))]
    const bottom = Math.max(...positions.map(({ y }) => y)) + nodeHeight
    const right = Math.max(...positions.map(({ x }) => x)) + nodeWidth
    expect(columns.length).toBeGreaterThan(3)
    expect(right / bottom).toBeGreaterThan(0.8)
    expect(right / bottom).toBeLessThan(2.6)
    // In reading order, and wires run from bottom to top between two columns.
    expect(columns).toEqual(columns.toSorted((a, b) => a - b))
    const folded = routes.filter((route) => (route?.points.length ?? 0) > 2)
    expect(folded).toHaveLength(columns.length - 1)
    for (const route of folded)
      for (const [a, b] of listPieces(route?.points ?? [])) expect(a.x === b.x || a.y === b.y).toBe(true)
  })
})

describe('alignment', () => {
  const ids = ['a', 'b', 'c'].map(parseNodeId)
  const [a, b, c] = ids
  const places = new Map(
    [
      [a, { x: 0, y: 0 }],
      [b, { x: 30, y: 100 }],
      [c, { x: 100, y: 110 }],
    ].flatMap(([id, place]) => (typeof id === 'string' && typeof place === 'object' ? [[id, place] as const] : [])),
  )
  const arrange = (how: Parameters<typeof arrangeNodes>[2]) =>
    arrangeNodes(places, ids, how).map(({ id, position }) => `${id} ${position.x},${position.y}`)

  it('moves edges and centres together', () => {
    expect(arrange('left')).toEqual(['b 0,100', 'c 0,110'])
    expect(arrange('right')).toEqual(['a 100,0', 'b 100,100'])
    expect(arrange('centre')).toEqual(['a 50,0', 'b 50,100', 'c 50,110'])
    expect(arrange('top')).toEqual(['b 30,0', 'c 100,0'])
    expect(arrange('bottom')).toEqual(['a 0,110', 'b 30,110'])
    expect(arrange('middle')).toEqual(['a 0,55', 'b 30,55', 'c 100,55'])
  })

  it('spreads nodes between the outer ones', () => {
    expect(arrange('across')).toEqual(['b 50,100'])
    expect(arrange('down')).toEqual(['b 30,55'])
  })

  it('moves nothing for a single node', () => {
    expect(arrangeNodes(places, ids.slice(0, 1), 'left')).toEqual([])
  })
})
