// Every command by name, other words and shortcut, to be searched and run (Ctrl+K); one that cannot run says why.
import { createTheme, Kbd, MantineThemeProvider, ScrollArea } from '@mantine/core'
import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
  type SpotlightFilterFunction,
} from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useStore } from 'zustand'
import classes from './CommandPalette.module.css'
import { commandStore, runCommand, shortcutText } from '../../kernel/commands/commands'
import { listCommands, type ListedCommand } from './findActions'

function toAction({ command, reason }: ListedCommand): SpotlightActionData {
  const shortcut = shortcutText(command)
  return {
    id: command.id,
    label: command.title,
    description: reason,
    highlightColor: 'var(--nl-accent-soft)',
    rightSection: shortcut === undefined ? undefined : <Kbd>{shortcut}</Kbd>,
    'aria-disabled': reason === undefined ? undefined : true,
    // The reason is to be read: the palette stays.
    closeSpotlightOnTrigger: reason === undefined,
    onClick: () => {
      // After the palette gave the focus back to where it was.
      if (reason === undefined) setTimeout(() => runCommand(command.id), 0)
    },
  }
}

/** Headings in the order in which their first commands stand. */
function groupActions(listed: readonly ListedCommand[]): SpotlightActionGroupData[] {
  const groups = new Map<string, SpotlightActionData[]>()
  for (const entry of listed) {
    const actions = groups.get(entry.command.group) ?? []
    groups.set(entry.command.group, [...actions, toAction(entry)])
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
  const filter: SpotlightFilterFunction = (query) => groupActions(listCommands(commands.values(), query))
  // The palette lists what the filter gives; these only say that there is something.
  const actions = useMemo(() => groupActions(listCommands(commands.values(), '')), [commands])
  return (
    <MantineThemeProvider theme={scrollableByKeys} inherit>
      <Spotlight
        actions={actions}
        filter={filter}
        nothingFound="No command of this name"
        highlightQuery
        shortcut={null}
        scrollable
        maxHeight={420}
        size={560}
        overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
        attributes={{ content: { 'aria-label': 'All commands' } }}
        classNames={{
          action: classes.action,
          actionsGroup: classes.group,
          search: classes.search,
          actionDescription: classes.reason,
        }}
        searchProps={{
          leftSection: <IconSearch size={16} stroke={1.5} aria-hidden />,
          placeholder: 'Search commands',
          'aria-label': 'Search commands',
        }}
      />
    </MantineThemeProvider>
  )
}
