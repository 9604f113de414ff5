// The calls `runs`: the table of all runs, their curves, names, notes and the trash; not training them.
import { readdir, rename, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { analyzeDocument } from '../../shared/network/analyze'
import { hashStructure } from '../../shared/network/hashStructure'
import type { RunSummary } from '../../shared/contract/runCalls'
import { NetloomError } from '../../shared/graph/errors'
import { ownValue } from '../../shared/graph/ownValue'
import { serializeDocument } from '../../shared/graph/schema'
import { readRunState } from '../../shared/training/runStates'
import { systemCode, writeFailure } from '../files/durableFile'
import { readFailure } from '../files/fileErrors'
import { changeLabel, readLabel } from '../runs/runLabel'
import { findTrainer } from '../runs/runLock'
import type { RunRecord } from '../runs/runRecord'
import type { Core } from './core'
import { os } from './implementer'
import { exists, readRun, runFiles } from '../runs/runFolder'
import { readMetrics, readProgress } from '../runs/runMetrics'
import { makeFolders } from '../files/makeFolders'
import { readRegularText } from '../files/readRegular'

type Remembered = Awaited<ReturnType<Core['runs']['read']>>

/** Networks whose first file is remembered. */
const keptDocuments = 1000

/** Beside the runs; hidden from the list. */
const trashFolder = '.trash'

/** Implements `runs.*`. */
export function implementRuns(core: Core) {
  return {
    list: os.runs.list.handler(async () => listRuns(core)),
    metrics: os.runs.metrics.handler(async ({ input }) => {
      const run = await requireRun(core, input.run)
      return readMetrics(run, input.fromStep)
    }),
    document: os.runs.document.handler(async ({ input }) => {
      const run = await ownRun(core, input.run)
      const { document } = await readRun(run)
      if (document.weights === undefined) return serializeDocument(document)
      // The run keeps what it started from under the paths of its own document.
      const { weightPaths: _, ...rest } = document
      return serializeDocument({ ...rest, weights: join(run, runFiles.initial) })
    }),
    log: os.runs.log.handler(async ({ input }) => readLog(await requireRun(core, input.run))),
    update: os.runs.update.handler(async ({ input }) => {
      const run = await requireRun(core, input.run)
      const { name, note, tags } = input
      await changeLabel(run, { name, note, tags }, ownValue((await core.runs.read()).labels, run))
    }),
    trash: os.runs.trash.handler(async ({ input }) => moveToTrash(core, await requireRun(core, input.run))),
    restore: os.runs.restore.handler(async ({ input }) => restore(await ownRun(core, input.run))),
  }
}

/** The real path of a run folder that a screen names. @throws NetloomError file.outside */
export function ownRun(core: Core, run: string): Promise<string> {
  return core.roots.require(run)
}

/** @throws NetloomError file.outside, run.missing where the folder holds no run */
async function requireRun(core: Core, run: string): Promise<string> {
  const directory = await ownRun(core, run)
  if (await exists(join(directory, runFiles.record))) return directory
  throw new NetloomError('run.missing', `"${run}" is not a run folder: it holds no ${runFiles.record}.`, { path: run })
}

/** Remembers a folder in which a run was started, so that the list finds it. */
export async function rememberParent(core: Core, parent: string): Promise<void> {
  if (parent === core.runsFolder) return
  await core.runs.update((runs) => ({ ...runs, parents: [...new Set([...runs.parents, parent])] }))
}

/** Remembers where an opened network was saved that had no file: what it trained before belongs to the file. */
export async function rememberDocument(core: Core, session: string, path: string): Promise<void> {
  await core.runs.update((runs) => {
    const others = runs.documents.filter((entry) => entry.session !== session)
    return { ...runs, documents: [...others, { session, path }].slice(-keptDocuments) }
  })
}

/** What a person calls a run: their own name for it, or its folder's. */
export async function labelOf(core: Core, run: string): Promise<string> {
  return (await readLabel(run, ownValue((await core.runs.read()).labels, run))).name ?? basename(run)
}

async function listFolders(parent: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => join(parent, name))
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(cause))) return []
    throw readFailure(parent, cause)
  }
}

/** The folders in which runs may lie, as far as screens may reach them. */
export async function listRunFolders(core: Core): Promise<readonly string[]> {
  const { parents } = await core.runs.read()
  const reachable: string[] = []
  for (const parent of new Set([core.runsFolder, ...parents])) {
    const real = await core.roots.require(parent).catch(() => undefined)
    if (real !== undefined && !reachable.includes(real)) reachable.push(real)
  }
  return (await Promise.all(reachable.map(listFolders))).flat()
}

