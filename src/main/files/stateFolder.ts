// What Netloom remembers between two starts, as small JSON files in a folder of the user's account; not what is in them.
import { mkdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { z } from 'zod'
import { FileWriter, readFailure, systemCode, writeFailure } from './durableFile'

/** The folder of the platform for what a program remembers; `NETLOOM_STATE` names another one. */
export function findStateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment['NETLOOM_STATE']
  if (named) return named
  if (process.platform === 'win32')
    return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Netloom')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Netloom')
  return join(environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'netloom')
}

/** One remembered value in a file of its own; read and written one after the other. */
export class StateFile<T> {
  private queue: Promise<unknown> = Promise.resolve()

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
      text = await readFile(path, 'utf8')
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
    const work = this.queue.then(() => this.replace(change))
    this.queue = work.catch(() => undefined)
    return work
  }

  private async replace(change: (value: T) => T): Promise<T> {
    const value = change(await this.read())
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 })
    } catch (cause) {
      throw writeFailure(this.folder, cause)
    }
    const text = `${JSON.stringify(value, null, 2)}\n`
    await new FileWriter().writeWhole(join(this.folder, this.name), [new TextEncoder().encode(text)])
    return value
  }
}
