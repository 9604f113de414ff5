import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { describeZodError, printPath, printReceived, valueAt } from './zodIssues'

const table = z.strictObject({
  filters: z.int().min(1).default(1),
  kernel: z.union([z.int(), z.tuple([z.int(), z.int()])]).default(1),
  padding: z.union([z.enum(['valid', 'same']), z.array(z.int()).length(4)]).default('valid'),
  rate: z.number().min(0).lt(1).default(0),
  mode: z
    .discriminatedUnion('type', [z.object({ type: z.literal('a') }), z.object({ type: z.literal('b') })])
    .optional(),
})

function described(value: unknown): string[] {
  const result = table.safeParse(value)
  if (result.success) return []
  return describeZodError(result.error, value, Object.keys(table.shape)).map(
    ({ path, expected, received, unknownKey }) =>
      unknownKey
        ? `unknown ${unknownKey.key}, meant ${unknownKey.suggestion}`
        : `${printPath(path)} must be ${expected}, is ${printReceived(received)}`,
  )
}

describe('describeZodError', () => {
  it.each([
    [{ filters: 0 }, 'filters must be at least 1, is 0'],
    [{ filters: 1.5 }, 'filters must be a whole number, is 1.5'],
    [{ filters: '3' }, 'filters must be a number, is "3"'],
    [{ rate: 1 }, 'rate must be less than 1, is 1'],
    [{ kernel: 'x' }, 'kernel must be a number or a list, is "x"'],
    [{ kernel: [3, 'x'] }, 'kernel[1] must be a number, is "x"'],
    [{ padding: 'saem' }, 'padding must be one of "valid", "same" or a list, is "saem"'],
    [{ padding: [1, 2] }, 'padding must be a list of 4 values, is [1,2]'],
    [{ mode: { type: 'c' } }, 'mode.type must be one of "a", "b", is "c"'],
    [{ fliters: 3 }, 'unknown fliters, meant filters'],
    [7, ' must be an object, is 7'],
  ])('describes %j', (value, text) => {
    expect(described(value)).toEqual([text])
  })

  it('describes every finding', () => {
    expect(described({ filters: 0, rate: -1, x: 1 })).toHaveLength(3)
  })
})

describe('printPath', () => {
  it('writes keys with dots, indices and unusual keys in brackets', () => {
    expect(printPath(['nodes', 3, 'params', 'kernel'])).toBe('nodes[3].params.kernel')
    expect(printPath(['a b', 'c'], 'params')).toBe('params["a b"].c')
  })
})

describe('valueAt', () => {
  it('follows own properties only', () => {
    expect(valueAt({ a: [1, { b: 2 }] }, ['a', 1, 'b'])).toBe(2)
    expect(valueAt({}, ['constructor', 'name'])).toBeUndefined()
  })
})

describe('printReceived', () => {
  it('cuts long values and names missing ones', () => {
    expect(printReceived(undefined)).toBe('nothing')
    expect(printReceived(Number.NaN)).toBe('NaN')
    expect(printReceived('x'.repeat(100))).toBe(`"${'x'.repeat(56)}...`)
  })
})
