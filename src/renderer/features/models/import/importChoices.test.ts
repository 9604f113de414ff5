// What a person chooses while importing: scalings, class names, and what a receipt's numbers mean.
import { describe, expect, it } from 'vitest'
import { parseClassNames } from '../../../../shared/datasets/parseClassNames'
import { readClasses } from './classChoice'
import { judgeAll } from '../../../kernel/parts/receipts'
import {
  beginScaling,
  checkScalingChoice,
  fittingScalings,
  measureInputs,
  scalingOf,
} from '../../../session/dataset/scalingChoices'

describe('the scaling of pixels', () => {
  it('knows ImageNet by its numbers, and says that a guess is one', () => {
    const stated = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }
    expect(beginScaling(stated, 3)).toMatchObject({ kind: 'imagenet', from: 'file' })
    expect(beginScaling(undefined, 3)).toMatchObject({ kind: 'imagenet', from: 'guess' })
    expect(beginScaling({ mean: [0, 0, 0], deviation: [1, 1, 1] }, 3)).toMatchObject({ kind: 'unit', from: 'file' })
    expect(beginScaling({ mean: [0.2], deviation: [0.9] }, 1)).toMatchObject({ kind: 'own', mean: '0.2' })
  })

  it('offers grey networks only what has one number', () => {
    expect(fittingScalings(1)).toEqual(['mnist', 'unit', 'signed', 'none', 'own'])
    expect(fittingScalings(3)).toContain('imagenet')
  })

  it('checks own numbers, and spreads one over all channels', () => {
    const own = { ...beginScaling(undefined, 3), kind: 'own' as const }
    expect(checkScalingChoice({ ...own, mean: '0.5, 0.4', deviation: '1' })).toBe('There are 2 means; give one or 3.')
    expect(checkScalingChoice({ ...own, mean: '0.5', deviation: '0' })).toBe('Deviations must be more than 0.')
    expect(checkScalingChoice({ ...own, mean: 'half', deviation: '1' })).toMatch(/Enter numbers/)
    expect(scalingOf({ ...own, mean: '0.5', deviation: '0.25' })).toEqual({
      mean: [0.5, 0.5, 0.5],
      deviation: [0.25, 0.25, 0.25],
    })
  })

  it('measures what inputs become: black and white with -1 to 1', () => {
    const pixels = Float32Array.of(0, 255, 0, 255, 0, 255)
    const scaling = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }
    expect(measureInputs(pixels, 3, scaling)).toEqual({ least: -1, most: 1, mean: 0, deviation: 1 })
    expect(measureInputs(pixels, 3, { mean: [0.5], deviation: [0.5] })).toMatchObject({ least: -1, most: 1 })
  })
})

describe('class names', () => {
  it('reads lines, commas, JSON lists and the table of ImageNet', () => {
    expect(parseClassNames('cat\r\n dog \n\n')).toEqual(['cat', 'dog'])
    expect(parseClassNames('cat, dog')).toEqual(['cat', 'dog'])
    expect(parseClassNames('["cat", "dog"]')).toEqual(['cat', 'dog'])
    expect(parseClassNames('{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}')).toEqual([
      'tench',
      'goldfish',
    ])
  })

  it('wants one name per output', () => {
    const typed = { kind: 'typed' as const, stated: undefined, text: 'cat\ndog', dataset: [] }
    expect(readClasses(typed, 2)).toEqual({ names: ['cat', 'dog'] })
    expect(readClasses(typed, 10)).toEqual({ problem: 'There are 2 names, and the network has 10 outputs.' })
    expect(readClasses({ ...typed, kind: 'none' }, 10)).toEqual({ names: undefined })
    const known = { ...typed, kind: 'known' as const, known: 'imagenet' }
    expect(readClasses(known, 1000)).toMatchObject({ names: { length: 1000 } })
    expect(readClasses(known, 10)).toHaveProperty('problem')
  })
})

describe('a receipt', () => {
  it('is as good as its worst comparison', () => {
    expect(judgeAll([])).toBe('unknown')
    expect(judgeAll([{ maxRel: 0 }, { maxRel: 1e-4 }])).toBe('equal')
    expect(judgeAll([{ maxRel: 1e-7 }, { maxRel: 5e-4 }])).toBe('close')
    expect(judgeAll([{ maxRel: 1e-7 }, { maxRel: 5e-3 }])).toBe('different')
    expect(judgeAll([{ maxRel: 1e-7 }, { maxRel: 'infinite' }])).toBe('different')
  })
})
