// The minimap's shapes: where they lie, and that thousands of nodes stay a few.
import { expect, it } from 'vitest'
import type { CanvasNode } from '../flow/useFlowGraph'
import { drawMap, findFreeCorner, mapScale, toMap } from './mapShapes'

function nodeAt(y: number, category: string): CanvasNode {
  // Only what the map reads.
  return { id: `${y}`, type: 'layer', position: { x: 0, y }, data: { category } } as unknown as CanvasNode
}

it('fits the network into a map of its own shape', () => {
  const wide = mapScale({ x: 100, y: -50, width: 1000, height: 200 })
  // 168 - 2 * 6 = 156 pixels for 1,000 units; 200 units are 31.2 pixels high, 12.4 above and below of the least 56.
  expect(wide.zoom).toBeCloseTo(0.156)
  expect(wide.size).toEqual({ width: 168, height: 56 })
  expect(toMap(wide, { x: 100, y: -50 })).toEqual({ x: 6, y: expect.closeTo(12.4) as number })
  expect(toMap(wide, { x: 1100, y: 150 })).toEqual({ x: 162, y: expect.closeTo(43.6) as number })
  expect(mapScale({ x: 0, y: 0, width: 208, height: 1200 }).size).toEqual({ width: 56, height: 132 })
})

it('lies where it covers nothing, in the first such corner', () => {
  const size = { width: 60, height: 100 }
  const at = (x: number, y: number) => ({ x, y, width: 100, height: 50 })
  const find = (boxes: readonly ReturnType<typeof at>[], zoom = 1, width = 800) =>
    findFreeCorner(boxes, size, { width, height: 600, transform: [0, 0, zoom] })
  expect(find([])).toBe('bottom-right')
  expect(find([at(350, 500)])).toBe('bottom-right')
  expect(find([at(700, 500)])).toBe('top-right')
  expect(find([at(700, 500), at(700, 20)])).toBe('top-left')
  expect(find([at(700, 500), at(700, 20), at(0, 0)])).toBeUndefined()
  // The same node is elsewhere at half its size; a narrow canvas has its buttons below the map.
  expect(find([at(700, 500)], 0.5)).toBe('bottom-right')
  expect(find([at(500, 550)], 1, 540)).toBe('bottom-right')
  expect(find([at(500, 550)], 1, 560)).toBe('top-right')
})

it('draws one path per colour, and what lies on the same pixels once', () => {
  const nodes = Array.from({ length: 5000 }, (_, index) =>
    nodeAt(96 * index, index % 2 === 0 ? 'linear' : 'activation'),
  )
  const shapes = drawMap(nodes, mapScale({ x: 0, y: 0, width: 208, height: 96 * 5000 }))
  expect([...shapes.keys()]).toEqual(['var(--nl-cat-linear)', 'var(--nl-cat-activation)'])
  // A quarter of a pixel apart at most: 4 * 132 places.
  for (const path of shapes.values()) expect(path.split('M').length).toBeLessThan(4 * 132)
})
