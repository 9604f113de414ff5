import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from '../../shared/graph/documentBuilder'
import { recipeSchema } from '../../shared/training/recipe'
import { hashNetwork } from './networkKey'

function network(names: readonly [string, string], units = 4) {
  const builder = new DocumentBuilder('any')
  const input = builder.add(names[0], 'input', { shape: [1, 8, 8] })
  builder.add(names[1], 'dense', { units }, builder.add('flat', 'flatten', {}, input))
  return builder.build()
}

describe('hashNetwork', () => {
  const recipe = recipeSchema.parse({})
  const hash = hashNetwork(network(['input', 'dense']), recipe)

  it('is the same under other names and another seed, learning rate and number of epochs', () => {
    expect(hashNetwork(network(['image', 'out']), recipe)).toBe(hash)
    expect(hashNetwork(network(['input', 'dense']), recipeSchema.parse({ seed: 9, learningRate: 1, epochs: 3 }))).toBe(
      hash,
    )
  })

  it('changes with a parameter of a layer, the batch and the optimiser', () => {
    expect(hashNetwork(network(['input', 'dense'], 5), recipe)).not.toBe(hash)
    expect(hashNetwork(network(['input', 'dense']), recipeSchema.parse({ batchSize: 32 }))).not.toBe(hash)
    expect(hashNetwork(network(['input', 'dense']), recipeSchema.parse({ optimizer: { type: 'sgd' } }))).not.toBe(hash)
  })
})
