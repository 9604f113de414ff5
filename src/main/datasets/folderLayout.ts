// Which folders of an image folder are splits and which are classes that are named like one; what they hold is not kept.
import { join } from 'node:path'
import { splitNamed } from '../../shared/datasets/csvManifest'
import type { SplitName } from '../../shared/datasets/dataset'
import { NetloomError } from '../../shared/graph/errors'
import { holdsImages, listFolder, WalkFindings, type FolderEntries } from './imageTree'

export interface FolderLayout {
  /** Folders of splits, by split; empty where every folder is a class. */
  readonly splits: ReadonlyMap<SplitName, string>
  /** The other folders: classes where there are no splits. */
  readonly others: readonly string[]
  readonly notes: readonly string[]
}

/** What a folder looks like from outside. */
interface Shape {
  readonly folder: string
  readonly split: SplitName | undefined
  /** Whether it holds images itself. */
  readonly isFlat: boolean
  /** Folders in it with images somewhere below. */
  readonly classes: readonly string[]
}

async function lookAt(directory: string, folder: string): Promise<Shape> {
  const path = join(directory, folder)
  const { images, folders } = await listFolder(path, folder, new WalkFindings())
  const classes: string[] = []
  for (const name of folders) if (await holdsImages(join(path, name))) classes.push(name)
  return { folder, split: splitNamed(folder), isFlat: images.length > 0, classes }
}

function listQuoted(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`)
  return quoted.length < 2 ? (quoted[0] ?? '') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
}

/** Two spellings of one split are an error. */
function splitsOf(named: readonly Shape[], directory: string): ReadonlyMap<SplitName, string> {
  const found = new Map<SplitName, string>()
  for (const { folder, split } of named) {
    if (!split) continue
    const other = found.get(split)
    if (other !== undefined) {
      throw new NetloomError(
        'dataset.reference',
        `Folder "${directory}" has two folders for the ${split} split: "${other}" and "${folder}".`,
        { path: directory, hint: 'Keep one of them.' },
      )
    }
    found.set(split, folder)
  }
  return found
}

/**
 * Tells splits from classes. Folders named like splits (train, valid, test ...) are splits where class folders lie in
 * one of them; they are classes where they hold the images themselves and stand beside other folders of images.
 * @throws NetloomError dataset.reference where it could be both, or two folders name one split
 */
export async function readLayout(directory: string, { folders }: FolderEntries): Promise<FolderLayout> {
  const names = folders.filter((folder) => splitNamed(folder) !== undefined)
  const others = folders.filter((folder) => splitNamed(folder) === undefined)
  if (names.length === 0) return { splits: new Map(), others, notes: [] }
  const named = await Promise.all(names.map((folder) => lookAt(directory, folder)))
  const beside = (await Promise.all(others.map((folder) => lookAt(directory, folder)))).filter(
    ({ isFlat, classes }) => isFlat || classes.length > 0,
  )
  const deep = named.filter(({ isFlat, classes }) => !isFlat && classes.length > 0)
  const asSplits = (): FolderLayout => ({ splits: splitsOf(named, directory), others, notes: [] })
  if (beside.length === 0 || (deep.length > 0 && new Set(deep.map(({ split }) => split)).size > 1)) return asSplits()
  const asClasses: FolderLayout = {
    splits: new Map(),
    others: folders,
    notes: [
      `${listQuoted(names)} ${names.length === 1 ? 'is a class' : 'are classes'} here, not ${
        names.length === 1 ? 'a split' : 'splits'
      }: ${listQuoted(beside.slice(0, 3).map(({ folder }) => folder))} beside ${names.length === 1 ? 'it' : 'them'} hold images too.`,
    ],
  }
  if (deep.length === 0 || beside.some(({ isFlat }) => isFlat)) return asClasses
  const [first] = deep
  throw new NetloomError(
    'dataset.reference',
    `Folder "${directory}" could be read in two ways: "${first?.folder}" may be a split with the classes ${listQuoted(
      first?.classes.slice(0, 3) ?? [],
    )}, or a class like ${listQuoted(beside.slice(0, 3).map(({ folder }) => folder))}.`,
    {
      path: directory,
      hint: `If it is a split, open "${join(directory, first?.folder ?? '')}" itself; if it is a class, rename it or put all classes into one folder named train.`,
    },
  )
}
