// How a run stands by its events, also where it goes on otherwise than it began.
import { expect, it } from 'vitest'
import type { TrainingEvent } from '../../../../shared/training/events'
import { foldEvent, placeOf, stepsPerSecond, unknownProgress } from './runProgress'

const began: TrainingEvent = {
  kind: 'started',
  run: '/runs/a',
  engine: 'ort',
  device: 'webgpu',
  images: { train: 640, val: 0, test: 0 },
  epochs: 3,
  stepsPerEpoch: 10,
  totalSteps: 30,
  step: 0,
}
const told: TrainingEvent = {
  kind: 'progress',
  step: 13,
  totalSteps: 30,
  epoch: 2,
  epochs: 3,
  loss: 1,
  accuracy: 0.5,
  learningRate: 0.1,
  imagesPerSecond: 320,
  secondsLeft: 3.4,
}
const resumed: TrainingEvent = {
  ...began,
  device: 'cpu',
  epochs: 6,
  stepsPerEpoch: 20,
  totalSteps: 107,
  step: 13,
}

it('forgets the pace and the total of a process that has ended when another one goes on with its run', () => {
  const before = [began, told].reduce((state, event, number) => foldEvent(state, number, event), unknownProgress)
  expect(placeOf(before)).toMatchObject({ step: 13, totalSteps: 30 })
  // 64 images a step.
  expect(stepsPerSecond(before, undefined)).toBe(5)
  const after = foldEvent(before, 2, resumed)
  expect(placeOf(after)).toMatchObject({ step: 13, totalSteps: 107, epochs: 6 })
  expect([after.progress, stepsPerSecond(after, 64)]).toEqual([null, null])
  // Steps are of 32 images now, whatever the recipe says.
  const going = foldEvent(after, 3, { ...told, step: 14, totalSteps: 107, imagesPerSecond: 64 })
  expect(stepsPerSecond(going, 64)).toBe(2)
})

it('takes the batch of the recipe where no process has told how it counts', () => {
  expect(stepsPerSecond(foldEvent(unknownProgress, 0, told), 64)).toBe(5)
  expect(stepsPerSecond(unknownProgress, 64)).toBeNull()
})
