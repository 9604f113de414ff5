import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from '../graph/documentBuilder'
import { recipeSchema } from '../training/recipe'
import { countUnfreezes, freezeAt, readRateFactors } from './freezing'
import { inferDocument } from './inferDocument'
import { listWeights } from './weights'

function network() {
  const builder = new DocumentBuilder('small')
  builder.add('input', 'input', { shape: [3, 8, 8] })
  builder.add('stage1', 'convBnRelu', { filters: 4 }, 'input')
  builder.add('stage2', 'convBnRelu', { filters: 4 }, 'stage1')
  builder.add('flatten', 'flatten', {}, 'stage2')
  builder.add('fc', 'dense', { units: 5 }, 'flatten')
  const document = builder.build()
  return { ...document, nodes: document.nodes.map((node) => (node.id === 'stage1' ? { ...node, frozen: true } : node)) }
}

const recipe = recipeSchema.parse({
  freeze: ['stage2'],
  unfreeze: [
    { epoch: 1, layers: 'stage2' },
    { epoch: 3, layers: 'stage*' },
  ],
})

/** Layers whose weights change after `epoch` epochs. */
function trainedAt(epoch: number) {
  const phase = freezeAt({ document: network(), recipe }, epoch)
  const weights = listWeights(inferDocument(phase.document), phase.recipe.freeze)
  return [...new Set(weights.filter(({ trainable }) => trainable).map(({ nodeId }) => nodeId))]
}

describe('unfreezing at an epoch', () => {
  it('trains the head first, then stage by stage', () => {
    expect(trainedAt(0)).toEqual(['fc'])
    expect(trainedAt(1)).toEqual(['stage2/conv', 'stage2/bn', 'fc'])
    expect(trainedAt(2)).toEqual(trainedAt(1))
    expect(trainedAt(3)).toEqual(['stage1/conv', 'stage1/bn', 'stage2/conv', 'stage2/bn', 'fc'])
  })

  it('counts the phases', () => {
    expect([0, 1, 2, 3, 9].map((epoch) => countUnfreezes(recipe, epoch))).toEqual([0, 1, 1, 2, 2])
  })
})

describe('learning rates by layer', () => {
  it('take the first entry that names the layer or what it is inside', () => {
    const factorOf = readRateFactors(
      recipeSchema.parse({
        learningRateFactors: [
          { layers: 'stage1', factor: 0.01 },
          { layers: 'stage*', factor: 0.1 },
        ],
      }),
    )
    expect(['stage1/conv/weight', 'stage2/bn/bias', 'fc/weight'].map(factorOf)).toEqual([0.01, 0.1, 1])
  })
})
