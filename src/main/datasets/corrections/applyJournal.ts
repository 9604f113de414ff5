// Moving files by a journal beside them, so that an end at any instant loses nothing: what was begun can be finished or taken back; not what moves where.
import { createHash } from 'node:crypto'
import { copyFile, lstat, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { z } from 'zod'
import { notedCorrectionSchema } from '../../../shared/datasets/corrections'
import { NetloomError } from '../../../shared/graph/errors'
import { readIfThere } from '../../files/readIfThere'
import { systemCode, writeFailure } from '../../files/durableFile'
import { withFileLock } from '../../files/lockFile'
import { makeFolders } from '../../files/makeFolders'
import { replaceFile } from '../../files/sharedFile'

/** A path from the folder: inside it, or in the folder beside it for what is left out. */
const movePath = z.string().refine((path) => {
  const inside = path.replace(/^\.\.\/[^/]+-left-out\//, '')
  return inside !== '' && !inside.startsWith('/') && !inside.includes('\\') && !inside.split('/').includes('..')
})

const journalSchema = z.object({
  version: z.literal(1),
  /** When it was begun, as ISO 8601 in UTC. */
  at: z.string(),
  /** Whether files move to their new places, or back. */
  way: z.enum(['there', 'back']),
  moves: z.array(z.object({ from: movePath, to: movePath })),
  /** All corrections before, and those that are left after. */
  before: z.array(notedCorrectionSchema),
  after: z.array(notedCorrectionSchema),
})

export type ApplyJournal = z.output<typeof journalSchema>

/** Its name while files move. */
export const journalName = 'netloom-applying.json'
const appliedPattern = /^netloom-applied-.+\.json$/

/** What a folder's journal says. */
export interface ApplyState {
  /** Files were moving when the program ended. */
  readonly begun: ApplyJournal | undefined
  /** What was applied last and can be taken back. */
  readonly applied: ApplyJournal | undefined
}

async function readJournal(path: string): Promise<ApplyJournal | undefined> {
  const text = await readIfThere(path)
  if (text === undefined) return undefined
  try {
    return journalSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new NetloomError('dataset.malformed', `"${path}" says of no files how they were moved.`, {
      path,
      hint: 'Put it elsewhere; the files stay where they are.',
      cause,
    })
  }
}

async function findApplied(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => appliedPattern.test(name))
    .toSorted()
    .at(-1)
}

/** What was begun or applied in a folder. @throws NetloomError file.read, dataset.malformed */
export async function readApplyState(folder: string): Promise<ApplyState> {
  const name = await findApplied(folder)
  return {
    begun: await readJournal(join(folder, journalName)),
    applied: name === undefined ? undefined : await readJournal(join(folder, name)),
  }
}

/**
 * Refuses what would get lost among moves that were begun: they end with corrections of their own.
 * @throws NetloomError file.exists; file.read, dataset.malformed
 */
export async function refuseWhileMoving(folder: string): Promise<void> {
  const path = join(folder, journalName)
  if (await readJournal(path))
    throw new NetloomError('file.exists', `Files of "${folder}" were being moved before, and that was not finished.`, {
      path,
      hint: 'Finish it or take it back first.',
    })
}

/** Writes down what is going to be moved, before anything is. @throws NetloomError file.write, file.exists */
export async function beginJournal(folder: string, journal: ApplyJournal): Promise<void> {
  await refuseWhileMoving(folder)
  await writeJournal(join(folder, journalName), journal)
}

function writeJournal(path: string, journal: ApplyJournal): Promise<void> {
  return replaceFile(path, new TextEncoder().encode(`${JSON.stringify(journal)}\n`))
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path)
  try {
    for await (const piece of file.createReadStream({ autoClose: false })) hash.update(piece as Buffer)
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}

/** Moves to another disk: whole under its new name before the old one goes. */
async function moveAcross(from: string, to: string): Promise<void> {
  const part = `${to}.part`
  await copyFile(from, part)
  const file = await open(part, 'r+')
  await file.sync().finally(() => file.close())
  await rename(part, to)
  await rm(from)
}

/**
 * Moves one file; a move that was made before is left as it is.
 * @throws NetloomError file.exists where something else lies there; file.write
 */
export async function moveFile(from: string, to: string): Promise<void> {
  if (!(await isThere(from))) return
  try {
    if (await isThere(to)) {
      // A copy to another disk was whole, and the old file had not gone yet.
      if ((await digestOf(from)) !== (await digestOf(to)))
        throw new NetloomError('file.exists', `"${from}" cannot be moved: something else lies at "${to}".`, {
          path: to,
          hint: 'Put that elsewhere, then finish, or take the moves back.',
        })
      return await rm(from)
    }
    await makeFolders(dirname(to))
    try {
      await rename(from, to)
    } catch (cause) {
      if (systemCode(cause) !== 'EXDEV') throw cause
      await moveAcross(from, to)
    }
  } catch (cause) {
    if (cause instanceof NetloomError) throw cause
    throw writeFailure(to, cause)
  }
}

/** Brings the names in folders to the disk, where the system can. */
async function syncFolders(folders: ReadonlySet<string>): Promise<void> {
  for (const folder of folders) {
    const handle = await open(folder).catch(() => undefined)
    await handle?.sync().catch(() => undefined)
    await handle?.close()
  }
}

/** Takes away folders that became empty, up to the dataset's own. */
async function tidyFolders(root: string, folders: ReadonlySet<string>): Promise<void> {
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    let path = folder
    while (path !== root && path !== dirname(root) && path !== dirname(path)) {
      const isGone = await rmdir(path).then(
        () => true,
        () => false,
      )
      if (!isGone) break
      path = dirname(path)
    }
  }
}

