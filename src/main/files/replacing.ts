// The one rule of what a writer may write over: what it made itself and nothing that it reads, or anything where a person says so; not the writing.
import { stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { NetloomError } from '../../shared/graph/errors'
import { systemCode, writeFailure } from './durableFile'
import { describeKind } from './readRegular'

export interface Replacing {
  /** A person has said that whatever is there may go. */
  readonly force?: boolean
  /** Files that the new ones are made from: replaced only by force, also where the writer made them. */
  readonly sources?: readonly string[]
  /** Whether a file that is there is an earlier one of this writer; left out: it never is. */
  readonly isOwn?: (path: string) => Promise<boolean>
  /** What wrote its own, for people: `an export`. */
  readonly writer?: string
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) return undefined
    throw writeFailure(path, cause)
  }
}

const isSame = (a: Stats, b: Stats): boolean => a.ino === b.ino && a.dev === b.dev

/**
 * Lets files be written, before the first of them is.
 * @throws NetloomError `file.exists` for one that may not be replaced; `file.write` for a folder in its place
 */
export async function requireReplaceable(paths: readonly string[], replacing: Replacing = {}): Promise<void> {
  const { force = false, sources = [], isOwn, writer } = replacing
  const read = await Promise.all(sources.map(statOf))
  for (const path of paths) {
    const present = await statOf(path)
    if (!present) continue
    // By force, a device would become a file for everything that uses it.
    if (!present.isFile())
      throw new NetloomError('file.write', `"${path}" ${describeKind(present)}, and a file is to be written there.`, {
        path,
        hint: 'Choose another name.',
      })
    if (force) continue
    if (read.some((source) => source && isSame(source, present)))
      throw refusal(path, `"${path}" is what the network is read from.`)
    if (await isOwn?.(path)) continue
    throw refusal(path, `"${path}" exists already${writer ? ` and was not written by ${writer}` : ''}.`)
  }
}

function refusal(path: string, message: string): NetloomError {
  return new NetloomError('file.exists', message, { path, hint: 'Choose another name, or replace it.' })
}
