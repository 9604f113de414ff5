// How a person names the classes of an imported network: as the file does, typed, from a text file, or not; not the control.

export interface ClassChoice {
  readonly kind: 'file' | 'typed' | 'dataset' | 'none'
  /** Names in the file's metadata, where it has some. */
  readonly stated: readonly string[] | undefined
  /** What is typed, or was read from a text file: a name per line, or a JSON list. */
  readonly text: string
  /** Names of the dataset in use, where they were taken from there. */
  readonly dataset: readonly string[]
}

/** The choice to begin with. */
export function beginClasses(stated: readonly string[] | undefined): ClassChoice {
  return { kind: stated ? 'file' : 'none', stated, text: '', dataset: [] }
}

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

/** The names of a choice, undefined for numbers only; or what is wrong, as a sentence. */
export function readClasses(
  { kind, stated, text, dataset }: ClassChoice,
  outputs: number,
): { readonly names: readonly string[] | undefined } | { readonly problem: string } {
  if (kind === 'none') return { names: undefined }
  const names = kind === 'file' ? (stated ?? []) : kind === 'dataset' ? dataset : parseClassNames(text)
  if (names.length === outputs) return { names }
  return { problem: `There are ${names.length} names, and the network has ${outputs} outputs.` }
}
