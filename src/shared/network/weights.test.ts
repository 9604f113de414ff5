import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from '../graph/documentBuilder'
import { inferDocument } from './inferDocument'
import { initialiseWeights } from './initialise'
import { findTinyLayer } from '../../../tests/fixtures/tinyLayers'
import { checkWeights, listWeights } from './weights'
import { matchPatterns } from '../graph/layerPatterns'

describe('matchPatterns', () => {
  it.each([
    ['conv-1', 'conv-1', true],
    ['a-*/b-*', 'a-1/b-2', true],
    ['conv1', 'conv1', true],
    ['conv1', 'conv10', false],
    ['conv*', 'conv10', true],
    ['stage*/conv?', 'stage1/conv?', true],
    ['stage*/conv?', 'stage1/con', false],
    ['*.bn', 'a.bn', true],
    ['*.bn', 'axbn', false],
    ['*', 'a/b/c', true],
    ['stage2', 'stage2/block1/conv1', true],
    ['stage2/block1', 'stage2/block10/conv1', false],
    ['block1', 'stage2/block1/conv1', false],
  ])('%s and %s: %s', (pattern, id, expected) => {
    expect(matchPatterns([pattern])(id)).toBe(expected)
  })

  it('matches nothing without patterns', () => {
    expect(matchPatterns([])('conv1')).toBe(false)
  })
})

describe('checkWeights', () => {
  const builder = new DocumentBuilder('test')
  builder.add('input', 'input', { shape: [3] })
  builder.add('fc', 'dense', { units: 2 }, 'input')
  const document = builder.build()
  const wanted = listWeights(inferDocument(document, findTinyLayer))

  it('reports missing, wrong and left-over weights', () => {
    const weights = initialiseWeights(document, 1, findTinyLayer)
    expect(checkWeights(wanted, weights)).toEqual([])
    weights.delete('fc/bias')
    weights.set('fc/weight', { dims: [3, 2], data: new Float32Array(6) })
    weights.set('old/weight', { dims: [1], data: new Float32Array(1) })
    expect(checkWeights(wanted, weights).map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'error: The weight "fc/weight" has the shape [3, 2], its layer wants [2, 3]. Set the layer as it was when the weights were made, or train it anew.',
      'error: The weight "fc/bias" is missing. Take the weights of this network, or train it anew.',
      'warning: 1 of 2 weights belong to no layer (first: "old/weight").',
    ])
  })
})
