// Numbers and tables as people read them in a terminal; pure, it prints nothing.
import { isAbsolute, relative } from 'node:path'

/** A loss or a probability with four digits after the point. */
export function printDecimal(value: number): string {
  return Math.abs(value) < 1e4 ? value.toFixed(4) : value.toExponential(4)
}

/** An argument as it is typed in a shell: in quotes where it holds anything that a shell would take apart. */
export function quoteArgument(text: string): string {
  if (/^[\w./:@%+=,-]+$/.test(text)) return text
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** Width of a text in a terminal: wide East Asian characters take two columns, combining marks none. */
function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) {
    if (/\p{Mn}|\p{Me}|\u200d|\ufe0f/u.test(character)) continue
    const isWide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/
    columns += isWide.test(character) || (character.codePointAt(0) ?? 0) > 0x1f2ff ? 2 : 1
  }
  return columns
}

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** A column of sentences stands last and needs no rule as long as the longest of them. */
const longestRule = 60

/** Lines of a table: titles, a rule, rows; columns two spaces apart. */
export function printTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, index) =>
    rows.reduce((width, row) => Math.max(width, columnsOf(row[index] ?? '')), columnsOf(title)),
  )
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align = 'left' }, index) => {
        const cell = cells[index] ?? ''
        const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - columnsOf(cell)))
        return align === 'left' ? cell + space : space + cell
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '-'.repeat(Math.min(width, longestRule))).join('  ')
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)].join('\n')
}

/** A path as a person at this prompt would write it: relative inside the working directory, absolute elsewhere. */
export function showPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' ? '.' : short.startsWith('..') || isAbsolute(short) ? path : short
}
