// Thinning of kept events: what may go, and what must stay.
import { describe, expect, it } from 'vitest'
import type { TrainingEvent } from '../../shared/training/events'
import { thinEvents } from './trainingRegistry'

const progress = (step: number): TrainingEvent => ({
  kind: 'progress',
  step,
  totalSteps: 1000,
  epoch: 1,
  epochs: 10,
  loss: 1,
  accuracy: 0.5,
  learningRate: 0.1,
  imagesPerSecond: 1,
  secondsLeft: null,
})

describe('thinEvents', () => {
  it('takes every second of the old progress and keeps the newest quarter whole', () => {
    const events = Array.from({ length: 100 }, (_, number) => ({ number, event: progress(number) }))
    const numbers = thinEvents(events).map(({ number }) => number)
    expect(numbers.slice(0, 4)).toEqual([0, 2, 4, 6])
    expect(numbers.filter((number) => number >= 75)).toEqual(Array.from({ length: 25 }, (_, index) => 75 + index))
    expect(numbers).toHaveLength(38 + 25)
  })

  it('keeps every epoch and failure, and lets old news of checkpoints go', () => {
    const kept: TrainingEvent = {
      kind: 'epochEnded',
      epoch: 1,
      train: { loss: 1, accuracy: 1 },
      val: null,
      learningRate: 1,
      best: true,
    }
    const written: TrainingEvent = { kind: 'checkpointWritten', name: 'last', step: 1 }
    const failed: TrainingEvent = { kind: 'failed', error: { code: 'internal', message: 'x' } }
    const events = [kept, written, failed, written].map((event, number) => ({ number, event }))
    expect(thinEvents(events).map(({ number }) => number)).toEqual([0, 2, 3])
  })
})
