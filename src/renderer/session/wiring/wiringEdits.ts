// Edits of single wires, each one step of the history; whether a wire may be drawn is judged in connections.ts.
import type { NetworkEdge } from '../../../shared/graph/document'
import type { Edit } from '../../../shared/graph/edits'
import { documentStore } from '../document/documentStore'
import { connectEdit, judgeConnection } from './connections'

/** Joins two ports. */
export function connectPorts(edge: NetworkEdge): void {
  const { document, apply } = documentStore.getState()
  if (judgeConnection(document, edge.from, edge.to).kind === 'refused') return
  const label = `Connect "${edge.from.node}" to "${edge.to.node}"`
  apply(connectEdit(document, edge), label)
}

/** Leads an end of an edge to another port; nothing changes where that can never be part of a network. */
export function rerouteEdge(old: NetworkEdge, edge: NetworkEdge): void {
  const { document, apply } = documentStore.getState()
  const without = { ...document, edges: document.edges.filter((other) => other !== old) }
  if (judgeConnection(without, edge.from, edge.to).kind === 'refused') return
  const edits: Edit[] = [{ type: 'disconnect', edge: old }, connectEdit(without, edge)]
  apply({ type: 'batch', edits }, 'Move the connection')
}
