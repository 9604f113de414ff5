// Which page of the manual is open, for everything that links to one; the manual itself is features/help.
import { createStore } from 'zustand/vanilla'

/** A page of the manual: a heading of its text as an anchor, a type of layer, or a code of errors and findings. */
export type HelpTopic = `manual:${string}` | `layer:${string}` | `problem:${string}`

/** The page that is open; null where the manual is closed. */
export const helpStore = createStore<{ readonly topic: HelpTopic | null }>()(() => ({ topic: null }))

/** Opens the manual, or turns to another page of it. @param topic left out: its beginning */
export function showHelp(topic: HelpTopic = 'manual:the-app'): void {
  helpStore.setState({ topic })
}

export function closeHelp(): void {
  helpStore.setState({ topic: null })
}
