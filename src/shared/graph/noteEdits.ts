// Changes of the notes on the canvas, each with the change that undoes it; the union of all edits is in edits.ts.
import type { CanvasNote, NetworkDocument } from './document'
import { NetloomError } from './errors'

const none: readonly CanvasNote[] = []

function noteError(message: string): NetloomError {
  return new NetloomError('document.edit', message)
}

function findNote({ notes = none }: NetworkDocument, id: string): number {
  const index = notes.findIndex((note) => note.id === id)
  if (index < 0) throw noteError(`The document has no note "${id}".`)
  return index
}

/** The document with these notes; without notes it has no such field. */
function withNotes(document: NetworkDocument, notes: readonly CanvasNote[]): NetworkDocument {
  if (notes.length > 0) return { ...document, notes }
  const { notes: _, ...rest } = document
  return rest
}

/** Adds a note at `index`. @throws NetloomError `document.edit` for an id that is taken or a place that is not there */
export function addNote(document: NetworkDocument, note: CanvasNote, index?: number): NetworkDocument {
  const { notes = none } = document
  const at = index ?? notes.length
  if (notes.some(({ id }) => id === note.id)) throw noteError(`A note already has the id "${note.id}".`)
  if (!Number.isInteger(at) || at < 0 || at > notes.length) {
    throw noteError(`There is no place ${at} among ${notes.length} notes.`)
  }
  return withNotes(document, notes.toSpliced(at, 0, note))
}

/** Removes a note. @throws NetloomError `document.edit` where there is none of this id */
export function removeNote(document: NetworkDocument, id: string): NetworkDocument {
  const index = findNote(document, id)
  return withNotes(document, (document.notes ?? none).toSpliced(index, 1))
}

/** Replaces the note of the same id. @throws NetloomError `document.edit` where there is none */
export function changeNote(document: NetworkDocument, note: CanvasNote): NetworkDocument {
  const index = findNote(document, note.id)
  return withNotes(document, (document.notes ?? none).with(index, note))
}
