import { describe, expect, it } from 'vitest'
import type { Schedule } from './recipe'
import { advanceSchedule, initialScheduleState, learningRateAt } from './schedules'
import type { ScheduleState } from './schedules'

const rate = (schedule: Schedule, step: number, epoch: number, warmupSteps = 0, state = initialScheduleState) =>
  learningRateAt({ learningRate: 0.1, schedule, warmupSteps }, { step, epoch, totalSteps: 100 }, state)

describe('learningRateAt', () => {
  it('stays where it is when constant', () => {
    expect(rate({ type: 'constant' }, 0, 0)).toBe(0.1)
    expect(rate({ type: 'constant' }, 99, 9)).toBe(0.1)
  })

  it('divides by ten every 30 epochs with the step schedule', () => {
    const schedule: Schedule = { type: 'step', everyEpochs: 30, factor: 0.1 }
    expect(rate(schedule, 0, 29)).toBeCloseTo(0.1, 12)
    expect(rate(schedule, 0, 30)).toBeCloseTo(0.01, 12)
    expect(rate(schedule, 0, 60)).toBeCloseTo(0.001, 12)
  })

  it('takes 4% off every 8 epochs, as GoogLeNet does', () => {
    const schedule: Schedule = { type: 'step', everyEpochs: 8, factor: 0.96 }
    expect(rate(schedule, 0, 16)).toBeCloseTo(0.1 * 0.9216, 12)
  })

  it('falls by its factor after each epoch when exponential', () => {
    expect(rate({ type: 'exponential', factor: 0.5 }, 0, 3)).toBeCloseTo(0.0125, 12)
  })

  it('follows half a cosine: all, 1/2 + 1/sqrt(8), half, 0', () => {
    expect(rate({ type: 'cosine' }, 0, 0)).toBeCloseTo(0.1, 12)
    expect(rate({ type: 'cosine' }, 25, 2)).toBeCloseTo(0.1 * (0.5 + Math.SQRT1_2 / 2), 12)
    expect(rate({ type: 'cosine' }, 50, 5)).toBeCloseTo(0.05, 12)
    expect(rate({ type: 'cosine' }, 100, 9)).toBeCloseTo(0, 12)
  })

  it('rises in equal parts during warm-up and reaches the whole rate at its last step', () => {
    expect(rate({ type: 'constant' }, 0, 0, 4)).toBeCloseTo(0.025, 12)
    expect(rate({ type: 'constant' }, 1, 0, 4)).toBeCloseTo(0.05, 12)
    expect(rate({ type: 'constant' }, 3, 0, 4)).toBeCloseTo(0.1, 12)
    expect(rate({ type: 'constant' }, 4, 0, 4)).toBeCloseTo(0.1, 12)
  })

  it('begins the cosine when warm-up has ended', () => {
    expect(rate({ type: 'cosine' }, 20, 0, 20)).toBeCloseTo(0.1, 12)
    expect(rate({ type: 'cosine' }, 60, 0, 20)).toBeCloseTo(0.05, 12)
  })

  it('is finite when warm-up is as long as the run', () => {
    expect(rate({ type: 'cosine' }, 99, 0, 100)).toBeCloseTo(0.1, 12)
  })
})

describe('advanceSchedule', () => {
  const plateau: Schedule = { type: 'plateau', patience: 2, factor: 0.1, threshold: 1e-4 }
  const after = (losses: readonly number[], from: ScheduleState = initialScheduleState) =>
    losses.reduce((state, loss) => advanceSchedule(plateau, state, loss), from)

  it('keeps the rate while the loss falls', () => {
    expect(after([3, 2, 1])).toEqual({ lowestLoss: 1, epochsWithoutFall: 0, scale: 1 })
  })

  it('takes a fall of less than a ten-thousandth for none, and of more for one', () => {
    // 4e-8 at every epoch, as a loss that has come to rest.
    expect(after([1, 1 - 4e-8, 1 - 8e-8]).scale).toBeCloseTo(0.1, 12)
    expect(after([1, 0.99991, 0.9999]).scale).toBeCloseTo(0.1, 12)
    expect(after([1, 0.9998, 0.9996])).toEqual({ lowestLoss: 0.9996, epochsWithoutFall: 0, scale: 1 })
    // Many small falls together are one: the lowest loss stays until then.
    expect(after([1, 0.99995, 0.99985]).lowestLoss).toBe(0.99985)
  })

  it('lowers the rate after as many epochs without a fall as its patience', () => {
    expect(after([1, 1]).scale).toBe(1)
    expect(after([1, 1, 2]).scale).toBeCloseTo(0.1, 12)
    expect(rate(plateau, 0, 0, 0, after([1, 1, 2]))).toBeCloseTo(0.01, 12)
  })

  it('counts anew after it has lowered the rate', () => {
    expect(after([1, 2, 2, 2]).scale).toBeCloseTo(0.1, 12)
    expect(after([1, 2, 2, 2, 2]).scale).toBeCloseTo(0.01, 12)
  })

  it('goes on from a state that went through JSON as if nothing had happened', () => {
    const half = JSON.parse(JSON.stringify(after([1, 2]))) as ScheduleState
    expect(after([2, 0.5, 3], half)).toEqual(after([1, 2, 2, 0.5, 3]))
  })

  it('remembers nothing for the other schedules', () => {
    expect(advanceSchedule({ type: 'cosine' }, initialScheduleState, 5)).toBe(initialScheduleState)
  })
})
