// What Netloom remembers between two starts, as small JSON files in a folder of the user's account; not what is in them.
import { homedir } from 'node:os'
import { join } from 'node:path'
import pLimit from 'p-limit'
import type { z } from 'zod'
import { systemCode, writeFailure } from './durableFile'
import { readFailure } from './fileErrors'
import { withFileLock } from './lockFile'
import { replaceFile } from './sharedFile'
import { makeFolders } from './makeFolders'
import { readRegularText } from './readRegular'

/** The folder of the platform for what a program remembers; `NETLOOM_STATE` names another one. */
export function findStateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment['NETLOOM_STATE']
  if (named) return named
  if (process.platform === 'win32')
    return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Netloom')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Netloom')
  return join(environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'netloom')
}

/** Makes the folder that things are remembered in, for this user alone. @throws NetloomError file.write */
export async function makeStateFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder, 0o700)
  } catch (cause) {
    throw writeFailure(folder, cause)
  }
}

/** One remembered value in a file of its own; changed by one process and one change at a time. */
export class StateFile<T> {
  private readonly turn = pLimit(1)

  /** @param empty what a missing or unreadable file stands for */
  constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly schema: z.ZodType<T>,
    private readonly empty: T,
  ) {}

  /** @throws NetloomError file.read */
  async read(): Promise<T> {
    const path = join(this.folder, this.name)
    let text: string
    try {
      text = await readRegularText(path)
    } catch (cause) {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) return this.empty
      throw readFailure(path, cause)
    }
    try {
      return this.schema.parse(JSON.parse(text))
    } catch {
      // A file of another version, or one that a person has edited, is only a memory: it begins anew.
      return this.empty
    }
  }

  /** Replaces the value by what `change` makes of it. @throws NetloomError file.read, file.write */
  update(change: (value: T) => T): Promise<T> {
    return this.turn(async () => {
      await makeStateFolder(this.folder)
      const path = join(this.folder, this.name)
      return withFileLock(path, async () => {
        const value = change(await this.read())
        await replaceFile(path, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`), 0o600)
        return value
      })
    })
  }
}
