// The lock of a run folder (`run.lock`): one process trains a run at a time, and a dead process holds nothing.
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { NetloomError } from '../../shared/graph/errors'
import { systemCode, writeFailure } from '../files/durableFile'

const lockSchema = z.object({
  pid: z.int().positive(),
  /** When the process began, as the system tells it; tells it from a later process with the same number. */
  began: z.string(),
  /** The process that started the trainer. */
  parent: z.int().min(0),
})

type LockContent = z.output<typeof lockSchema>

/** How long an orphaned trainer is given to finish its step and its checkpoint. */
const orphanWaitMs = 10_000

/** Fields of /proc/PID/stat from the state on (field 3); undefined where the system has no such file. */
function readProcessStat(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in brackets, may hold spaces and brackets itself.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
  // A process that has ended but was not waited for by its parent (Z) still answers signals.
  return !['Z', 'X'].includes(readProcessStat(pid)?.[0] ?? '')
}

/** Boot and start time of a process on Linux; '' elsewhere, where the number alone must do. */
function processBegan(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    // starttime, field 22
    return `${boot}/${readProcessStat(pid)?.[19] ?? ''}`
  } catch {
    return ''
  }
}

function isHeld(lock: LockContent): boolean {
  if (!isAlive(lock.pid)) return false
  const began = processBegan(lock.pid)
  return began === '' || lock.began === '' || began === lock.began
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

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
  const lock = parseLock(readText(lockPath(directory)))
  return lock && isHeld(lock) ? lock.pid : undefined
}

/** Creates the lock file with its content. @returns false where there is one already */
function tryCreate(path: string, content: LockContent): boolean {
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
function removeStale(path: string, judged: string): void {
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
    if (readText(aside) !== judged) linkSync(aside, path)
  } catch (cause) {
    if (!['ENOENT', 'EEXIST'].includes(systemCode(cause))) throw writeFailure(path, cause)
  } finally {
    rmSync(aside, { force: true })
  }
}

/** Waits until the holder has gone, as long as it is an orphan that may be finishing its step. */
async function waitForOrphan(directory: string, lock: LockContent, waitMs: number): Promise<void> {
  if (!isHeld(lock)) return
  if (isAlive(lock.parent)) throw busyError(directory, lock)
  for (let waited = 0; isHeld(lock); waited += 50) {
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
  const content: LockContent = { pid: process.pid, began: processBegan(process.pid), parent: process.ppid }
  let unreadable = 0
  while (!tryCreate(path, content)) {
    const text = readText(path)
    const lock = parseLock(text)
    // A lock without content is being written just now, or its writer was killed in that instant.
    if (!lock && ++unreadable < 5) {
      await sleep(50)
      continue
    }
    if (lock) await waitForOrphan(directory, lock, waitMs)
    removeStale(path, text)
  }
  return () => {
    if (parseLock(readText(path))?.pid === process.pid) rmSync(path, { force: true })
  }
}
