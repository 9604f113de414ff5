// Makes the application menu from the layout and what the page reports; not which command stands where (menuLayout.ts).
import type { MenuItemConstructorOptions } from 'electron'
import type { DesktopCommand, TextEdit } from '../../shared/contract/desktopBridge'
import { menuEndings, menuPlans } from './menuLayout'
import type { FixedEntry, MenuEntry, MenuPlan } from './menuLayout'

/** What the menu shows and calls. */
export interface MenuParts {
  readonly platform: string
  /** Commands of the window in front, in the order of their registration. */
  readonly commands: readonly DesktopCommand[]
  readonly recent: readonly { readonly path: string; readonly name: string }[]
  readonly hasWindow: boolean
  runCommand(id: string): void
  openRecent(path: string): void
  newWindow(): void
  showLog(): void
  about(): void
}

type Item = MenuItemConstructorOptions

/** A shortcut of the registry (`Ctrl+Shift+S`) as Electron writes it; undefined for one that it does not know. */
export function acceleratorOf(shortcut: string | undefined): string | undefined {
  if (!shortcut) return undefined
  // A plus at the end is the key itself.
  const parts = shortcut.replace(/\+$/, 'Plus').split('+')
  const key = (parts.at(-1) ?? '').replace(/^Arrow(?=Up|Down|Left|Right)/, '')
  const known =
    /^([A-Za-z0-9]|F\d{1,2}|Plus|Space|Tab|Delete|Backspace|Enter|Escape|Home|End|Up|Down|Left|Right|[,.\-=[\]/?])$/
  if (!known.test(key)) return undefined
  const names: Readonly<Record<string, string>> = { ctrl: 'CmdOrCtrl', mod: 'CmdOrCtrl', shift: 'Shift', alt: 'Alt' }
  const modifiers = parts.slice(0, -1).map((part) => names[part.toLowerCase()])
  return modifiers.includes(undefined)
    ? undefined
    : [...modifiers, key.length === 1 ? key.toUpperCase() : key].join('+')
}

/**
 * Keys are the page's: it knows whether they are being typed into a field, and prevents what it has handled. The menu
 * only shows them. A Mac cannot show without listening, but asks the page first; so there a key that types is left out,
 * and a field copies and pastes through the menu.
 */
function shown(accelerator: string | undefined, platform: string): Pick<Item, 'accelerator' | 'registerAccelerator'> {
  if (!accelerator) return {}
  if (platform !== 'darwin') return { accelerator, registerAccelerator: false }
  return accelerator.includes('CmdOrCtrl') ? { accelerator } : {}
}

/** The command that does to the canvas what an edit does to a field, and how both are called where it is missing. */
const textCommands: Readonly<Record<TextEdit, { readonly id: string; readonly title: string; readonly key: string }>> =
  {
    undo: { id: 'edit.undo', title: 'Undo', key: 'Ctrl+Z' },
    redo: { id: 'edit.redo', title: 'Redo', key: 'Ctrl+Shift+Z' },
    cut: { id: 'edit.cut', title: 'Cut', key: 'Ctrl+X' },
    copy: { id: 'edit.copy', title: 'Copy', key: 'Ctrl+C' },
    paste: { id: 'edit.paste', title: 'Paste', key: 'Ctrl+V' },
    selectAll: { id: 'edit.selectAll', title: 'Select all', key: 'Ctrl+A' },
  }

const textIds = new Set(Object.values(textCommands).map(({ id }) => id))

function commandItem({ id, title, shortcut, isEnabled }: DesktopCommand, parts: MenuParts): Item {
  const click = (): void => parts.runCommand(id)
  const enabled = parts.hasWindow && isEnabled
  return { id, label: title, enabled, click, ...shown(acceleratorOf(shortcut), parts.platform) }
}

function recentItem(parts: MenuParts): Item[] {
  if (parts.recent.length === 0) return []
  const submenu = parts.recent.slice(0, 10).map(({ path, name }) => ({
    label: name.replaceAll('&', '&&'),
    toolTip: path,
    click: () => parts.openRecent(path),
  }))
  return [{ label: 'Open recent', submenu }]
}

