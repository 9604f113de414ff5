// Real training processes on the built-in digits: whole, stopped, killed, resumed. Needs `npm run build`.
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCheckpoint, readRun, runFiles } from '../../src/main/runs/runFolder'
import { noteTestUse } from '../../src/main/models/testUses'
import { resumeTraining, startTraining } from '../../src/main/trainer/startTraining'
import type {
  StartTrainingRequest,
  TrainingEvent,
  TrainingHandle,
  TrainingHandlers,
  TrainingOutcome,
} from '../../src/main/trainer/startTraining'
import { findTrainer } from '../../src/main/runs/runLock'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { RandomStream } from '../../src/shared/training/randomStream'
import { recipeSchema } from '../../src/shared/training/recipe'
import type { RecipeInput } from '../../src/shared/training/recipe'

const script = fileURLToPath(new URL('../../out/main/trainer.js', import.meta.url))

/** A small LeNet with what makes resuming hard: running statistics and dropout masks. */
function smallNetwork(classes = 10) {
  const builder = new DocumentBuilder('small lenet')
  let last = builder.add('input', 'input', { shape: [1, 28, 28] })
  last = builder.add('conv1', 'conv2d', { filters: 4, kernel: [5, 5] }, last)
  last = builder.add('bn1', 'batchNorm', {}, last)
  last = builder.add('relu1', 'relu', {}, last)
  last = builder.add('pool1', 'maxPool2d', { kernel: [2, 2], stride: [2, 2] }, last)
  last = builder.add('flatten', 'flatten', {}, last)
  last = builder.add('dropout', 'dropout', { rate: 0.2 }, last)
  builder.add('dense', 'dense', { units: classes }, last)
  return builder.build()
}

let folder = ''
beforeAll(async () => {
  if (!existsSync(script)) throw new Error('out/main/trainer.js is missing: run `npm run build` first')
  folder = await mkdtemp(join(tmpdir(), 'netloom-process-'))
  process.env['NETLOOM_STATE'] = join(folder, 'state')
})
afterAll(async () => {
  delete process.env['NETLOOM_STATE']
  await rm(folder, { recursive: true, force: true })
})

function request(name: string, recipe: RecipeInput = {}, classes = 10): StartTrainingRequest {
  return {
    document: smallNetwork(classes),
    recipe: recipeSchema.parse({
      epochs: 3,
      batchSize: 16,
      learningRate: 2e-3,
      augmentation: 'digits',
      seed: 7,
      ...recipe,
    }),
    dataset: { reference: 'builtin:digits', options: { limit: 200 } },
    engine: 'ort',
    device: 'cpu',
    directory: join(folder, name),
    resize: 'stretch',
  }
}

/** Long enough to be interrupted anywhere. */
const longRecipe: RecipeInput = { epochs: 1000 }

async function failureOf(training: Promise<unknown>): Promise<unknown> {
  try {
    await training
  } catch (error) {
    return error
  }
  return undefined
}

/** Resolves at the first event that `wanted` picks. */
function eventWaiter(wanted: (event: TrainingEvent) => boolean) {
  let resolve: (event: TrainingEvent) => void = () => undefined
  const promise = new Promise<TrainingEvent>((fulfil) => (resolve = fulfil))
  return { promise, onEvent: (event: TrainingEvent) => wanted(event) && resolve(event) }
}
const atStep = (step: number) => eventWaiter((event) => event.kind === 'progress' && event.step >= step)

