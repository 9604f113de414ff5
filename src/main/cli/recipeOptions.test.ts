// How options and a document's recipe become one.
import { describe, expect, it } from 'vitest'
import { buildRecipe } from './recipeOptions'
import { UsageError } from './usage'

const bare = { name: 'net' }
const withRecipe = {
  name: 'net',
  recipe: {
    epochs: 3,
    learningRate: 0.1,
    optimizer: { type: 'nesterov', momentum: 0.8 },
    loss: { type: 'hinge', margin: 2 },
  },
}

describe('buildRecipe', () => {
  it('takes the defaults where nothing is said', () => {
    const { epochs, batchSize, optimizer, learningRate, seed } = buildRecipe(bare, {})
    expect([epochs, batchSize, optimizer.type, learningRate, seed]).toEqual([10, 64, 'adam', 0.001, 1])
  })

  it('prefers options to the document and the document to the defaults', () => {
    const recipe = buildRecipe(withRecipe, { epochs: 7, batch: 16 })
    expect([recipe.epochs, recipe.batchSize, recipe.learningRate]).toEqual([7, 16, 0.1])
    expect(recipe.optimizer).toEqual({ type: 'nesterov', momentum: 0.8 })
  })

  it('turns mixed precision on and off, and leaves it off where nothing is said', () => {
    const own = { ...bare, recipe: { mixedPrecision: true } }
    const chosen = [buildRecipe(bare, {}), buildRecipe(bare, { precision: 'mixed' }), buildRecipe(own, {})]
    expect(chosen.map(({ mixedPrecision }) => mixedPrecision)).toEqual([false, true, true])
    expect(buildRecipe(own, { precision: 'float32' }).mixedPrecision).toBe(false)
  })

  it('keeps what the document says beside the choice that an option repeats', () => {
    expect(buildRecipe(withRecipe, { loss: 'hinge' }).loss).toEqual({ type: 'hinge', margin: 2 })
    expect(buildRecipe(withRecipe, { loss: 'mse' }).loss).toEqual({ type: 'mse' })
    expect(buildRecipe(withRecipe, { momentum: 0.5 }).optimizer).toEqual({ type: 'nesterov', momentum: 0.5 })
  })

  it('chooses a learning rate that suits the optimiser', () => {
    expect(buildRecipe(bare, { optimizer: 'momentum' }).learningRate).toBe(0.01)
    expect(buildRecipe(withRecipe, { optimizer: 'adamw' }).learningRate).toBe(0.001)
    expect(buildRecipe(bare, { optimizer: 'momentum', lr: 0.3 }).learningRate).toBe(0.3)
  })

  it('refuses a momentum that nothing uses', () => {
    expect(() => buildRecipe(bare, { momentum: 0.9 })).toThrow(UsageError)
    expect(() => buildRecipe(withRecipe, { momentum: 0.9, optimizer: 'adam' })).toThrow('the optimizer is "adam"')
  })

  it('names the wrong place of a document recipe', () => {
    expect(() => buildRecipe({ name: 'net', recipe: { epochs: -1 } }, {})).toThrow(/net: recipe\.epochs/)
    expect(() => buildRecipe({ name: 'net', recipe: { epoch: 1 } }, {})).toThrow(/epoch/)
  })
})
