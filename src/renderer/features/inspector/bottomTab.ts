// Which tab of the bottom panel is open, with the commands that open one; not the panel itself.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Command } from '../../kernel/commands/commands'
import { useHints } from '../../session/dataset/useHints'
import { useIssues } from '../../session/dataset/useIssues'
import { uiStore, useUiStore } from '../../kernel/ui/uiStore'

export const bottomTabs = ['problems', 'analysis', 'depth'] as const
export type BottomTab = (typeof bottomTabs)[number]

const bottomTabStore = createStore<{ readonly tab: BottomTab }>()(() => ({ tab: 'problems' }))

/** The open tab. */
export function useBottomTab(): BottomTab {
  return useStore(bottomTabStore, ({ tab }) => tab)
}

/** Whether only the tabs are worth their room: the problems would be shown, and there are neither any nor hints. */
export function useIsBottomFolded(): boolean {
  const count = useIssues().length + useHints().length
  return useBottomTab() === 'problems' && count === 0
}

/** Whether the Problems panel is seen with its list. */
export function useShowsProblems(): boolean {
  const isCollapsed = useUiStore((state) => state.panels.bottom.isCollapsed)
  const isFolded = useIsBottomFolded()
  return useBottomTab() === 'problems' && !isCollapsed && !isFolded
}

/** Opens a tab; the panel unfolds where it was collapsed. */
export function showBottomTab(tab: BottomTab): void {
  bottomTabStore.setState({ tab })
  if (uiStore.getState().panels.bottom.isCollapsed) uiStore.getState().setPanel('bottom', { isCollapsed: false })
}

/** What the palette and the status bar offer. */
export const bottomCommands: readonly Command[] = [
  { id: 'inspector.showProblems', title: 'Show problems', group: 'View', run: () => showBottomTab('problems') },
  { id: 'inspector.showAnalysis', title: 'Show analysis', group: 'View', run: () => showBottomTab('analysis') },
  { id: 'inspector.showDepth', title: 'Show cost over depth', group: 'View', run: () => showBottomTab('depth') },
]
