// Walking folders for image files: symbolic links, hidden files, odd names, permissions; not what the folders mean.
import { readdir, realpath, stat } from 'node:fs/promises'
import type { Dirent } from 'node:fs'
import { extname, join } from 'node:path'
import type { UnreadableFile } from '../../shared/datasets/dataset'
import { compareNaturally } from '../../shared/datasets/naturalOrder'
import { imageExtensions } from './decodeImage'
import { datasetFileError, describeFileError } from '../files/fileErrors'

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
    const extension = extname(name).toLowerCase() || '(no extension)'
    this.ignored.set(extension, (this.ignored.get(extension) ?? 0) + 1)
  }

  /** One sentence on ignored files, or none. */
  notes(): string[] {
    const counts = [...this.ignored].toSorted((a, b) => b[1] - a[1] || compareNaturally(a[0], b[0]))
    const total = counts.reduce((sum, [, count]) => sum + count, 0)
    if (total === 0) return []
    const list = counts.slice(0, 8).map(([extension, count]) => `${extension} ${count}`)
    return [`${total} other ${total === 1 ? 'file was' : 'files were'} ignored (${list.join(', ')}).`]
  }
}

/** Hidden files and the folder that macOS adds to archives. */
function isHidden(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX'
}

function hasImageExtension(name: string): boolean {
  return imageExtensions.has(extname(name).slice(1).toLowerCase())
}

/** What an entry is, links followed. */
async function entryKind(
  entry: Dirent,
  path: string,
): Promise<'folder' | 'file' | 'other' | { readonly reason: string }> {
  if (entry.isDirectory()) return 'folder'
  if (entry.isFile()) return 'file'
  if (!entry.isSymbolicLink()) return 'other'
  try {
    const target = await stat(path)
    if (target.isDirectory()) return 'folder'
    return target.isFile() ? 'file' : 'other'
  } catch (error) {
    return { reason: `symbolic link: its target ${describeFileError(error)}` }
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
