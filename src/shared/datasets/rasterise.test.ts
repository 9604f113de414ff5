import { describe, expect, it } from 'vitest'
import { ellipseArc, emptyCoverage, fillOutlines, quadraticCurve, strokePolyline } from './rasterise'

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0)
const square = (low: number, high: number) => [
  { x: low, y: low },
  { x: high, y: low },
  { x: high, y: high },
  { x: low, y: high },
]

describe('rasterising', () => {
  it('covers the exact area of a filled outline', () => {
    const coverage = emptyCoverage(8, 8)
    fillOutlines(coverage, [square(1.5, 5.25)])
    // 3.75 x 3.75; the four scan lines per pixel hit quarter positions exactly.
    expect(sum(coverage.values)).toBeCloseTo(3.75 * 3.75, 5)
    expect(coverage.values[3 * 8 + 3]).toBe(1)
    expect(coverage.values[3 * 8 + 1]).toBeCloseTo(0.5, 6)
  })

  it('leaves a hole where one outline lies inside another', () => {
    const coverage = emptyCoverage(8, 8)
    fillOutlines(coverage, [square(1, 7), square(3, 5)])
    expect(sum(coverage.values)).toBeCloseTo(36 - 4, 5)
    expect(coverage.values[4 * 8 + 4]).toBe(0)
  })

  it('draws outlines that reach beyond the grid', () => {
    const coverage = emptyCoverage(4, 4)
    fillOutlines(coverage, [square(-10, 10)])
    expect(sum(coverage.values)).toBe(16)
  })

  it('draws strokes with the width of the brush', () => {
    const coverage = emptyCoverage(9, 9)
    strokePolyline(
      coverage,
      [
        { x: -5, y: 4.5 },
        { x: 20, y: 4.5 },
      ],
      1.5,
    )
    // A bar 3 pixels thick: rows 3, 4 and 5 whole, their neighbours at distance 2 just not touched.
    expect(sum(coverage.values)).toBeCloseTo(27, 5)
  })

  it('gives arcs and curves that begin and end where they should', () => {
    const arc = ellipseArc({ x: 1, y: 1 }, { x: 2, y: 1 }, 0, 90, 4)
    expect(arc).toHaveLength(5)
    expect(arc[0]).toEqual({ x: 3, y: 1 })
    expect(arc[4]?.x).toBeCloseTo(1, 12)
    expect(arc[4]?.y).toBeCloseTo(2, 12)
    const curve = quadraticCurve({ x: 0, y: 0 }, { x: 1, y: 2 }, { x: 2, y: 0 }, 2)
    expect(curve).toEqual([
      { x: 0, y: 0 },
      { x: 1, y: 1 },
      { x: 2, y: 0 },
    ])
  })
})
