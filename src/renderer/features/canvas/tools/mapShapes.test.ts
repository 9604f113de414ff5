// The minimap's shapes: where they lie, and that thousands of nodes stay a few.
import { expect, it } from 'vitest'
import type { CanvasNode } from '../flow/useFlowGraph'
import { drawMap, mapScale, mapSize, toMap } from './mapShapes'

function nodeAt(y: number, category: string): CanvasNode {
  // Only what the map reads.
  return { id: `${y}`, type: 'layer', position: { x: 0, y }, data: { category } } as unknown as CanvasNode
}

it('fits the network into the middle of the map', () => {
  const scale = mapScale({ x: 100, y: -50, width: 1000, height: 200 })
  // 168 - 2 * 6 = 156 pixels for 1,000 units; 200 units are 31.2 pixels high, 40.4 above and below.
  expect(scale.zoom).toBeCloseTo(0.156)
  expect(toMap(scale, { x: 100, y: -50 })).toEqual({ x: 6, y: expect.closeTo(40.4) as number })
  expect(toMap(scale, { x: 1100, y: 150 })).toEqual({ x: 162, y: expect.closeTo(71.6) as number })
})

it('draws one path per colour, and what lies on the same pixels once', () => {
  const nodes = Array.from({ length: 5000 }, (_, index) =>
    nodeAt(96 * index, index % 2 === 0 ? 'linear' : 'activation'),
  )
  const shapes = drawMap(nodes, mapScale({ x: 0, y: 0, width: 208, height: 96 * 5000 }))
  expect([...shapes.keys()]).toEqual(['var(--nl-cat-linear)', 'var(--nl-cat-activation)'])
  // A quarter of a pixel apart at most: 4 * 112 places.
  for (const path of shapes.values()) expect(path.split('M').length).toBeLessThan(4 * mapSize.height)
})