function fixedItems(entry: FixedEntry, parts: MenuParts): Item[] {
  const isMac = parts.platform === 'darwin'
  switch (entry) {
    case 'newWindow':
      return [{ label: 'New window', click: () => parts.newWindow() }]
    case 'recent':
      return recentItem(parts)
    case 'close':
      // Ctrl+W closes a tab.
      return [{ role: 'close', label: 'Close window', accelerator: 'CmdOrCtrl+Shift+W' }]
    case 'quit':
      return isMac ? [] : [{ role: 'quit', label: parts.platform === 'win32' ? 'Exit' : 'Quit' }]
    case 'fullScreen':
      return [{ role: 'togglefullscreen', label: 'Full screen' }]
    case 'developerTools':
      return [{ role: 'toggleDevTools', label: 'Developer tools' }]
    case 'undo':
    case 'redo':
    case 'cut':
    case 'copy':
    case 'paste':
    case 'selectAll': {
      const { id, title, key } = textCommands[entry]
      const known = parts.commands.find((command) => command.id === id)
      // Called as in every program and never off, because it may mean the text of a field.
      const shortcut = known?.shortcut ?? key
      return [commandItem({ id, title, group: 'Edit', shortcut, isEnabled: true }, parts)]
    }
    default:
      return entry satisfies never
  }
}

function entryItems(entry: MenuEntry, parts: MenuParts): Item[] {
  if ('fixed' in entry) return fixedItems(entry.fixed, parts)
  const command = parts.commands.find(({ id }) => id === entry.command)
  return command ? [commandItem(command, parts)] : []
}

function sectionItems(sections: readonly (readonly MenuEntry[])[], parts: MenuParts): Item[][] {
  return sections.map((section) => section.flatMap((entry) => entryItems(entry, parts)))
}

/** Sections one below the other with lines between; nothing where there is nothing. */
function joinSections(sections: readonly (readonly Item[])[]): Item[] {
  const filled = sections.filter((section) => section.length > 0)
  return filled.flatMap((section, index): readonly Item[] =>
    index === 0 ? section : [{ type: 'separator' }, ...section],
  )
}

const placed = new Set([
  ...menuPlans.flatMap(({ sections }) => sections.flat().map((entry) => ('command' in entry ? entry.command : ''))),
  ...textIds,
])

function planItem({ label, groups, sections }: MenuPlan, parts: MenuParts): Item[] {
  const rest = parts.commands.filter(({ id, group }) => groups.includes(group) && !placed.has(id))
  const submenu = joinSections([
    ...sectionItems(sections, parts),
    rest.map((command) => commandItem(command, parts)),
    ...sectionItems(menuEndings[label] ?? [], parts),
  ])
  return submenu.length > 0 ? [{ label, submenu }] : []
}

/** The whole menu: on a Mac with the application's own menu in front, elsewhere with Quit in File and About in Help. */
export function buildMenu(parts: MenuParts): Item[] {
  const isMac = parts.platform === 'darwin'
  const known = new Set(menuPlans.flatMap(({ groups }) => groups))
  const others = [...new Set(parts.commands.map(({ group }) => group))].filter(
    (group) => !known.has(group) && group !== 'Help',
  )
  const plans = [...menuPlans, ...others.map((group) => ({ label: group, groups: [group], sections: [] }))]
  const help = parts.commands.filter(({ group, id }) => group === 'Help' && !placed.has(id))
  const log: Item = { label: 'Show log file', click: () => parts.showLog() }
  const about: Item[] = isMac ? [] : [{ label: 'About Netloom', click: () => parts.about() }]
  const helpItems = joinSections([help.map((command) => commandItem(command, parts)), [log], about])
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    ...plans.flatMap((plan) => planItem(plan, parts)),
    ...(isMac ? [{ role: 'windowMenu' } as const] : []),
    ...(helpItems.length > 0 ? [{ role: 'help', label: 'Help', submenu: helpItems } as const] : []),
  ]
}
