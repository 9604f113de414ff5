import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRunFolder, readRun, readRunWeights, runFiles } from '../../src/main/runs/runFolder'
import { LockedRun } from '../../src/main/trainer/loop/lockedRun'
import { fakeRecord } from './fakeParts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-folder-'))
})
afterEach(() => rm(folder, { recursive: true }))

const weights = new Map([['conv1/weight', { dims: [2], data: Float32Array.of(1, -2) }]])

describe('createRunFolder', () => {
  it('creates a folder, its parents too, that reads back the same', async () => {
    const run = join(folder, 'runs', 'a')
    await createRunFolder(run, fakeRecord())
    expect(await readRun(run)).toEqual(fakeRecord())
    expect(await readdir(join(folder, 'runs'))).toEqual(['a'])
  })

  it('fills an empty folder', async () => {
    const run = join(folder, 'empty')
    await mkdir(run)
    await createRunFolder(run, fakeRecord())
    expect(await readRun(run)).toEqual(fakeRecord())
  })

  it('keeps the weights that training starts from', async () => {
    const run = join(folder, 'tuned')
    await createRunFolder(run, fakeRecord(), weights)
    const locked = await LockedRun.open(run)
    expect([...((await locked.readInitialWeights()) ?? [])]).toEqual([...weights])
    await locked.close()
  })

  it('does not touch a folder that holds anything', async () => {
    await writeFile(join(folder, 'thesis.txt'), 'mine')
    await expect(createRunFolder(folder, fakeRecord())).rejects.toMatchObject({
      code: 'run.exists',
      message: `The run folder "${folder}" exists and is not empty. Choose another folder.`,
    })
    expect(await readdir(folder)).toEqual(['thesis.txt'])
  })

  it('names the way to go on with an older run', async () => {
    const run = join(folder, 'old')
    await createRunFolder(run, fakeRecord())
    await expect(createRunFolder(run, fakeRecord())).rejects.toMatchObject({
      code: 'run.exists',
      message: `The run folder "${run}" exists and is not empty. Go on with that run, or choose another folder.`,
    })
  })

  it('refuses a place that is a file', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    await expect(createRunFolder(file, fakeRecord())).rejects.toMatchObject({ code: 'run.exists' })
    await expect(createRunFolder(join(file, 'run'), fakeRecord())).rejects.toMatchObject({ code: 'run.exists' })
  })
})

describe('readRun', () => {
  it('refuses a folder without a run', async () => {
    await expect(readRun(folder)).rejects.toMatchObject({ code: 'run.missing' })
    await expect(readRun(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'run.missing' })
  })

  it('refuses a run.json of another form, naming the place', async () => {
    const run = join(folder, 'run')
    await createRunFolder(run, fakeRecord())
    const path = join(run, runFiles.record)
    const record = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
    await writeFile(path, JSON.stringify({ ...record, engine: 'abacus' }))
    await expect(readRun(run)).rejects.toMatchObject({
      code: 'run.missing',
      message: expect.stringContaining('engine'),
    })
    await writeFile(path, '{"format":')
    await expect(readRun(run)).rejects.toMatchObject({ code: 'run.missing' })
  })
})

describe('readRunWeights', () => {
  it('refuses a run that has not begun', async () => {
    const run = join(folder, 'run')
    await createRunFolder(run, fakeRecord())
    await expect(readRunWeights(run)).rejects.toMatchObject({ code: 'run.missing' })
  })

  it('refuses a checkpoint that was cut off', async () => {
    const run = join(folder, 'run')
    await createRunFolder(run, fakeRecord())
    await writeFile(join(run, runFiles.last), Uint8Array.of(1, 2, 3))
    await expect(readRunWeights(run)).rejects.toMatchObject({ code: 'weights.malformed' })
  })
})
