import { describe, expect, it } from 'vitest'
import { describeBrokenWeights, describeNotFinite } from './finiteNumbers'

describe('numbers that are not finite', () => {
  it('are counted by kind', () => {
    expect(describeNotFinite([1, NaN, Infinity, -Infinity, NaN, NaN])).toBe('3 NaN, 2 infinite')
    expect(describeNotFinite([0, -1e38])).toBeUndefined()
  })

  it('are found in weights, of which the first five are named', () => {
    const weights = new Map(
      Array.from({ length: 7 }, (_, index) => [`w${index}`, { dims: [2], data: Float32Array.of(index, NaN) }] as const),
    )
    expect(describeBrokenWeights(weights)).toContain('"w4" (1 NaN) and 2 more.')
    expect(describeBrokenWeights(new Map([['w', { dims: [1], data: Float32Array.of(1) }]]))).toBeUndefined()
  })
})
