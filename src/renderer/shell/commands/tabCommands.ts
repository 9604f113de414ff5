// The commands of the tabs: going from one opened network to the next, and closing one; not how that is done (tabFlows.ts).
import type { Command } from '../../kernel/commands/commands'
import { openSessions } from '../../session/document/documentStore'
import { canCloseTab, closeTab, showNextTab } from '../../session/document/tabFlows'

const isDesktop = typeof window !== 'undefined' && window.netloom !== undefined
const hasTabs = (): boolean => openSessions().length > 1

/** Browsers keep Ctrl+Tab and Ctrl+W for their own tabs; the other keys reach the page everywhere. */
export const tabCommands: readonly Command[] = [
  {
    id: 'tabs.next',
    title: 'Next tab',
    group: 'View',
    shortcut: isDesktop ? ['Ctrl+Tab', 'Alt+PageDown'] : ['Alt+PageDown', 'Ctrl+Tab'],
    evenWhileTyping: true,
    isEnabled: hasTabs,
    run: () => showNextTab(1),
  },
  {
    id: 'tabs.previous',
    title: 'Previous tab',
    group: 'View',
    shortcut: isDesktop ? ['Ctrl+Shift+Tab', 'Alt+PageUp'] : ['Alt+PageUp', 'Ctrl+Shift+Tab'],
    evenWhileTyping: true,
    isEnabled: hasTabs,
    run: () => showNextTab(-1),
  },
  {
    id: 'tabs.close',
    title: 'Close tab',
    group: 'File',
    shortcut: isDesktop ? ['Ctrl+W', 'Alt+W'] : ['Alt+W', 'Ctrl+W'],
    evenWhileTyping: true,
    isOnce: true,
    isEnabled: canCloseTab,
    async run() {
      await closeTab()
    },
  },
]
