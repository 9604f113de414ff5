// Batches of one image before batch norms.
import { expect, it } from 'vitest'
import { DocumentBuilder } from '../graph/documentBuilder'
import { recipeSchema, type RecipeInput } from '../training/recipe'
import { checkBatch } from './checkBatch'

/** A batch norm over a vector, one over a map of 1x1, and one over a map of 4x4. */
function network() {
  const builder = new DocumentBuilder('norms')
  builder.add('input', 'input', { shape: [3, 4, 4] })
  builder.add('wide', 'batchNorm', {}, 'input')
  builder.add('conv', 'conv2d', { filters: 5, kernel: 4, padding: 'valid' }, 'wide')
  builder.add('point', 'batchNorm', {}, 'conv')
  builder.add('flatten', 'flatten', {}, 'point')
  builder.add('dense', 'dense', { units: 6 }, 'flatten')
  builder.add('vector', 'batchNorm', {}, 'dense')
  builder.add('head', 'dense', { units: 2 }, 'vector')
  return builder.build()
}

const refused = (recipe: RecipeInput) =>
  checkBatch({ document: network(), recipe: recipeSchema.parse(recipe) }).map(({ nodeId }) => nodeId)

it('refuses one value per channel, with the way out', () => {
  const recipe = recipeSchema.parse({ batchSize: 1 })
  const issues = checkBatch({ document: network(), recipe })
  expect(issues.map(({ nodeId }) => nodeId)).toEqual(['point', 'vector'])
  expect(issues[1]).toMatchObject({
    code: 'recipe.batch',
    expected: 2,
    message:
      'BatchNorm "vector": a batch of 1 gives one value per channel ([N, 6]), which has no variance to be scaled by. Train with batches of 2 images or more, or freeze this layer.',
  })
})

it('takes two images, and a batch norm that is frozen to the end', () => {
  expect(refused({ batchSize: 2 })).toEqual([])
  expect(refused({ batchSize: 1, freeze: ['point', 'vector'] })).toEqual([])
  const unfreeze = [{ epoch: 2, layers: 'vector' }]
  expect(refused({ batchSize: 1, epochs: 3, freeze: ['point', 'vector'], unfreeze })).toEqual(['vector'])
})
