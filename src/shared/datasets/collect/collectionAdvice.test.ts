// Advice on classes that are being collected.
import { expect, it } from 'vitest'
import { adviseOnClasses, whyNotUsable } from './collectionAdvice'

const counts = (table: Readonly<Record<string, number>>) =>
  Object.entries(table).map(([name, images]) => ({ name, images }))

it('asks for two classes with images', () => {
  expect(whyNotUsable([])).toBe('A dataset has images of two classes or more.')
  expect(whyNotUsable(counts({ cat: 5, dog: 0 }))).toContain('Only one class')
  expect(whyNotUsable(counts({ cat: 5, dog: 1 }))).toBeNull()
  expect(whyNotUsable(counts({ train: 5, test: 1, other: 0 }))).toContain('called like splits')
  expect(adviseOnClasses(counts({ cat: 500, dog: 0 }))).toEqual([])
})

it('says nothing of enough images in even classes', () => {
  expect(adviseOnClasses(counts({ cat: 20, dog: 60 }))).toEqual([])
})

it('names empty, small and uneven classes with their numbers', () => {
  expect(adviseOnClasses(counts({ cat: 2000, dog: 19, cow: 0 }))).toEqual([
    '"cow" has no images and will be left out.',
    '"dog" has fewer than 20 images: add some, in other light and from other sides.',
    '"cat" has 2,000 images and "dog" 19: a network learns to name the larger class. Add to the smaller one.',
  ])
  expect(adviseOnClasses(counts({ a: 1, b: 1, c: 1, d: 1, e: 1 }))[0]).toMatch(/^"a", "b", "c" and 2 more have fewer/)
})
