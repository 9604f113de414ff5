// The window that shows what changed in the present document, and against which state; not the comparing (edits/diffDocuments.ts).
import { createStore } from 'zustand/vanilla'
import type { Command } from '../../../kernel/commands/commands'
import { documentStore } from '../../../session/document/documentStore'

/** Whether the window is open. */
export const diffStore = createStore<{ readonly isOpen: boolean }>()(() => ({ isOpen: false }))

/** Opens or closes the window. */
export function showDiff(isOpen: boolean): void {
  diffStore.setState({ isOpen })
}

/** Commands around trained networks. */
export const modelCommands: readonly Command[] = [
  {
    id: 'file.diff',
    title: 'What changed...',
    group: 'File',
    isEnabled: () => documentStore.getState().document.nodes.length > 0,
    run: () => showDiff(true),
  },
]
