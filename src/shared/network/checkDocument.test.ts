import { describe, expect, it } from 'vitest'
import type { NetworkDocument } from '../graph/document'
import { DocumentBuilder } from '../graph/documentBuilder'
import { applyEdit } from '../graph/edits'
import { checkDocument } from './checkDocument'
import { checkClasses, setClassCount } from './classCount'
import { findTinyLayer } from '../../../tests/fixtures/tinyLayers'

function denseNetwork(): NetworkDocument {
  const builder = new DocumentBuilder('dense')
  builder.add('input', 'input', { shape: [2, 6, 6] })
  builder.add('flat', 'flatten', {}, 'input')
  builder.add('fc1', 'dense', { units: 20 }, 'flat')
  builder.add('fc2', 'dense', { units: 10, bias: false }, 'fc1')
  builder.add('soft', 'softmax', {}, 'fc2')
  return builder.build()
}

function convolutionalNetwork(last: 'globalPool' | 'flatten'): NetworkDocument {
  const builder = new DocumentBuilder('conv')
  builder.add('input', 'input', { shape: [2, 6, 6] })
  builder.add('conv', 'conv2d', { filters: 10, kernel: [1, 1] }, 'input')
  builder.add('relu', 'relu', {}, 'conv')
  builder.add('last', last, {}, 'relu')
  return builder.build()
}

describe('checkDocument', () => {
  it('finds nothing in a sound document', () => {
    const document = {
      ...denseNetwork(),
      scaling: { mean: [0.5], deviation: [0.2, 0.3] },
      recipe: { epochs: 2, freeze: ['fc1'] },
      classes: Array.from({ length: 10 }, (_, index) => String(index)),
    }
    expect(checkDocument(document, findTinyLayer)).toEqual([])
  })

  it('collects findings about scaling, recipe, classes and layers in one list', () => {
    const document = {
      ...denseNetwork(),
      scaling: { mean: [1, 2, 3], deviation: [0] },
      recipe: { epochs: 0, optimiser: { type: 'adam' }, optimizer: { type: 'adan' } },
      classes: ['cat', 'dog'],
    }
    const broken = applyEdit(document, {
      type: 'setParams',
      id: document.nodes[2]!.id,
      params: { units: 20, bais: true },
    })
    expect(checkDocument(broken, findTinyLayer).map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'layer.shape: The scaling has 3 values of "mean", the input [N, 2, 6, 6] has 2 channels. Give one value or 2.',
      'layer.shape: The scaling divides by the deviation 0. A deviation is greater than 0.',
      'recipe.invalid: recipe.epochs must be more than 0, is 0.',
      'recipe.invalid: recipe.optimizer.type must be one of "sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw", is "adan".',
      'recipe.invalid: The recipe has no setting "optimiser". Did you mean "optimizer"?',
      'layer.parameter: Dense "fc1" has no parameter "bais". Did you mean "bias"?',
    ])
    expect(checkDocument(document, findTinyLayer).at(-1)?.code).toBe('dataset.classes')
  })
})

describe('checkClasses', () => {
  it('names the layer to change', () => {
    expect(checkClasses(denseNetwork(), 10, findTinyLayer)).toEqual([])
    expect(checkClasses(denseNetwork(), 2, findTinyLayer)).toMatchObject([
      {
        level: 'error',
        code: 'dataset.classes',
        nodeId: 'soft',
        message: 'Softmax "soft" gives 10 outputs, the dataset has 2 classes. Set "units" of "fc2" to 2.',
      },
    ])
  })

  it('says that a network must end in one value per class', () => {
    const builder = new DocumentBuilder('map')
    builder.add('input', 'input', { shape: [2, 6, 6] })
    builder.add('relu', 'relu', {}, 'input')
    expect(checkClasses(builder.build(), 2, findTinyLayer)[0]?.message).toBe(
      'ReLU "relu" ends the network with [N, 2, 6, 6], not with one value per class. End it with a dense layer of 2 units.',
    )
  })
})

describe('setClassCount', () => {
  it('changes the units of the last dense layer and takes names away that no longer fit', () => {
    const document = { ...denseNetwork(), classes: ['cat'] }
    const changed = setClassCount(document, 3, findTinyLayer)
    expect(changed.nodes[3]?.params).toEqual({ units: 3, bias: false })
    expect(changed.nodes[2]).toBe(document.nodes[2])
    expect('classes' in changed).toBe(false)
    expect(checkClasses(changed, 3, findTinyLayer)).toEqual([])
  })

  it('changes the filters of a last convolution before global pooling', () => {
    const document = setClassCount(convolutionalNetwork('globalPool'), 4, findTinyLayer)
    expect(document.nodes[1]?.params).toEqual({ filters: 4, kernel: [1, 1] })
  })

  it('refuses where no layer alone decides the number of outputs', () => {
    expect(() => setClassCount(convolutionalNetwork('flatten'), 4, findTinyLayer)).toThrow(
      'Flatten "last" ends the network with [N, 360]: no layer before it can give 4 outputs. Add a dense layer of 4 units.',
    )
  })
})
