// Which paths a screen may name: those inside the folders that were opened to it, symbolic links resolved; not reading them.
import { lstat, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { NetloomError } from '../../shared/graph/errors'
import { InsideWalk, isInside } from './followInside'
import { describeKind } from './readRegular'
import { systemCode } from './durableFile'
import { readFailure } from './fileErrors'

/**
 * The real path of a file or folder that may not be there yet: the links of its deepest existing folder resolved.
 * @throws NetloomError file.outside for a link that leads nowhere, file.read
 */
async function resolveReal(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (cause) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) throw readFailure(path, cause)
  }
  const isLink = await lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  )
  if (isLink) throw outsideError(path, 'is a link that leads nowhere')
  const folder = dirname(path)
  return folder === path ? path : join(await resolveReal(folder), basename(path))
}

function outsideError(path: string, why: string): NetloomError {
  return new NetloomError('file.outside', `"${path}" ${why}.`, {
    path,
    hint: 'Netloom reaches the folders that it was started with: start it with the one that holds this.',
  })
}

/** Refuses pipes, sockets and devices: opening one may wait for ever. @throws NetloomError file.read */
async function requireReadable(real: string): Promise<string> {
  const found = await stat(real).catch(() => undefined)
  if (!found || found.isFile() || found.isDirectory()) return real
  throw new NetloomError('file.read', `"${real}" ${describeKind(found)}.`, {
    path: real,
    hint: 'Choose a file or a folder.',
  })
}

/** The folders that were opened to a screen. */
export class PathRoots {
  private readonly real: Promise<readonly string[]> | null

  /** @param folders absolute; null: the whole machine, for the desktop app of the person who sits at it */
  constructor(private readonly folders: readonly string[] | null) {
    this.real = folders && Promise.all(folders.map(resolveReal))
    // Whoever asks gets the failure; until then it must not count as unhandled.
    this.real?.catch(() => undefined)
  }

  /** The folders, links resolved; of the whole machine its root. */
  async list(): Promise<readonly string[]> {
    return (await this.real) ?? [resolve(sep)]
  }

  /** Follows paths without looking at anything outside. */
  async walk(): Promise<InsideWalk> {
    const real = await this.list()
    return new InsideWalk(
      real.map((folder, index) => ({ real: folder, named: resolve(this.folders?.[index] ?? folder) })),
    )
  }

  /** Whether a real path lies inside. */
  async holds(path: string): Promise<boolean> {
    if (!this.folders) return true
    return (await this.list()).some((folder) => isInside(path, folder))
  }

  /**
   * The real path of what a screen names; relative paths start from the first folder.
   * @throws NetloomError file.outside; file.read, also for what is no file and no folder
   */
  async require(path: string): Promise<string> {
    if (path.includes('\0')) throw outsideError(path.replaceAll('\0', '?'), 'is no path')
    const [first = resolve(sep)] = this.folders ?? [process.cwd()]
    // Refused for where it leads, before anything outside is looked at.
    if ((await (await this.walk()).findWayOut(resolve(first, path))) !== undefined)
      throw outsideError(path, 'lies outside the folders that were opened here')
    const real = await resolveReal(resolve(first, path))
    if (await this.holds(real)) return requireReadable(real)
    throw outsideError(path, 'lies outside the folders that were opened here')
  }
}
