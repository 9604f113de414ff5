// The folders outside that a dataset names, in a list or by links, found without looking there: whether its files exist changes nothing.
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path'
import { imageExtensions } from '../../shared/datasets/imageHeader'
import type { InsideWalk } from '../files/followInside'
import { forEachAtOnce } from '../process/parallel'
import { manifestExtensions, readManifest } from './csvDataset'

/** Endings of files that datasets consist of beside images. */
const fileEndings: ReadonlySet<string> = new Set([...imageExtensions, ...manifestExtensions, 'bin', 'gz'])

/** A link is taken for what its name says, since its target is not looked at. */
function isFileName(name: string): boolean {
  return fileEndings.has(extname(name).slice(1).toLowerCase()) || /[-_.]ubyte$/iu.test(name)
}

/** The links in a folder and below, none of them followed. */
async function* linksBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isSymbolicLink()) yield path
    else if (entry.isDirectory()) yield* linksBelow(path)
  }
}

/** What a row of a list may mean. */
function meaningsOf(written: string, folder: string): readonly string[] {
  return [...new Set([written, written.replaceAll('\\', '/')])].map((path) =>
    isAbsolute(path) ? resolve(path) : join(folder, path),
  )
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** The lists that a place is or may be opened by. */
async function listsOf(place: string, isFolder: boolean): Promise<readonly string[]> {
  if (!isFolder) return [place]
  const names = await readdir(place).catch(() => [])
  return names.filter((name) => extname(name).toLowerCase() === '.csv').map((name) => join(place, name))
}

/**
 * The folders outside, by how many rows and links lead there, the most first.
 * @param places the files and folders inside that the dataset's reference names
 */
export async function findNamedOutside(
  places: readonly string[],
  walk: InsideWalk,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  const look = async (path: string): Promise<boolean> => {
    const place = await walk.findWayOut(path)
    if (place === undefined) return false
    const folder = isFileName(basename(place)) || isFileName(basename(path)) ? dirname(place) : place
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
    return true
  }
  const lookAtList = async (list: string): Promise<void> => {
    let isFoundByName = false
    // A list that cannot be read is refused when it is opened.
    const rows = await readManifest(list).catch(() => [])
    await forEachAtOnce(rows.length, undefined, async (index) => {
      const meanings = meaningsOf(rows[index]?.path ?? '', dirname(list))
      const leadOut = await Promise.all(meanings.map(look))
      isFoundByName ||= !leadOut.includes(true) && !(await Promise.all(meanings.map(isThere))).includes(true)
    })
    // Names are then looked for in all folders below, and links among them are followed.
    if (isFoundByName) for await (const link of linksBelow(dirname(list))) await look(link)
  }
  for (const place of places) {
    const isFolder = await stat(place).then(
      (found) => found.isDirectory(),
      () => undefined,
    )
    if (isFolder === undefined) continue
    if (isFolder) for await (const link of linksBelow(place)) await look(link)
    for (const list of await listsOf(place, isFolder))
      if ((await walk.findWayOut(list)) === undefined) await lookAtList(list)
  }
  return new Map([...counts].toSorted(([a, some], [b, others]) => others - some || (a < b ? -1 : 1)))
}
