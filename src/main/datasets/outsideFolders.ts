// Where the files of a dataset really lie, links resolved, as far as that is outside of given folders; not what may be done about it.
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { splitNames } from '../../shared/datasets/dataset'
import type { OpenedDataset } from './openDataset'

/** Looked up at once. */
const lookUps = 32

/**
 * The real folders outside in which files of a dataset lie, and how many files each holds, the fullest first.
 * @param places the files and folders that its reference names
 * @param isInside of a real path
 */
export async function findOutsideFolders(
  dataset: OpenedDataset,
  places: readonly string[],
  isInside: (path: string) => Promise<boolean>,
): Promise<ReadonlyMap<string, number>> {
  const files = [...imageFiles(dataset), ...(await linksIn(places))]
  const folders = new Map<string, Promise<string>>()
  const realFolder = (folder: string): Promise<string> => {
    const found = folders.get(folder) ?? realpath(folder)
    folders.set(folder, found)
    return found
  }
  const counts = new Map<string, number>()
  const queue = files.values()
  const work = async (): Promise<void> => {
    for (const file of queue) {
      const folder = await realFolderOf(file, realFolder)
      if (folder !== undefined && !(await isInside(folder))) counts.set(folder, (counts.get(folder) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: lookUps }, work))
  return new Map([...counts].toSorted(([a, some], [b, others]) => others - some || (a < b ? -1 : 1)))
}

/** The folder in which a file really lies; undefined for one that is not there. */
async function realFolderOf(
  file: string,
  realFolder: (folder: string) => Promise<string>,
): Promise<string | undefined> {
  try {
    // Most files are no links: their folder alone is resolved, once.
    const isLink = (await lstat(file)).isSymbolicLink()
    return isLink ? dirname(await realpath(file)) : await realFolder(dirname(file))
  } catch {
    return undefined
  }
}

function* imageFiles(dataset: OpenedDataset): Generator<string> {
  for (const name of splitNames) {
    const split = dataset.images(name)
    if (!split) continue
    for (let index = 0; index < split.count; index++) {
      const image = split.locate(index)
      if (image.form === 'array') break
      yield image.path
    }
  }
}

/** Links directly in the folders that are named: files of arrays (MNIST, CIFAR) may be links too. */
async function linksIn(places: readonly string[]): Promise<readonly string[]> {
  const links: string[] = []
  for (const place of places) {
    const entries = await readdir(place, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      const path = join(place, entry.name)
      // The images in a linked folder tell where they lie themselves.
      const isFile = entry.isSymbolicLink() && (await stat(path).catch(() => undefined))?.isFile() === true
      if (isFile) links.push(path)
    }
  }
  return links
}
