import { describe, expect, it } from 'vitest'
import { adaptProgress } from './batchChange'
import { startOfRun } from './trainingPlan'

describe('adaptProgress', () => {
  it('leaves a run alone that goes on with its own batch size', () => {
    const progress = { ...startOfRun, batchSize: 64, batchInEpoch: 3, stepsTaken: 13 }
    expect(adaptProgress(progress, 64, 640)).toEqual(progress)
    expect(adaptProgress({ ...startOfRun, batchInEpoch: 3 }, 64, 640).batchInEpoch).toBe(3)
  })

  it('counts twice as many batches of half the size, and keeps the steps that are left', () => {
    // 640 images: 10 batches of 64 or 20 of 32. After 1 epoch and 3 batches, 13 steps: 2 epochs of 3 are left but
    // 3 * 64 images, which is 60 - 20 - 6 = 34 steps of 32, 47 in all and 13 fewer than 3 whole epochs.
    const progress = { ...startOfRun, batchSize: 64, epoch: 1, batchInEpoch: 3, stepsTaken: 13 }
    const adapted = adaptProgress(progress, 32, 640)
    expect(adapted).toMatchObject({ batchSize: 32, batchInEpoch: 6, stepsTaken: 13, stepsOffset: -13 })
    expect(3 * 20 + (adapted.stepsOffset ?? 0)).toBe(47)
    // And once more: 12 batches of 16 done, 120 - 40 - 12 = 68 to go after 13 steps: 81 = 120 - 39.
    expect(adaptProgress(adapted, 16, 640)).toMatchObject({ batchInEpoch: 12, stepsOffset: -39 })
  })

  it('sees images twice rather than never where the sizes do not divide', () => {
    // 3 batches of 10 are 30 images: 4 whole batches of 7, 28 of them.
    const progress = { ...startOfRun, batchSize: 10, batchInEpoch: 3, stepsTaken: 3 }
    expect(adaptProgress(progress, 7, 100).batchInEpoch).toBe(4)
  })
})
