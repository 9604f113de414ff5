// Replacing files that other processes may replace at the same time, or that belong to the user: the mode stays, names of temporary files are nobody else's.
import { chmod, chown, lstat, readdir, rename, rm, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { FileWriter, partName, systemCode, writeFailure } from './durableFile'
import { isAlive } from './holder'
import { shortName } from './shortName'

/** Temporary files of one target: `.NAME.PID-RANDOM.part`. */
const partPattern = /^\.(.+)\.(\d+)-[0-9a-f]{8}\.part$/

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined
    throw writeFailure(path, cause)
  }
}

/** Takes away what killed processes left in a folder. @param name of the one target that is meant; left out: of all */
export async function tidyParts(folder: string, name?: string): Promise<void> {
  for (const entry of await readdir(folder).catch(() => [])) {
    const [, target, pid] = partPattern.exec(entry) ?? []
    const isMeant = target !== undefined && (name === undefined || target === name)
    if (isMeant && !isAlive(Number(pid))) await rm(join(folder, entry), { force: true })
  }
}

/**
 * Replaces a file whole or not at all, whoever else does so at the same time; the last one stays.
 * A file that is there keeps its mode and, where that is allowed, its owner.
 * @param mode of a new file; left out: as the system has it
 * @throws NetloomError file.write; the old file is then as it was
 */
export async function replaceFile(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
  const folder = dirname(path)
  const present = await statOf(path)
  await tidyParts(folder, shortName(basename(path)))
  const part = join(folder, partName(basename(path)))
  try {
    await new FileWriter().writeWhole(part, [bytes])
    const kept = present ? present.mode & 0o7777 : mode
    if (kept !== undefined) await chmod(part, kept)
    if (present && process.platform !== 'win32') {
      const made = await stat(part)
      // Another owner than this user can be given by the system's administrator alone.
      if (made.uid !== present.uid || made.gid !== present.gid)
        await chown(part, present.uid, present.gid).catch(() => undefined)
    }
    await rename(part, path)
  } catch (cause) {
    await rm(part, { force: true })
    throw writeFailure(path, cause)
  }
}

/** Whether a file is there that its owner has made read-only. @throws NetloomError file.write */
export async function isReadOnly(path: string): Promise<boolean> {
  const present = await statOf(path)
  return present !== undefined && (present.mode & 0o200) === 0
}

/** Whether something of that name is there, a broken link included. */
export async function isTaken(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
