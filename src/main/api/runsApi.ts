// The calls `runs`: the table of all runs, their curves, names, notes and the trash; not training them.
import { readdir, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { analyzeDocument } from '../../shared/network/analyze'
import type { RunSummary } from '../../shared/contract/runCalls'
import { NetloomError } from '../../shared/graph/errors'
import { ownValue } from '../../shared/graph/ownValue'
import { serializeDocument } from '../../shared/graph/schema'
import { systemCode, writeFailure } from '../files/durableFile'
import { readFailure } from '../files/fileErrors'
import { findTrainer } from '../runs/runLock'
import type { RunRecord } from '../runs/runRecord'
import type { Core } from './core'
import { os } from './implementer'
import { exists, readRun, runFiles } from '../runs/runFolder'
import { readMetrics, readProgress } from '../runs/runMetrics'
import { makeFolders } from '../files/makeFolders'
import { readRegularText } from '../files/readRegular'

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
      await renameRun(core, run, { name: input.name, note: input.note })
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

/** Changes what a person calls and says of a run; undefined leaves it. */
export async function renameRun(core: Core, run: string, changes: { name?: string; note?: string }): Promise<void> {
  await core.runs.update((runs) => {
    const before = ownValue(runs.labels, run) ?? {}
    const { name = before.name, note = before.note } = changes
    return { ...runs, labels: { ...runs.labels, [run]: { name, note } } }
  })
}

/** What a person calls a run: their own name for it, or its folder's. */
export async function labelOf(core: Core, run: string): Promise<string> {
  return ownValue((await core.runs.read()).labels, run)?.name ?? basename(run)
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

/** All runs in the known folders, newest first; folders that hold something else, or a damaged run, are left out. */
async function listRuns(core: Core): Promise<RunSummary[]> {
  const { parents, labels } = await core.runs.read()
  const reachable: string[] = []
  for (const parent of new Set([core.runsFolder, ...parents])) {
    const real = await core.roots.require(parent).catch(() => undefined)
    if (real !== undefined && !reachable.includes(real)) reachable.push(real)
  }
  const folders = (await Promise.all(reachable.map(listFolders))).flat()
  const runs = await Promise.all(
    folders.map(async (folder) => {
      try {
        return await summarize(core, folder, await readRun(folder), ownValue(labels, folder) ?? {})
      } catch (error) {
        if (error instanceof NetloomError) return undefined
        throw error
      }
    }),
  )
  return runs.filter((run) => run !== undefined).toSorted((a, b) => b.createdMs - a.createdMs)
}

const parameterCounts = new Map<string, number>()

/** Parameters of a run's network; it never changes. */
function countParameters(run: string, { document, created }: RunRecord): number {
  const key = `${run} ${created}`
  const count = parameterCounts.get(key) ?? analyzeDocument(document).parameters.total
  parameterCounts.set(key, count)
  return count
}

/** A run that says it is running, without a living process, was killed. */
function stateOf(core: Core, run: string, { state }: RunRecord): RunSummary['state'] {
  const isTraining = core.trainings.isActive(run) || findTrainer(run) !== undefined
  if (isTraining) return 'running'
  return state === 'running' ? 'killed' : state
}

async function summarize(
  core: Core,
  run: string,
  record: RunRecord,
  label: { readonly name?: string; readonly note?: string },
): Promise<RunSummary> {
  const { outcome } = record
  const { epochs, best, seconds } = await readProgress(run)
  return {
    id: run,
    name: label.name ?? basename(run),
    note: label.note ?? '',
    state: stateOf(core, run, record),
    createdMs: Date.parse(record.created),
    architecture: record.document.name,
    parameters: countParameters(run, record),
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
