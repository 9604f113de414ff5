// The perceptron's error on the host, by hand; the rule that follows from it is tested on an engine in tests/experiments.
import { describe, expect, it } from 'vitest'
import { lossOf } from './metrics'

const loss = { type: 'perceptron' } as const

describe("the perceptron's error", () => {
  it('is 0 for a right answer and 2 for a wrong one', () => {
    // (f - t)^2 / 2 with f - t = 0 or +-2
    expect(lossOf(loss, Float32Array.of(-1, 1), 1, 'logits')).toBe(0)
    expect(lossOf(loss, Float32Array.of(-1, 1), 0, 'logits')).toBe(2)
    expect(lossOf(loss, Float32Array.of(1, -1), 0, 'logits')).toBe(0)
  })
})
