// The keys of every command and of the canvas, by where they belong; what they do is theirs.
import { Kbd, Modal, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { canvasKeyHelp } from '../../features/canvas/commands/canvasKeys'
import { commandStore, isCommandEnabled, shortcutsOf, type Command } from '../../kernel/commands/commands'
import { printShortcut } from '../../kernel/commands/shortcuts'
import classes from './KeysDialog.module.css'

interface KeyRow {
  readonly title: string
  readonly keys: readonly string[]
  /** Whether it can be done where one is now. */
  readonly isEnabled: boolean
}

/** The commands that have keys, by group, in the order of their registration; the canvas's own keys last. */
export function listKeys(commands: Iterable<Command>): ReadonlyMap<string, readonly KeyRow[]> {
  const groups = new Map<string, KeyRow[]>()
  for (const command of commands) {
    const keys = shortcutsOf(command)
    if (keys.length === 0 || command.isHidden) continue
    const row = { title: command.title, keys, isEnabled: isCommandEnabled(command) }
    groups.set(command.group, [...(groups.get(command.group) ?? []), row])
  }
  groups.set(
    'With the canvas in focus',
    canvasKeyHelp.map((row) => ({ ...row, isEnabled: true })),
  )
  return groups
}

/** The rows whose title, group or keys hold every word that was typed. */
export function searchKeys(
  groups: ReadonlyMap<string, readonly KeyRow[]>,
  search: string,
): ReadonlyMap<string, readonly KeyRow[]> {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = (group: string, { title, keys }: KeyRow): boolean => {
    const text = [title, group, ...keys, ...keys.map(printShortcut)].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  }
  const found = Array.from(groups, ([group, rows]) => [group, rows.filter((row) => fits(group, row))] as const)
  return new Map(found.filter(([, rows]) => rows.length > 0))
}

/** All keys in a dialog; what cannot be done now is dimmed. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const commands = useStore(commandStore, (state) => state.commands)
  const [search, setSearch] = useState('')
  const groups = useMemo(() => searchKeys(listKeys(commands.values()), search), [commands, search])
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" size={920}>
      <TextInput
        mb="sm"
        data-autofocus
        aria-label="Search keys"
        placeholder="A command or a key"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {groups.size === 0 && <p>No command or key is called so.</p>}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that keys can scroll it */}
      <section className={classes.groups} tabIndex={0} aria-label="Keys by group">
        {Array.from(groups, ([group, rows]) => (
          <section key={group} className={classes.group} aria-label={group}>
            <h2>{group}</h2>
            <dl>
              {rows.map(({ title, keys, isEnabled }) => (
                <div key={title} data-disabled={!isEnabled || undefined}>
                  <dt>{title}</dt>
                  <dd>
                    {keys.map((key) => (
                      <Kbd key={key}>{printShortcut(key)}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </section>
    </Modal>
  )
}
