// Leads from a finding or a row to its layer: selects it and brings it into view; not the canvas that does so.
import { ownerOf } from '../document/owners'
import { revealNode } from './canvasFlow'
import { documentStore } from '../document/documentStore'

/** Selects a layer, or the block that holds it, and centres the canvas on it; nothing where there is none. */
export function focusNode(id: string): void {
  const state = documentStore.getState()
  const owner = ownerOf(state.document, id)
  if (owner === undefined) return
  state.select([owner])
  revealNode(owner)
}
