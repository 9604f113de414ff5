// Where a path leads, links followed as long as they lie inside given folders: of what lies outside nothing is looked at, so that no answer tells whether it exists.
import { readlink } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { systemCode } from './durableFile'

/** Whether `path` is `folder` or lies below it; both absolute, links resolved. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** A folder that was opened, as it was named and with its links resolved. */
export interface OpenedFolder {
  readonly named: string
  readonly real: string
}

/** More links than this lead in a circle. */
const mostLinks = 40

/** What a link says; undefined where there is none. */
async function targetOf(path: string): Promise<string | undefined> {
  try {
    return await readlink(path)
  } catch (cause) {
    // EINVAL, and UNKNOWN on Windows: it is there and no link.
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) throw cause
    return undefined
  }
}

/** Follows paths into folders that were opened; what it has seen of the folders on the way is remembered. */
export class InsideWalk {
  private readonly targets = new Map<string, Promise<string | undefined>>()

  constructor(private readonly folders: readonly OpenedFolder[]) {}

  /**
   * The first place outside that an absolute path leads to, as it is written or as a link says; undefined where it stays
   * inside, also where there is nothing.
   */
  async findWayOut(path: string): Promise<string | undefined> {
    let place = path
    for (let links = 0; links <= mostLinks; links++) {
      const folder = this.folders.find(({ named, real }) => isInside(place, real) || isInside(place, named))
      if (!folder) return place
      const from = isInside(place, folder.real) ? folder.real : folder.named
      const next = await this.followOne(folder.real, relative(from, place))
      if (next === undefined) return undefined
      place = next
    }
    return undefined
  }

  /** The path with the first link on it replaced; undefined where there is none. */
  private async followOne(folder: string, way: string): Promise<string | undefined> {
    let at = folder
    const parts = way === '' ? [] : way.split(sep)
    for (const [index, part] of parts.entries()) {
      const parent = at
      at = join(at, part)
      const isLast = index === parts.length - 1
      try {
        const target = await (isLast ? targetOf(at) : this.remembered(at))
        if (target !== undefined) return resolve(parent, target, ...parts.slice(index + 1))
      } catch {
        return undefined
      }
    }
    return undefined
  }

  private remembered(folder: string): Promise<string | undefined> {
    const known = this.targets.get(folder) ?? targetOf(folder)
    this.targets.set(folder, known)
    return known
  }
}
