// The import under way: the file, what was found in it, what the person chose; its looks are in ImportDialog.tsx.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { InputScaling, NetworkDocument } from '../../../../shared/graph/document'
import { markDifference } from '../../../../shared/exchange/markDifference'
import { parseDocument, serializeDocument } from '../../../../shared/graph/schema'
import type { ImportFacts, ImportReceiptFacts, ImportStage } from '../../../../shared/contract/importCalls'
import { layoutInWorker } from '../../../session/layout/layoutClient'
import { client, messageOf } from '../../../kernel/core/client'
import { Work } from '../../../kernel/queries/work'
import { openText } from '../../../session/document/documentStore'
import { uiStore } from '../../../kernel/ui/uiStore'
import { discardUpload, sendFile } from '../../../kernel/files/sendFile'
import { beginClasses, readClasses, type ClassChoice } from './classChoice'
import { findImage } from '../../../session/dataset/findImage'
import { pendingImport, type ImportSource } from '../../../session/document/pendingImport'
import { beginScaling, scalingOf, type ScalingChoice } from '../../../session/dataset/scalingChoices'

/** What the core found. */
export interface FoundNetwork {
  readonly id: string
  readonly document: NetworkDocument
  readonly facts: ImportFacts
}

export interface ImportState {
  readonly source: ImportSource
  /** The file as the core knows it; null while it is handed over. */
  readonly path: string | null
  readonly stage: ImportStage | 'sending'
  /** In [0, 1], of a file that is handed over. */
  readonly sent: number
  readonly isFlat: boolean
  /** The output that was chosen; null: the one that the core takes. */
  readonly output: string | null
  readonly network: FoundNetwork | null
  readonly receipt: ImportReceiptFacts | null
  readonly error: string | null
  readonly scaling: ScalingChoice
  readonly classes: ClassChoice
  readonly isOpening: boolean
}

/** The import whose dialog is open; null where there is none. */
export const importStore = createStore<{ readonly present: ImportState | null }>()(() => ({ present: null }))

/** The import under way, followed while the component is mounted. */
export function useImport(): ImportState | null {
  return useStore(importStore, ({ present }) => present)
}

/** Changes the import under way. */
export function changeImport(change: Partial<ImportState>): void {
  importStore.setState(({ present }) => ({ present: present && { ...present, ...change } }))
}

/** Begins to import a file that was asked for. */
export function beginImport(source: ImportSource): void {
  importing.putAway()
  discardFound()
  discardSent()
  importStore.setState({
    present: {
      source,
      path: source.path ?? null,
      stage: source.path === undefined ? 'sending' : 'reading',
      sent: 0,
      isFlat: false,
      output: null,
      network: null,
      receipt: null,
      error: null,
      scaling: beginScaling(undefined, 3),
      classes: beginClasses(undefined),
      isOpening: false,
    },
  })
  importNow(false)
}

/** Gathers layers into blocks, or shows every operator: imports once more. What was chosen stays. */
export function setFlat(isFlat: boolean): void {
  changeImport({ isFlat })
  importNow(true)
}

/** Takes another output of the file: imports once more, and asks anew what depends on the classes. */
export function setOutput(output: string): void {
  changeImport({ output })
  importNow(false)
}

/** Closes the dialog; nothing is opened. */
export function cancelImport(): void {
  importing.putAway()
  discardFound()
  close()
}

function close(): void {
  discardSent()
  importStore.setState({ present: null })
  pendingImport.setState({ source: null })
}

/** A file that was handed over is needed until the dialog closes: it may be imported once more in another form. */
function discardSent(): void {
  const { source, path } = importStore.getState().present ?? {}
  if (source?.file !== undefined && typeof path === 'string') discardUpload(path)
}

/** What is not opened need not be kept. */
function discardFound(): void {
  const id = importStore.getState().present?.network?.id
  if (id !== undefined) discard(id)
}

function discard(id: string): void {
  client.imports.discard({ id }).catch(() => {})
}

