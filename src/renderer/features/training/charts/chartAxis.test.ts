// Steps on the three axes, by hand arithmetic.
import { describe, expect, it } from 'vitest'
import { countStepsPerEpoch, placeSteps } from './chartAxis'
import type { EpochRow } from '../follow/metricColumns'

const row = (epoch: number, step: number, seconds: number | null): EpochRow => ({
  epoch,
  step,
  seconds,
  train: { loss: 1, accuracy: 0 },
  val: null,
  learningRate: 0.1,
  best: false,
})
const nothing = { epochs: [], stepsPerEpoch: null, stepsPerSecond: null }

describe('placeSteps', () => {
  it('leaves steps as they are', () => {
    expect(placeSteps([1, 2, 3], 'step', nothing)).toEqual(Float64Array.of(1, 2, 3))
  })

  it('puts 1 at the end of the first epoch', () => {
    expect(placeSteps([50, 100, 150], 'epoch', { ...nothing, stepsPerEpoch: 100 })).toEqual(
      Float64Array.of(0.5, 1, 1.5),
    )
    expect(placeSteps([50], 'epoch', nothing)).toBeNull()
  })

  it('draws straight lines between the ends of epochs, and goes on at the last pace', () => {
    // Epoch 1: 100 steps in 10 s; epoch 2: 100 steps in 30 s, which is 10 steps in 3 s.
    const epochs = [row(1, 100, 10), row(2, 200, 40)]
    const places = placeSteps([50, 100, 150, 200, 210], 'time', { ...nothing, epochs })
    expect([...(places ?? [])]).toEqual([5, 10, 25, 40, 43])
  })

  it('uses the present speed after the last epoch and before the first', () => {
    expect(placeSteps([20], 'time', { ...nothing, stepsPerSecond: 4 })).toEqual(Float64Array.of(5))
    const epochs = [row(1, 100, 10)]
    expect(placeSteps([120], 'time', { ...nothing, epochs, stepsPerSecond: 5 })).toEqual(Float64Array.of(14))
  })

  it('goes over an epoch whose timing was lost', () => {
    const epochs = [row(1, 100, 10), row(2, 200, null), row(3, 300, 50)]
    expect(placeSteps([200], 'time', { ...nothing, epochs })).toEqual(Float64Array.of(30))
  })

  it('has no time without any timing', () => {
    expect(placeSteps([1], 'time', { ...nothing, epochs: [row(1, 100, null)] })).toBeNull()
  })
})

describe('countStepsPerEpoch', () => {
  it('divides the first end by its epoch', () => {
    expect(countStepsPerEpoch([row(1, 18, null)])).toBe(18)
    expect(countStepsPerEpoch([])).toBeNull()
  })
})
