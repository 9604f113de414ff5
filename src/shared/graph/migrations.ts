// How documents of earlier versions become documents of the present one; not the present form (schema.ts).
import { documentVersion } from './document'
import { NetloomError } from './errors'

type RawDocument = Readonly<Record<string, unknown>>

/** Migrations by the version they start from; each gives the next version. */
export type MigrationTable = Readonly<Record<number, (raw: RawDocument) => RawDocument>>

/** Version 1 is the first, so there is none yet. */
export const documentMigrations: MigrationTable = {}

/**
 * Brings a parsed file up to the present version, step by step, and writes the new number into it.
 * @throws NetloomError `document.version` for a version that is newer, no whole number of at least 1, or too old
 */
export function migrateDocument(
  raw: RawDocument,
  table: MigrationTable = documentMigrations,
  target: number = documentVersion,
): RawDocument {
  const { version } = raw
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    const message = `The file states no version: "version" must be a whole number from 1 to ${target}.`
    throw new NetloomError('document.version', message, { path: 'version', expected: target, received: version })
  }
  if (version > target) {
    throw new NetloomError('document.version', `The file has version ${version}, this Netloom reads up to ${target}.`, {
      path: 'version',
      expected: target,
      received: version,
      hint: 'Open it with a newer Netloom.',
    })
  }
  let migrated = raw
  for (let from = version; from < target; from++) {
    const migrate = table[from]
    if (!migrate) {
      const message = `The file has version ${version}, which this Netloom no longer reads.`
      throw new NetloomError('document.version', message, { path: 'version', expected: target, received: version })
    }
    migrated = { ...migrate(migrated), version: from + 1 }
  }
  return migrated
}
