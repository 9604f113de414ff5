// The class names of well-known datasets: as many as their networks have outputs, no two alike.
import { describe, expect, it } from 'vitest'
import { findLabelSet, fittingLabelSets, labelSets, suggestLabelSet } from './labelSets'

describe('label sets', () => {
  it('name every class once', () => {
    for (const { id, names } of labelSets) expect([id, new Set(names).size]).toEqual([id, names.length])
    expect(labelSets.map(({ names }) => names.length)).toEqual([1000, 10, 100, 10, 10])
  })

  it('count the outputs of ImageNet as its lectures and networks do', () => {
    const names = findLabelSet('ImageNet')?.names ?? []
    expect([names[0], names[1], names[207], names[281], names[388], names[817], names[999]]).toEqual([
      'tench',
      'goldfish',
      'golden retriever',
      'tabby',
      'giant panda',
      'sports car',
      'toilet tissue',
    ])
  })

  it('are offered where they fit, and by a near name', () => {
    expect(fittingLabelSets(10).map(({ id }) => id)).toEqual(['cifar10', 'mnist', 'fashion-mnist'])
    expect(fittingLabelSets(7)).toEqual([])
    expect(suggestLabelSet('imagnet')).toBe('imagenet')
  })
})
