// Selecting nodes and notes together, with the keyboard on the last of them; the selection of nodes itself is the document's.
import { documentStore } from '../document/documentStore'
import { canvasStore } from './canvasStore'
import { noteElement } from './noteElements'

/** Selects nodes, and notes by their ids, and lets the keyboard stand on the last of them. */
export function selectNodes(ids: readonly string[], notes: readonly string[] = []): void {
  documentStore.getState().select(ids)
  const note = notes.at(-1)
  canvasStore.setState({
    activeId: ids.at(-1) ?? (note === undefined ? null : noteElement(note)),
    selectedEdges: new Set(),
    selectedNotes: new Set(notes),
  })
}
