import { describe, expect, it } from 'vitest'
import { recipeSchema } from '../../../shared/training/recipe'
import { divergenceError } from './divergence'

describe('divergenceError', () => {
  it('says where, from what, what is kept and what to try', () => {
    const error = divergenceError({
      finding: 'the loss is NaN',
      step: 12,
      epoch: 1,
      learningRate: 0.5,
      lastFinite: { loss: 83.123456, step: 11 },
      recipe: recipeSchema.parse({ learningRate: 0.5 }),
      checkpointStep: 0,
    })
    expect(error.code).toBe('training.diverged')
    expect(error.message).toBe(
      'Training diverged at step 12 (epoch 1, learning rate 0.5): the loss is NaN. The last finite loss was 83.12 at step 11. ' +
        'The weights of step 0 are kept in checkpoints/last.safetensors. ' +
        'Try a smaller learning rate (0.05), clipping of the gradient (norm 1), warm-up or batch normalisation and normalised inputs.',
    )
  })

  it('does not advise what is done already', () => {
    const { message } = divergenceError({
      finding: 'the loss is Infinity',
      step: 1,
      epoch: 1,
      learningRate: 1,
      lastFinite: null,
      recipe: recipeSchema.parse({ learningRate: 1, gradientClipNorm: 1, warmupSteps: 10 }),
      checkpointStep: 0,
    })
    expect(message).toContain('No loss before it was finite.')
    expect(message).not.toMatch(/clipping|warm-up/)
  })
})