/** All runs in the known folders, newest first; folders that hold something else, or a damaged run, are left out. */
async function listRuns(core: Core): Promise<RunSummary[]> {
  const remembered = await core.runs.read()
  const folders = await listRunFolders(core)
  const runs = await Promise.all(
    folders.map(async (folder) => {
      try {
        return await summarize(core, folder, remembered)
      } catch (error) {
        if (error instanceof NetloomError) return undefined
        throw error
      }
    }),
  )
  return runs.filter((run) => run !== undefined).toSorted((a, b) => b.createdMs - a.createdMs)
}

interface NetworkFacts {
  readonly parameters: number
  readonly macs: number
  readonly structure: string
}

const networkFacts = new Map<string, NetworkFacts>()

/** What there is to say of a run's network; it never changes. Names of another version than this one's say nothing. */
function describeNetwork(run: string, { document, created }: RunRecord): NetworkFacts {
  const key = `${run} ${created}`
  const known = networkFacts.get(key)
  if (known) return known
  const { parameters, macs } = analyzeDocument(document)
  const facts = { parameters: parameters.total, macs, structure: hashStructure(document) }
  networkFacts.set(key, facts)
  return facts
}

/** Where the document of a run lies: as it was noted, where it was saved first since, or beside the run that was moved with it. */
async function findDocument(run: string, { origin }: RunRecord, { documents }: Remembered): Promise<string | null> {
  const noted = origin?.path ?? documents.find(({ session }) => session === origin?.session)?.path ?? null
  if (noted === null) return null
  const beside = join(dirname(dirname(run)), basename(noted))
  const isMoved = beside !== noted && !(await exists(noted)) && (await exists(beside))
  return isMoved ? beside : noted
}

/** Bytes of a run's model file; null where it has none. */
async function measureModel(run: string): Promise<number | null> {
  return stat(join(run, runFiles.model)).then(
    ({ size }) => size,
    () => null,
  )
}

async function summarize(core: Core, run: string, remembered: Remembered): Promise<RunSummary> {
  const record = await readRun(run)
  const { outcome, origin } = record
  const { name, note, tags } = await readLabel(run, ownValue(remembered.labels, run))
  const { epochs, best, seconds } = await readProgress(run)
  return {
    id: run,
    name: name ?? basename(run),
    note: note ?? '',
    tags: tags ?? [],
    state: readRunState(record.state, core.trainings.isActive(run) || findTrainer(run) !== undefined),
    createdMs: Date.parse(record.created),
    architecture: record.document.name,
    ...describeNetwork(run, record),
    documentPath: await findDocument(run, record, remembered),
    session: origin?.session ?? null,
    hasOrigin: origin !== undefined,
    experiment: origin?.experiment ?? null,
    sizeBytes: await measureModel(run),
    dataset: record.dataset.reference,
    recipe: record.recipe,
    engine: record.engine,
    device: outcome?.device ?? record.device,
    epochs,
    bestEpoch: best?.epoch ?? outcome?.bestEpoch ?? null,
    seconds: seconds ?? outcome?.seconds ?? null,
    val: best?.val ?? outcome?.val ?? null,
    test: outcome?.test ?? null,
    error: record.error?.message ?? null,
    ...(record.error ? { errorCode: record.error.code } : {}),
  }
}

/** The last part of a log at most: a screen shows no more. */
const shownLogCharacters = 1_000_000

async function readLog(run: string): Promise<string> {
  try {
    return (await readRegularText(join(run, runFiles.log))).slice(-shownLogCharacters)
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return ''
    throw readFailure(run, cause)
  }
}

/** A name in the trash that is still free; the plain one belongs to what was trashed last. */
async function makeRoom(place: string): Promise<void> {
  if (!(await exists(place))) return
  for (let number = 2; ; number++) {
    const aside = `${place}~${number}`
    if (await exists(aside)) continue
    return rename(place, aside)
  }
}

/** @throws NetloomError run.busy, file.write */
async function moveToTrash(core: Core, run: string): Promise<void> {
  if (core.trainings.isActive(run) || findTrainer(run) !== undefined)
    throw new NetloomError('run.busy', `The run "${run}" is training.`, { path: run, hint: 'Stop it first.' })
  const trash = join(dirname(run), trashFolder)
  const place = join(trash, basename(run))
  try {
    await makeFolders(trash)
    await makeRoom(place)
    await rename(run, place)
  } catch (cause) {
    throw writeFailure(place, cause)
  }
}

/** Puts a run back from the trash. @throws NetloomError run.missing, run.exists, file.write */
async function restore(run: string): Promise<void> {
  const place = join(dirname(run), trashFolder, basename(run))
  if (!(await exists(place)))
    throw new NetloomError('run.missing', `The run "${run}" is not in the trash.`, { path: place })
  if (await exists(run))
    throw new NetloomError('run.exists', `"${run}" is there again.`, { path: run, hint: 'Move it away first.' })
  try {
    await rename(place, run)
  } catch (cause) {
    throw writeFailure(run, cause)
  }
}
