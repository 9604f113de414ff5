// Walking folders for image files: symbolic links, hidden files, odd names, permissions; not what the folders mean.
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import type { Dirent } from 'node:fs'
import { extname, join } from 'node:path'
import type { UnreadableFile } from '../../shared/datasets/dataset'
import { isOwnFile } from '../../shared/datasets/corrections'
import { compareNaturally } from '../../shared/datasets/naturalOrder'
import { imageExtensions, unreadImageExtensions } from '../../shared/datasets/imageHeader'
import { datasetFileError, describeFileError } from '../files/fileErrors'
import { describeKind } from '../files/readRegular'

export interface FolderEntries {
  /** Names of folders (links to folders too), in natural order. */
  readonly folders: readonly string[]
  /** Names of image files, in natural order. */
  readonly images: readonly string[]
}

/** What was met on the way and belongs to no class; one object for a whole walk. */
export class WalkFindings {
  /** Files that are no images by their extension: how many of each. */
  readonly ignored = new Map<string, number>()
  readonly unreadable: UnreadableFile[] = []

  ignore(name: string): void {
    if (isOwnFile(name)) return
    const extension = extname(name).toLowerCase() || '(no extension)'
    this.ignored.set(extension, (this.ignored.get(extension) ?? 0) + 1)
  }

  /** Sentences on images in formats that are not read and on other files, or none. */
  notes(): string[] {
    const counts = [...this.ignored].toSorted((a, b) => b[1] - a[1] || compareNaturally(a[0], b[0]))
    const isImage = ([extension]: readonly [string, number]): boolean => unreadImageExtensions.has(extension.slice(1))
    const images = counts.filter(isImage)
    const others = counts.filter((entry) => !isImage(entry))
    const list = (entries: readonly (readonly [string, number])[]): string =>
      entries
        .slice(0, 8)
        .map(([extension, count]) => `${extension} ${count}`)
        .join(', ')
    const sum = (entries: readonly (readonly [string, number])[]): number =>
      entries.reduce((total, [, count]) => total + count, 0)
    return [
      ...(images.length > 0
        ? [
            `${sum(images)} ${sum(images) === 1 ? 'file is' : 'files are'} of formats that are not read (${list(images)}): convert them to PNG or JPEG.`,
          ]
        : []),
      ...(others.length > 0
        ? [`${sum(others)} other ${sum(others) === 1 ? 'file was' : 'files were'} ignored (${list(others)}).`]
        : []),
    ]
  }
}

/** Folders that systems and network drives add for themselves, lower case: thumbnails, bins, remains. */
const systemFolders: ReadonlySet<string> = new Set([
  '__macosx',
  '@eadir',
  '@recycle',
  '@recently-snapshot',
  '@tmp',
  '#recycle',
  '#snapshot',
  '$recycle.bin',
  'recycler',
  'system volume information',
  'lost+found',
  'network trash folder',
  'temporary items',
  '_gsdata_',
])

/** What Netloom itself keeps beside the images of a dataset. */
const ownFile = /^netloom-[a-z]+\.json$/

/** Hidden files, and what systems and Netloom add. */
function isHidden(name: string): boolean {
  return name.startsWith('.') || systemFolders.has(name.toLowerCase()) || ownFile.test(name)
}

/** What stands for bytes of a name that are no UTF-8. */
const replacement = '\ufffd'

/** Whether a name was not UTF-8 on disk: as it is shown it names nothing. */
async function isUnnameable(name: string, path: string): Promise<boolean> {
  return name.includes(replacement) && (await lstat(path).catch(() => undefined)) === undefined
}

function hasImageExtension(name: string): boolean {
  return imageExtensions.has(extname(name).slice(1).toLowerCase())
}

/** What an entry is, links followed. */
async function entryKind(entry: Dirent, path: string): Promise<'folder' | 'file' | { readonly reason: string }> {
  if (entry.isDirectory()) return 'folder'
  if (entry.isFile()) return 'file'
  const about = entry.isSymbolicLink() ? 'symbolic link: its target ' : ''
  try {
    const target = await stat(path)
    if (target.isDirectory()) return 'folder'
    return target.isFile() ? 'file' : { reason: about + describeKind(target) }
  } catch (error) {
    return { reason: about + describeFileError(error) }
  }
}

/**
 * Lists one folder.
 * @param shownAs its path in messages, relative to the dataset
 * @throws NetloomError dataset.missing, dataset.permission, file.read
 */
export async function listFolder(path: string, shownAs: string, findings: WalkFindings): Promise<FolderEntries> {
  let entries: Dirent[]
  try {
    entries = await readdir(path, { withFileTypes: true })
  } catch (error) {
    throw datasetFileError(error, path, 'Folder')
  }
  const folders: string[] = []
  const images: string[] = []
  for (const entry of entries) {
    const { name } = entry
    if (isHidden(name)) continue
    if (await isUnnameable(name, join(path, name))) {
      const what = entry.isDirectory() ? 'the folder is left out, its name' : 'its name'
      findings.unreadable.push({ file: joinShown(shownAs, name), reason: `${what} is not UTF-8: rename it` })
      continue
    }
    const kind = await entryKind(entry, join(path, name))
    if (typeof kind === 'object') {
      if (hasImageExtension(name)) findings.unreadable.push({ file: joinShown(shownAs, name), reason: kind.reason })
      else findings.ignore(name)
    } else if (kind === 'folder') folders.push(name)
    else if (kind === 'file' && hasImageExtension(name)) images.push(name)
    else findings.ignore(name)
  }
  return { folders: folders.sort(compareNaturally), images: images.sort(compareNaturally) }
}

/** Joins path parts for names and messages: always `/`, whatever the system. */
export function joinShown(folder: string, name: string): string {
  return folder === '' || name === '' ? folder + name : `${folder}/${name}`
}

/** Whether an image lies in a folder or below it; nothing that cannot be read is looked into. */
export async function holdsImages(path: string, above: readonly string[] = []): Promise<boolean> {
  const real = await realpath(path).catch(() => undefined)
  if (real === undefined || above.includes(real)) return false
  const entries = await listFolder(path, '', new WalkFindings()).catch(() => undefined)
  if (!entries) return false
  if (entries.images.length > 0) return true
  for (const name of entries.folders) if (await holdsImages(join(path, name), [...above, real])) return true
  return false
}

/**
 * All images in a folder and the folders below it, as paths relative to it with `/`, in natural order.
 * A folder that was entered on the way down is not entered again, so links that lead back end.
 * @throws NetloomError dataset.permission, file.read
 */
export async function findImages(path: string, shownAs: string, findings: WalkFindings): Promise<string[]> {
  const found: string[] = []
  const walk = async (folder: string, relative: string, above: readonly string[]): Promise<void> => {
    const real = await realpath(folder).catch((error: unknown) => {
      throw datasetFileError(error, folder, 'Folder')
    })
    if (above.includes(real)) return
    const { folders, images } = await listFolder(folder, joinShown(shownAs, relative), findings)
    for (const name of images) found.push(joinShown(relative, name))
    for (const name of folders) await walk(join(folder, name), joinShown(relative, name), [...above, real])
  }
  await walk(path, '', [])
  return found
}
