import { describe, expect, it } from 'vitest'
import { RandomStream } from '../training/randomStream'
import { areaUnder, enlargeMap, orderPixels, rankCorrelation, replacePixels } from './evidence'

describe('maps over images', () => {
  it('are enlarged between the centres of their cells', () => {
    const map = { height: 1, width: 2, data: Float32Array.of(0, 1) }
    // Centres of four pixels at -0.25, 0.25, 0.75 and 1.25 cells.
    expect(Array.from(enlargeMap(map, 1, 4))).toEqual([0, 0.25, 0.75, 1])
  })

  it('may have their cells anywhere in the image', () => {
    // Windows of 2 pixels that move by 1 over 3 pixels: centres at 1 and 2; the middle pixel lies between them.
    const centres = { first: 1, step: 1, image: [1, 3] as const }
    const map = { height: 1, width: 2, data: Float32Array.of(0, 1), centres }
    expect(Array.from(enlargeMap(map, 1, 3))).toEqual([0, 0.5, 1])
  })

  it('order pixels from the most marked, ties as they are read', () => {
    const map = { height: 2, width: 2, data: Float32Array.of(1, 3, 1, 2) }
    expect(Array.from(orderPixels(map, 2, 2))).toEqual([1, 3, 0, 2])
  })

  it('put pixels in step by step, in all channels', () => {
    const [from, to] = [Float32Array.of(0, 0, 0, 0), Float32Array.of(1, 2, 3, 4)]
    const images = [...replacePixels(from, to, Uint32Array.of(1, 0), 2)].map((image) => Array.from(image))
    expect(images).toEqual([
      [0, 0, 0, 0],
      [0, 2, 0, 4],
      [1, 2, 3, 4],
    ])
  })
})

it('measures areas by trapezoids', () => {
  expect(areaUnder([0, 1])).toBe(0.5)
  expect(areaUnder([1, 0, 1])).toBe(0.5)
  expect(areaUnder([0.25])).toBe(0.25)
})

describe('rank correlation', () => {
  it('knows the same order, the opposite one and none', () => {
    const values = Float32Array.of(1, 2, 3, 10)
    expect(rankCorrelation(values, Float32Array.of(0, 5, 6, 7))).toBe(1)
    expect(rankCorrelation(values, Float32Array.of(4, 3, 2, 1))).toBe(-1)
    expect(rankCorrelation(values, new Float32Array(4))).toBe(0)
  })

  it('shares ranks among ties', () => {
    // Ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3: 4.5 / sqrt(4.5 * 5).
    const correlation = rankCorrelation(Float32Array.of(1, 2, 2, 3), Float32Array.of(1, 2, 3, 4))
    expect(correlation).toBeCloseTo(4.5 / Math.sqrt(22.5), 12)
  })

  it('is near 0 for random values', () => {
    const random = new RandomStream(1, 'ranks')
    const draw = () => Float32Array.from({ length: 2000 }, () => random.normal())
    expect(Math.abs(rankCorrelation(draw(), draw()))).toBeLessThan(0.08)
  })
})
