// Which file each row of a CSV manifest means: paths of this or another system, names without ending or folder.
import { stat } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { describeFileError } from '../files/fileErrors'
import { findImages, WalkFindings } from './imageTree'

/** The file of a row, or why there is none. */
export type RowFile =
  { readonly path: string; readonly isFoundByName: boolean } | { readonly path: string; readonly reason: string }

/** How many files are looked up at once. */
const lookUps = 32

async function whyNoFile(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isFile() ? undefined : 'is no file'
  } catch (error) {
    return describeFileError(error)
  }
}

/** A path without the ending of its last part. */
function withoutEnding(path: string): string {
  return path.replace(/\.[^./]+$/u, '')
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The images below a folder, by their names with and without ending. */
class NamedImages {
  private readonly byName = new Map<string, string[]>()

  private constructor(private readonly folder: string) {}

  static async below(folder: string): Promise<NamedImages> {
    const images = new NamedImages(folder)
    for (const path of await findImages(folder, '', new WalkFindings())) {
      images.add(lastPart(path), path)
      images.add(lastPart(withoutEnding(path)), path)
    }
    return images
  }

  private add(name: string, path: string): void {
    const there = this.byName.get(name)
    if (there) there.push(path)
    else this.byName.set(name, [path])
  }

  /** The one image whose path ends so, its own ending left out or not. */
  find(wanted: string): RowFile | undefined {
    const tail = wanted.replace(/^(\.?\/)+/u, '')
    const isSo = (path: string): boolean => path === tail || path.endsWith(`/${tail}`)
    const found = (this.byName.get(lastPart(tail)) ?? []).filter((path) => isSo(path) || isSo(withoutEnding(path)))
    const [only] = found
    if (only === undefined) return undefined
    const path = join(this.folder, only)
    if (found.length === 1) return { path, isFoundByName: true }
    return { path, reason: `may be ${found.length} files: ${found.slice(0, 3).join(', ')}` }
  }
}

/**
 * Finds the files of rows. Paths are relative to the folder, or absolute; backslashes stand for slashes where no file has
 * them in its name; names without ending or folder are looked for below the folder.
 */
export async function findRowFiles(paths: readonly string[], folder: string): Promise<readonly RowFile[]> {
  const files: RowFile[] = Array.from({ length: paths.length })
  let named: Promise<NamedImages> | undefined
  const find = async (written: string): Promise<RowFile> => {
    const place = (path: string): string => (isAbsolute(path) ? resolve(path) : join(folder, path))
    const own = place(written)
    const reason = await whyNoFile(own)
    if (reason === undefined) return { path: own, isFoundByName: false }
    const slashed = written.replaceAll('\\', '/')
    const other = place(slashed)
    if (slashed !== written && (await whyNoFile(other)) === undefined) return { path: other, isFoundByName: false }
    named ??= NamedImages.below(folder)
    return (await named).find(slashed) ?? { path: own, reason }
  }
  let next = 0
  const work = async (): Promise<void> => {
    while (next < paths.length) {
      const index = next++
      files[index] = await find(paths[index] ?? '')
    }
  }
  await Promise.all(Array.from({ length: lookUps }, work))
  return files
}
