// Lock files between processes: made by one alone, taken over from the dead; what they guard is for others to say.
import { closeSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { NetloomError } from '../../shared/graph/errors'
import { systemCode, writeFailure } from './durableFile'
import { holderSchema, isHolderAlive, thisHolder, type Holder } from './holder'
import { readRegularTextSync } from './readRegular'

/** How long work on a shared file may take another process before it is told of. */
const patienceMs = 10_000
/** A lock without readable content is being written just now, or its writer was killed in that instant. */
const writingMs = 250

/** The text of a file; '' where it cannot be read. */
export function readLockText(path: string): string {
  try {
    return readRegularTextSync(path)
  } catch {
    return ''
  }
}

/** Creates a lock file with its content. @returns false where there is one already @throws NetloomError file.write */
export function createLock(path: string, content: object): boolean {
  let file: number
  try {
    file = openSync(path, 'wx')
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return false
    throw writeFailure(path, cause)
  }
  try {
    writeSync(file, `${JSON.stringify(content)}\n`)
  } catch (cause) {
    rmSync(path, { force: true })
    throw writeFailure(path, cause)
  } finally {
    closeSync(file)
  }
  return true
}

/** Takes a dead process's lock away, and puts back what another process has written since it was judged dead. */
export function removeStaleLock(path: string, judged: string): void {
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
    if (readLockText(aside) !== judged) linkSync(aside, path)
  } catch (cause) {
    if (!['ENOENT', 'EEXIST'].includes(systemCode(cause))) throw writeFailure(path, cause)
  } finally {
    rmSync(aside, { force: true })
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/**
 * Does work while this process alone holds `PATH.lock`; others wait for their turn.
 * Within one process, calls for the same path must not overlap.
 * @throws NetloomError file.write where another process holds it too long, and what the work throws
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`
  const began = performance.now()
  let unreadableSince: number | undefined
  while (!createLock(lock, thisHolder())) {
    const text = readLockText(lock)
    const holder = parseHolder(text)
    const now = performance.now()
    if (holder) unreadableSince = undefined
    else unreadableSince ??= now
    const isStale = holder ? !isHolderAlive(holder) : now - (unreadableSince ?? now) > writingMs
    if (isStale) {
      removeStaleLock(lock, text)
      continue
    }
    if (now - began > patienceMs)
      throw new NetloomError('file.write', `"${path}" is held by process ${holder?.pid ?? 'unknown'}.`, {
        path,
        received: holder?.pid,
        hint: 'Try again, or end that process.',
      })
    await sleep(5 + 20 * Math.random())
  }
  try {
    return await work()
  } finally {
    if (parseHolder(readLockText(lock))?.pid === process.pid) rmSync(lock, { force: true })
  }
}
