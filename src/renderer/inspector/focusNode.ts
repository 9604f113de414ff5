// Leads from a finding or a row to its layer: selects it and brings it into view; not the canvas that does so.
import { revealNode } from '../canvas/canvasFlow'
import { documentStore } from '../state/documentStore'

/** Selects a layer and centres the canvas on it; nothing where the document has no such layer. */
export function focusNode(id: string): void {
  const state = documentStore.getState()
  if (!state.document.nodes.some((node) => node.id === id)) return
  state.select([id])
  revealNode(id)
}