export interface RunJournalOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
  /** Writes the corrections of the dataset. */
  readonly setCorrections: (entries: ApplyJournal['before']) => Promise<void>
}

/**
 * Carries out the journal of a folder, or goes on with it: moves the files, sets the corrections, and keeps the journal
 * as the way back; on the way back it goes.
 * @returns how many moves it holds
 * @throws NetloomError file.*; the reason of the signal: what is moved stays moved, and the journal says how to go on
 */
export function runJournal(folder: string, { signal, onProgress, setCorrections }: RunJournalOptions): Promise<number> {
  const path = join(folder, journalName)
  return withFileLock(path, async () => {
    const journal = await readJournal(path)
    if (!journal) return 0
    const moves =
      journal.way === 'there'
        ? journal.moves
        : journal.moves.map(({ from, to }) => ({ from: to, to: from })).toReversed()
    const [left, entered] = [new Set<string>(), new Set<string>()]
    for (const [index, { from, to }] of moves.entries()) {
      signal?.throwIfAborted()
      const [source, target] = [normalize(join(folder, from)), normalize(join(folder, to))]
      left.add(dirname(source))
      entered.add(dirname(target))
      await moveFile(source, target)
      if ((index + 1) % 32 === 0 || index + 1 === moves.length) onProgress?.(index + 1, moves.length)
    }
    await syncFolders(entered)
    await tidyFolders(folder, left)
    await setCorrections(journal.way === 'there' ? journal.after : journal.before)
    if (journal.way === 'there')
      await rename(path, join(folder, `netloom-applied-${journal.at.replaceAll(/[:.]/g, '-')}.json`))
    else await rm(path)
    return moves.length
  })
}

/**
 * Turns what was begun, or else what was applied last, so that running the journal takes it back.
 * @param present the corrections now: those that were made since are kept, behind the former ones
 * @returns whether there is something to take back
 * @throws NetloomError file.*
 */
export async function turnJournal(folder: string, present: ApplyJournal['before']): Promise<boolean> {
  const path = join(folder, journalName)
  const begun = await readJournal(path)
  if (begun) {
    await writeJournal(path, { ...begun, way: 'back' })
    return true
  }
  const name = await findApplied(folder)
  const applied = name === undefined ? undefined : await readJournal(join(folder, name))
  if (name === undefined || !applied) return false
  const former = new Map(applied.moves.map(({ from, to }) => [to, from]))
  const known = new Set([...applied.after, ...applied.before].map(({ at }) => at))
  const since = present.filter(({ at }) => !known.has(at)).map((entry) => renameFiles(entry, former))
  await writeJournal(path, { ...applied, way: 'back', before: [...applied.before, ...since] })
  await rm(join(folder, name))
  return true
}

/** A correction with files under other names. */
export function renameFiles(
  entry: ApplyJournal['before'][number],
  names: ReadonlyMap<string, string>,
): ApplyJournal['before'][number] {
  return entry.kind === 'merge' ? entry : { ...entry, files: entry.files.map((file) => names.get(file) ?? file) }
}
