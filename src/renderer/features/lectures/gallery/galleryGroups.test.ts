import { describe, expect, it } from 'vitest'
import { architectures, findArchitecture } from '../../../../shared/lectures/architectures/index'
import { checkWish, groupArchitectures, optionsOf, searchArchitectures } from './galleryGroups'

describe('the gallery', () => {
  it('shows every architecture in one group', () => {
    const groups = groupArchitectures(architectures)
    expect(groups.flatMap(({ cards }) => cards.flat())).toHaveLength(architectures.length)
    const groupOf = (id: string) => groups.find(({ cards }) => cards.flat().some((entry) => entry.id === id))?.title
    expect(['lenet5', 'vgg16', 'googlenet', 'resnet50-paper', 'resnet56-cifar', 'mobilenet-v2'].map(groupOf)).toEqual([
      'First steps',
      'AlexNet and VGG',
      'Inception',
      'Residual networks',
      'For CIFAR',
      'Small and dense',
    ])
  })

  it('shows variants of one network on one card, the plainest first', () => {
    const cards = groupArchitectures(architectures).flatMap((group) => group.cards)
    expect(cards.length).toBeLessThan(26)
    const cardOf = (id: string) => cards.find((card) => card.some((entry) => entry.id === id))?.map((entry) => entry.id)
    expect(cardOf('resnet50')).toEqual(['resnet18', 'resnet34', 'resnet50', 'resnet101', 'resnet152'])
    expect(cardOf('lenet5-1998')?.[0]).toBe('lenet5')
    expect(cardOf('densenet121')).toEqual(['densenet121'])
    const [found] = groupArchitectures(searchArchitectures(architectures, 'vgg batch')).flatMap((group) => group.cards)
    expect(found?.every(({ title }) => title.includes('batch norm'))).toBe(true)
  })

  it('finds by words of the name, the year and the paper', () => {
    const ids = (search: string) => searchArchitectures(architectures, search).map(({ id }) => id)
    expect(ids('vgg batch')).toContain('vgg16-bn')
    expect(ids('vgg batch')).not.toContain('vgg16')
    expect(ids('1958')).toEqual(['perceptron'])
    expect(ids('nothing like it')).toEqual([])
  })

  it('builds for another size and number of classes', () => {
    const lenet = findArchitecture('lenet5')
    if (!lenet) throw new Error('no lenet5')
    expect(optionsOf(lenet, { size: '32', classes: '3' })).toEqual({ input: [1, 32, 32], classes: 3 })
    expect(optionsOf(lenet, { size: '64x48', classes: '' })).toEqual({ input: [1, 64, 48] })
    expect(optionsOf(lenet, { size: 'big', classes: '1.5' })).toEqual({})
    expect(checkWish({ size: 'big', classes: '1.5' })).toEqual({
      size: 'A size such as 32 or 224x160.',
      classes: 'A whole number.',
    })
  })
})
