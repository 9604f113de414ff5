import { expect, it } from 'vitest'
import { TfjsNames } from './tfjsNames'

it('gives no name twice, and none that every object has: TensorFlow.js looks layers up in plain objects', () => {
  const names = new TfjsNames()
  const given = ['conv', 'conv', 'constructor', 'toString', '__proto__', 'hasOwnProperty'].map((id) => names.take(id))
  expect(given).toEqual(['conv', 'conv_2', 'constructor_2', 'toString_2', 'n__proto__', 'hasOwnProperty_2'])
  expect(given.filter((name) => name in {})).toEqual([])
})
