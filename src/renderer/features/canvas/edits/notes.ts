// Notes of the document as the canvas selects and changes them; how they are drawn is in NoteNode.tsx.
import { noteElement, sizeOfNote } from '../../../session/view/noteElements'
import {
  leastNoteSize,
  type CanvasNote,
  type NetworkDocument,
  type NodeId,
  type NoteColour,
  type Position,
} from '../../../../shared/graph/document'
import type { Edit } from '../../../../shared/graph/edits'
import { documentStore } from '../../../session/document/documentStore'
import { canvasStore } from '../../../session/view/canvasStore'
import { gridSize } from '../../../session/layout/canvasGeometry'

const none: readonly CanvasNote[] = []

/** The selected notes that are in the document, in its order. */
export function listSelectedNotes(): readonly CanvasNote[] {
  const { selectedNotes } = canvasStore.getState()
  if (selectedNotes.size === 0) return none
  return (documentStore.getState().document.notes ?? none).filter(({ id }) => selectedNotes.has(id))
}

/** The first free one of `note1`, `note2`, ... */
export function nameNote(taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) if (!taken.has(`note${number}`)) return `note${number}`
}

/** The ids of all notes of a document. */
export function noteIds({ notes = none }: NetworkDocument): Set<string> {
  return new Set(notes.map(({ id }) => id))
}

/**
 * Begins a new note at a place: it is in the document as soon as it says something.
 * @param layer the layer that it moves with
 */
export function draftNote(position: Position, layer?: NodeId): void {
  const id = nameNote(noteIds(documentStore.getState().document))
  documentStore.getState().select([])
  canvasStore.setState({
    draft: { id, text: '', position, ...(layer !== undefined && { layer }) },
    editingNote: id,
    selectedNotes: new Set([id]),
    selectedEdges: new Set(),
    activeId: noteElement(id),
  })
}

/** Begins to edit the text of a note. */
export function editNote(id: string): void {
  canvasStore.setState({ editingNote: id, selectedNotes: new Set([id]), activeId: noteElement(id) })
}

/** A note that is at least so high, so that its text is seen whole. */
function grow(note: CanvasNote, height: number): CanvasNote {
  const { width, height: present } = sizeOfNote(note)
  return height > present ? { ...note, size: { width, height: Math.ceil(height) } } : note
}

/**
 * Ends the editing of a note: a new one without text is given up, an unchanged one stays as it was.
 * @param height of the note with its text, in canvas units: it grows to it
 */
export function finishNote(id: string, text: string, height: number): void {
  const { draft } = canvasStore.getState()
  const { document, apply } = documentStore.getState()
  const note = (document.notes ?? none).find((other) => other.id === id)
  canvasStore.setState({ editingNote: null, draft: null })
  if (draft?.id === id) {
    if (text.trim() !== '') apply({ type: 'addNote', note: grow({ ...draft, text }, height) }, 'Add a note')
    else canvasStore.setState({ selectedNotes: new Set(), activeId: null })
  } else if (note && note.text !== text) {
    apply({ type: 'changeNote', note: grow({ ...note, text }, height) }, 'Edit a note')
  }
}

/** Changes of notes as one edit; undefined where nothing changes. */
export function changeNotes(notes: readonly CanvasNote[]): readonly Edit[] {
  return notes.map((note): Edit => ({ type: 'changeNote', note }))
}

/** Gives a note another size, no smaller than the least one. */
export function resizeNote(
  id: string,
  size: { readonly width: number; readonly height: number },
  merge?: string,
): void {
  const { document, apply } = documentStore.getState()
  const note = (document.notes ?? none).find((other) => other.id === id)
  if (!note) return
  const width = Math.max(leastNoteSize.width, Math.round(size.width))
  const height = Math.max(leastNoteSize.height, Math.round(size.height))
  const before = sizeOfNote(note)
  if (before.width === width && before.height === height) return
  apply({ type: 'changeNote', note: { ...note, size: { width, height } } }, 'Resize a note', { merge })
}

/** Makes the selected notes larger or smaller by steps of the grid. */
export function stretchNotes(steps: { readonly x: number; readonly y: number }): void {
  for (const note of listSelectedNotes()) {
    const { width, height } = sizeOfNote(note)
    const size = { width: width + 2 * gridSize * steps.x, height: height + 2 * gridSize * steps.y }
    resizeNote(note.id, size, `resize ${note.id}`)
  }
}

/** Colours the selected notes. */
export function colourNotes(color: NoteColour): void {
  const notes = listSelectedNotes().filter((note) => note.color !== color)
  if (notes.length === 0) return
  const edits = changeNotes(notes.map((note) => ({ ...note, color })))
  documentStore.getState().apply({ type: 'batch', edits }, notes.length === 1 ? 'Colour a note' : 'Colour notes')
}

/** Lets notes move with a layer, or with none. */
export function attachNotes(notes: readonly CanvasNote[], layer: NodeId | undefined): void {
  const changed = notes.map((note): CanvasNote => {
    const { layer: _, ...free } = note
    return layer === undefined ? free : { ...free, layer }
  })
  const label = layer === undefined ? 'Let the note lie by itself' : `Let the note move with ${layer}`
  documentStore.getState().apply({ type: 'batch', edits: changeNotes(changed) }, label)
}

/** How a screen reader names a note. */
export function describeNote({ text, layer }: CanvasNote): string {
  const belongs = layer === undefined ? '' : `, moves with ${layer}`
  return text.trim() === '' ? 'Empty note' : `Note: ${text.trim()}${belongs}`
}
