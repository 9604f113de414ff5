// How the loss scale goes from step to step and into slots; the overflow itself is tests/engines/mixedPrecision.test.ts.
import { describe, expect, it } from 'vitest'
import { initialLossScale, nextLossScale, readLossScale, writeLossScale, type LossScale } from './lossScaling'

function afterGoodSteps(start: LossScale, count: number): LossScale {
  let scale = start
  for (let step = 0; step < count; step++) scale = nextLossScale(scale, true)
  return scale
}

describe('the loss scale', () => {
  it('doubles after 2,000 good steps, up to 65,536', () => {
    expect(afterGoodSteps(initialLossScale, 1999)).toEqual({ scale: 16_384, goodSteps: 1999, skippedSteps: 0 })
    expect(afterGoodSteps(initialLossScale, 2000)).toEqual({ scale: 32_768, goodSteps: 0, skippedSteps: 0 })
    expect(afterGoodSteps(initialLossScale, 8000).scale).toBe(65_536)
  })

  it('halves and counts anew at an overflow', () => {
    const scale = nextLossScale(afterGoodSteps(initialLossScale, 5), false)
    expect(scale).toEqual({ scale: 8192, goodSteps: 0, skippedSteps: 1 })
  })

  it('gives up where gradients overflow with a scale of 1', () => {
    expect(() => nextLossScale({ ...initialLossScale, scale: 1 }, false)).toThrow(/too large for float16/u)
  })

  it('is kept in slots, and starts anew without them', () => {
    const scale = { scale: 4096, goodSteps: 1234, skippedSteps: 3 }
    expect(readLossScale(new Map([writeLossScale(scale)]))).toEqual(scale)
    expect(readLossScale(undefined)).toBe(initialLossScale)
  })
})