describe('a training process', () => {
  it('trains, evaluates and leaves a model', async () => {
    const events: TrainingEvent[] = []
    const outcome = await startTraining(request('plain'), { onEvent: (event) => events.push(event) }).done
    expect(outcome).toMatchObject({ state: 'finished', engine: 'ort', device: 'cpu', epochs: 3, steps: 39 })
    expect(outcome.test?.top5).toBeGreaterThanOrEqual(outcome.test?.top1 ?? 1)
    expect(events.at(-1)).toEqual({ kind: 'finished', outcome })
    expect(await readRun(outcome.run)).toMatchObject({
      state: 'finished',
      outcome,
      versions: { onnxruntime: '1.30.0' },
    })
    expect((await readFile(outcome.model ?? '')).length).toBeGreaterThan(1000)
    expect(findTrainer(outcome.run)).toBeUndefined()
    const { fingerprint } = (await readRun(outcome.run)).dataset
    expect(await noteTestUse(fingerprint, outcome.run), 'the accuracy at the end was a look').toEqual({
      evaluations: 2,
      models: 1,
    })
  })

  it('stops after its step when asked to, and goes on to the same end', async () => {
    const whole = await startTraining(request('unstopped')).done
    const waiter = atStep(5)
    const handle = startTraining(request('stopped'), { onEvent: waiter.onEvent })
    await waiter.promise
    handle.stop()
    const outcome = await handle.done
    expect(['stopped', 'finished']).toContain(outcome.state)
    expect((await readFile(outcome.model ?? '')).length).toBeGreaterThan(1000)
    await resumeTraining(handle.directory).done
    await expectSameRun(handle.directory, whole)
  })

  it('leaves no folder where the device cannot take the first step', async () => {
    const elsewhere = process.platform === 'darwin' ? 'dml' : 'coreml'
    const wanted = { ...request('nowhere'), device: elsewhere } as const
    await expect(startTraining(wanted).done).rejects.toMatchObject({ code: 'engine.device' })
    expect(existsSync(wanted.directory)).toBe(false)
  })

  it('ends as stopped where it is stopped before its first step, new or resumed, and goes on to the same end', async () => {
    const recipe: RecipeInput = { epochs: 2 }
    const whole = await startTraining(request('stopped-never', recipe)).done
    const first: { handle?: TrainingHandle } = {}
    const events: TrainingEvent[] = []
    first.handle = startTraining(request('stopped-early', recipe), {
      onAccepted: () => first.handle?.stop(),
      onEvent: (event) => events.push(event),
    })
    const outcome = await first.handle.done
    expect(outcome).toMatchObject({ state: 'stopped', epochs: 0, steps: 0, bestEpoch: null, model: null })
    expect(events).toEqual([{ kind: 'finished', outcome }])
    expect(await readRun(outcome.run)).toMatchObject({ state: 'stopped', error: null, outcome })
    const resumed = resumeTraining(outcome.run)
    resumed.stop()
    expect(await resumed.done).toMatchObject({ state: 'stopped', epochs: 0, steps: 0 })
    expect(await resumeTraining(outcome.run).done).toMatchObject({ state: 'finished', epochs: 2 })
    await expectSameRun(outcome.run, whole)
  })

  it('waits while it is paused, its checkpoint written, and goes on to the same end', async () => {
    const whole = await startTraining(request('unpaused', { epochs: 40 })).done
    const events: TrainingEvent[] = []
    const running = atStep(3)
    const paused = eventWaiter(({ kind }) => kind === 'paused')
    const handle = startTraining(request('paused', { epochs: 40 }), {
      onEvent(event) {
        events.push(event)
        running.onEvent(event)
        paused.onEvent(event)
      },
    })
    await running.promise
    handle.pause()
    const event = await paused.promise
    const step = event.kind === 'paused' ? event.step : 0
    expect((await readCheckpoint(handle.directory, 'last'))?.progress.stepsTaken).toBe(step)
    const told = events.length
    await sleep(700)
    expect(events).toHaveLength(told)
    expect(findTrainer(handle.directory)).toBeDefined()
    handle.continue()
    const outcome = await handle.done
    expect(events[told]).toEqual({ kind: 'continued', step })
    expect(outcome.state).toBe('finished')
    await expectSameRun(handle.directory, whole)
  })

  it('stops while it is paused', async () => {
    const running = atStep(2)
    const paused = eventWaiter(({ kind }) => kind === 'paused')
    const onEvent = (event: TrainingEvent) => [running, paused].forEach((waiter) => waiter.onEvent(event))
    const handle = startTraining(request('stopped-in-pause', longRecipe), { onEvent })
    await running.promise
    handle.pause()
    await paused.promise
    handle.stop()
    expect(await handle.done).toMatchObject({ state: 'stopped' })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('takes %s for a wish to stop', async (signal) => {
    const waiter = atStep(3)
    const handle = startTraining(request(signal, longRecipe), { onEvent: waiter.onEvent })
    await waiter.promise
    const pid = findTrainer(handle.directory)
    process.kill(pid ?? 0, signal)
    expect(await handle.done).toMatchObject({ state: 'stopped' })
    expect(findTrainer(handle.directory)).toBeUndefined()
  })

  it('is busy while it lives, and says so to a second one', async () => {
    const waiter = atStep(1)
    const handle = startTraining(request('busy', longRecipe), { onEvent: waiter.onEvent })
    await waiter.promise
    expect(await failureOf(resumeTraining(handle.directory).done)).toMatchObject({ code: 'run.busy' })
    expect(await readRun(handle.directory)).toMatchObject({ state: 'running' })
    handle.stop()
    await handle.done
  })

  it('names the way to go on when it is killed', async () => {
    const waiter = atStep(2)
    const handle = startTraining(request('killed', longRecipe), { onEvent: waiter.onEvent })
    await waiter.promise
    handle.kill()
    expect(await failureOf(handle.done)).toMatchObject({
      code: 'training.stopped',
      message: expect.stringMatching(/ended by SIGKILL.*goes on from its last checkpoint/s),
    })
  })

  it('is the same to the last bit however often and whenever it is killed', async () => {
    const recipe: RecipeInput = { epochs: 60 }
    const whole = await startTraining(request('unkilled', recipe)).done
    const random = new RandomStream(20261, 'kills')
    const directory = join(folder, 'often-killed')
    const options = { checkpointSeconds: 0.05 }
    const train = (handlers: TrainingHandlers = {}) =>
      existsSync(join(directory, runFiles.record))
        ? resumeTraining(directory, handlers, options)
        : startTraining(request('often-killed', recipe), handlers, options)
    const steps: number[] = []
    for (let kill = 0; kill < 10; kill++) {
      const waiter = atStep(1)
      const handle = train(waiter)
      // Every fifth dies while it starts, the others while they train.
      const isEarly = kill % 5 === 4
      const due = isEarly ? sleep(600 * random.uniform()) : waiter.promise.then(() => sleep(100 * random.uniform()))
      void due.then(() => handle.kill())
      expect(await failureOf(handle.done)).toMatchObject({ code: 'training.stopped' })
      steps.push((await readCheckpoint(directory, 'last'))?.progress.stepsTaken ?? 0)
    }
    expect(new Set(steps).size).toBeGreaterThan(3)
    expect(await train().done).toMatchObject({ state: 'finished' })
    await expectSameRun(directory, whole)
  })
})

async function expectSameRun(directory: string, whole: TrainingOutcome): Promise<void> {
  const metrics = (run: string) => readFile(join(run, runFiles.metrics), 'utf8')
  expect(await metrics(directory)).toBe(await metrics(whole.run))
  for (const name of ['last', 'best'] as const)
    expect(await readCheckpoint(directory, name)).toEqual(await readCheckpoint(whole.run, name))
  const model = (run: string) => readFile(join(run, runFiles.model))
  expect((await model(directory)).equals(await model(whole.run))).toBe(true)
}

describe('a training process without its parent', () => {
  it('stops by itself, and a resumed one waits for it', async () => {
    const directory = join(folder, 'orphan')
    const waiter = atStep(2)
    const handle = startTraining(request('orphan', longRecipe), { onEvent: waiter.onEvent })
    await waiter.promise
    handle.stop()
    await handle.done
    const parent = await orphanTrainer(directory)
    expect(parent.trainer).toBeDefined()
    await resumeTrainingBriefly(directory)
    // The first stop, the orphan's own, and the last.
    const log = await readFile(join(directory, runFiles.log), 'utf8')
    expect(log.match(/stopped at step/g)).toHaveLength(3)
  })
})

/** Starts a parent that resumes the run, and kills the parent only. */
async function orphanTrainer(directory: string): Promise<{ trainer: number | undefined }> {
  const { spawn } = await import('node:child_process')
  const code = `
    import { fork } from 'node:child_process'
    const child = fork(${JSON.stringify(script)}, [], {
      serialization: 'advanced', execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.on('message', (event) => event.kind === 'progress' && process.stdout.write('training\\n'))
    child.send({ kind: 'start', directory: ${JSON.stringify(directory)}, detached: false, checkpointSeconds: 20 })`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => parent.stdout.once('data', resolve).once('close', resolve))
  const trainer = findTrainer(directory)
  parent.kill('SIGKILL')
  return { trainer }
}

async function resumeTrainingBriefly(directory: string): Promise<void> {
  const waiter = eventWaiter(({ kind }) => kind === 'started')
  const handle = resumeTraining(directory, waiter)
  await waiter.promise
  handle.stop()
  expect(await handle.done).toMatchObject({ state: 'stopped' })
}

describe('a request that cannot be trained', () => {
  const refusal = async (changes: Partial<StartTrainingRequest>) => {
    const wanted = { ...request('refused'), ...changes }
    const error = await failureOf(startTraining(wanted).done)
    expect(existsSync(wanted.directory) && existsSync(join(wanted.directory, runFiles.record))).toBe(false)
    return error
  }

  it('is refused where a batch is larger than the training split', async () => {
    expect(await refusal({ recipe: recipeSchema.parse({ batchSize: 5000 }) })).toMatchObject({
      code: 'recipe.batch',
      message: expect.stringMatching(/5,000 .* 200\. Use a batch of 200 or smaller\./),
    })
  })

  it('is refused where outputs and classes differ in number', async () => {
    expect(await refusal({ document: smallNetwork(7) })).toMatchObject({ code: 'dataset.classes' })
  })

  it('is refused where the document has errors', async () => {
    const { nodes, ...document } = smallNetwork()
    const broken = nodes.map((node) => (node.id === 'dense' ? { ...node, params: { units: -1 } } : node))
    expect(await refusal({ document: { ...document, nodes: broken } })).toMatchObject({ code: 'layer.parameter' })
  })

  it('is refused where the folder is taken', async () => {
    const directory = join(folder, 'taken')
    await mkdir(directory)
    await writeFile(join(directory, 'thesis.txt'), 'mine')
    expect(await refusal({ directory })).toMatchObject({ code: 'run.exists' })
    expect(await readFile(join(directory, 'thesis.txt'), 'utf8')).toBe('mine')
  })

  it('leaves no folder behind where the device is not there', async () => {
    expect(await refusal({ device: 'coreml' })).toMatchObject({ code: 'engine.device' })
  })

  it('leaves no folder behind where the weights to start from do not fit', async () => {
    const weights = new Map([['conv1/weight', { dims: [2], data: Float32Array.of(1, 2) }]])
    expect(await refusal({ weights })).toMatchObject({ code: 'weights.mismatch' })
  })
})

describe('fine-tuning', () => {
  it('starts from the weights that it is given', async () => {
    const first = await startTraining(request('first', { epochs: 1 })).done
    const weights = (await readCheckpoint(first.run, 'best'))?.weights
    const handle = startTraining({ ...request('second', { epochs: 1, learningRate: 1e-12 }), weights })
    const second = await handle.done
    const tuned = (await readCheckpoint(second.run, 'last'))?.weights.get('dense/weight')?.data ?? []
    const before = weights?.get('dense/weight')?.data ?? []
    expect(tuned.length).toBeGreaterThan(0)
    const largest = Math.max(...Array.from(tuned, (value, index) => Math.abs(value - (before[index] ?? NaN))))
    expect(largest).toBeLessThan(1e-6)
  })
})