interface ImportAsked {
  readonly isFlat: boolean
  readonly output: string | null
  /** Whether what was chosen for an earlier form of the same file stays. */
  readonly keepsChoices: boolean
}

/** The import itself; what it finds is told to the dialog as long as somebody wants it, and thrown away after that. */
const importing = new Work<ImportAsked, null>('import', async ({ isFlat, output, keepsChoices }, { signal }) => {
  const path = await findPath(signal)
  changeImport({ path, stage: 'reading' })
  const image = await findImage()
  signal.throwIfAborted()
  const asked = { path, flat: isFlat, image, ...(output === null ? {} : { output }) }
  for await (const event of await client.imports.open(asked, { signal })) {
    if (signal.aborted) {
      if (event.kind === 'network') discard(event.id)
      break
    }
    if (event.kind === 'stage') changeImport({ stage: event.stage })
    else if (event.kind === 'receipt') changeImport({ receipt: event.receipt })
    else takeNetwork({ ...event, document: parseDocument(event.document) }, keepsChoices)
  }
  return null
})

importing.subscribe(({ error }, before) => {
  if (error !== before.error && error !== null) changeImport({ error: messageOf(error) })
})

function importNow(keepsChoices: boolean): void {
  importing.putAway()
  discardFound()
  changeImport({ network: null, receipt: null, error: null })
  const { isFlat = false, output = null } = importStore.getState().present ?? {}
  void importing.start({ isFlat, output, keepsChoices })
}

/** Where the core finds the file. @throws the reason of the signal where nobody wants it any more */
async function findPath(signal: AbortSignal): Promise<string> {
  const { path, source } = importStore.getState().present ?? {}
  if (typeof path === 'string') return path
  if (source?.file === undefined) throw new Error(`"${source?.name ?? ''}" has neither a path nor content.`)
  const onProgress = (sent: number): void => {
    if (!signal.aborted) changeImport({ sent })
  }
  const upload = await sendFile(source.file, source.name, { signal, onProgress })
  if (!signal.aborted) return upload
  discardUpload(upload)
  throw signal.reason
}

function takeNetwork(network: FoundNetwork, keepsChoices: boolean): void {
  const { document, facts } = network
  const [channels = 3] = facts.input.shape
  changeImport({
    network,
    ...(keepsChoices
      ? {}
      : { scaling: beginScaling(document.scaling, channels), classes: beginClasses(document.classes) }),
  })
}

/** The document with what was chosen, placed on the canvas. */
async function finishDocument({
  network,
  receipt,
  scaling,
  classes,
}: ImportState): Promise<NetworkDocument | undefined> {
  if (!network) return undefined
  const { document, facts } = network
  const { scaling: _, classes: __, ...rest } = document
  const chosen: InputScaling | undefined = scalingOf(scaling)
  const names = readClasses(classes, facts.output.shape[0] ?? 0)
  const whole: NetworkDocument = {
    ...rest,
    ...(chosen ? { scaling: chosen } : {}),
    ...('names' in names && names.names ? { classes: names.names } : {}),
  }
  const laid = await layoutInWorker(whole, 'down')
  const places = new Map(laid?.moves.map(({ id, position }) => [id, position]))
  const placed = whole.nodes.map((node) => ({ ...node, position: places.get(node.id) ?? node.position }))
  return markDifference({ ...whole, nodes: placed, ...(laid && { layout: laid.layout }) }, receipt?.difference)
}

/** Opens the imported network on the canvas, unsaved, in a tab of its own. */
export async function openImported(): Promise<void> {
  const { present } = importStore.getState()
  if (!present?.network || present.isOpening) return
  changeImport({ isOpening: true, error: null })
  try {
    const document = await finishDocument(present)
    if (!document) return changeImport({ isOpening: false })
    openText(serializeDocument(document), { isDirty: true })
    uiStore.getState().setScreen('design')
    importing.putAway()
    close()
  } catch (error) {
    changeImport({ isOpening: false, error: messageOf(error) })
  }
}
