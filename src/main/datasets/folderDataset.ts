// Image folders as pools: one folder per class, with or without train, val and test folders above; files are not read.
import { join } from 'node:path'
import { splitNamed } from '../../shared/datasets/csvManifest'
import { splitNames, type SplitName } from '../../shared/datasets/dataset'
import { putInOrder } from '../../shared/datasets/collect/folderNames'
import { compareNaturally } from '../../shared/datasets/naturalOrder'
import { NetloomError } from '../../shared/graph/errors'
import { readClassOrder } from './classOrder'
import { readLayout } from './folderLayout'
import { namePools, type DatasetSource, type ImagePool } from './datasetSource'
import { printCount } from '../../shared/graph/printNumbers'
import { findImages, joinShown, listFolder, WalkFindings, type FolderEntries } from './imageTree'

/** Images of one split (or of the whole dataset), by class folder. */
interface ClassFolders {
  readonly name: SplitName | 'pool'
  /** Folder of the split, absolute or from the working directory. */
  readonly path: string
  /** The same, relative to the dataset: empty for the dataset itself. */
  readonly shownAs: string
  /** Class names (NFC) and the images below their folder, relative to `path`. */
  readonly classes: ReadonlyMap<string, readonly string[]>
}

/** The same name in all Unicode spellings: macOS writes "é" as two characters, others as one. */
function className(folder: string): string {
  return folder.normalize('NFC')
}

async function readClassFolders(
  name: ClassFolders['name'],
  path: string,
  shownAs: string,
  entries: FolderEntries,
  findings: WalkFindings,
  notes: string[],
): Promise<ClassFolders> {
  const classes = new Map<string, readonly string[]>()
  const empty: string[] = []
  for (const folder of entries.folders) {
    const images = await findImages(join(path, folder), joinShown(shownAs, folder), findings)
    if (images.length === 0) empty.push(joinShown(shownAs, folder))
    else {
      const before = classes.get(className(folder)) ?? []
      classes.set(className(folder), [...before, ...images.map((image) => joinShown(folder, image))])
    }
  }
  if (empty.length > 0) notes.push(`Folders without images were left out: ${empty.join(', ')}.`)
  if (entries.images.length > 0 && classes.size > 0) {
    const where = shownAs === '' ? 'outside of class folders' : `in "${shownAs}" outside of class folders`
    notes.push(`${printCount(entries.images.length)} images ${where} have no class and were left out.`)
  }
  return { name, path, shownAs, classes }
}

function makePool(
  part: ClassFolders,
  classIndex: ReadonlyMap<string, number>,
): ImagePool & { name: SplitName | 'pool' } {
  const files: string[] = []
  const labels: number[] = []
  for (const [name, images] of [...part.classes].toSorted(([a], [b]) => compareNaturally(a, b))) {
    for (const image of images) {
      files.push(image)
      labels.push(classIndex.get(name) ?? 0)
    }
  }
  return {
    name: part.name,
    labels: new Int32Array(labels),
    images: { form: 'files', paths: files.map((file) => join(part.path, file)) },
    nameAt: (index) => files[index] ?? '',
    fileAt: (index) => joinShown(part.shownAs, files[index] ?? ''),
  }
}

async function readSplitFolders(
  directory: string,
  splits: ReadonlyMap<SplitName, string>,
  findings: WalkFindings,
  notes: string[],
): Promise<ClassFolders[]> {
  const parts: ClassFolders[] = []
  for (const name of splitNames) {
    const folder = splits.get(name)
    if (folder === undefined) continue
    const path = join(directory, folder)
    const entries = await listFolder(path, folder, findings)
    const part = await readClassFolders(name, path, folder, entries, findings, notes)
    if (part.classes.size > 0) parts.push(part)
    else if (entries.images.length > 0) {
      notes.push(
        `"${folder}" holds ${printCount(entries.images.length)} images without class folders and was left out.`,
      )
    }
  }
  return parts
}

/** An archive often unpacks to a folder in a folder: the only folder of a folder without images is entered. */
export async function descend(
  directory: string,
  findings: WalkFindings,
): Promise<{ directory: string; entries: FolderEntries }> {
  let path = directory
  for (let depth = 0; depth < 4; depth++) {
    const entries = await listFolder(path, '', findings)
    const [only] = entries.folders
    const isWrapper = entries.folders.length === 1 && entries.images.length === 0 && only !== undefined
    if (!isWrapper || splitNamed(only)) return { directory: path, entries }
    const inner = await listFolder(join(path, only), only, new WalkFindings())
    if (inner.folders.length === 0 || inner.images.length > 0) return { directory: path, entries }
    path = join(path, only)
  }
  return { directory: path, entries: await listFolder(path, '', findings) }
}

function refuseEmpty(directory: string, entries: FolderEntries, findings: WalkFindings): never {
  const loose = entries.images.length
  const holds =
    loose > 0 ? `holds ${printCount(loose)} images, but no class folders` : 'holds no images that can be read'
  const message = [`Folder "${directory}" ${holds}.`, ...findings.notes()].join(' ')
  throw new NetloomError('dataset.empty', message, {
    path: directory,
    hint: 'Put the images of each class into a folder named for it; or into train, val and test folders of such.',
  })
}

/**
 * Opens an image folder: class folders, or train / val (valid, validation, dev) / test folders of class folders, names
 * in any case; which of the two `readLayout` tells. Images may lie deeper inside a class folder. Classes are sorted naturally, but
 * as `classOrder` says where that is there; a class is the union over the splits. Other files and hidden ones are ignored; links are followed.
 * @throws NetloomError dataset.missing, dataset.permission, dataset.empty, dataset.reference
 */
export async function openImageFolder(reference: string): Promise<DatasetSource> {
  const findings = new WalkFindings()
  const notes: string[] = []
  const { directory, entries } = await descend(reference, findings)
  const layout = await readLayout(directory, entries)
  notes.push(...layout.notes)
  const { splits, others } = layout
  const splitParts = await readSplitFolders(directory, splits, findings, notes)
  const parts =
    splitParts.length > 0
      ? splitParts
      : [await readClassFolders('pool', directory, '', { ...entries, folders: others }, findings, notes)]
  if (splitParts.length > 0 && others.length > 0) notes.push(`Beside the splits, left out: ${others.join(', ')}.`)
  const named = [...new Set(parts.flatMap((part) => [...part.classes.keys()]))].sort(compareNaturally)
  const classes = putInOrder(named, await readClassOrder(directory))
  if (classes.length === 0) refuseEmpty(directory, entries, findings)
  const classIndex = new Map(classes.map((name, index) => [name, index]))
  const folders = parts.map((part) => part.shownAs).filter((shown) => shown !== '')
  const pools = parts.map((part) => makePool(part, classIndex))
  return {
    kind: 'folder',
    recognisedBecause:
      folders.length > 0
        ? `"${directory}" holds the split folders ${folders.join(', ')} with a folder per class.`
        : `"${directory}" holds a folder of images per class.`,
    classes,
    pools: nameFolderPools(pools),
    notes: [...notes, ...findings.notes()],
    unreadable: findings.unreadable,
    folder: {
      directory,
      splits: new Map(parts.flatMap(({ name, shownAs }) => (name === 'pool' ? [] : [[name, shownAs] as const]))),
    },
  }
}

/** A lone split folder is one pool that is still to be split. */
function nameFolderPools(pools: readonly (ImagePool & { name: SplitName | 'pool' })[]): readonly ImagePool[] {
  const named = pools.flatMap((pool) => (pool.name === 'pool' ? [] : [{ ...pool, name: pool.name }]))
  return named.length === pools.length ? namePools(named) : pools
}
