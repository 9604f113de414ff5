// Where costs sit, on a small table worked out by hand.
import { describe, expect, it } from 'vitest'
import { printCostSummary, summariseCost, type CountedLayer } from './costOverDepth'

const layers: readonly CountedLayer[] = [
  { id: 'input', activationBytes: 100, parameters: 0, macs: 0 },
  { id: 'conv1', activationBytes: 600, parameters: 10, macs: 50 },
  { id: 'conv2', activationBytes: 200, parameters: 30, macs: 150 },
  { id: 'pool', activationBytes: 60, parameters: 0, macs: 0 },
  { id: 'fc1', activationBytes: 30, parameters: 150, macs: 150 },
  { id: 'fc2', activationBytes: 10, parameters: 10, macs: 50 },
]

describe('costs over depth', () => {
  it('names as few layers as hold half of a cost', () => {
    expect(summariseCost(layers, 'activationBytes').largest).toEqual([{ id: 'conv1', count: 600, share: 0.6 }])
    expect(printCostSummary(summariseCost(layers, 'parameters'))).toBe('Most parameters: fc1 (75%).')
    // 150 of 400 are 37.5%, so two layers are needed
    expect(printCostSummary(summariseCost(layers, 'macs'))).toBe('Most multiplications: conv2 (37.5%), fc1 (37.5%).')
  })

  it('gives the shares of the first and the last third', () => {
    expect(summariseCost(layers, 'activationBytes')).toMatchObject({ total: 1000, early: 0.7, late: 0.04 })
    expect(summariseCost(layers, 'parameters')).toMatchObject({ total: 200, early: 0.05, late: 0.8 })
  })

  it('says so where nothing is counted', () => {
    expect(printCostSummary(summariseCost([], 'macs'))).toBe('No multiplications.')
  })
})
