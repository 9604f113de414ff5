// Presets against the numbers of their papers, and what changing a recipe keeps.
import { describe, expect, it } from 'vitest'
import { recipeSchema } from '../../../shared/training/recipe'
import { applyPreset, changeRecipe, findPreset, readRecipe, recipePresets } from './presets'

const preset = (id: string) => {
  const found = recipePresets.find((candidate) => candidate.id === id)
  if (!found) throw new Error(`no preset ${id}`)
  return found
}

describe('recipePresets', () => {
  it('are all sound recipes', () => {
    for (const { recipe } of recipePresets) expect(recipeSchema.strict().safeParse(recipe).success).toBe(true)
  })

  it.each([
    ['alexnet', { batchSize: 128, learningRate: 1e-2, weightDecay: 5e-4 }],
    ['vgg', { batchSize: 256, weightDecay: 5e-4 }],
    ['googlenet', { schedule: { type: 'step', everyEpochs: 8, factor: 0.96 } }],
    ['resnet', { learningRate: 0.1, batchSize: 256 }],
  ])('%s has the numbers of the lectures', (id, numbers) => {
    expect(readRecipe(applyPreset(undefined, preset(id)))).toMatchObject(numbers)
  })

  it('leave frozen layers and seed alone, and are recognised afterwards', () => {
    const raw = applyPreset({ freeze: ['conv*'], seed: 7, epochs: 99 }, preset('vgg'))
    expect(raw).toMatchObject({ freeze: ['conv*'], seed: 7, epochs: 74 })
    expect(findPreset(readRecipe(raw))?.id).toBe('vgg')
    expect(findPreset(readRecipe({ ...raw, batchSize: 17 }))).toBeUndefined()
  })
})

describe('readRecipe', () => {
  it('takes a wrong setting as left out', () => {
    expect(readRecipe({ epochs: 0, batchSize: 32 })).toMatchObject({ epochs: 10, batchSize: 32 })
  })
})

describe('changeRecipe', () => {
  it('brings the learning rate of another optimiser along', () => {
    expect(changeRecipe({}, 'optimizer', { type: 'sgd' })).toMatchObject({ learningRate: 0.01 })
  })

  it('keeps a learning rate that somebody chose', () => {
    expect(changeRecipe({ learningRate: 0.3 }, 'optimizer', { type: 'sgd' })).toMatchObject({ learningRate: 0.3 })
  })
})
