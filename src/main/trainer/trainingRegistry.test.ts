// Kept events that are thinned, what may go and what must stay; and the trainings in the ledger of work.
import { describe, expect, it } from 'vitest'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TrainingEvent } from '../../shared/training/events'
import { WorkLedger } from '../process/workLedger'
import { thinEvents, TrainingRegistry } from './trainingRegistry'

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

it('takes a run out of the ledger that cannot go on', async () => {
  const work = new WorkLedger()
  const ends: string[] = []
  work.follow({ onEnd: ({ kind, subject }, outcome) => ends.push(`${kind} ${subject} ${outcome}`) })
  const run = join(tmpdir(), 'no-such-netloom-run')
  const resumed = new TrainingRegistry(work).resume(run, {})
  expect(work.running).toEqual([{ kind: 'training', subject: run, fraction: null }])
  await expect(resumed).rejects.toThrow('no-such-netloom-run')
  expect([work.running, ends]).toEqual([[], [`training ${run} stopped`]])
})
