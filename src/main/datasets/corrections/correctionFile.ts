// The small file in which the corrections of a dataset are kept: beside its images, or in the state folder where nothing can be written there; not applying them.
import { stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import pLimit from 'p-limit'
import { z } from 'zod'
import { correctionsSchema, type Correction, type NotedCorrection } from '../../../shared/datasets/corrections'
import { NetloomError } from '../../../shared/graph/errors'
import { ownTable } from '../../../shared/graph/ownTable'
import { readIfThere } from '../../files/readIfThere'
import { systemCode } from '../../files/durableFile'
import { withFileLock } from '../../files/lockFile'
import { replaceFile } from '../../files/sharedFile'
import { findStateFolder, StateFile } from '../../files/stateFolder'
import { absoluteReference, parseReference } from '../datasetReference'
import { refuseWhileMoving } from './applyJournal'

/** Its name in the folder of a dataset; behind the name of a CSV list. */
export const correctionFileName = 'netloom-corrections.json'

const empty: readonly NotedCorrection[] = []
const turn = pLimit(1)

/** Where the file lies; undefined for datasets without files. */
async function findPlace(reference: string): Promise<string | undefined> {
  const parsed = parseReference(reference)
  if (parsed.kind === 'builtin') return undefined
  const isFolder = await stat(parsed.path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return isFolder ? join(parsed.path, correctionFileName) : `${parsed.path}.${correctionFileName}`
}

/** Corrections of datasets that nothing can be written beside, by absolute reference. */
function inState() {
  return new StateFile(findStateFolder(), 'corrections.json', ownTable(z.string(), correctionsSchema), {})
}

async function readBeside(place: string): Promise<readonly NotedCorrection[]> {
  const text = await readIfThere(place)
  if (text === undefined) return empty
  try {
    return correctionsSchema.parse(JSON.parse(text)).entries
  } catch (cause) {
    throw new NetloomError('dataset.malformed', `"${place}" holds no corrections of a dataset that can be read.`, {
      path: place,
      hint: 'Mend it, or put it elsewhere: without it the dataset is taken as it lies.',
      cause,
    })
  }
}

/**
 * The corrections of a dataset, in the order in which they were made.
 * @throws NetloomError file.read, dataset.malformed, dataset.reference
 */
export async function readCorrections(reference: string): Promise<readonly NotedCorrection[]> {
  const key = absoluteReference(reference, process.cwd())
  const kept = (await inState().read())[key]
  if (kept) return kept.entries
  const place = await findPlace(key)
  return place === undefined ? empty : readBeside(place)
}

/** Whether a failure to write says that this place is not for writing. */
function isReadOnly(error: unknown): boolean {
  const cause = error instanceof NetloomError ? error.cause : error
  return ['EACCES', 'EPERM', 'EROFS'].includes(systemCode(cause))
}

async function writeBeside(place: string, entries: readonly NotedCorrection[]): Promise<void> {
  const text = `${JSON.stringify({ version: 1, entries }, null, 1)}\n`
  await withFileLock(place, () => replaceFile(place, new TextEncoder().encode(text)))
}

/** Writes beside the images, else into the state folder. */
async function writeCorrections(key: string, entries: readonly NotedCorrection[]): Promise<void> {
  const place = await findPlace(key)
  const state = inState()
  const isKept = (await state.read())[key] !== undefined
  if (place !== undefined) {
    try {
      await writeBeside(place, entries)
      if (isKept) await state.update(({ [key]: _gone, ...others }) => others)
      return
    } catch (error) {
      if (!isReadOnly(error)) throw error
    }
  }
  await state.update((all) => ({ ...all, [key]: { version: 1, entries: [...entries] } }))
}

/** The present time, later than that of every entry: it names one of them. */
function nextTime(entries: readonly NotedCorrection[]): string {
  const last = Math.max(0, ...entries.map(({ at }) => Date.parse(at) || 0))
  return new Date(Math.max(Date.now(), last + 1)).toISOString()
}

/** Who is at this machine; undefined where it does not say. */
function findUser(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}

/** Adds a correction. @throws NetloomError as readCorrections; file.write; file.exists while files are moved by them */
export function addCorrection(reference: string, correction: Correction): Promise<readonly NotedCorrection[]> {
  const by = findUser()
  return changeCorrections(reference, (entries) => [
    ...entries,
    { ...correction, at: nextTime(entries), ...(by !== undefined && { by }) },
  ])
}

/**
 * Takes corrections back.
 * @param at when each of them was made
 * @throws NetloomError as readCorrections; file.write; file.exists while files are moved by them
 */
export function takeBackCorrections(reference: string, at: readonly string[]): Promise<readonly NotedCorrection[]> {
  const gone = new Set(at)
  return changeCorrections(reference, (entries) => entries.filter((entry) => !gone.has(entry.at)))
}

/**
 * Puts corrections that were taken back into their places among the others; those that are there stay as they are.
 * @throws NetloomError as readCorrections; file.write; file.exists while files are moved by them
 */
export function putBackCorrections(
  reference: string,
  former: readonly NotedCorrection[],
): Promise<readonly NotedCorrection[]> {
  return changeCorrections(reference, (entries) => {
    const byTime = new Map([...former, ...entries].map((entry) => [entry.at, entry]))
    return [...byTime.values()].sort((a, b) => (a.at < b.at ? -1 : 1))
  })
}

/** Replaces all corrections, also while files are moved by them. @throws NetloomError as readCorrections; file.write */
export async function setCorrections(reference: string, entries: readonly NotedCorrection[]): Promise<void> {
  const key = absoluteReference(reference, process.cwd())
  await turn(() => writeCorrections(key, entries))
}

function changeCorrections(
  reference: string,
  change: (entries: readonly NotedCorrection[]) => readonly NotedCorrection[],
): Promise<readonly NotedCorrection[]> {
  const key = absoluteReference(reference, process.cwd())
  return turn(async () => {
    const place = await findPlace(key)
    if (place !== undefined) await refuseWhileMoving(dirname(place))
    const entries = change(await readCorrections(key))
    await writeCorrections(key, entries)
    return entries
  })
}
