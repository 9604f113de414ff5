import { describe, expect, it } from 'vitest'
import { NetloomError } from '../../shared/graph/errors'
import { describeError, restoreError } from './sentErrors'

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
