import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ownTable } from './ownTable'

describe('tables of names from outside', () => {
  const table = ownTable(z.string().max(12), z.number())

  it('keep every name, also those of what all objects have', () => {
    const text = '{"__proto__": 1, "constructor": 2, "toString": 3, "01": 4, "": 5, "a/b": 6}'
    expect(JSON.stringify(table.parse(JSON.parse(text)))).toBe(text.replaceAll(' ', ''))
  })

  it('say which entry is wrong', () => {
    const refused = table.safeParse(JSON.parse('{"a": 1, "__proto__": "x"}'))
    expect(refused.error?.issues).toMatchObject([{ path: ['__proto__'] }])
    expect(table.safeParse([]).success).toBe(false)
    expect(table.safeParse(null).success).toBe(false)
  })
})
