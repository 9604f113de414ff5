// Names of what can be read in a folder: files and folders, no pipes, sockets or devices, which would be waited for.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Names of files and folders, and of links to such; a link that leads nowhere stays, so that it is found missing. */
export async function listNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const isReadable = await Promise.all(
    entries.map(async (entry) => {
      if (!entry.isSymbolicLink()) return entry.isFile() || entry.isDirectory()
      return stat(join(folder, entry.name)).then(
        (target) => target.isFile() || target.isDirectory(),
        () => true,
      )
    }),
  )
  return entries.flatMap(({ name }, index) => (isReadable[index] ? [name] : []))
}
