// The network document that is being edited, its selection and its history, with the hooks that follow them.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { groundCommandsOn } from '../../kernel/commands/commands'
import type { Analysis } from '../../../shared/network/analyze'
import type { Inference } from '../../../shared/network/inferDocument'
import { documentVersion, type NetworkDocument } from '../../../shared/graph/document'
import { applyEdit, type Edit } from '../../../shared/graph/edits'
import type { Issue } from '../../../shared/graph/errors'
import { parseDocument } from '../../../shared/graph/schema'
import { analysisOf, inferenceOf, keptIssuesOf } from './derived'
import { useUiStore } from '../../kernel/ui/uiStore'

/** One step that can be undone. Documents share all nodes that did not change, so keeping both ends is cheap. */
export interface HistoryEntry {
  /** What was done, in the words of a menu: `Add convolution`. */
  readonly label: string
  readonly before: NetworkDocument
  readonly after: NetworkDocument
  readonly selectionBefore: ReadonlySet<string>
  readonly selectionAfter: ReadonlySet<string>
  /** Steps with the same key within a second become one. */
  readonly merge?: string
  readonly atMs: number
}

export interface DocumentState {
  readonly document: NetworkDocument
  /** Where the document lies; null while it was never saved. */
  readonly path: string | null
  /** Modification time of the file as last read or written; null for a document without a file. */
  readonly modifiedMs: number | null
  readonly isDirty: boolean
  /** Ids of the selected nodes. */
  readonly selection: ReadonlySet<string>
  /** Steps that can be undone, oldest first. */
  readonly past: readonly HistoryEntry[]
  /** Steps that can be redone, the next one last. */
  readonly future: readonly HistoryEntry[]
  /** What undo would take back, or null. */
  readonly undoLabel: string | null
  /** What redo would do again, or null. */
  readonly redoLabel: string | null
  /** Rises whenever another document is opened, so that views can fit it anew. */
  readonly openedCount: number
  /** The document as it lies in its file, by identity. */
  readonly saved: NetworkDocument
  /**
   * Applies an edit as a step of the history.
   * @throws NetloomError `document.edit` or `document.schema`, as `applyEdit`; then nothing changed
   */
  readonly apply: (
    edit: Edit,
    label: string,
    options?: { readonly merge?: string; readonly select?: Iterable<string> },
  ) => void
  readonly undo: () => void
  readonly redo: () => void
  readonly select: (ids: Iterable<string>) => void
  /**
   * Opens a document from its text.
   * @param options `isDirty`: the text is not what lies in the file (a recovery)
   * @throws NetloomError as `parseDocument`
   */
  openText(text: string, path: string | null, modifiedMs: number | null, options?: { readonly isDirty?: boolean }): void
  /** Starts with a document that has no file yet. */
  readonly newDocument: (document?: NetworkDocument) => void
  /** Notes that `document` (the present one where left out) was written to a file. */
  readonly markSaved: (path: string, modifiedMs: number, document?: NetworkDocument) => void
  /** Notes that the weights file was copied and has another name, in every state that can be undone or redone. */
  readonly moveWeights: (from: string, to: string) => void
}

/** Steps kept at most. */
const historyLimit = 5000
const mergeMs = 1000
const nothing: ReadonlySet<string> = new Set()

/** A document without layers. */
export function emptyDocument(name = 'untitled'): NetworkDocument {
  return { format: 'netloom', version: documentVersion, name, nodes: [], edges: [] }
}

/** The fields of a document that was just opened. */
function opened(
  document: NetworkDocument,
  path: string | null,
  modifiedMs: number | null,
  openedCount: number,
  isDirty = false,
): Omit<
  DocumentState,
  'apply' | 'undo' | 'redo' | 'select' | 'openText' | 'newDocument' | 'markSaved' | 'moveWeights'
> {
  return {
    document,
    path,
    modifiedMs,
    isDirty,
    // A recovered document equals no file: another object stands for what was saved.
    saved: isDirty ? emptyDocument() : document,
    selection: nothing,
    past: [],
    future: [],
    undoLabel: null,
    redoLabel: null,
    openedCount,
  }
}

/** The fields that follow from document and history. */
function afterStep(
  state: DocumentState,
  document: NetworkDocument,
  past: readonly HistoryEntry[],
  future: readonly HistoryEntry[],
): Partial<DocumentState> {
  return {
    document,
    past,
    future,
    isDirty: document !== state.saved,
    undoLabel: past.at(-1)?.label ?? null,
    redoLabel: future.at(-1)?.label ?? null,
  }
}

