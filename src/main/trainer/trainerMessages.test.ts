// Tests of what the training process and its parent take from each other.
import { describe, expect, it } from 'vitest'
import { trainingEventSchema } from '../../shared/training/events'
import { trainerCommandSchema } from './trainerMessages'

describe('messages', () => {
  it('refuse what is not a number, which a progress never is', () => {
    const progress = {
      kind: 'progress',
      step: 1,
      totalSteps: 2,
      epoch: 1,
      epochs: 1,
      loss: NaN,
      accuracy: 0,
      learningRate: 1,
      imagesPerSecond: 1,
      secondsLeft: null,
    }
    expect(trainingEventSchema.safeParse(progress).success).toBe(false)
    expect(trainingEventSchema.safeParse({ ...progress, loss: 1 }).success).toBe(true)
  })

  it('refuse unknown commands', () => {
    expect(trainerCommandSchema.safeParse({ kind: 'stop' }).success).toBe(true)
    expect(trainerCommandSchema.safeParse({ kind: 'format-disk' }).success).toBe(false)
  })
})
