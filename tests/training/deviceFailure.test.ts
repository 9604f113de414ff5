// Devices that disappear, run out of memory or hang in the middle of a real training process, and how the run goes on. Needs `npm run build`.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readCheckpoint, readRun, runFiles } from '../../src/main/runs/runFolder'
import { resumeTraining, startTraining, type StartTrainingRequest } from '../../src/main/trainer/startTraining'
import { withWaysOn } from '../../src/main/cli/waysByCommand'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { NetloomError } from '../../src/shared/graph/errors'
import { recipeSchema } from '../../src/shared/training/recipe'

const project = fileURLToPath(new URL('../..', import.meta.url))
// Below the project, as its own processes are found from there (builtEntry.ts).
const built = join(project, 'out', 'faulty-trainer')
const script = join(built, 'faultyTrainer.js')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-faults-'))
  process.env['NETLOOM_STATE'] = join(folder, 'state')
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(project, 'tests', 'training', 'faultyTrainer.ts'),
      outDir: built,
      emptyOutDir: true,
      target: 'node20',
    },
  })
})
afterEach(() => delete process.env['FAULT'])
afterAll(async () => {
  delete process.env['NETLOOM_STATE']
  await rm(built, { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
})

function network() {
  const builder = new DocumentBuilder('small')
  const input = builder.add('input', 'input', { shape: [1, 28, 28] })
  const conv = builder.add('conv', 'conv2d', { filters: 4, kernel: [5, 5], stride: [2, 2] }, input)
  const norm = builder.add('norm', 'batchNorm', {}, conv)
  builder.add(
    'dense',
    'dense',
    { units: 10 },
    builder.add('flat', 'flatten', {}, builder.add('relu', 'relu', {}, norm)),
  )
  return builder.build()
}

// 96 images in batches of 16: 6 steps an epoch.
function request(name: string, device: 'cpu' | 'webgpu'): StartTrainingRequest {
  return {
    document: network(),
    recipe: recipeSchema.parse({ epochs: 2, batchSize: 16, learningRate: 1e-3, seed: 3 }),
    dataset: { reference: 'builtin:digits', options: { limit: 96 } },
    engine: 'ort',
    device,
    directory: join(folder, name),
    resize: 'stretch',
  }
}

/** Starts a run whose device fails, and waits for the failure. */
async function fail(name: string, fault: string, checkpointSeconds?: number) {
  process.env['FAULT'] = fault
  const handle = startTraining(request(name, 'webgpu'), {}, { script, checkpointSeconds })
  const error: unknown = await handle.done.catch((reason: unknown) => reason)
  delete process.env['FAULT']
  return error
}

const metricsOf = (name: string) => readFile(join(folder, name, runFiles.metrics), 'utf8')

describe('a device that fails in the middle of a training', () => {
  it('leaves a run that goes on with the CPU as if nothing had happened', async () => {
    expect(await fail('lost', 'lost 9')).toMatchObject({
      code: 'engine.lost',
      message: 'the graphics processor was taken away. The run stopped; its weights of step 6 are kept.',
    })
    const run = join(folder, 'lost')
    expect(await readRun(run)).toMatchObject({ state: 'failed', device: 'webgpu', error: { code: 'engine.lost' } })
    const outcome = await resumeTraining(run, {}, { device: 'cpu', script }).done
    expect(outcome).toMatchObject({ state: 'finished', device: 'cpu', steps: 12 })
    expect((await readRun(run)).device).toBe('cpu')
    await startTraining(request('whole', 'cpu'), {}, { script }).done
    expect(await metricsOf('lost')).toBe(await metricsOf('whole'))
  })

  it('keeps the weights of the last good step where only memory was lacking, and goes on with half the batch', async () => {
    expect(await fail('memory', 'memory 8')).toMatchObject({
      code: 'engine.memory',
      message: 'webgpu has no memory left. The run stopped; its weights of step 2 are kept.',
    })
    const run = join(folder, 'memory')
    const measured = { secondsPerStep: 1, memoryBytes: 1 }
    const failure = new NetloomError('engine.memory', 'No memory.')
    const explained = await withWaysOn(failure, { run, folder: 'runs/m', measure: () => Promise.resolve(measured) })
    expect((explained as Error).message).toMatch(
      /^No memory\. Go on with: netloom train --resume runs\/m --batch 8 \(which fits\), or netloom train --resume runs\/m --device cpu/u,
    )
    expect((await readCheckpoint(run, 'last'))?.progress).toMatchObject({ stepsTaken: 2, batchInEpoch: 2 })
    process.env['FAULT'] = 'memory 8'
    const outcome = await resumeTraining(run, {}, { batchSize: 8, script }).done
    // 2 steps of 16 images, 8 of 8 in the rest of the first epoch, 12 in the second.
    expect(outcome).toMatchObject({ state: 'finished', device: 'webgpu', steps: 22 })
    expect((await readRun(run)).recipe.batchSize).toBe(8)
  })

  it.each([
    ['lets this thread go on', 'waits 8'],
    ['blocks this thread', 'blocks 8'],
  ])('is ended when a step hangs that %s', async (_, fault) => {
    const name = fault.replace(' ', '-')
    const error = await fail(name, fault)
    expect(error).toMatchObject({ code: 'engine.hang' })
    expect((error as Error).message).toMatch(
      /^A step on webgpu did not end within [\d.]+ s: its driver hangs\. The run stopped; its weights of step 6 are kept\.$/u,
    )
    const run = join(folder, name)
    expect(await readRun(run)).toMatchObject({ state: 'failed', error: { code: 'engine.hang' } })
    expect((await readFile(join(run, runFiles.log), 'utf8')).trimEnd()).toMatch(/failed: A step on webgpu did not end/u)
    expect(await resumeTraining(run, {}, { device: 'cpu', script }).done).toMatchObject({
      state: 'finished',
      steps: 12,
    })
  })
})
