// Which commands the palette lists for what is typed; not how they look (CommandPalette.tsx).
import { isCommandEnabled, type Command } from '../../kernel/commands/commands'
import { whyOff, wordsFor } from './commandWords'

/** A command as the palette lists it. */
export interface ListedCommand {
  readonly command: Command
  /** Why it cannot run now; undefined where it can. */
  readonly reason: string | undefined
}

/** How well a command fits: 0 by its title, 1 by its group or other words, undefined not at all. Every word has to fit. */
function rank({ id, title, group }: Command, query: readonly string[]): number | undefined {
  const name = title.toLowerCase()
  if (query.every((word) => name.includes(word))) return 0
  const whole = `${name} ${group.toLowerCase()} ${wordsFor(id)}`
  const beginnings = whole.split(/[\s,.:]+/)
  return query.every((word) => name.includes(word) || beginnings.some((other) => other.startsWith(word)))
    ? 1
    : undefined
}

/**
 * The commands for a search: those that can run by how well they fit, then those that cannot, with the reason. Nothing typed
 * lists what can run.
 */
export function listCommands(commands: Iterable<Command>, search: string): readonly ListedCommand[] {
  const query = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = [...commands].flatMap((command): readonly (ListedCommand & { readonly place: number })[] => {
    const fit = command.isHidden ? undefined : rank(command, query)
    if (fit === undefined) return []
    if (isCommandEnabled(command)) return [{ command, reason: undefined, place: fit }]
    return query.length === 0 ? [] : [{ command, reason: whyOff(command.id) ?? 'Not possible now.', place: fit + 2 }]
  })
  return found.toSorted((a, b) => a.place - b.place).map(({ command, reason }) => ({ command, reason }))
}
