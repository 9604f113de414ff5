// The mark of a document that gives something else than the file it came from: a red note on its canvas; not finding out.
import type { CanvasNote, NetworkDocument } from '../graph/document'

/** The note's name. */
const noteId = 'import-difference'

/** Beside the first layer, in canvas units. */
const size = { width: 260, height: 200 }
const gap = 40

/**
 * A document with the mark, or without it where `sentence` is undefined.
 * @param sentence how far it differs
 */
export function markDifference(document: NetworkDocument, sentence: string | undefined): NetworkDocument {
  const { notes = [], ...rest } = document
  const others = notes.filter(({ id }) => id !== noteId)
  if (sentence === undefined) return others.length === notes.length ? document : { ...rest, notes: others }
  const places = document.nodes.flatMap(({ position }) => (position ? [position] : []))
  const left = places.reduce((least, { x }) => Math.min(least, x), places.length > 0 ? Infinity : 0)
  const top = places.reduce((least, { y }) => Math.min(least, y), places.length > 0 ? Infinity : 0)
  const position = { x: left - size.width - gap, y: top }
  const note: CanvasNote = { id: noteId, text: sentence, position, size, color: 'red' }
  return { ...rest, notes: [...others, note] }
}
