// One opened network: document, history, selection, file; not which one is on the screen (documentStore.ts), nor saving it (documentFlows.ts).
import pLimit from 'p-limit'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { documentVersion, type NetworkDocument } from '../../../shared/graph/document'
import { applyEdit, type Edit } from '../../../shared/graph/edits'

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

export interface SessionState {
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
  /** The document as it lies in its file, by identity; null while that is not known: a recovery, an import. */
  readonly saved: NetworkDocument | null
  /** The document as it was opened; for a recovery as the window that was lost had opened it. */
  readonly opened: NetworkDocument
  /**
   * Applies an edit as a step of the history.
   * @throws NetloomError `document.edit` or `document.schema`, as `applyEdit`; then nothing changed
   */
  readonly apply: (
    edit: Edit,
    label: string,
    options?: { readonly merge?: string; readonly select?: Iterable<string> },
  ) => void
  /**
   * Takes over what the program itself makes of a document that was just opened, as its first layout: no step of the
   * history and nothing to be saved. Where something was edited already, nothing happens.
   */
  readonly adopt: (edit: Edit) => void
  readonly undo: () => void
  readonly redo: () => void
  readonly select: (ids: Iterable<string>) => void
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

/** How a document comes into a session. */
export interface Opening {
  /** Where its file lies; left out: it has none yet. */
  readonly path?: string | null
  /** When that file was last changed, as far as was seen. */
  readonly modifiedMs?: number | null
  /** The document is not what lies in the file: a recovery, an import. */
  readonly isDirty?: boolean
  /** The copy of unsaved work that it comes from. */
  readonly recovery?: string
  /** Where its changes began; left out: with the document itself. */
  readonly opened?: NetworkDocument
  /** The folder of the run whose network it is. */
  readonly run?: string
  /** In a tab behind all others, without coming to the screen. */
  readonly isBehind?: boolean
}

/** The fields that follow from document and history. */
function afterStep(
  state: SessionState,
  document: NetworkDocument,
  past: readonly HistoryEntry[],
  future: readonly HistoryEntry[],
): Partial<SessionState> {
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

/** The state of a network that was just opened. */
function createState(document: NetworkDocument, opening: Opening) {
  const { path = null, modifiedMs = null, isDirty = false, opened = document } = opening
  return createStore<SessionState>()((set, get) => ({
    document,
    path,
    modifiedMs,
    isDirty,
    saved: isDirty ? null : document,
    opened,
    selection: nothing,
    past: [],
    future: [],
    undoLabel: null,
    redoLabel: null,

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

    adopt(edit) {
      const { document, saved, opened, past, future } = get()
      if (past.length + future.length > 0) return
      const next = applyEdit(document, edit)
      const follow = <T extends NetworkDocument | null>(other: T): T | NetworkDocument =>
        other === document ? next : other
      set({ document: next, saved: follow(saved), opened: follow(opened) })
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
      set(({ document, saved, opened, past, future }) => ({
        document: move(document),
        saved: saved && move(saved),
        opened: move(opened),
        past: past.map(moveEntry),
        future: future.map(moveEntry),
      }))
    },
  }))
}

/**
 * One opened network: its document, history, selection and file. What is awaited for it comes back to it, also where
 * another network was opened meanwhile.
 */
export class DocumentSession {
  readonly store: StoreApi<SessionState>
  /** Saves of one document run one after another. */
  readonly saveTurn = pLimit(1)
  /** Under this name the core keeps a copy of what is not saved, and notes what was trained of it. */
  readonly recovery: string
  /** Whether the core has such a copy, or is about to. */
  isRecoveryKept: boolean

  /** The run whose network was opened; null where it comes from elsewhere. */
  readonly ofRun: string | null

  private static opened = 0

  private constructor(
    /** Rises with every network that is opened, so that views can fit it anew. */
    readonly number: number,
    document: NetworkDocument,
    opening: Opening,
  ) {
    this.store = createState(document, opening)
    this.recovery = opening.recovery ?? crypto.randomUUID()
    this.isRecoveryKept = opening.recovery !== undefined
    this.ofRun = opening.run ?? null
  }

  static open(document: NetworkDocument, opening: Opening = {}): DocumentSession {
    return new DocumentSession(++DocumentSession.opened, document, opening)
  }

  get state(): SessionState {
    return this.store.getState()
  }
}
