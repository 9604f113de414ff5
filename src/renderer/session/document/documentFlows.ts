// Opening, saving and starting documents, with the questions on the way; not the store itself (documentStore.ts).
import { fileNameOf } from '../../kernel/dialogs/filePaths'
import type { NetworkDocument } from '../../../shared/graph/document'
import { serializeDocument } from '../../../shared/graph/schema'
import { requestImport } from './pendingImport'
import { client, plainErrorOf } from '../../kernel/core/client'
import { documentStore } from './documentStore'
import { uiStore } from '../../kernel/ui/uiStore'
import { ask, choosePath } from '../../kernel/dialogs/questions'
import { beginRecovery } from './recovery'

const extension = '.netloom.json'

/** The name that the top bar shows: the file's, or the network's while it has no file. */
export function documentTitle(path: string | null, document: NetworkDocument): string {
  return path === null ? document.name : fileNameOf(path).replace(extension, '')
}

/** Asks what becomes of unsaved changes. @returns whether to go on */
export async function leaveDocument(): Promise<boolean> {
  const { isDirty, path, document } = documentStore.getState()
  if (!isDirty) return true
  const answer = await ask({
    title: `Save changes to ${documentTitle(path, document)}?`,
    message: 'Your changes are lost if you do not save them.',
    choices: [
      { value: 'discard', label: 'Do not save', tone: 'danger' },
      { value: 'save', label: 'Save', tone: 'main' },
    ],
  })
  if (answer === 'save') return saveDocument()
  return answer === 'discard'
}

/** Whether a file is another program's, which is imported. */
export function isForeignModel(path: string): boolean {
  return /\.onnx$|(?:^|[\\/])model\.json$/i.test(path)
}

/** Opens a file, after asking about unsaved changes; one of another program by the import's dialog. @returns whether it is open now */
export async function openPath(path: string): Promise<boolean> {
  if (isForeignModel(path)) {
    requestImport({ path, name: fileNameOf(path) })
    return false
  }
  if (!(await leaveDocument())) return false
  const { text, path: found, modifiedMs } = await client.projects.open({ path })
  documentStore.getState().openText(text, found, modifiedMs)
  beginRecovery()
  uiStore.getState().setScreen('design')
  return true
}

/** Lets a person choose a file and opens it. */
export async function openDocument(): Promise<void> {
  const path = await choosePath('openDocument')
  if (path !== null) await openPath(path)
}

/** Opens a document that has no file (a dropped one, a gallery's, a run's), after asking about unsaved changes. */
export async function openLoose(source: { readonly text: string } | NetworkDocument): Promise<boolean> {
  if (!(await leaveDocument())) return false
  const state = documentStore.getState()
  if ('text' in source) state.openText(source.text, null, null)
  else state.newDocument(source)
  beginRecovery()
  uiStore.getState().setScreen('design')
  return true
}

async function write(path: string, replaces: number | null, force: boolean): Promise<void> {
  const { document, path: from } = documentStore.getState()
  const saved = await client.projects.save({ path, text: serializeDocument(document), replaces, force, from })
  documentStore.getState().markSaved(saved.path, saved.modifiedMs, document)
  if (document.weights !== undefined && saved.weights !== undefined)
    documentStore.getState().moveWeights(document.weights, saved.weights)
}

/** Asks what to do where a file is not the one that was read. @returns whether the document is saved */
async function settleConflict(path: string, isKnown: boolean, message: string): Promise<boolean> {
  const name = fileNameOf(path)
  const answer = await ask({
    title: isKnown ? `${name} was changed elsewhere` : `Replace ${name}?`,
    message,
    choices: [
      { value: 'saveAs', label: 'Save as...' },
      { value: 'overwrite', label: 'Overwrite', tone: 'danger' },
    ],
  })
  if (answer === 'saveAs') return saveDocumentAs()
  if (answer !== 'overwrite') return false
  await write(path, null, true)
  return true
}

async function saveTo(path: string, replaces: number | null): Promise<boolean> {
  try {
    await write(path, replaces, false)
    return true
  } catch (error) {
    // The core refuses to replace a file in a state that was never seen here.
    const plain = plainErrorOf(error)
    if (plain?.code !== 'file.changed' && plain?.code !== 'file.readOnly') throw error
    return settleConflict(path, replaces !== null, plain.message)
  }
}

/** Saves the document where it lies, or asks for a place. @returns whether it is saved */
export async function saveDocument(): Promise<boolean> {
  const { path, modifiedMs } = documentStore.getState()
  return path === null ? saveDocumentAs() : saveTo(path, modifiedMs)
}

/** Asks for a place and saves the document there. @returns whether it is saved */
export async function saveDocumentAs(): Promise<boolean> {
  const { path, document, modifiedMs } = documentStore.getState()
  const chosen = await choosePath('saveDocument', path ?? `${document.name}${extension}`)
  if (chosen === null) return false
  const target = chosen.endsWith('.json') ? chosen : `${chosen}${extension}`
  if (path === null && document.name === 'untitled') {
    const name = fileNameOf(target).replace(/(?:\.netloom)?\.json$/, '')
    documentStore.getState().apply({ type: 'setName', name }, 'Name the network')
  }
  return saveTo(target, target === path ? modifiedMs : null)
}

/** Starts an empty document, after asking about unsaved changes. */
export async function newDocument(): Promise<void> {
  if (!(await leaveDocument())) return
  documentStore.getState().newDocument()
  beginRecovery()
  uiStore.getState().setScreen('design')
}