function withoutMissing(selection: ReadonlySet<string>, { nodes }: NetworkDocument): ReadonlySet<string> {
  if (selection.size === 0) return selection
  const kept = nodes.filter(({ id }) => selection.has(id)).map(({ id }) => id)
  return kept.length === selection.size ? selection : new Set(kept)
}

/** The selection after an edit: a renamed node stays selected, a removed one does not. */
function followSelection(selection: ReadonlySet<string>, edit: Edit, document: NetworkDocument): ReadonlySet<string> {
  const renamed = edit.type === 'renameNode' && selection.has(edit.id) ? edit : undefined
  const followed = renamed ? new Set(Array.from(selection, (id) => (id === renamed.id ? renamed.to : id))) : selection
  return withoutMissing(followed, document)
}

/** The store behind `useDocument` and its like; for code outside components. */
export const documentStore = createStore<DocumentState>()((set, get) => ({
  ...opened(emptyDocument(), null, null, 0),

  apply(edit, label, options = {}) {
    const state = get()
    const document = applyEdit(state.document, edit)
    const selection = options.select
      ? withoutMissing(new Set(options.select), document)
      : followSelection(state.selection, edit, document)
    const atMs = Date.now()
    const last = state.past.at(-1)
    const merges =
      last !== undefined &&
      options.merge !== undefined &&
      last.merge === options.merge &&
      atMs - last.atMs < mergeMs &&
      state.future.length === 0
    const entry: HistoryEntry = {
      label,
      before: merges ? last.before : state.document,
      after: document,
      selectionBefore: merges ? last.selectionBefore : state.selection,
      selectionAfter: selection,
      merge: options.merge,
      atMs,
    }
    const kept = merges ? state.past.slice(0, -1) : state.past.slice(-historyLimit + 1)
    set({ ...afterStep(state, document, [...kept, entry], []), selection })
  },

  undo() {
    const state = get()
    const entry = state.past.at(-1)
    if (!entry) return
    set({
      ...afterStep(state, entry.before, state.past.slice(0, -1), [...state.future, entry]),
      selection: withoutMissing(entry.selectionBefore, entry.before),
    })
  },

  redo() {
    const state = get()
    const entry = state.future.at(-1)
    if (!entry) return
    set({
      ...afterStep(state, entry.after, [...state.past, { ...entry, merge: undefined }], state.future.slice(0, -1)),
      selection: withoutMissing(entry.selectionAfter, entry.after),
    })
  },

  select(ids) {
    const { selection, document } = get()
    const next = withoutMissing(new Set(ids), document)
    const isSame = next.size === selection.size && [...next].every((id) => selection.has(id))
    if (!isSame) set({ selection: next })
  },

  openText(text, path, modifiedMs, options = {}) {
    set(opened(parseDocument(text), path, modifiedMs, get().openedCount + 1, options.isDirty))
  },

  newDocument(document = emptyDocument()) {
    set(opened(document, null, null, get().openedCount + 1))
  },

  markSaved(path, modifiedMs, document) {
    const present = get().document
    const saved = document ?? present
    set({ path, modifiedMs, saved, isDirty: present !== saved })
  },

  moveWeights(from, to) {
    const moved = new Map<NetworkDocument, NetworkDocument>()
    const move = (document: NetworkDocument): NetworkDocument => {
      if (document.weights !== from) return document
      const next = moved.get(document) ?? { ...document, weights: to }
      moved.set(document, next)
      return next
    }
    const moveEntry = (entry: HistoryEntry): HistoryEntry => ({
      ...entry,
      before: move(entry.before),
      after: move(entry.after),
    })
    set(({ document, saved, past, future }) => ({
      document: move(document),
      saved: move(saved),
      past: past.map(moveEntry),
      future: future.map(moveEntry),
    }))
  },
}))

groundCommandsOn(documentStore)

/** A part of the document's state, followed while the component is mounted. */
export function useDocumentStore<T>(selector: (state: DocumentState) => T): T {
  return useStore(documentStore, selector)
}

/** The present document. */
export function useDocument(): NetworkDocument {
  return useDocumentStore((state) => state.document)
}

/** Ids of the selected nodes. */
export function useSelection(): ReadonlySet<string> {
  return useDocumentStore((state) => state.selection)
}

/** Shapes and weights of the present document. */
export function useInference(): Inference {
  return useDocumentStore((state) => inferenceOf(state.document))
}

/** Counts of the present document: parameters, MACs, memory, receptive fields. */
export function useAnalysis(): Analysis {
  return useDocumentStore((state) => analysisOf(state.document))
}

/** Errors and warnings of the present document, also against the classes of the dataset in use. */
export function useIssues(): readonly Issue[] {
  const classCount = useUiStore((state) => state.datasetClasses?.length ?? null)
  return useDocumentStore((state) => keptIssuesOf(state.document, classCount))
}
