// Stages of a network in the recipe's patterns: learning rates and unfreezes of whole stages.
import { describe, expect, it } from 'vitest'
import { parseNodeId } from '../../../../shared/graph/nodeId'
import { recipeSchema } from '../../../../shared/training/recipe'
import { factorOf, patternsOf, unfreezeEpochOf, withFactor, withUnfreeze } from './stageEdits'

const layers = ['conv1', 'layer1/block1/conv1', 'layer1/block1/bn1', 'layer10/conv1', 'fc']
const stage = (name: string, ...ids: string[]) => ({ name, ids: ids.map((id) => parseNodeId(id)) })
const recipe = recipeSchema.parse({})

describe('the patterns of a stage', () => {
  it('name a layer by itself and a block by all inside, but never its neighbour layer10', () => {
    expect(patternsOf(stage('conv1', 'conv1'), layers)).toEqual(['conv1'])
    expect(patternsOf(stage('layer1', 'layer1'), layers)).toEqual(['layer1/*'])
    expect(patternsOf(stage('layer1', 'layer1/block1'), layers)).toEqual(['layer1/*'])
  })

  it('hold a learning rate until it is 1 again', () => {
    const slower = { ...recipe, learningRateFactors: withFactor(recipe, ['layer1/*'], 0.1) }
    expect(slower.learningRateFactors).toEqual([{ layers: 'layer1/*', factor: 0.1 }])
    expect(factorOf(slower, ['layer1/*'])).toBe(0.1)
    expect(factorOf(slower, ['fc'])).toBe(1)
    expect(withFactor(slower, ['layer1/*'], 1)).toEqual([])
  })

  it('hold an epoch to unfreeze after, beside those of others', () => {
    const first = { ...recipe, unfreeze: withUnfreeze(recipe, ['layer1/*'], 2) }
    const second = { ...first, unfreeze: withUnfreeze(first, ['conv1'], 4) }
    expect([
      unfreezeEpochOf(second, ['layer1/*']),
      unfreezeEpochOf(second, ['conv1']),
      unfreezeEpochOf(second, ['fc']),
    ]).toEqual([2, 4, null])
    expect(withUnfreeze(second, ['layer1/*'], null)).toEqual([{ layers: 'conv1', epoch: 4 }])
  })
})
