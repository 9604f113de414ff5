// Making folders, with the true reason where that fails.
import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { systemCode } from './durableFile'

type MakeFolder = (path: string, options: { readonly mode?: number }) => Promise<unknown>

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/**
 * Makes a folder and those above it. Node's own recursive call says "does not exist" of a disk that is read-only.
 * @param mode of the folders that are made; left out: as the system has it
 * @throws the system's error for the first folder that cannot be made
 */
export async function makeFolders(path: string, mode?: number, make: MakeFolder = mkdir): Promise<void> {
  const missing = [resolve(path)]
  for (let next = missing.at(-1); next !== undefined; next = missing.at(-1)) {
    try {
      await make(next, { mode })
      missing.pop()
    } catch (cause) {
      const above = dirname(next)
      if (systemCode(cause) === 'ENOENT' && above !== next && !(await isFolder(above))) missing.push(above)
      else if (await isFolder(next)) missing.pop()
      else throw cause
    }
  }
}
