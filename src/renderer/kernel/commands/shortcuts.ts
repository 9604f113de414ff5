// How a shortcut is written, matched and printed; not which ones there are (commands.ts).

interface ParsedShortcut {
  readonly key: string
  readonly isPrimary: boolean
  readonly isShift: boolean
  readonly isAlt: boolean
}

/** Whether the keyboard is Apple's, where Cmd takes the place of Ctrl. */
export function isApple(): boolean {
  return typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform)
}

/** Modifiers and key; a plus at the end is the key itself: `Ctrl++`, `+`. */
function partsOf(text: string): readonly string[] {
  return text.endsWith('+') ? [...text.slice(0, -1).split('+').filter(Boolean), '+'] : text.split('+')
}

function parseShortcut(text: string): ParsedShortcut {
  const parts = partsOf(text)
  const modifiers = parts.slice(0, -1).map((part) => part.toLowerCase())
  return {
    key: (parts.at(-1) ?? '').toLowerCase(),
    isPrimary: modifiers.includes('ctrl') || modifiers.includes('mod'),
    isShift: modifiers.includes('shift'),
    isAlt: modifiers.includes('alt'),
  }
}

const keyNames: Readonly<Record<string, string>> = { ' ': 'space', esc: 'escape', del: 'delete' }

/** The key of an event: what it types, or its place for letters and digits on other layouts and with Alt. */
function keysOf(event: KeyboardEvent): readonly string[] {
  const typed = event.key.toLowerCase()
  const place = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1]?.toLowerCase()
  const isLatin = /^[a-z0-9]$/.test(typed)
  return place !== undefined && !isLatin ? [keyNames[typed] ?? typed, place] : [keyNames[typed] ?? typed]
}

/** Whether an event is the shortcut, with exactly its modifiers. */
export function matchesShortcut(text: string, event: KeyboardEvent): boolean {
  const { key, isPrimary, isShift, isAlt } = parseShortcut(text)
  const primary = isApple() ? event.metaKey : event.ctrlKey
  const other = isApple() ? event.ctrlKey : event.metaKey
  if (primary !== isPrimary || other || event.altKey !== isAlt) return false
  // Shift is part of typing signs such as ? and +.
  const isSign = key.length === 1 && !/[a-z0-9]/.test(key)
  if (!isSign && event.shiftKey !== isShift) return false
  return keysOf(event).includes(keyNames[key] ?? key)
}

const appleSigns: Readonly<Record<string, string>> = { ctrl: '⌘', mod: '⌘', shift: '⇧', alt: '⌥', enter: '↩' }

const arrows: Readonly<Record<string, string>> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' }

/** A shortcut as people of this platform read it. */
export function printShortcut(text: string): string {
  const parts = partsOf(text).map((part) => arrows[part] ?? part)
  if (!isApple()) return parts.join('+').replace(/^mod\b/i, 'Ctrl')
  return parts.map((part) => appleSigns[part.toLowerCase()] ?? part).join('')
}
