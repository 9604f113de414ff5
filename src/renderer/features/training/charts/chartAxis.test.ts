// Steps on the three axes, by hand arithmetic.
import { describe, expect, it } from 'vitest'
import { placeSteps } from './chartAxis'
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
const nothing = { epochs: [], count: null, stepsPerSecond: null }

describe('placeSteps', () => {
  it('leaves steps as they are', () => {
    expect(placeSteps([1, 2, 3], 'step', nothing)).toEqual(Float64Array.of(1, 2, 3))
  })

  it('puts 1 at the end of the first epoch', () => {
    expect(
      placeSteps([50, 100, 150], 'epoch', {
        ...nothing,
        count: { step: 0, stepsPerEpoch: 100, totalSteps: 300, epochs: 3 },
      }),
    ).toEqual(Float64Array.of(0.5, 1, 1.5))
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

  it('counts epochs before and after a run was resumed with half the batch', () => {
    // 640 images: 10 steps of 64 an epoch, 20 of 32. After 13 steps 1.3 epochs are done; 14 more end the second one, at
    // step 27, and 20 more the third, at 47.
    const count = { step: 13, stepsPerEpoch: 20, totalSteps: 47, epochs: 3 }
    const steps = [5, 10, 13, 20, 27, 37]
    const before = [row(1, 10, null)]
    for (const epochs of [before, [...before, row(2, 27, null)]]) {
      const places = [...(placeSteps(steps, 'epoch', { ...nothing, epochs, count }) ?? [])]
      expect(places.map((place) => Number(place.toFixed(6)))).toEqual([0.5, 1, 1.3, 1.65, 2, 2.5])
    }
  })

  it('counts epochs by their ends where no process tells how it counts', () => {
    const epochs = [row(1, 10, null), row(2, 27, null)]
    const places = [...(placeSteps([5, 10, 27, 44], 'epoch', { ...nothing, epochs }) ?? [])]
    expect(places).toEqual([0.5, 1, 2, 3])
  })
})
