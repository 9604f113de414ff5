// A CSV manifest (`path,label[,split]`) as rows: text in, rows out; not whether the images it names exist.
import { CsvError, parse } from 'csv-parse/browser/esm/sync'
import { NetloomError } from '../graph/errors'
import type { SplitName } from './dataset'
import { imageExtensions } from './imageHeader'
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

/** Names of columns in any case, without what separates their words: `Image_ID` is `imageid`. The first of a list wins. */
const headerNames = {
  path: words(
    'path file filename filepath filenames files image images imagepath imagefile imagename img imgpath imgname imgfile ' +
      'photo imageid imgid photoid fileid isicid id name',
  ),
  label: words(
    'label class category target classname labelname classid labelid categoryid categoryname labels classes y ' +
      'groundtruth species breed diagnosis',
  ),
  split: words('split set subset partition fold usage'),
} as const

function words(text: string): readonly string[] {
  return text.split(' ')
}

interface Columns {
  readonly path: number
  readonly label: number
  /** In place of one label: columns of 0 and 1, each named for its class. */
  readonly oneHot?: readonly { readonly column: number; readonly label: string }[]
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

function plainHeader(cell: string): string {
  return cell.toLowerCase().replace(/[\s_.-]+/gu, '')
}

/** The column that the earliest known name names; -1: none. */
function findColumn(cells: readonly string[], known: readonly string[]): number {
  const names = cells.map(plainHeader)
  const found = known.map((name) => names.indexOf(name)).filter((column) => column >= 0)
  return found[0] ?? -1
}

/** Rows that show what a column holds. */
const shownRows = 50

/** The column whose cells end like image files; -1: none. */
function findImageColumn(lines: readonly Line[], width: number): number {
  const shown = lines.slice(0, shownRows)
  const isImage = (cell = ''): boolean => imageExtensions.has(/\.([^./\\]+)$/u.exec(cell)?.[1]?.toLowerCase() ?? '')
  const columns = Array.from({ length: width }, (_, column) => column)
  return columns.find((column) => shown.length > 0 && shown.every(({ cells }) => isImage(cells[column]))) ?? -1
}

/** Whether a cell of a one-hot list is set; undefined: it is no such cell. */
function readFlag(cell: string | undefined): boolean | undefined {
  const value = cell === undefined || cell === '' ? NaN : Number(cell)
  return value === 0 ? false : value === 1 ? true : undefined
}

/** The columns of a list with a column of 0 and 1 for each class; undefined: it is none. */
function findOneHot(header: readonly string[], lines: readonly Line[], others: readonly number[]): Columns['oneHot'] {
  const columns = header.flatMap((label, column) =>
    others.includes(column) || label === '' ? [] : [{ column, label }],
  )
  const isFlags = ({ cells }: Line): boolean => columns.every(({ column }) => readFlag(cells[column]) !== undefined)
  return columns.length >= 2 && lines.length > 0 && lines.slice(0, shownRows).every(isFlags) ? columns : undefined
}

/** The columns of a manifest with a header, or undefined where the first line is data; -1: there is no such column. */
function readHeader(header: readonly string[], lines: readonly Line[]): Columns | undefined {
  const split = findColumn(header, headerNames.split)
  const named = findColumn(header, headerNames.path)
  // What the cells hold says more than what a column is called: `id` may stand beside the file.
  const seen = findImageColumn(lines, header.length)
  const isData = seen >= 0 && findImageColumn([{ cells: header, line: 1 }], header.length) >= 0
  if (isData) return undefined
  const path = seen >= 0 && seen !== named ? seen : named
  if (path < 0) return undefined
  const label = findColumn(
    header.map((cell, column) => (column === path || column === split ? '' : cell)),
    headerNames.label,
  )
  if (label >= 0) return { path, label, split }
  const oneHot = findOneHot(header, lines, [path, split])
  if (oneHot) return { path, label: -1, oneHot, split }
  const [other, ...more] = header.flatMap((_, column) => (column === path || column === split ? [] : [column]))
  return other !== undefined && more.length === 0 ? { path, label: other, split } : undefined
}

/** The class of a row of flags. @throws through `refuse` where not exactly one is set */
function readOneHot(
  cells: readonly string[],
  columns: NonNullable<Columns['oneHot']>,
  refuse: (message: string, hint: string) => never,
): string {
  const set = columns.filter(({ column }) => {
    const flag = readFlag(cells[column])
    if (flag === undefined) refuse(`has "${cells[column] ?? ''}" among its columns of 0 and 1`, 'Put 0 or 1 there.')
    return flag
  })
  const [only] = set
  if (set.length === 1 && only) return only.label
  const names = set.length === 0 ? 'no class' : `${set.length} classes (${set.map(({ label }) => label).join(', ')})`
  return refuse(`is marked with ${names}`, 'A classifier needs exactly one class for each image.')
}

function parseRow({ cells, line }: Line, columns: Columns, file: string): ManifestRow {
  const refuse: (message: string, hint: string) => never = (message, hint) => {
    throw new NetloomError('dataset.malformed', `CSV manifest "${file}", line ${line}: ${message}.`, {
      path: `${file}:${line}`,
      hint,
    })
  }
  const path = cells[columns.path] ?? ''
  const label = columns.oneHot ? readOneHot(cells, columns.oneHot, refuse) : (cells[columns.label] ?? '')
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
 * names (`path`, `Filename`, `label`, `ClassId`, `split` ...) it gives the columns, in any order and among others; also
 * where one column holds names of image files. In place of a label each class may have a column of 0 and 1.
 * Comma, semicolon or tab; UTF-8 with or without a byte order mark; quotes as in RFC 4180.
 * @param file its name, for messages
 * @throws NetloomError `dataset.malformed` with the line
 */
export function parseCsvManifest(text: string, file: string): ManifestRow[] {
  const lines = readLines(text, file)
  const first = lines[0]
  if (first === undefined) return []
  const header = readHeader(first.cells, lines.slice(1))
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
