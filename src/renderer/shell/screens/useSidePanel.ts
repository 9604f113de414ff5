// Panels around the canvas: their sizes and whether they are open, remembered with the rest of the screen.
import { useEffect, useRef, useState } from 'react'
import { usePanelRef, type PanelProps } from 'react-resizable-panels'
import type { Command } from '../../kernel/commands/commands'
import { uiStore, useUiStore, type PanelName } from '../../kernel/ui/uiStore'

type SidePanelProps = Pick<
  PanelProps,
  'panelRef' | 'collapsible' | 'collapsedSize' | 'defaultSize' | 'groupResizeBehavior' | 'onResize'
>

/** On a narrow screen panels begin smaller than they are remembered: of 1,024 pixels the canvas keeps 60%. */
function firstSize(name: PanelName, size: number): number {
  if (name === 'bottom') return Math.min(size, Math.round(innerHeight * 0.28))
  return innerWidth < 1200 ? Math.min(size, name === 'left' ? 172 : 232) : size
}

/** What a panel needs to follow and to change what is remembered of it. */
export function useSidePanel(name: PanelName): SidePanelProps {
  const panelRef = usePanelRef()
  const isCollapsed = useUiStore((state) => state.panels[name].isCollapsed)
  const [first] = useState(() => uiStore.getState().panels[name])
  const applied = useRef(isCollapsed)
  useEffect(() => {
    // A panel begins as it is remembered, and knows of its group only after it has appeared.
    if (applied.current === isCollapsed) return
    applied.current = isCollapsed
    const panel = panelRef.current
    if (!panel || panel.isCollapsed() === isCollapsed) return
    if (isCollapsed) panel.collapse()
    else panel.resize(firstSize(name, uiStore.getState().panels[name].size))
  }, [isCollapsed, name, panelRef])
  return {
    panelRef,
    collapsible: true,
    collapsedSize: 0,
    defaultSize: first.isCollapsed ? 0 : firstSize(name, first.size),
    groupResizeBehavior: 'preserve-pixel-size',
    onResize({ inPixels }, _, before) {
      // The first report only says how the panel began.
      if (before === undefined) return
      const collapsed = inPixels < 1
      const { panels, setPanel } = uiStore.getState()
      const size = collapsed ? panels[name].size : Math.round(inPixels)
      if (panels[name].isCollapsed === collapsed && panels[name].size === size) return
      setPanel(name, { isCollapsed: collapsed, size })
    },
  }
}

function toggle(name: PanelName): void {
  const { panels, setPanel } = uiStore.getState()
  setPanel(name, { isCollapsed: !panels[name].isCollapsed })
}

/** Commands that open and close the panels. */
export const panelCommands: readonly Command[] = [
  {
    id: 'view.leftPanel',
    title: 'Show or hide the layers',
    group: 'View',
    shortcut: 'Ctrl+B',
    run: () => toggle('left'),
  },
  {
    id: 'view.rightPanel',
    title: 'Show or hide the inspector',
    group: 'View',
    shortcut: 'Ctrl+Alt+B',
    run: () => toggle('right'),
  },
  {
    id: 'view.bottomPanel',
    title: 'Show or hide problems and analysis',
    group: 'View',
    shortcut: 'Ctrl+J',
    run: () => toggle('bottom'),
  },
]
