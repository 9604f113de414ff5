// What is dropped, pasted or chosen as image files with their paths, folders walked; and which folders are classes; not keeping them.
import { imageExtensions, unreadImageExtensions } from '../../../shared/datasets/imageHeader'

/** A file that a person gave. */
export interface GivenFile {
  readonly file: File
  /** With the folders that were given, `pets/cat/1.png`; its name alone where it was given by itself. */
  readonly path: string
}

/** What was given, with how many files in folders were passed over since they are no images. */
export interface Given {
  readonly files: readonly GivenFile[]
  readonly passedOver: number
}

function extensionOf(path: string): string {
  return /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
}

/** Whether a file in a folder is meant: what is an image by its name or kind, readable or not; hidden files are not. */
export function isMeant(path: string, type: string): boolean {
  if (path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX')) return false
  const extension = extensionOf(path)
  return imageExtensions.has(extension) || unreadImageExtensions.has(extension) || type.startsWith('image/')
}

/** Keeps what is meant of files from folders; a file that was given by itself is always meant. */
export function sortOut(all: readonly GivenFile[]): Given {
  const files = all.filter(({ file, path }) => !path.includes('/') || isMeant(path, file.type))
  const hidden = all.filter(({ path }) => path.split('/').some((part) => part.startsWith('.')))
  return { files, passedOver: all.length - files.length - hidden.filter(({ path }) => path.includes('/')).length }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

/** All entries of a folder; browsers hand over a hundred at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const found: FileSystemEntry[] = []
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (part.length === 0) return found
    found.push(...part)
  }
}

async function walk(entry: FileSystemEntry, above: string, found: GivenFile[]): Promise<void> {
  const path = above === '' ? entry.name : `${above}/${entry.name}`
  // What the two kinds of entries are is said by these flags alone.
  if (entry.isFile) found.push({ file: await fileOf(entry as FileSystemFileEntry), path })
  else for (const inner of await entriesOf(entry as FileSystemDirectoryEntry)) await walk(inner, path, found)
}

/** What was dropped or pasted, folders walked. To be called while the event is handled: afterwards nothing is there. */
export function readTransfer(data: DataTransfer): Promise<Given> {
  const entries = Array.from(data.items, (item) => item.webkitGetAsEntry())
  const files = Array.from(data.files)
  return (async () => {
    const found: GivenFile[] = []
    if (entries.some((entry) => entry?.isDirectory)) {
      for (const entry of entries) if (entry) await walk(entry, '', found)
    } else for (const file of files) found.push({ file, path: file.name })
    return sortOut(found)
  })()
}

/** What was chosen in a dialog of the browser, files or a whole folder. */
export function readChosen(files: FileList): Given {
  return sortOut(Array.from(files, (file) => ({ file, path: file.webkitRelativePath || file.name })))
}

/**
 * Which class each file of dropped folders belongs to: the folder that was dropped; where a single one was dropped whose
 * images lie in folders of their own, each of these. Files without a folder have none.
 * @returns numbers of the files, by class
 */
export function groupByClass(paths: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const parts = paths.map((path) => path.split('/'))
  const inFolders = parts.filter(({ length }) => length > 1)
  const isOne = new Set(inFolders.map(([top]) => top)).size === 1
  const depth = isOne && inFolders.every(({ length }) => length > 2) ? 1 : 0
  const groups = new Map<string, number[]>()
  for (const [index, path] of parts.entries()) {
    const name = path.length > depth + 1 ? path[depth] : undefined
    if (name === undefined) continue
    groups.set(name, [...(groups.get(name) ?? []), index])
  }
  return groups
}
