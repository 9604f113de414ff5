import { describe, expect, it } from 'vitest'
import { accuracyByShift, errorByEpoch, planeField, shareAhead, traceBoundary } from './resultCharts'

const epoch = (number: number, accuracy: number) => ({ epoch: number, train: { loss: 0, accuracy }, val: null })

describe('the curves of an experiment', () => {
  it('show the share of wrong training images, with gaps for shorter runs', () => {
    const [long, short] = [{ epochs: [epoch(1, 0.5), epoch(2, 0.75)] }, { epochs: [epoch(1, 1)] }]
    expect(errorByEpoch([long, short])).toEqual([Float64Array.of(1, 2), [0.5, 0.25], [0, null]])
  })

  it('show accuracy by the pixels of a shift', () => {
    const measures = [{ id: 'a', title: '2 pixels', transform: { shift: 2 } }]
    const result = { test: { loss: 0, top1: 0.9, images: 10 }, measures: [{ id: 'a', loss: 0, top1: 0.4, images: 10 }] }
    expect(accuracyByShift([result], measures)).toEqual([Float64Array.of(0, 2), [0.9, 0.4]])
  })
})

describe('the boundary', () => {
  it("of a perceptron is its plane's equation", () => {
    // 2 x1 - x2 + 0.5 on x1, x2 = 0, 1
    const field = planeField({ low: 0, high: 1, extent: 2, values: [] }, { weights: [2, -1], bias: 0.5 })
    expect(field.values).toEqual([0.5, 2.5, -0.5, 1.5])
  })

  it('lies where a plane changes its sign, between the points of the grid', () => {
    // value = x - 0.25 on a grid of 0, 0.5, 1: the boundary is the line x = 0.25.
    const values = [0, 0.5, 1, 0, 0.5, 1, 0, 0.5, 1].map((x) => x - 0.25)
    const segments = traceBoundary({ low: 0, high: 1, extent: 3, values })
    expect(segments).toHaveLength(2)
    for (const { from, to } of segments) {
      expect(from[0]).toBeCloseTo(0.25, 12)
      expect(to[0]).toBeCloseTo(0.25, 12)
      expect(Math.abs(to[1] - from[1])).toBeCloseTo(0.5, 12)
    }
  })

  it('cuts off the share of the plane that lies on its positive side, exactly where the field is a plane', () => {
    // An AND on the square from -0.5 to 1.5: ahead in the corner beyond x1 + x2 = 3 - L
    const and = (extent: number) =>
      planeField({ low: -0.5, high: 1.5, extent, values: [] }, { weights: [1, 1], bias: -(3 - 0.75 * Math.SQRT2) })
    // a triangle of legs L = 0.75*sqrt(2): L^2/2 = 9/16 of an area of 4
    for (const extent of [3, 7, 41]) expect(shareAhead(and(extent))).toBeCloseTo(9 / 64, 12)
    expect(shareAhead({ low: 0, high: 1, extent: 2, values: [1, 1, 1, 1] })).toBe(1)
    expect(shareAhead({ low: 0, high: 1, extent: 2, values: [-1, -1, -1, -1] })).toBe(0)
    expect(shareAhead({ low: 0, high: 1, extent: 2, values: [-1, 1, -1, 1] })).toBeCloseTo(0.5, 12)
  })

  it('is empty where one class is ahead everywhere', () => {
    expect(traceBoundary({ low: 0, high: 1, extent: 2, values: [1, 1, 1, 1] })).toEqual([])
  })
})
