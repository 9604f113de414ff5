// What the dialog that makes or changes a block was opened for; not the dialog.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { NodeId } from '../../../shared/graph/document'

/** A new block from nodes of the document, or another face for a definition that there is. */
export type MakeBlockRequest =
  { readonly kind: 'make'; readonly ids: readonly NodeId[] } | { readonly kind: 'redefine'; readonly type: string }

/** The store behind `useMakeBlock`. */
export const makeBlockStore = createStore<{ readonly request: MakeBlockRequest | null }>()(() => ({ request: null }))

/** What the dialog is open for; null while it is not. */
export function useMakeBlock(): MakeBlockRequest | null {
  return useStore(makeBlockStore, (state) => state.request)
}
