import { expect, it } from 'vitest'
import { importFactsSchema } from '../contract/importCalls'
import { datasetOptionsSchema } from './datasetOptions'

/** As JSON gives it: `__proto__` is a key of its own. */
const table = (value: unknown): unknown =>
  JSON.parse(`{"constructor": ${JSON.stringify(value)}, "__proto__": ${JSON.stringify(value)}}`)

it('keeps names that every object has in tables of older files', () => {
  const parsed = datasetOptionsSchema.parse({ classNames: table('x') })
  expect(parsed.classNames).toEqual([
    ['constructor', 'x'],
    ['__proto__', 'x'],
  ])
})

it('keeps them in the counts of an import', () => {
  const counts = importFactsSchema.shape.blocks.parse(table(2))
  expect(Object.entries(counts)).toEqual([
    ['constructor', 2],
    ['__proto__', 2],
  ])
})
