// JSON for people and version control: stable bytes, short values on one line; not its meaning (schema.ts).
import { internalError } from './errors'

const longestLine = 100

/**
 * Prints plain JSON values with 2 spaces of indentation. A list or object stands on one line where that line has at
 * most 100 characters, and otherwise one item per line; keys whose value is undefined are left out.
 * @param spread paths (`''`, `nodes`) of lists and objects that always take one item per line
 */
export function printJson(value: unknown, spread: ReadonlySet<string>): string {
  return printValue(value, '', '', 0, spread)
}

/** @param used characters that already stand on the value's first line, and the comma after it */
function printValue(value: unknown, path: string, indent: string, used: number, spread: ReadonlySet<string>): string {
  if (typeof value !== 'object' || value === null) return printScalar(value)
  if (!spread.has(path)) {
    const line = printLine(value, longestLine - used)
    if (line !== undefined) return line
  }
  const inner = `${indent}  `
  const isList = Array.isArray(value)
  const items = listItems(value).map(([key, item]) => {
    const label = key === undefined ? '' : `${JSON.stringify(key)}: `
    const place = `${path}${path === '' ? '' : '.'}${key ?? '*'}`
    return `${inner}${label}${printValue(item, place, inner, inner.length + label.length + 1, spread)}`
  })
  if (items.length === 0) return isList ? '[]' : '{}'
  return `${isList ? '[' : '{'}\n${items.join(',\n')}\n${indent}${isList ? ']' : '}'}`
}

/** The value on one line, or undefined where that takes more than `room` characters. */
function printLine(value: unknown, room: number): string | undefined {
  if (typeof value !== 'object' || value === null) {
    const text = printScalar(value)
    return text.length <= room ? text : undefined
  }
  const isList = Array.isArray(value)
  let left = room - (isList ? 2 : 4)
  const parts: string[] = []
  for (const [key, item] of listItems(value)) {
    const label = key === undefined ? '' : `${JSON.stringify(key)}: `
    const text = printLine(item, left - label.length)
    if (text === undefined) return undefined
    parts.push(label + text)
    left -= label.length + text.length + 2
  }
  if (parts.length === 0) return isList ? '[]' : '{}'
  // The last item has no ", " behind it.
  if (left + 2 < 0) return undefined
  return isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`
}

/** Items with their keys, undefined keys for lists. */
function listItems(value: object): readonly (readonly [string | undefined, unknown])[] {
  if (Array.isArray(value)) return value.map((item): [undefined, unknown] => [undefined, item])
  return Object.entries(value).filter(([, item]) => item !== undefined)
}

function printScalar(value: unknown): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw internalError(`the number ${value} has no form in JSON`)
    return Object.is(value, -0) ? '-0' : String(value)
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value)
  throw internalError(`a ${typeof value} has no form in JSON`)
}
