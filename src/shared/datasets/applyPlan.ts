// Which files of an image folder have to move so that it is by itself what its corrections make of it; names only, nothing is moved.
import { NetloomError } from '../graph/errors'
import type { SplitName } from './dataset'

/** An image of the folder, before and after its corrections. */
export interface FolderImage {
  /** From the folder: `train/cat/1.png`, or `cat/1.png` where there are no split folders. */
  readonly file: string
  /** Its class as it lies on disk. */
  readonly storedClass: string
  /** Its class now; null: left out. */
  readonly class: string | null
  /** The split that its file is to lie in; left out: where it is. */
  readonly split?: SplitName
}

export interface FolderToApply {
  readonly images: readonly FolderImage[]
  /** Folders of splits that there are. */
  readonly splitFolders: ReadonlyMap<SplitName, string>
  /** Where images go that are left out, from the folder: `../pets-left-out`. */
  readonly leftOutFolder: string
  /** Whether something lies at a path already. */
  readonly isTaken: (path: string) => boolean
}

/** One file that moves; both paths from the folder, with slashes. */
export interface FileMove {
  readonly from: string
  readonly to: string
}

export interface ApplyPlan {
  readonly moves: readonly FileMove[]
  /** How many files move into which folder, the fullest first. */
  readonly targets: readonly { readonly folder: string; readonly count: number }[]
  readonly leftOut: number
  /** Files that get another name, since theirs is taken where they go. */
  readonly renamed: number
}

/** @throws NetloomError dataset.reference where a class cannot be the name of a folder */
function requireFolderName(name: string): string {
  const isBad = /[\\/:*?"<>|\p{Cc}]/u.test(name) || name.startsWith('.') || /[. ]$/.test(name)
  if (!isBad) return name
  throw new NetloomError('dataset.reference', `Class "${name}" cannot be the name of a folder.`, {
    received: name,
    hint: 'Merge it into a class with another name: no slash, no colon, no dot at its beginning or end.',
  })
}

/** `a/b.png` as `a/b-2.png`, the first that is free. */
function findFree(path: string, isTaken: (path: string) => boolean): string {
  if (!isTaken(path)) return path
  const dot = path.lastIndexOf('.')
  const [stem, ending] = dot > path.lastIndexOf('/') ? [path.slice(0, dot), path.slice(dot)] : [path, '']
  let number = 2
  while (isTaken(`${stem}-${number}${ending}`)) number++
  return `${stem}-${number}${ending}`
}

/** The part of a path that names its split, with the slash; empty where there is none. */
function splitPrefix(file: string, folders: readonly string[]): string {
  const folder = folders.find((each) => file.startsWith(`${each}/`))
  return folder === undefined ? '' : `${folder}/`
}

/**
 * Plans which files move where: into the folder of their class and split, those that are left out beside the folder.
 * No file takes the name of another one, not even of one that moves away, and names that differ in case alone are one.
 * @throws NetloomError dataset.reference where a class cannot be the name of a folder
 */
export function planApply({ images, splitFolders, leftOutFolder, isTaken }: FolderToApply): ApplyPlan {
  const folders = [...splitFolders.values()]
  const classFolders = new Map<string, string>()
  const parts = images.map((image) => {
    const prefix = splitPrefix(image.file, folders)
    const [folder = '', ...rest] = image.file.slice(prefix.length).split('/')
    if (!classFolders.has(image.storedClass)) classFolders.set(image.storedClass, folder)
    return { image, prefix, folder, rest: rest.join('/') }
  })
  const taken = new Set(images.map(({ file }) => file.toLowerCase()))
  const isOccupied = (path: string): boolean => taken.has(path.toLowerCase()) || isTaken(path)
  const moves: FileMove[] = []
  const targets = new Map<string, number>()
  let [leftOut, renamed] = [0, 0]
  for (const { image, prefix, folder, rest } of parts) {
    const wanted = wantedFolder(image, { prefix, folder }, classFolders, splitFolders, leftOutFolder)
    const path = image.class === null ? `${leftOutFolder}/${image.file}` : `${wanted}/${rest}`
    if (path === image.file) continue
    const to = findFree(path, isOccupied)
    taken.add(to.toLowerCase())
    moves.push({ from: image.file, to })
    if (to !== path) renamed++
    if (image.class === null) leftOut++
    targets.set(wanted, (targets.get(wanted) ?? 0) + 1)
  }
  const sorted = [...targets].sort((a, b) => b[1] - a[1]).map(([folder, count]) => ({ folder, count }))
  return { moves, targets: sorted, leftOut, renamed }
}

function wantedFolder(
  { class: name, storedClass, split }: FolderImage,
  { prefix, folder }: { readonly prefix: string; readonly folder: string },
  classFolders: ReadonlyMap<string, string>,
  splitFolders: ReadonlyMap<SplitName, string>,
  leftOutFolder: string,
): string {
  if (name === null) return leftOutFolder
  const inClass = name === storedClass ? folder : (classFolders.get(name) ?? requireFolderName(name))
  return split === undefined ? `${prefix}${inClass}` : `${splitFolders.get(split) ?? split}/${inClass}`
}
