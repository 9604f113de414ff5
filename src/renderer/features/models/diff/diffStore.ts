// The window that shows what changed in the present document, and against which state; not the comparing (edits/diffDocuments.ts).
import { createStore } from 'zustand/vanilla'
import type { Command } from '../../../kernel/commands/commands'
import { answerRequests } from '../../../kernel/commands/requests'
import { documentStore } from '../../../session/document/documentStore'

/** Whether the window is open, and for which run it was asked. */
export const diffStore = createStore<{ readonly isOpen: boolean; readonly run: string | null }>()(() => ({
  isOpen: false,
  run: null,
}))

/** Opens or closes the window. @param run what the present network is compared with first: as this run was trained */
export function showDiff(isOpen: boolean, run: string | null = null): void {
  diffStore.setState({ isOpen, run })
}

/** Answers what is asked of this window elsewhere. @returns ends it */
export function answerDiffRequests(): () => void {
  return answerRequests({ 'models.changesSince': (run) => showDiff(true, run) })
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
