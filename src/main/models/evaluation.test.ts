// Which output of a model stands for which class of a dataset.
import { describe, expect, it } from 'vitest'
import { matchClasses } from './evaluation'

const model = (classCount: number, classes?: readonly string[]) => ({ name: 'net', classCount, classes })

describe('matchClasses', () => {
  it('matches the same names in another order by name', () => {
    expect(matchClasses(model(3, ['cat', 'dog', 'bird']), ['bird', 'cat', 'dog'])).toEqual({
      order: [2, 0, 1],
      by: 'name',
    })
  })

  it('takes models without names, or with others, in order', () => {
    expect(matchClasses(model(2), ['cat', 'dog'])).toEqual({ order: [0, 1], by: 'order' })
    expect(matchClasses(model(2, ['0', '1']), ['cat', 'dog'])).toEqual({ order: [0, 1], by: 'order' })
  })

  it('refuses another number of classes with both numbers', () => {
    expect(() => matchClasses(model(10), ['cat', 'dog'])).toThrow('net has 10 outputs and the dataset has 2 classes.')
  })
})
