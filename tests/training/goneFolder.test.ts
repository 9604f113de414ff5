// A run folder that is deleted, moved or replaced while the run trains: an error that says so, and a folder with which the run goes on.
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readCheckpoint, readRun, runFiles } from '../../src/main/runs/runFolder'
import { createFakeRun, FakeEngine, trainFake } from './fakeParts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-gone-'))
})
afterEach(() => rm(folder, { recursive: true }))

const ways: readonly [string, (run: string) => void][] = [
  ['deleted', (run) => rmSync(run, { recursive: true })],
  ['moved', (run) => renameSync(run, join(folder, 'elsewhere'))],
  [
    'replaced by a copy',
    (run) => {
      cpSync(run, `${run}-copy`, { recursive: true })
      rmSync(run, { recursive: true })
      renameSync(`${run}-copy`, run)
    },
  ],
]

it.skipIf(process.platform === 'win32').each(ways)(
  'that is %s ends the run with an error, and what it had learnt goes on in another folder',
  async (_, take) => {
    const whole = await createFakeRun(undefined, join(folder, 'whole'))
    await trainFake(whole)
    const run = await createFakeRun(undefined, join(folder, 'own'))
    // After the checkpoint of step 6, before the next one.
    const engine = new FakeEngine({ beforeStep: (step) => step === 8 && take(run) })
    let failure: unknown
    await trainFake(run, { engine }).catch((error: unknown) => (failure = error))
    const { message } = failure as Error
    expect(failure).toMatchObject({ code: 'run.missing', path: run })
    const rescued = /are kept in "(.+)"/.exec(message)?.[1] ?? ''
    expect(message).toContain('was deleted, moved or replaced while it trained')
    expect(existsSync(rescued)).toBe(true)
    expect((await readCheckpoint(rescued, 'last'))?.progress.stepsTaken).toBeGreaterThanOrEqual(6)
    // It goes on to the same weights as a run that nobody disturbed; which epoch was best may be another one.
    await trainFake(rescued)
    expect(await readRun(rescued)).toMatchObject({ state: 'finished' })
    const read = async (directory: string) =>
      (await readFile(join(directory, runFiles.metrics), 'utf8')).replaceAll(/,"best":(?:true|false)/g, '')
    expect(await read(rescued)).toBe(await read(whole))
    const weightsOf = async (directory: string) => (await readCheckpoint(directory, 'last'))?.weights
    expect(await weightsOf(rescued)).toEqual(await weightsOf(whole))
  },
)
