// A run whose files were changed or lost between two processes: refused with the file's name and the way on, and nothing thrown away.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runFiles } from '../../src/main/runs/runFolder'
import { createFakeRun, FakeEngine, trainFake } from './fakeParts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-damaged-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** A run that broke off in its second epoch or later. */
async function brokenRun(): Promise<string> {
  const run = await createFakeRun(undefined, folder)
  const engine = new FakeEngine({
    beforeStep: (step) => {
      if (step === 15) throw new Error('the power went')
    },
  })
  await trainFake(run, { engine }).catch(() => undefined)
  return run
}

async function flip(path: string, place: number): Promise<void> {
  const bytes = await readFile(path)
  bytes[place] = (bytes[place] ?? 0) ^ 1
  await writeFile(path, bytes)
}

async function refusal(run: string): Promise<{ code: string; message: string }> {
  try {
    await trainFake(run)
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('it was not refused')
}

it('with one byte of its last checkpoint changed', async () => {
  const run = await brokenRun()
  const last = join(run, runFiles.last)
  await flip(last, (await readFile(last)).length - 3)
  const { code, message } = await refusal(run)
  expect(code).toBe('weights.malformed')
  expect(message).toContain(`"${last}": The checkpoint is damaged`)
  expect(message).toMatch(/best\.safetensors", of step \d+, is sound: a new run can start from its weights\./)
})

it('with one digit of its metrics changed', async () => {
  const run = await brokenRun()
  const metrics = join(run, runFiles.metrics)
  const text = await readFile(metrics, 'utf8')
  await flip(metrics, text.indexOf('"loss":0.') + 9)
  const before = await readFile(metrics)
  expect(await refusal(run)).toMatchObject({
    code: 'run.missing',
    message: expect.stringContaining('is not as it was when the checkpoint was written'),
  })
  expect(await readFile(metrics)).toEqual(before)
})

it('without its last checkpoint: it does not begin again and empty the metrics', async () => {
  const run = await brokenRun()
  const metrics = await readFile(join(run, runFiles.metrics))
  await rm(join(run, runFiles.last))
  const { code, message } = await refusal(run)
  expect(code).toBe('run.missing')
  expect(message).toContain(`"${join(run, runFiles.last)}" is missing, though the run has taken steps`)
  expect(message).toContain('is sound: a new run can start from its weights.')
  expect(await readFile(join(run, runFiles.metrics))).toEqual(metrics)
})

it('goes on where nothing was changed', async () => {
  const run = await brokenRun()
  await trainFake(run)
  const whole = await createFakeRun(undefined, await mkdtemp(join(folder, 'whole-')))
  await trainFake(whole)
  expect(await readFile(join(run, runFiles.metrics))).toEqual(await readFile(join(whole, runFiles.metrics)))
})
