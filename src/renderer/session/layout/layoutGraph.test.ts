// Tests of the automatic layout and of alignment.
import { describe, expect, it } from 'vitest'
import { parseNodeId } from '../../../shared/graph/nodeId'
import { arrangeNodes } from '../../features/canvas/edits/arrange'
import { nodeHeight, nodeWidth } from './canvasGeometry'
import { layoutGraph, type LayoutRequest } from './layoutGraph'

function chain(count: number, direction: LayoutRequest['direction']): LayoutRequest {
  const nodes = Array.from({ length: count }, (_, index) => `n${index}`)
  const edges = nodes.slice(1).map((id, index): [string, string] => [`n${index}`, id])
  return { direction, nodes, edges }
}

describe('the layout', () => {
  it('puts a chain in one line, down or to the right', () => {
    const down = layoutGraph(chain(3, 'down'))
    expect(new Set(down.map(({ x }) => x)).size).toBe(1)
    expect(down.map(({ y }) => y)).toEqual([0, 96, 192])
    const right = layoutGraph(chain(3, 'right'))
    expect(right.map(({ x }) => x)).toEqual([0, 304, 608])
    expect(new Set(right.map(({ y }) => y)).size).toBe(1)
  })

  it('lets no two nodes overlap', () => {
    const nodes = ['a', 'b', 'c', 'd', 'e', 'f', 'alone']
    const edges: [string, string][] = [
      ['a', 'b'],
      ['a', 'c'],
      ['a', 'd'],
      ['b', 'e'],
      ['c', 'e'],
      ['d', 'e'],
      ['a', 'e'],
      ['e', 'f'],
    ]
    const places = layoutGraph({ direction: 'down', nodes, edges })
    places.forEach((a, index) => {
      for (const b of places.slice(index + 1)) {
        expect(Math.abs(a.x - b.x) >= nodeWidth || Math.abs(a.y - b.y) >= nodeHeight).toBe(true)
      }
    })
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
