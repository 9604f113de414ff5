// Which block the canvas shows the inside of, and what is selected there; not what the block holds (insideView.ts).
import { useStore } from 'zustand'
import type { NodeId } from '../../../shared/graph/document'
import { groundCommandsOn } from '../../kernel/commands/commands'
import { createSessionStores } from '../document/perSession'

export interface InsideState {
  /** The blocks gone into, from the node of the document to the innermost, by their full paths; empty: outside. */
  readonly path: readonly NodeId[]
  /** The node inside that is selected, by its full path. */
  readonly selected: NodeId | null
}

/** The store behind `useInside`. */
export const insideStore = createSessionStores<InsideState>(() => ({ path: [], selected: null }))

groundCommandsOn(insideStore)

/** Whether the canvas shows the inside of a block. */
export function isInside(): boolean {
  return insideStore.getState().path.length > 0
}

/** Goes one block deeper. */
export function goInto(id: NodeId): void {
  insideStore.setState(({ path }) => ({ path: [...path, id], selected: null }))
}

/** Goes back out until `depth` blocks are left; what was gone out of stays selected. */
export function goOutTo(depth: number): void {
  insideStore.setState(({ path }) => ({
    path: path.slice(0, depth),
    selected: depth > 0 ? (path[depth] ?? null) : null,
  }))
}

/** Selects a node inside, or nothing. */
export function selectInside(selected: NodeId | null): void {
  insideStore.setState({ selected })
}

/** A part of it, followed while the component is mounted. */
export function useInside<T>(selector: (state: InsideState) => T): T {
  return useStore(insideStore, selector)
}
