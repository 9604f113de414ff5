// Opening, saving and starting documents, with the questions on the way; not the store itself (documentStore.ts).
import type { DesktopBridge } from '../../../shared/contract/desktopBridge'
import { fileNameOf } from '../../kernel/dialogs/filePaths'
import { isOnnxName, withDocumentEnding, withoutEnding } from '../../../shared/graph/fileNames'
import type { NetworkDocument } from '../../../shared/graph/document'
import { serializeDocument } from '../../../shared/graph/schema'
import type { PlainError } from '../../../shared/training/events'
import { requestImport } from './pendingImport'
import { client, plainErrorOf } from '../../kernel/core/client'
import type { DocumentSession, Opening } from './DocumentSession'
import { openSession, openSessions, openText, presentSession, showSession } from './documentStore'
import { uiStore } from '../../kernel/ui/uiStore'
import { ask, choosePath, chooseTarget } from '../../kernel/dialogs/questions'

/** The name that the top bar shows: the file's, or the network's while it has no file. */
export function documentTitle(path: string | null, document: NetworkDocument): string {
  return path === null ? document.name : withoutEnding(fileNameOf(path))
}

/** Asks what becomes of unsaved changes. @returns whether to go on */
export async function leaveDocument(session: DocumentSession = presentSession()): Promise<boolean> {
  const { isDirty, path, document } = session.state
  if (!isDirty) return true
  const answer = await ask({
    title: `Save changes to ${documentTitle(path, document)}?`,
    message: 'Your changes are lost if you do not save them.',
    choices: [
      { value: 'discard', label: 'Do not save', tone: 'danger' },
      { value: 'save', label: 'Save', tone: 'main' },
    ],
  })
  if (answer === 'save') return saveDocument(session)
  return answer === 'discard'
}

/** Whether a file is another program's, which is imported. */
export function isForeignModel(path: string): boolean {
  return isOnnxName(path) || /(?:^|[\\/])model\.json$/i.test(path)
}

/** The desktop program around this window, if there is one. */
function desktopBridge(): DesktopBridge | undefined {
  return typeof window === 'undefined' ? undefined : window.netloom
}

/** Shows a network that is open already. @returns whether one was found */
function showOpen(isWanted: (session: DocumentSession) => boolean): boolean {
  const session = openSessions().find(isWanted)
  if (!session) return false
  showSession(session)
  uiStore.getState().setScreen('design')
  return true
}

/**
 * Opens a file in a tab of its own, or shows the tab that has it; a file of another program by the import's dialog.
 * @returns whether it is open here now
 */
export async function openPath(path: string): Promise<boolean> {
  if (isForeignModel(path)) {
    requestImport({ path, name: fileNameOf(path) })
    return false
  }
  if (showOpen(({ state }) => state.path === path)) return true
  // A file in two windows would be saved by each over the other.
  if (await desktopBridge()?.showElsewhere(path)) return false
  const { text, path: found, modifiedMs } = await client.projects.open({ path })
  if (showOpen(({ state }) => state.path === found)) return true
  openText(text, { path: found, modifiedMs })
  uiStore.getState().setScreen('design')
  return true
}

/** Lets a person choose a file and opens it. */
export async function openDocument(): Promise<void> {
  const path = await choosePath('openDocument')
  if (path !== null) await openPath(path)
}

/** Opens a document that has no file (a dropped one, a gallery's, a run's) in a tab of its own; a run's that is open is shown. */
export function openLoose(
  source: { readonly text: string } | NetworkDocument,
  opening: Pick<Opening, 'run'> = {},
): void {
  const { run } = opening
  if (run !== undefined && showOpen(({ ofRun, state }) => ofRun === run && !state.isDirty)) return
  if ('text' in source) openText(source.text, opening)
  else openSession(source, opening)
  uiStore.getState().setScreen('design')
}

/** What of a file that is there may be written over. */
interface Replaced {
  /** When it was last changed, as far as was seen here. */
  readonly replaces: number | null
  /** The person has agreed to it already. */
  readonly mayReplace?: boolean
  /** Whatever it is, read-only ones too. */
  readonly force?: boolean
}

async function write(session: DocumentSession, path: string, replaced: Replaced): Promise<void> {
  const { document, path: from } = session.state
  const text = serializeDocument(document)
  const saved = await client.projects.save({ path, text, ...replaced, from, session: session.recovery })
  session.state.markSaved(saved.path, saved.modifiedMs, document)
  if (document.weights !== undefined && saved.weights !== undefined)
    session.state.moveWeights(document.weights, saved.weights)
}

/** Asks what to do where a file is not the one that was read. @returns whether the document is saved */
async function settleConflict(
  session: DocumentSession,
  path: string,
  isKnown: boolean,
  { code, message }: PlainError,
): Promise<boolean> {
  const name = fileNameOf(path)
  const changed = isKnown ? `${name} was changed elsewhere` : `Replace ${name}?`
  const answer = await ask({
    title: code === 'file.readOnly' ? `${name} is read-only` : changed,
    message,
    choices: [
      { value: 'saveAs', label: 'Save as...' },
      { value: 'overwrite', label: 'Overwrite', tone: 'danger' },
    ],
  })
  if (answer === 'saveAs') return saveElsewhere(session)
  if (answer !== 'overwrite') return false
  await write(session, path, { replaces: null, force: true })
  return true
}

async function saveTo(session: DocumentSession, path: string, replaced: Replaced): Promise<boolean> {
  try {
    await write(session, path, replaced)
    return true
  } catch (error) {
    // The core refuses to replace a file in a state that was never seen here, and one that is read-only.
    const plain = plainErrorOf(error)
    if (plain?.code !== 'file.changed' && plain?.code !== 'file.readOnly') throw error
    return settleConflict(session, path, replaced.replaces !== null, plain)
  }
}

/** Asks for a place and saves there. @returns whether it is saved */
async function saveElsewhere(session: DocumentSession): Promise<boolean> {
  const { path, document, modifiedMs } = session.state
  const chosen = await chooseTarget('saveDocument', path ?? withDocumentEnding(document.name))
  if (chosen === null) return false
  const target = withDocumentEnding(chosen.path)
  const mayReplace = chosen.mayReplace && target === chosen.path
  if (path === null && document.name === 'untitled') {
    const name = withoutEnding(fileNameOf(target))
    session.state.apply({ type: 'setName', name }, 'Name the network')
  }
  return saveTo(session, target, { replaces: target === path ? modifiedMs : null, mayReplace })
}

/**
 * Saves a document where it lies, or asks for a place. Saves of one document run one after another; what was saved while
 * this one waited need not be written again.
 * @returns whether it is saved
 */
export async function saveDocument(session: DocumentSession = presentSession()): Promise<boolean> {
  const hasWaited = session.saveTurn.activeCount + session.saveTurn.pendingCount > 0
  return session.saveTurn(() => {
    const { path, modifiedMs, isDirty } = session.state
    if (path === null) return saveElsewhere(session)
    return hasWaited && !isDirty ? true : saveTo(session, path, { replaces: modifiedMs })
  })
}

/** Asks for a place and saves a document there. @returns whether it is saved */
export function saveDocumentAs(session: DocumentSession = presentSession()): Promise<boolean> {
  return session.saveTurn(() => saveElsewhere(session))
}

/** Starts an empty document, in a tab of its own. */
export function newDocument(): void {
  openSession()
  uiStore.getState().setScreen('design')
}
