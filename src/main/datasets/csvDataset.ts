// CSV manifests as pools: which of the images they name exist, classes and splits; images are not read.
import { dirname, extname } from 'node:path'
import { parseCsvManifest, type ManifestRow } from '../../shared/datasets/csvManifest'
import { splitNames, type UnreadableFile } from '../../shared/datasets/dataset'
import { compareNaturally } from '../../shared/datasets/naturalOrder'
import { NetloomError } from '../../shared/graph/errors'
import { namePools, type DatasetSource, type ImagePool } from './datasetSource'
import { datasetFileError } from '../files/fileErrors'
import { printCount } from '../../shared/graph/printNumbers'
import { readRegular } from '../files/readRegular'
import { findRowFiles, type RowFile } from './manifestFiles'

/** Extensions of files that are taken for manifests, lower case. */
export const manifestExtensions: ReadonlySet<string> = new Set(['csv', 'tsv', 'txt'])

/** Text of more bytes than this has no place in one string. */
const largestManifestBytes = 2 ** 28

/** The rows of a list. @throws NetloomError dataset.missing, dataset.permission, dataset.malformed */
export async function readManifest(file: string): Promise<ManifestRow[]> {
  let bytes: Uint8Array
  try {
    bytes = await readRegular(file, largestManifestBytes)
  } catch (error) {
    throw datasetFileError(error, file, 'CSV manifest')
  }
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  const encoding = isUtf16 ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8'
  try {
    return parseCsvManifest(new TextDecoder(encoding, { fatal: true }).decode(bytes), file)
  } catch (error) {
    if (error instanceof NetloomError) throw error
    throw new NetloomError('dataset.malformed', `CSV manifest "${file}" is not text in UTF-8.`, {
      path: file,
      hint: 'Save it as UTF-8.',
      cause: error,
    })
  }
}

interface PresentRow extends ManifestRow {
  readonly resolved: string
}

function makePool(
  name: ImagePool['name'],
  rows: readonly PresentRow[],
  classIndex: ReadonlyMap<string, number>,
): ImagePool {
  return {
    name,
    labels: Int32Array.from(rows, (row) => classIndex.get(row.label) ?? 0),
    images: { form: 'files', paths: rows.map((row) => row.resolved) },
    nameAt: (index) => rows[index]?.path ?? '',
    fileAt: (index) => rows[index]?.path ?? '',
  }
}

function makePools(rows: readonly PresentRow[], classIndex: ReadonlyMap<string, number>): readonly ImagePool[] {
  if (rows.every((row) => row.split === undefined)) return [makePool('pool', rows, classIndex)]
  const parts = splitNames.flatMap((name) => {
    // A row with an empty split cell is for training.
    const own = rows.filter((row) => (row.split ?? 'train') === name)
    return own.length > 0 ? [{ ...makePool(name, own, classIndex), name }] : []
  })
  return namePools(parts)
}

/** A first line without a file, before others with one, names the columns in words that are not known. */
function withoutHeader(rows: readonly ManifestRow[], files: readonly RowFile[]): { readonly skipped: 0 | 1 } {
  const [first] = rows
  const isHeader =
    first?.line === 1 && rows.length > 1 && isMissing(files[0]) && !isMissing(files[1]) && extname(first.path) === ''
  return { skipped: isHeader ? 1 : 0 }
}

function isMissing(file: RowFile | undefined): boolean {
  return file === undefined || 'reason' in file
}

function refuseNone(file: string, rows: readonly ManifestRow[], files: readonly RowFile[]): never {
  const [first] = files
  const why = first && 'reason' in first ? first.reason : ''
  const message =
    rows.length === 0
      ? `CSV manifest "${file}" has no rows.`
      : `CSV manifest "${file}": none of its ${printCount(rows.length)} images is there; the first, "${first?.path}", ${why}.`
  const hint =
    rows.length === 0
      ? 'A line is path,label or path,label,split.'
      : 'Paths are relative to the manifest; names alone are looked for in the folders below it.'
  throw new NetloomError('dataset.empty', message, { path: file, hint })
}

/**
 * Opens a CSV manifest, `path,label[,split]` per line. Which file a path means, `findRowFiles` says.
 * Files that do not exist are listed as unreadable.
 * @throws NetloomError dataset.missing, dataset.permission, dataset.malformed, dataset.empty
 */
export async function openCsvManifest(file: string): Promise<DatasetSource> {
  const all = await readManifest(file)
  const found = await findRowFiles(
    all.map(({ path }) => path),
    dirname(file),
  )
  const { skipped } = withoutHeader(all, found)
  const rows = all.slice(skipped)
  const files = found.slice(skipped)
  const present: PresentRow[] = []
  const unreadable: UnreadableFile[] = []
  let foundByName = 0
  for (const [index, row] of rows.entries()) {
    const its = files[index]
    if (!its) continue
    if ('reason' in its) unreadable.push({ file: row.path, reason: its.reason })
    else {
      present.push({ ...row, resolved: its.path })
      if (its.isFoundByName) foundByName++
    }
  }
  if (present.length === 0) refuseNone(file, rows, files)
  const classes = [...new Set(present.map((row) => row.label))].sort(compareNaturally)
  const classIndex = new Map(classes.map((name, index) => [name, index]))
  return {
    kind: 'csv',
    recognisedBecause: `"${file}" is a CSV manifest with ${rows.length} rows.`,
    classes,
    pools: makePools(present, classIndex),
    notes: [
      ...(skipped > 0 ? [`The first line, "${all[0]?.path}", was taken for the names of the columns.`] : []),
      ...(foundByName > 0
        ? [`${printCount(foundByName)} images were found by their names in the folders below the manifest.`]
        : []),
    ],
    unreadable,
    manifest: file,
  }
}
