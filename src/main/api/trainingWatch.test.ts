// How a training stands, from its events.
import { expect, it } from 'vitest'
import type { TrainingEvent } from '../../shared/training/events'
import { readStanding } from './trainingWatch'

const started: TrainingEvent = {
  kind: 'started',
  run: '/runs/a-1',
  engine: 'ort',
  device: 'cpu',
  images: { train: 100, val: 10, test: 10 },
  epochs: 4,
  stepsPerEpoch: 10,
  totalSteps: 40,
  step: 0,
}
const progress: TrainingEvent = {
  kind: 'progress',
  step: 10,
  totalSteps: 40,
  epoch: 1,
  epochs: 4,
  loss: 1,
  accuracy: 0.5,
  learningRate: 0.1,
  imagesPerSecond: 10,
  secondsLeft: 3,
}

it('says how a training stands by its latest events', () => {
  expect(readStanding([])).toEqual({ state: 'preparing', epoch: null, epochs: null, fraction: null })
  expect(readStanding([started])).toEqual({ state: 'running', epoch: null, epochs: 4, fraction: null })
  expect(readStanding([started, progress])).toEqual({ state: 'running', epoch: 1, epochs: 4, fraction: 0.25 })
  const paused = [started, progress, { kind: 'paused', step: 10 } as const]
  expect(readStanding(paused).state).toBe('paused')
  expect(readStanding([...paused, { kind: 'continued', step: 10 }]).state).toBe('running')
})
