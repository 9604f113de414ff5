import { describe, expect, it } from 'vitest'
import { ChannelStatistics } from './statistics'

describe('channel statistics', () => {
  it('give mean and population deviation of pixel / 255 per channel', () => {
    const statistics = new ChannelStatistics(3)
    statistics.add(Uint8Array.of(0, 255, 51, 51, 10, 30))
    statistics.add(Uint8Array.of(0, 255, 51, 51, 20, 20))
    const { mean, deviation } = statistics.scaling()
    // Channel 0: 0, 1, 0, 1 -> 0.5 and 0.5. Channel 1: constant 0.2. Channel 2: 10, 30, 20, 20 -> 20, sqrt(50).
    expect(mean[0]).toBeCloseTo(0.5, 12)
    expect(deviation[0]).toBeCloseTo(0.5, 12)
    expect(mean[1]).toBeCloseTo(0.2, 12)
    expect(deviation[1]).toBe(1)
    expect(mean[2]).toBeCloseTo(20 / 255, 12)
    expect(deviation[2]).toBeCloseTo(Math.sqrt(50) / 255, 12)
  })

  it('are neutral without images', () => {
    expect(new ChannelStatistics(1).scaling()).toEqual({ mean: [0], deviation: [1] })
  })
})
