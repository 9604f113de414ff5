// The calls `projects`: opening and saving documents, the recent ones, and what a crash would lose; not their content.
import { stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import pLimit, { type LimitFunction } from 'p-limit'
import { NetloomError } from '../../shared/graph/errors'
import { documentEndings, isWritableName } from '../../shared/graph/fileNames'
import { parseDocument } from '../../shared/graph/schema'
import { systemCode, writeFailure } from '../files/durableFile'
import { readFailure } from '../files/fileErrors'
import { openRegular } from '../files/readRegular'
import { isReadOnly, replaceFile } from '../files/sharedFile'
import type { Core } from './core'
import { rememberDocument } from './runsApi'
import { planSave } from './stagedWeights'
import { os } from './implementer'
import { nameOf } from '../files/projects'
import { makeFolders } from '../files/makeFolders'

const keptRecent = 30
/** Larger files are no documents; a document of 1,000 layers has about 300 kB. */
const largestDocumentBytes = 12 * 1024 * 1024

/** Implements `projects.*`. */
export function implementProjects(core: Core) {
  const saving = new PathTurns()
  return {
    recent: os.projects.recent.handler(async () => {
      const recent = await core.recent.read()
      const reachable = await Promise.all(recent.map(({ path }) => core.roots.holds(path)))
      return recent.filter((_, index) => reachable[index])
    }),
    forget: os.projects.forget.handler(async ({ input }) => {
      await core.recent.update((recent) => recent.filter(({ path }) => path !== input.path))
    }),
    open: os.projects.open.handler(async ({ input }) => {
      const path = await core.roots.require(input.path)
      const opened = await readDocumentFile(path)
      parseDocument(opened.text)
      await rememberFile(core, path)
      return { path, ...opened }
    }),
    save: os.projects.save.handler(async ({ input }) => {
      const path = await core.roots.require(input.path)
      const from = input.from === null ? null : await core.roots.require(input.from)
      const saved = await saving.run(path, () => save(core, path, { ...input, from }))
      await rememberFile(core, path)
      if (from === null && input.session !== undefined) await rememberDocument(core, input.session, path)
      return { path, ...saved }
    }),
    recoveries: os.projects.recoveries.handler(async () => [...(await core.recoveries.list())]),
    keepRecovery: os.projects.keepRecovery.handler(async ({ input }) => {
      await core.recoveries.keep({ ...input, savedMs: Date.now() })
    }),
    discardRecovery: os.projects.discardRecovery.handler(async ({ input }) => {
      await core.recoveries.discard(input.id)
    }),
  }
}

/** Work on the same path, one after the other. */
class PathTurns {
  private readonly turns = new Map<string, { readonly limit: LimitFunction; count: number }>()

  async run<T>(path: string, work: () => Promise<T>): Promise<T> {
    const turn = this.turns.get(path) ?? { limit: pLimit(1), count: 0 }
    this.turns.set(path, turn)
    turn.count++
    try {
      return await turn.limit(work)
    } finally {
      if (--turn.count === 0) this.turns.delete(path)
    }
  }
}

/** The text of a document and when it was last changed. @throws NetloomError file.read */
export async function readDocumentFile(path: string): Promise<{ text: string; modifiedMs: number }> {
  try {
    const file = await openRegular(path)
    try {
      return await readDocumentText(path, file)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw cause instanceof NetloomError ? cause : readFailure(path, cause)
  }
}

async function readDocumentText(path: string, file: FileHandle): Promise<{ text: string; modifiedMs: number }> {
  const { size, mtimeMs } = await file.stat()
  if (size > largestDocumentBytes)
    throw new NetloomError(
      'file.read',
      `"${path}" has ${size} bytes, and a document at most ${largestDocumentBytes}.`,
      {
        path,
        expected: largestDocumentBytes,
        received: size,
      },
    )
  return { text: await file.readFile('utf8'), modifiedMs: mtimeMs }
}

/** When a file was last changed; null where there is none. @throws NetloomError file.read */
async function modifiedOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return null
    throw readFailure(path, cause)
  }
}

interface SaveRequest {
  readonly text: string
  readonly replaces: number | null
  readonly mayReplace: boolean
  readonly force: boolean
  /** Where the document lay before. */
  readonly from: string | null
}

/**
 * @returns when the file was changed by this, and what it calls its weights where that is new
 * @throws NetloomError file.changed, file.readOnly, file.write, document.*, model.weights
 */
async function save(
  core: Core,
  path: string,
  { text, replaces, mayReplace, force, from }: SaveRequest,
): Promise<{ modifiedMs: number; weights?: string }> {
  // Nothing but documents, and the weights that they name, is written where a screen says.
  const plan = await planSave(core, { text, path, from, force })
  if (!isWritableName(path)) {
    const endings = documentEndings.join(' or ')
    throw new NetloomError('file.write', `"${path}" does not end in ${endings}.`, { path, hint: 'Add the ending.' })
  }
  const present = await modifiedOf(path)
  if (present !== null && present !== replaces && !mayReplace && !force)
    throw new NetloomError(
      'file.changed',
      replaces === null ? `"${path}" exists already.` : `"${path}" was changed by another program since it was opened.`,
      { path, expected: replaces, received: present, hint: 'Replace it, or save under another name.' },
    )
  if (!force && (await isReadOnly(path)))
    throw new NetloomError('file.readOnly', `"${path}" is read-only.`, {
      path,
      hint: 'Overwrite it, which keeps it read-only, or save under another name.',
    })
  try {
    await makeFolders(dirname(path))
  } catch (cause) {
    throw writeFailure(path, cause)
  }
  // The weights first: a document that is there is whole.
  await plan.copy()
  await replaceFile(path, new TextEncoder().encode(plan.text))
  const modifiedMs = (await modifiedOf(path)) ?? Date.now()
  return plan.weights === undefined ? { modifiedMs } : { modifiedMs, weights: plan.weights }
}

/** Puts a file at the head of the recent ones. */
export async function rememberFile(core: Core, path: string): Promise<void> {
  const entry = { path, name: nameOf(path), openedMs: Date.now() }
  await core.recent.update((recent) => [entry, ...recent.filter((other) => other.path !== path)].slice(0, keptRecent))
}
