import { expect, it } from 'vitest'
import { ownValue } from './ownValue'

it('finds entries of the table itself and nothing that every object has', () => {
  const table: Readonly<Record<string, number>> = { train: 1 }
  expect(ownValue(table, 'train')).toBe(1)
  const inherited = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']
  expect(inherited.map((name) => ownValue(table, name))).toEqual(inherited.map(() => undefined))
})
