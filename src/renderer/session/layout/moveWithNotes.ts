// Moves of layers with the notes that belong to them, as edits; not where the layers go.
import type { CanvasNote, NetworkDocument } from '../../../shared/graph/document'
import type { Edit } from '../../../shared/graph/edits'
import { addPositions, findPlaces, type Move } from './canvasGeometry'

const none: ReadonlySet<string> = new Set()

/**
 * The edits that move layers, and each note that belongs to one of them by as much.
 * @param document before the layers move
 * @param movedNotes ids of notes that are moved by themselves
 */
export function moveWithNotes(
  document: NetworkDocument,
  moves: readonly Move[],
  movedNotes: ReadonlySet<string> = none,
): readonly Edit[] {
  if (moves.length === 0) return []
  const following = (document.notes ?? []).filter(({ id, layer }) => layer !== undefined && !movedNotes.has(id))
  const edits: Edit[] = [{ type: 'moveNodes', moves }]
  if (following.length === 0) return edits
  const places = findPlaces(document)
  const targets = new Map<string, Move['position']>(moves.map(({ id, position }) => [id, position]))
  for (const note of following) {
    const [from, to] = [places, targets].map((known: ReadonlyMap<string, Move['position']>) =>
      known.get(note.layer ?? ''),
    )
    if (!from || !to || (from.x === to.x && from.y === to.y)) continue
    edits.push({ type: 'changeNote', note: moveNote(note, { x: to.x - from.x, y: to.y - from.y }) })
  }
  return edits
}

function moveNote(note: CanvasNote, step: Move['position']): CanvasNote {
  return { ...note, position: addPositions(note.position, step) }
}
