// A CSV manifest (`path,label[,split]`) as rows: text in, rows out; not whether the images it names exist.
import { CsvError, parse } from 'csv-parse/browser/esm/sync'
import { NetloomError } from '../graph/errors'
import type { SplitName } from './dataset'
import { ownValue } from '../graph/ownValue'

export interface ManifestRow {
  readonly path: string
  readonly label: string
  /** Left out where the manifest has no such column or the cell is empty. */
  readonly split?: SplitName
  /** Line in the file, from 1. */
  readonly line: number
}

/** Names of splits as people write them, lower case; the same for folders and for CSV cells. */
const splitSpellings: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  dev: 'val',
  test: 'test',
  testing: 'test',
}

/** The split that a folder or a CSV cell names, in any case; undefined where it names none. */
export function splitNamed(name: string): SplitName | undefined {
  return ownValue(splitSpellings, name.toLowerCase())
}

const headerNames = {
  path: ['path', 'file', 'filename', 'file_name', 'filepath', 'file_path', 'image', 'image_path', 'image'],
  label: ['label', 'class', 'category', 'target', 'class_name', 'label_name'],
  split: ['split', 'set', 'subset', 'partition'],
} as const

interface Columns {
  readonly path: number
  readonly label: number
  readonly split: number
}

interface Line {
  readonly cells: readonly string[]
  readonly line: number
}

/** The delimiter that splits the first line into most cells; a comma where there is none. */
function guessDelimiter(text: string): string {
  const firstLine =
    text
      .slice(0, 10_000)
      .split(/\r?\n/)
      .find((line) => line.trim() !== '') ?? ''
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: firstLine.split(delimiter).length }))
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).delimiter
}

function readLines(text: string, file: string): Line[] {
  try {
    const records: unknown[] = parse(text, {
      bom: true,
      delimiter: guessDelimiter(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    })
    // csv-parse with `info: true` gives {record, info} instead of the bare record its type states.
    return records.map((entry) => {
      const { record, info } = entry as { record: string[]; info: { lines: number } }
      return { cells: record, line: info.lines }
    })
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    throw new NetloomError('dataset.malformed', `CSV manifest "${file}": ${cause.message}.`, {
      path: file,
      hint: 'Put text that holds the delimiter or a quote into double quotes.',
      cause,
    })
  }
}

/** Column numbers from a header line, or undefined when the line is data; -1 where there is no such column. */
function readHeader(cells: readonly string[]): Columns | undefined {
  const names = cells.map((cell) => cell.toLowerCase())
  const find = (known: readonly string[]) => names.findIndex((name) => known.includes(name))
  const columns = { path: find(headerNames.path), label: find(headerNames.label), split: find(headerNames.split) }
  return columns.path >= 0 && columns.label >= 0 ? columns : undefined
}

function parseRow({ cells, line }: Line, columns: Columns, file: string): ManifestRow {
  const refuse = (message: string, hint: string): never => {
    throw new NetloomError('dataset.malformed', `CSV manifest "${file}", line ${line}: ${message}.`, {
      path: `${file}:${line}`,
      hint,
    })
  }
  const path = cells[columns.path] ?? ''
  const label = cells[columns.label] ?? ''
  if (path === '' || label === '') {
    refuse(
      `has ${cells.length} cells, no ${path === '' ? 'path' : 'label'}`,
      'A line is path,label or path,label,split.',
    )
  }
  const cell = columns.split < 0 ? '' : (cells[columns.split] ?? '')
  if (cell === '') return { path, label, line }
  const split = splitNamed(cell)
  if (split === undefined) refuse(`has the split "${cell}"`, 'Splits are train, val and test.')
  return { path, label, line, ...(split && { split }) }
}

/**
 * Parses a manifest: path and label, and optionally a split, per line. A header line is optional; where it has known
 * names (`path`, `file`, `label`, `class`, `split` ...) it gives the columns, in any order and among others.
 * Comma, semicolon or tab; UTF-8 with or without a byte order mark; quotes as in RFC 4180.
 * @param file its name, for messages
 * @throws NetloomError `dataset.malformed` with the line
 */
export function parseCsvManifest(text: string, file: string): ManifestRow[] {
  const lines = readLines(text, file)
  const first = lines[0]
  if (first === undefined) return []
  const header = readHeader(first.cells)
  if (header === undefined && first.cells.length > 3) {
    throw new NetloomError(
      'dataset.malformed',
      `CSV manifest "${file}": has ${first.cells.length} columns, no header.`,
      {
        path: file,
        hint: 'Begin with a line that names the columns path, label and, if there is one, split.',
      },
    )
  }
  const columns = header ?? { path: 0, label: 1, split: first.cells.length > 2 ? 2 : -1 }
  return (header ? lines.slice(1) : lines).map((line) => parseRow(line, columns, file))
}
