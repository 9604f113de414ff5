// Every action of the app by name, with its shortcut: for the palette, menus and keys; what they do stands where they are registered.
import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { matchesShortcut, printShortcut } from './shortcuts'
import { uiStore } from '../ui/uiStore'

export interface Command {
  /** `area.verb`, unique. */
  readonly id: string
  /** As a menu shows it: `Save as...`. */
  readonly title: string
  /** Heading in the palette: `File`, `Edit`, `View`. */
  readonly group: string
  /** `Ctrl+Shift+S`; Ctrl is Cmd on a Mac. Several: the first one is shown. */
  readonly shortcut?: string | readonly string[]
  /** Fires also while a field has the focus; only for keys that mean nothing in a field. */
  readonly evenWhileTyping?: boolean
  /** Fires also while a dialog is open; only for what changes nothing behind it. */
  readonly evenBehindDialog?: boolean
  /** A key that is held runs it once. */
  readonly isOnce?: boolean
  /** Known to keys and menus, but not listed in the palette. */
  readonly isHidden?: boolean
  /** Left out: always. */
  isEnabled?(): boolean
  run(): void | Promise<void>
}

interface CommandState {
  /** In the order of registration. */
  readonly commands: ReadonlyMap<string, Command>
}

/** All commands that are registered now. */
export const commandStore = createStore<CommandState>()(() => ({ commands: new Map() }))

let report: (error: unknown) => void = () => {}

/** Says who shows the failure of a command. */
export function reportCommandErrors(show: (error: unknown) => void): void {
  report = show
}

/** Something whose changes may enable or disable commands. */
interface Ground {
  subscribe(listener: () => void): () => void
}

const enablementListeners = new Set<() => void>()

/** Says that what a store holds decides whether commands may run: they are asked again whenever it changes. */
export function groundCommandsOn(ground: Ground): void {
  ground.subscribe(() => {
    for (const listener of enablementListeners) listener()
  })
}

groundCommandsOn(uiStore)

/** Calls back whenever a command may have been enabled or disabled. @returns ends it */
export function followEnablement(listener: () => void): () => void {
  enablementListeners.add(listener)
  return () => enablementListeners.delete(listener)
}

/**
 * Adds commands; one with a known id replaces it.
 * @returns takes them away again
 */
export function registerCommands(commands: readonly Command[]): () => void {
  commandStore.setState((state) => {
    const next = new Map(state.commands)
    for (const command of commands) next.set(command.id, command)
    return { commands: next }
  })
  return () => {
    commandStore.setState((state) => {
      const next = new Map(state.commands)
      for (const command of commands) if (next.get(command.id) === command) next.delete(command.id)
      return { commands: next }
    })
  }
}

/** Registers commands while the component is mounted; the list must be memoised. */
export function useRegisterCommands(commands: readonly Command[]): void {
  useEffect(() => registerCommands(commands), [commands])
}

/** Whether a command may run now. */
export function isCommandEnabled(command: Command): boolean {
  return command.isEnabled?.() ?? true
}

/** Runs a command, if there is one of this id and it is enabled; a failure is shown. */
export function runCommand(id: string): boolean {
  const command = commandStore.getState().commands.get(id)
  if (!command || !isCommandEnabled(command)) return false
  try {
    void Promise.resolve(command.run()).catch(report)
  } catch (error) {
    report(error)
  }
  return true
}

/** Whether keys belong to the element: a field, a list, something editable. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  const field = target.closest('input, textarea, select, [contenteditable]:not([contenteditable="false"])')
  if (!field) return false
  const type = field instanceof HTMLInputElement ? field.type : ''
  return !['checkbox', 'radio', 'button', 'submit', 'reset', 'file', 'color'].includes(type)
}

/**
 * Whether keys belong to something that floats above the screen: a menu, a list of choices, a small dialog. A list in
 * which several things are selected is a part of the screen.
 */
function isInOverlay(target: EventTarget | null): boolean {
  const floating = '[role="menu"], [role="listbox"]:not([aria-multiselectable="true"]), [role="dialog"]'
  return target instanceof Element && target.closest(floating) !== null
}

function isBehindDialog(): boolean {
  return document.querySelector('[aria-modal="true"]') !== null
}

/** All shortcuts of a command, the one that is shown first. */
export function shortcutsOf({ shortcut }: Command): readonly string[] {
  if (shortcut === undefined) return []
  return typeof shortcut === 'string' ? [shortcut] : shortcut
}

/**
 * Runs the command whose shortcut was pressed: the one registered last among the enabled ones. Nothing fires
 * behind a dialog, nor while a field or a menu has the focus, except commands that say so.
 * @returns whether one ran; then the event's own effect is prevented
 */
export function handleShortcut(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false
  const isElsewhere = isTyping(event.target) || isInOverlay(event.target)
  const commands = [...commandStore.getState().commands.values()].reverse()
  for (const command of commands) {
    if (!shortcutsOf(command).some((shortcut) => matchesShortcut(shortcut, event))) continue
    if (isElsewhere && !command.evenWhileTyping) continue
    if (isBehindDialog() && !command.evenBehindDialog) continue
    const isHeld = event.repeat && command.isOnce === true && isCommandEnabled(command)
    if (!isHeld && !runCommand(command.id)) continue
    event.preventDefault()
    return true
  }
  return false
}

/** The shortcut of a command as people read it, or undefined. */
export function shortcutText(command: Command | undefined): string | undefined {
  const first = command && shortcutsOf(command)[0]
  return first === undefined ? undefined : printShortcut(first)
}

export interface UsedCommand {
  readonly command: Command | undefined
  readonly title: string
  /** `Ctrl+S`, or `⌘S` on a Mac. */
  readonly shortcut: string | undefined
  readonly isEnabled: boolean
  readonly run: () => void
}

/** A command for a button or menu item: follows whether it exists and is enabled. */
export function useCommand(id: string): UsedCommand {
  const command = useStore(commandStore, (state) => state.commands.get(id))
  const isEnabled = useSyncExternalStore(followEnablement, () => command !== undefined && isCommandEnabled(command))
  const run = useCallback(() => {
    runCommand(id)
  }, [id])
  return {
    command,
    title: command?.title ?? '',
    shortcut: shortcutText(command),
    isEnabled,
    run,
  }
}
