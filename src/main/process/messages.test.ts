import { describe, expect, it } from 'vitest'
import { NetloomError } from '../../shared/graph/errors'
import { describeError, restoreError, trainerCommandSchema, trainingEventSchema } from './messages'

describe('errors between processes', () => {
  it('keep code, text and details, and do not repeat the hint', () => {
    const error = new NetloomError('recipe.batch', 'Too large.', { expected: 40, received: 64, hint: 'Use 40.' })
    const back = restoreError(structuredClone(describeError(error)))
    expect(back).toMatchObject({ code: 'recipe.batch', message: 'Too large. Use 40.', expected: 40, received: 64 })
  })

  it('are internal where they are of no known kind', () => {
    expect(describeError(new TypeError('x is not a function'))).toMatchObject({
      code: 'internal',
      message: 'internal: x is not a function',
    })
    expect(restoreError({ code: 'from.the.future', message: 'm' }).code).toBe('internal')
  })
})

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
