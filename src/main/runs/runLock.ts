// The lock of a run folder (`run.lock`): one process trains a run at a time, and a dead process holds nothing.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { NetloomError } from '../../shared/graph/errors'
import { holderSchema, isAlive, isHolderAlive, thisHolder } from '../files/holder'
import { createLock, readLockText, removeStaleLock } from '../files/lockFile'

const lockSchema = holderSchema.extend({
  /** The process that started the trainer. */
  parent: z.int().min(0),
})

type LockContent = z.output<typeof lockSchema>

/** How long an orphaned trainer is given to finish its step and its checkpoint. */
const orphanWaitMs = 10_000

/** @returns undefined where the text is not a whole lock */
function parseLock(text: string): LockContent | undefined {
  try {
    return lockSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

function busyError(directory: string, lock: LockContent): NetloomError {
  return new NetloomError('run.busy', `The run "${directory}" is being trained by process ${lock.pid}.`, {
    path: directory,
    received: lock.pid,
    hint: 'Wait until it ends or stop it, then try again.',
  })
}

const lockPath = (directory: string) => join(directory, 'run.lock')

/** The process that trains the run at present; undefined where none does. */
export function findTrainer(directory: string): number | undefined {
  const lock = parseLock(readLockText(lockPath(directory)))
  return lock && isHolderAlive(lock) ? lock.pid : undefined
}

/** Waits until the holder has gone, as long as it is an orphan that may be finishing its step. */
async function waitForOrphan(directory: string, lock: LockContent, waitMs: number): Promise<void> {
  if (!isHolderAlive(lock)) return
  if (isAlive(lock.parent)) throw busyError(directory, lock)
  for (let waited = 0; isHolderAlive(lock); waited += 50) {
    if (waited >= waitMs) throw busyError(directory, lock)
    await sleep(50)
  }
}

/**
 * Takes the lock for this process; one left by a dead process is taken over.
 * A trainer whose parent has died is stopping: it is waited for, `waitMs` at most.
 * @returns what gives the lock back
 * @throws NetloomError run.busy, file.write
 */
export async function takeRunLock(directory: string, waitMs = orphanWaitMs): Promise<() => void> {
  const path = lockPath(directory)
  const content: LockContent = { ...thisHolder(), parent: process.ppid }
  let unreadable = 0
  while (!createLock(path, content)) {
    const text = readLockText(path)
    const lock = parseLock(text)
    // A lock without content is being written just now, or its writer was killed in that instant.
    if (!lock && ++unreadable < 5) {
      await sleep(50)
      continue
    }
    if (lock) await waitForOrphan(directory, lock, waitMs)
    removeStaleLock(path, text)
  }
  return () => {
    if (parseLock(readLockText(path))?.pid === process.pid) rmSync(path, { force: true })
  }
}
