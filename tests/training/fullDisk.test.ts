import { execFileSync } from 'node:child_process'
import type { FileHandle } from 'node:fs/promises'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCheckpoint, readRun, runFiles } from '../../src/main/runs/runFolder'
import { FileWriter } from '../../src/main/files/durableFile'
import { createFakeRun, FakeEngine, trainFake } from './fakeParts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-disk-'))
})
afterEach(() => rm(folder, { recursive: true }))

const systemError = (code: string) => Object.assign(new Error(`${code}: write`), { code })

/** A disk with room for so many bytes: what does not fit is written in part. */
function smallDisk(room: number) {
  let left = room
  return new FileWriter(async (file: FileHandle, bytes: Uint8Array) => {
    const part = bytes.subarray(0, left)
    if (part.length > 0) await file.write(part)
    left -= part.length
    if (part.length < bytes.length) throw systemError('ENOSPC')
  })
}

async function failureOf(training: Promise<unknown>): Promise<unknown> {
  try {
    await training
  } catch (error) {
    return error
  }
  return undefined
}

describe('FileWriter', () => {
  it('replaces a file as a whole', async () => {
    const path = join(folder, 'file')
    await new FileWriter().writeWhole(path, [Uint8Array.of(1, 2), Uint8Array.of(3)])
    await new FileWriter().writeWhole(path, [Uint8Array.of(4)])
    expect(Array.from(await readFile(path))).toEqual([4])
    expect(await readdir(folder)).toEqual(['file'])
  })

  it('leaves the old file and no other where the disk is full', async () => {
    const path = join(folder, 'file')
    await writeFile(path, 'old')
    expect(await failureOf(smallDisk(2).writeWhole(path, [Uint8Array.of(1, 2, 3)]))).toMatchObject({
      code: 'file.write',
      message: `"${path}" could not be written: the disk is full (ENOSPC). Free some space and try again.`,
    })
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['file'])
  })

  it('says so where the folder does not exist', async () => {
    expect(await failureOf(new FileWriter().writeWhole(join(folder, 'no', 'file'), []))).toMatchObject({
      code: 'file.write',
      message: expect.stringContaining('its folder does not exist (ENOENT)'),
    })
  })

  it('cuts a growing file and goes on behind the cut', async () => {
    const path = join(folder, 'log')
    await writeFile(path, 'one\ntwo\nthr')
    const log = await new FileWriter().openLog(path, 8)
    log.append('three\n')
    expect((await log.sync()).bytes).toBe(14)
    log.append('four\n')
    await log.close()
    expect(await readFile(path, 'utf8')).toBe('one\ntwo\nthree\nfour\n')
  })
})

describe('training on a full disk', () => {
  it('keeps the checkpoint before, wherever the disk fills up, and resumes from it to the same end', async () => {
    const whole = join(folder, 'whole')
    const wholeRun = await createFakeRun(undefined, whole)
    await trainFake(wholeRun)
    const rooms = [600, 2500, 4000, 5555, 7000, 9000, 12_000]
    let failures = 0
    for (const room of rooms) {
      const run = await createFakeRun(undefined, join(folder, String(room)))
      const error = await failureOf(trainFake(run, {}, smallDisk(room)))
      if (error === undefined) continue
      failures++
      expect(error).toMatchObject({ code: 'file.write', message: expect.stringContaining('the disk is full') })
      expect((await readdir(join(run, 'checkpoints'))).every((name) => name.endsWith('.safetensors'))).toBe(true)
      await trainFake(run)
      expect(await readFile(join(run, runFiles.metrics))).toEqual(await readFile(join(wholeRun, runFiles.metrics)))
      expect(await readCheckpoint(run, 'last')).toEqual(await readCheckpoint(wholeRun, 'last'))
    }
    expect(failures).toBeGreaterThanOrEqual(4)
  })

  it('keeps the checkpoint before on a real file system without room', async (context) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      context.skip('mounting a small disk needs Linux and root')
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' })
    } catch {
      context.skip('this machine does not allow mounting')
    }
    try {
      const run = await createFakeRun(undefined, folder)
      const ballast = join(folder, 'ballast')
      const fillDisk = () => {
        execFileSync('sh', ['-c', 'cat /dev/zero > "$0" 2>/dev/null || true', ballast])
      }
      const engine = new FakeEngine({ beforeStep: (step) => step === 8 && fillDisk() })
      expect(await failureOf(trainFake(run, { engine }))).toMatchObject({
        code: 'file.write',
        message: expect.stringContaining('ENOSPC'),
      })
      expect((await readCheckpoint(run, 'last'))?.progress.stepsTaken).toBe(6)
      await truncate(ballast, 0)
      await trainFake(run)
      expect(await readRun(run)).toMatchObject({ state: 'finished' })
      const outside = await createFakeRun(undefined, await mkdtemp(join(tmpdir(), 'netloom-disk-')))
      await trainFake(outside)
      expect(await readFile(join(run, runFiles.metrics), 'utf8')).toBe(
        await readFile(join(outside, runFiles.metrics), 'utf8'),
      )
      await rm(dirname(outside), { recursive: true })
    } finally {
      execFileSync('umount', [folder])
    }
  })
})
