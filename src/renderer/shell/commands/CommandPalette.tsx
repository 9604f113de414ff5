// Every command by name and shortcut, to be searched and run (Ctrl+K).
import { createTheme, Kbd, MantineThemeProvider, ScrollArea } from '@mantine/core'
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import classes from './CommandPalette.module.css'
import { commandStore, isCommandEnabled, runCommand, shortcutText, type Command } from '../../kernel/commands/commands'

function toAction(command: Command): SpotlightActionData {
  const shortcut = shortcutText(command)
  return {
    id: command.id,
    label: command.title,
    highlightColor: 'var(--nl-accent-soft)',
    keywords: command.group,
    rightSection: shortcut === undefined ? undefined : <Kbd>{shortcut}</Kbd>,
    onClick: () => {
      // After the palette gave the focus back to where it was.
      setTimeout(() => runCommand(command.id), 0)
    },
  }
}

function groupActions(commands: ReadonlyMap<string, Command>): SpotlightActionGroupData[] {
  const groups = new Map<string, SpotlightActionData[]>()
  for (const command of commands.values()) {
    if (command.isHidden || !isCommandEnabled(command)) continue
    const group = groups.get(command.group) ?? []
    groups.set(command.group, [...group, toAction(command)])
  }
  return Array.from(groups, ([group, actions]) => ({ group, actions }))
}

// The commands are chosen from the search field; their list is a tab stop only so that keys can scroll it.
const scrollableByKeys = createTheme({
  components: { ScrollAreaAutosize: ScrollArea.Autosize.extend({ defaultProps: { viewportProps: { tabIndex: 0 } } }) },
})

/** The palette; opened by the command `view.palette`. */
export function CommandPalette() {
  const commands = useStore(commandStore, (state) => state.commands)
  const [actions, setActions] = useState<SpotlightActionGroupData[]>([])
  return (
    <MantineThemeProvider theme={scrollableByKeys} inherit>
      <Spotlight
        actions={actions}
        onSpotlightOpen={() => setActions(groupActions(commands))}
        nothingFound="No command of this name"
        highlightQuery
        shortcut={null}
        scrollable
        maxHeight={420}
        size={560}
        overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
        attributes={{ content: { 'aria-label': 'All commands' } }}
        classNames={{ action: classes.action, actionsGroup: classes.group, search: classes.search }}
        searchProps={{
          leftSection: <IconSearch size={16} stroke={1.5} aria-hidden />,
          placeholder: 'Search commands',
          'aria-label': 'Search commands',
        }}
      />
    </MantineThemeProvider>
  )
}
