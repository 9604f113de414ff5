import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findTrainer, takeRunLock } from '../../src/main/runs/runLock'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-lock-'))
})
afterEach(() => rm(folder, { recursive: true }))

const writeLock = (content: unknown) => writeFile(join(folder, 'run.lock'), JSON.stringify(content))

/** The number of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid ?? 0
}

/** A living process that ends by itself. */
function sleeper(milliseconds: number) {
  return spawn(process.execPath, ['-e', `setTimeout(() => {}, ${milliseconds})`])
}

describe('takeRunLock', () => {
  it('holds the run until it is given back', async () => {
    const release = await takeRunLock(folder)
    expect(findTrainer(folder)).toBe(process.pid)
    await expect(takeRunLock(folder, 0)).rejects.toMatchObject({
      code: 'run.busy',
      message: expect.stringContaining(`trained by process ${process.pid}.`),
    })
    release()
    expect(findTrainer(folder)).toBeUndefined()
    expect(await readdir(folder)).toEqual([])
    release()
  })

  it('takes over the lock of a dead process', async () => {
    await writeLock({ pid: await deadProcess(), began: '', parent: 1 })
    expect(findTrainer(folder)).toBeUndefined()
    const release = await takeRunLock(folder)
    expect(findTrainer(folder)).toBe(process.pid)
    release()
  })

  it.runIf(process.platform === 'linux')('takes over a lock whose number another process has now', async () => {
    await writeLock({ pid: process.ppid, began: 'another boot/1', parent: process.pid })
    const release = await takeRunLock(folder)
    release()
  })

  it('takes over a lock that was never written out', async () => {
    await writeFile(join(folder, 'run.lock'), '')
    const release = await takeRunLock(folder)
    expect(findTrainer(folder)).toBe(process.pid)
    release()
  })

  it('waits for a trainer whose parent has died', async () => {
    const child = sleeper(400)
    await writeLock({ pid: child.pid, began: '', parent: await deadProcess() })
    const release = await takeRunLock(folder, 5000)
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0)
    release()
  })

  it('does not wait longer than it was told', async () => {
    const child = sleeper(60_000)
    await writeLock({ pid: child.pid, began: '', parent: await deadProcess() })
    await expect(takeRunLock(folder, 150)).rejects.toMatchObject({ code: 'run.busy' })
    child.kill('SIGKILL')
  })

  it('gives the run to one of many who try at once', async () => {
    await writeLock({ pid: await deadProcess(), began: '', parent: 1 })
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => takeRunLock(folder, 0)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const attempt of tries) if (attempt.status === 'fulfilled') attempt.value()
  })
})
