// Class names from a text that a person wrote or a file holds; not where the text comes from.

/** Names from a text: a JSON list, a JSON table by number, a name per line, or names between commas on one line. */
export function parseClassNames(text: string): readonly string[] {
  const trimmed = text.trim()
  const parsed = /^[[{]/.test(trimmed) ? parseJson(trimmed) : undefined
  if (parsed) return parsed
  const lines = trimmed.split(/\r?\n/)
  const parts = lines.length === 1 ? trimmed.split(',') : lines
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function parseJson(text: string): readonly string[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  // Integer keys of a table come in rising order.
  const entries: readonly unknown[] = Object.values(value)
  // ImageNet's usual table has pairs of an id and a name.
  const names = entries.map((entry: unknown) => (Array.isArray(entry) ? entry.at(-1) : entry) as unknown) // parse: checked below
  return names.every((name) => typeof name === 'string') ? names : undefined
}
