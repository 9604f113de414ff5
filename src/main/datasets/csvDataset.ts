// CSV manifests as pools: which of the images they name exist, classes and splits; images are not read.
import { readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { parseCsvManifest, type ManifestRow } from '../../shared/datasets/csvManifest'
import { splitNames, type UnreadableFile } from '../../shared/datasets/dataset'
import { compareNaturally } from '../../shared/datasets/naturalOrder'
import { NetloomError } from '../../shared/graph/errors'
import { namePools, type DatasetSource, type ImagePool } from './datasetSource'
import { datasetFileError, describeFileError } from '../files/fileErrors'

/** Extensions of files that are taken for manifests, lower case. */
export const manifestExtensions: ReadonlySet<string> = new Set(['csv', 'tsv', 'txt'])

async function readManifest(file: string): Promise<ManifestRow[]> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(file)
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

/** How many files are looked up at once. */
const lookUps = 32

/** Why each row's file cannot be an image, or undefined where it may be one. */
async function checkFiles(paths: readonly string[]): Promise<(string | undefined)[]> {
  const reasons: (string | undefined)[] = Array.from({ length: paths.length })
  let next = 0
  const work = async (): Promise<void> => {
    while (next < paths.length) {
      const index = next++
      try {
        const found = await stat(paths[index] ?? '')
        if (!found.isFile()) reasons[index] = 'is no file'
      } catch (error) {
        reasons[index] = describeFileError(error)
      }
    }
  }
  await Promise.all(Array.from({ length: lookUps }, work))
  return reasons
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

/**
 * Opens a CSV manifest, `path,label[,split]` per line. Paths are relative to the manifest's folder, or absolute.
 * Files that do not exist are listed as unreadable.
 * @throws NetloomError dataset.missing, dataset.permission, dataset.malformed, dataset.empty
 */
export async function openCsvManifest(file: string): Promise<DatasetSource> {
  const rows = await readManifest(file)
  const folder = dirname(file)
  const resolved = rows.map(({ path }) => (isAbsolute(path) ? resolve(path) : join(folder, path)))
  const reasons = await checkFiles(resolved)
  const present = rows.flatMap((row, index) =>
    reasons[index] === undefined ? [{ ...row, resolved: resolved[index] ?? '' }] : [],
  )
  const unreadable: UnreadableFile[] = rows.flatMap((row, index) => {
    const reason = reasons[index]
    return reason === undefined ? [] : [{ file: row.path, reason }]
  })
  if (present.length === 0) {
    const message =
      rows.length === 0
        ? `CSV manifest "${file}" has no rows.`
        : `CSV manifest "${file}": none of its ${rows.length} images exists, the first is "${resolved[0]}".`
    const hint = rows.length === 0 ? 'A line is path,label or path,label,split.' : 'Paths are relative to the manifest.'
    throw new NetloomError('dataset.empty', message, { path: file, hint })
  }
  const classes = [...new Set(present.map((row) => row.label))].sort(compareNaturally)
  const classIndex = new Map(classes.map((name, index) => [name, index]))
  return {
    kind: 'csv',
    recognisedBecause: `"${file}" is a CSV manifest with ${rows.length} rows.`,
    classes,
    pools: makePools(present, classIndex),
    notes: [],
    unreadable,
  }
}
