import { describe, expect, it } from 'vitest'
import { computeStepScalars, slotNames, stepScalars } from './optimizers'
import { optimizerSchema } from './recipe'

describe('step scalars', () => {
  it("corrects Adam's averages by the steps taken", () => {
    // 1 - 0.9^2 = 0.19; sqrt(1 - 0.999^2) = sqrt(0.001999)
    const scalars = computeStepScalars(optimizerSchema.parse({ type: 'adam' }), 2, 0.01)
    expect(scalars.momentumCorrection).toBeCloseTo(0.19, 12)
    expect(scalars.squareCorrection).toBeCloseTo(0.044710177812, 10)
    expect(scalars.learningRate).toBe(0.01)
  })

  it('needs only the learning rate without averages', () => {
    expect(stepScalars(optimizerSchema.parse({ type: 'momentum' }))).toEqual(['learningRate'])
    expect(stepScalars(optimizerSchema.parse({ type: 'adamw' }))).toHaveLength(3)
  })

  it('keeps a slot for each running value', () => {
    const names = ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adam', 'adamw'].map(
      (type) => slotNames(optimizerSchema.parse({ type })).length,
    )
    expect(names).toEqual([0, 1, 1, 1, 2, 2])
  })
})
