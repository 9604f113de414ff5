// Which output of a model stands for which class of a dataset.
import { describe, expect, it } from 'vitest'
import { matchClasses } from './matchClasses'

const model = (classCount: number, classes?: readonly string[]) => ({ name: 'net', classCount, classes })

describe('matchClasses', () => {
  it('matches the same names in another order by name', () => {
    expect(matchClasses(model(3, ['cat', 'dog', 'bird']), ['bird', 'cat', 'dog'])).toEqual({
      by: 'name',
      classes: ['bird', 'cat', 'dog'],
      outputs: [2, 0, 1],
      places: [0, 1, 2],
    })
  })

  it('leaves classes without images empty, and out what the model does not know', () => {
    expect(matchClasses(model(3, ['cat', 'dog', 'fox']), ['cat', 'fox'])).toEqual({
      by: 'name',
      classes: ['cat', 'fox', 'dog'],
      outputs: [0, 2, 1],
      places: [0, 1],
    })
    expect(matchClasses(model(3, ['cat', 'dog', 'fox']), ['bird', 'cat', 'dog'])).toEqual({
      by: 'name',
      classes: ['cat', 'dog', 'fox'],
      outputs: [0, 1, 2],
      places: [-1, 0, 1],
    })
  })

  it('reads names in other spellings, and never one output for two classes', () => {
    const match = matchClasses(model(3, ['Tabby_Cat', 'cafe\u0301', 'dog']), ['caf\u00e9', 'tabby cat'])
    expect(match.outputs.slice(0, 2)).toEqual([1, 0])
    expect(matchClasses(model(2, ['a', 'b']), ['A', 'a', 'B']).places).toEqual([-1, 0, 1])
    expect(matchClasses(model(2, ['A', 'a']), ['a', 'A']).outputs).toEqual([1, 0])
    expect(matchClasses(model(2, ['constructor', 'b']), ['b', 'toString']).places).toEqual([0, -1])
  })

  it('takes models without names, or with others, in order', () => {
    const inOrder = { by: 'order', classes: ['cat', 'dog'], outputs: [0, 1], places: [0, 1] }
    expect(matchClasses(model(2), ['cat', 'dog'])).toEqual(inOrder)
    expect(matchClasses(model(2, ['0', '1']), ['cat', 'dog'])).toEqual(inOrder)
  })

  it('refuses another number of classes where no name is shared, with both numbers', () => {
    expect(() => matchClasses(model(10), ['cat', 'dog'])).toThrow('net has 10 outputs and the dataset has 2 classes, ')
    expect(() => matchClasses(model(3, ['a', 'b', 'c']), ['cat', 'dog'])).toThrow(
      'it names a, b, c, the dataset cat, dog',
    )
  })
})
