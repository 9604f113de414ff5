// The program's log: what failed and when, for the person who looks for the reason; it is kept on this machine and sent nowhere.
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'

/** Beyond this size the file becomes the older one, and the one before that is gone. */
const largestBytes = 512 * 1024
/** Characters of one entry. */
const longestEntry = 8000

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** What is known of a failure: its stack, with those of its causes. */
export function describeFailure(error: unknown): string {
  return error instanceof Error ? inspect(error, { depth: 3, breakLength: 120 }) : String(error)
}

/**
 * A file of entries, each with its time. It is written at once, since the program may be about to end, and what cannot be
 * written is dropped: there is nobody left to tell.
 */
export class LogFile {
  readonly path: string
  private readonly older: string

  constructor(folder: string) {
    this.path = join(folder, 'netloom.log')
    this.older = join(folder, 'netloom-older.log')
  }

  write(what: string, more = ''): void {
    const text = `${what}${more === '' ? '' : `\n${more}`}`.slice(0, longestEntry)
    const entry = `${new Date().toISOString()} ${text.replaceAll('\n', '\n  ')}\n`
    try {
      mkdirSync(dirname(this.path), { recursive: true })
      if (sizeOf(this.path) + entry.length > largestBytes) renameSync(this.path, this.older)
      appendFileSync(this.path, entry, { mode: 0o600 })
    } catch {
      // The log is what would say why.
    }
  }
}
