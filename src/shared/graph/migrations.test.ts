import { describe, expect, it } from 'vitest'
import { migrateDocument, type MigrationTable } from './migrations'

const table: MigrationTable = {
  1: ({ title, ...rest }) => ({ ...rest, name: title }),
  2: (raw) => ({ ...raw, edges: [] }),
}

describe('migrateDocument', () => {
  it('runs every step from the version of the file to the present one', () => {
    expect(migrateDocument({ version: 1, title: 'a' }, table, 3)).toEqual({ version: 3, name: 'a', edges: [] })
    expect(migrateDocument({ version: 2, name: 'a' }, table, 3)).toEqual({ version: 3, name: 'a', edges: [] })
  })

  it('leaves a document of the present version as it is', () => {
    const raw = { version: 3, name: 'a' }
    expect(migrateDocument(raw, table, 3)).toBe(raw)
  })

  it('refuses newer versions, and older ones that no step starts from', () => {
    expect(() => migrateDocument({ version: 4 }, table, 3)).toThrow(
      'The file has version 4, this Netloom reads up to 3.',
    )
    expect(() => migrateDocument({ version: 1 }, {}, 3)).toThrow('has version 1, which this Netloom no longer reads')
    for (const version of [undefined, '1', 0, 1.5, null]) {
      expect(() => migrateDocument({ version }, table, 3)).toThrow('states no version')
    }
  })
})
