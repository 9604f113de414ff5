import { describe, expect, it } from 'vitest'
import { applyCorrections, correctionSchema, type Correction } from './corrections'

const files = ['a.png', 'b.png', 'c.png', 'd.png']
const images = { classes: ['cat', 'dog', 'cow'], labels: [0, 1, 0, 2], fileAt: (index: number) => files[index] ?? '' }
const correct = (...corrections: readonly Correction[]) => applyCorrections(images, corrections)

describe('applyCorrections', () => {
  it('changes nothing without corrections', () => {
    expect(correct()).toEqual({
      classes: images.classes,
      labels: Int32Array.of(0, 1, 0, 2),
      leftOut: 0,
      relabelled: 0,
      splits: new Map(),
      kept: new Set(),
      missing: [],
    })
  })

  it('leaves out, relabels and merges in the order of the corrections', () => {
    const { classes, labels, leftOut, relabelled } = correct(
      { kind: 'leaveOut', files: ['a.png'] },
      { kind: 'relabel', files: ['c.png'], to: 'dog' },
      { kind: 'merge', classes: ['dog', 'cow'], to: 'animal' },
    )
    // No image of a cat, a dog or a cow is left.
    expect(classes).toEqual(['animal'])
    expect([...labels]).toEqual([-1, 0, 0, 0])
    expect({ leftOut, relabelled }).toEqual({ leftOut: 1, relabelled: 3 })
  })

  it('splits a class by giving some of its images a new one', () => {
    const { classes, labels } = correct({ kind: 'relabel', files: ['c.png'], to: 'kitten' })
    expect(classes).toEqual(['cat', 'dog', 'cow', 'kitten'])
    expect([...labels]).toEqual([0, 1, 3, 2])
  })

  it('counts nothing that comes back to its class, and leaves out what was left out', () => {
    const back: Correction[] = [
      { kind: 'relabel', files: ['b.png'], to: 'cat' },
      { kind: 'relabel', files: ['b.png'], to: 'dog' },
      { kind: 'leaveOut', files: ['d.png'] },
      { kind: 'relabel', files: ['d.png'], to: 'dog' },
    ]
    expect(correct(...back)).toMatchObject({ relabelled: 0, leftOut: 1, classes: ['cat', 'dog'] })
  })

  it('keeps a class that never had an image, so that the outputs of a network keep their meaning', () => {
    const empty = { ...images, classes: ['cat', 'fox', 'dog', 'cow'], labels: [0, 2, 0, 3] }
    const { classes, labels } = applyCorrections(empty, [{ kind: 'leaveOut', files: ['d.png'] }])
    expect(classes).toEqual(['cat', 'fox', 'dog'])
    expect([...labels]).toEqual([0, 2, 0, -1])
  })

  it('takes all rows of a list that name one image', () => {
    const twice = { ...images, fileAt: (index: number) => (index < 2 ? 'same.png' : (files[index] ?? '')) }
    expect([...applyCorrections(twice, [{ kind: 'leaveOut', files: ['same.png'] }]).labels]).toEqual([-1, -1, 0, 1])
  })

  it('keeps the split that was chosen last for an image', () => {
    const { splits } = correct(
      { kind: 'move', files: ['a.png', 'b.png'], to: 'test' },
      { kind: 'move', files: ['b.png'], to: 'val' },
    )
    expect([...splits]).toEqual([
      [0, 'test'],
      [1, 'val'],
    ])
  })

  it('names images that there are no more', () => {
    expect(correct({ kind: 'leaveOut', files: ['z.png', 'a.png'] })).toMatchObject({ missing: ['z.png'], leftOut: 1 })
  })

  it('takes a class called __proto__ for one', () => {
    expect(correct({ kind: 'relabel', files: ['a.png'], to: '__proto__' }).classes).toContain('__proto__')
    expect(correctionSchema.safeParse({ kind: 'relabel', files: [], to: 'cat' }).success).toBe(false)
  })
})
