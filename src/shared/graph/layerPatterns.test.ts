// Names of layers in recipes: what they match, and how they follow layers that are renamed or moved into blocks.
import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from './documentBuilder'
import type { NetworkDocument } from './document'
import { applyEdit } from './edits'
import { listPatterns, moveInRecipe } from './layerPatterns'
import { parseNodeId } from './nodeId'

function network(recipe: NetworkDocument['recipe'], ...names: readonly string[]): NetworkDocument {
  const builder = new DocumentBuilder('named')
  let last = builder.add('input', 'input', { shape: [1, 8, 8] })
  for (const name of names) last = builder.add(name, 'conv2d', { filters: 4 }, last)
  return { ...builder.build(), recipe }
}

function renamed(document: NetworkDocument, from: string, to: string) {
  return applyEdit(document, { type: 'renameNode', id: parseNodeId(from), to }).recipe
}

describe('names of layers in a recipe', () => {
  it('follow a renamed layer wherever they stand', () => {
    const recipe = {
      epochs: 3,
      freeze: ['conv1', 'conv2'],
      unfreeze: [{ epoch: 2, layers: 'conv1' }],
      learningRateFactors: [
        { layers: 'conv2', factor: 0.5 },
        { layers: 'conv1', factor: 0.1 },
      ],
    }
    expect(renamed(network(recipe, 'conv1', 'conv2'), 'conv1', 'stem')).toEqual({
      epochs: 3,
      freeze: ['stem', 'conv2'],
      unfreeze: [{ epoch: 2, layers: 'stem' }],
      learningRateFactors: [
        { layers: 'conv2', factor: 0.5 },
        { layers: 'stem', factor: 0.1 },
      ],
    })
  })

  it('follow a renamed block with what is inside it', () => {
    const recipe = { freeze: ['stage2', 'stage2/block1/conv1', 'stage2/*', 'stage2/block*/bn', 'stage20'] }
    expect(renamed(network(recipe, 'stage2', 'stage20'), 'stage2', 's2')?.freeze).toEqual([
      's2',
      's2/block1/conv1',
      's2/*',
      's2/block*/bn',
      'stage20',
    ])
  })

  it('stay with another layer that is only named like what is inside', () => {
    const recipe = { freeze: ['stage2/extra', 'stage2/extra/deep', 'stage2/conv'] }
    expect(renamed(network(recipe, 'stage2', 'stage2/extra'), 'stage2', 's2')?.freeze).toEqual([
      'stage2/extra',
      'stage2/extra/deep',
      's2/conv',
    ])
  })

  it('get company where a star does not reach the new name, and make way where it reached nothing else', () => {
    const recipe = { freeze: ['conv*'], learningRateFactors: [{ layers: 'c*1', factor: 0.1 }] }
    expect(renamed(network(recipe, 'conv1', 'conv2'), 'conv1', 'stem')).toEqual({
      freeze: ['conv*', 'stem'],
      learningRateFactors: [{ layers: 'stem', factor: 0.1 }],
    })
    expect(renamed(network(recipe, 'conv1', 'conv2'), 'conv1', 'conv9')?.freeze).toEqual(['conv*'])
  })

  it('are the same object where nothing changes, and survive what has not their form', () => {
    const recipe = { freeze: 'conv1', unfreeze: [7, { layers: 1 }], epochs: 2 }
    const document = network(recipe, 'conv1')
    expect(renamed(document, 'conv1', 'stem')).toBe(recipe)
    expect(listPatterns(recipe)).toEqual([])
  })

  it('follow layers into a block', () => {
    const moves = new Map([
      ['conv1', 'block/conv1'],
      ['bn1', 'block/bn1'],
    ])
    expect(moveInRecipe({ freeze: ['conv1', 'fc', '*1'] }, moves)).toEqual({ freeze: ['block/conv1', 'fc', '*1'] })
    expect(moveInRecipe({ freeze: ['bn*'] }, moves)).toEqual({ freeze: ['bn*', 'block/bn1'] })
  })

  it('are listed with their places', () => {
    expect(listPatterns({ freeze: ['a', 'b*'], unfreeze: [{ epoch: 1, layers: 'c' }] })).toEqual([
      { pattern: 'a', path: 'freeze[0]' },
      { pattern: 'b*', path: 'freeze[1]' },
      { pattern: 'c', path: 'unfreeze[0].layers' },
    ])
  })
})
