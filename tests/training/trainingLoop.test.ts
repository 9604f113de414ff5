import { appendFile, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readMetrics } from '../../src/main/runs/runMetrics'
import { readCheckpoint, readRun, readRunWeights, runFiles } from '../../src/main/runs/runFolder'
import { trainingEventSchema } from '../../src/shared/training/events'
import type { TrainingEvent } from '../../src/shared/training/events'
import { countUsedImages } from '../../src/main/trainer/loop/trainingPlan'
import type { RecipeInput } from '../../src/shared/training/recipe'
import { createFakeRun, FakeEngine, FakeLoader, fakeRecipe, trainFake } from './fakeParts'
import { decodeModel } from '../../src/shared/onnx/bytes'
import type { FakeEngineOptions } from './fakeParts'

const made: string[] = []
async function newRun(recipe?: RecipeInput): Promise<string> {
  const directory = await createFakeRun(recipe)
  made.push(dirname(directory))
  return directory
}
afterEach(async () => {
  for (const path of made.splice(0)) await rm(path, { recursive: true })
})

const metricsText = (directory: string) => readFile(join(directory, runFiles.metrics), 'utf8')
const weightsOf = async (directory: string, name: 'last' | 'best') =>
  Array.from((await readCheckpoint(directory, name))?.weights.get('neuron/weight')?.data ?? [])
async function everything(directory: string) {
  const [last, best] = [await readCheckpoint(directory, 'last'), await readCheckpoint(directory, 'best')]
  return { metrics: await metricsText(directory), last, best, model: await readFile(join(directory, runFiles.model)) }
}
const ofKind = <K extends TrainingEvent['kind']>(events: readonly TrainingEvent[], kind: K) =>
  events.filter((event): event is Extract<TrainingEvent, { kind: K }> => event.kind === kind)

async function failureOf(training: Promise<unknown>): Promise<unknown> {
  try {
    await training
  } catch (error) {
    return error
  }
  throw new Error('the training did not fail')
}

/** A clock that moves on by `milliseconds` at each look. */
function tickingClock(milliseconds: number) {
  let now = 0
  return () => (now += milliseconds)
}

/** The weights in a run's model.onnx. */
async function modelWeights(run: string): Promise<number[]> {
  const { graph } = decodeModel(await readFile(join(run, runFiles.model)))
  return Array.from(graph.initializers.get('neuron/weight')?.data as Float32Array)
}

describe('runTraining', () => {
  it('takes every step of every epoch and leaves a finished run', async () => {
    const run = await newRun()
    const events = await trainFake(run)
    const lines = (await metricsText(run)).trimEnd().split('\n')
    const entries = lines.map((line) => JSON.parse(line) as { kind: string; step?: number; epoch: number })
    // 23 images in batches of 4 are 6 steps; 4 epochs
    expect(entries.filter(({ kind }) => kind === 'step').map(({ step }) => step)).toEqual(
      Array.from({ length: 24 }, (_, index) => index + 1),
    )
    expect(entries.filter(({ kind }) => kind === 'epoch').map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
    const [outcome] = ofKind(events, 'finished').map((event) => event.outcome)
    expect(outcome).toMatchObject({ state: 'finished', device: 'cpu', epochs: 4, steps: 24 })
    expect(outcome?.test?.top5).toBe(1)
    expect(await readRun(run)).toMatchObject({ state: 'finished', outcome })
    expect((await readdir(run)).toSorted()).toEqual(
      ['checkpoints', 'log.txt', 'metrics.jsonl', 'model.onnx', 'run.json', 'timing.jsonl'].toSorted(),
    )
  })

  it('tells events that keep to their schema, in order', async () => {
    const events = await trainFake(await newRun())
    for (const event of events) expect(trainingEventSchema.parse(event)).toEqual(event)
    expect(
      events.map(({ kind }) => kind).filter((kind) => kind !== 'progress' && kind !== 'checkpointWritten'),
    ).toEqual(['started', 'epochEnded', 'epochEnded', 'epochEnded', 'epochEnded', 'finished'])
    expect(events[0]).toMatchObject({ kind: 'checkpointWritten', name: 'last', step: 0 })
    expect(ofKind(events, 'started')[0]).toMatchObject({
      images: { train: 23, val: 8, test: 8 },
      stepsPerEpoch: 6,
      totalSteps: 24,
      step: 0,
    })
  })

  it('throttles progress to ten a second, the end of each epoch apart', async () => {
    const events = await trainFake(await newRun(), { clock: tickingClock(1e-6) })
    expect(ofKind(events, 'progress').map(({ step }) => step)).toEqual([1, 6, 12, 18, 24])
  })

  it('takes the highest validation accuracy for the best and exports its weights', async () => {
    const run = await newRun()
    const events = await trainFake(run)
    const epochs = ofKind(events, 'epochEnded')
    const highest = Math.max(...epochs.map(({ val }) => val?.accuracy ?? 0))
    const tied = epochs.filter(({ val }) => val?.accuracy === highest)
    const lowest = Math.min(...tied.map(({ val }) => val?.loss ?? 0))
    const best = tied.find(({ val }) => val?.loss === lowest)
    const outcome = ofKind(events, 'finished')[0]?.outcome
    expect(outcome).toMatchObject({ bestEpoch: best?.epoch, val: best?.val, train: best?.train })
    for (const { standing } of epochs) expect(standing).toMatchObject({ images: 8, classes: 2 })
    expect((await readMetrics(run, 0)).epochs.map(({ standing }) => standing)).toEqual(
      epochs.map(({ standing }) => standing),
    )
    expect(await modelWeights(run)).toEqual(await weightsOf(run, 'best'))
    expect(Array.from((await readRunWeights(run)).get('neuron/weight')?.data ?? [])).toEqual(
      await weightsOf(run, 'best'),
    )
  })

  it('takes the lowest training loss for the best without a validation split', async () => {
    const events = await trainFake(await newRun(), { loader: new FakeLoader({ train: 23 }) })
    const epochs = ofKind(events, 'epochEnded')
    const lowest = Math.min(...epochs.map(({ train }) => train.loss))
    const outcome = ofKind(events, 'finished')[0]?.outcome
    expect(outcome).toMatchObject({ train: { loss: lowest }, val: null, test: null })
  })

  it('goes on without the images that cannot be decoded and names them', async () => {
    const events = await trainFake(await newRun(), { loader: new FakeLoader(undefined, [3, 7]) })
    expect(ofKind(events, 'imagesSkipped')).toEqual([
      {
        kind: 'imagesSkipped',
        files: [
          { file: '3.png', reason: 'truncated' },
          { file: '7.png', reason: 'truncated' },
        ],
      },
    ])
    expect(ofKind(events, 'finished')).toHaveLength(1)
  })

  it('says so where no image can be decoded', async () => {
    const loader = new FakeLoader({ train: 2 }, [0, 1])
    expect(await failureOf(trainFake(await newRun(), { loader }))).toMatchObject({ code: 'dataset.unreadable' })
  })
})

describe('countUsedImages', () => {
  it('leaves out a last batch of one image, unless batches are of one', () => {
    expect(countUsedImages(65, 64)).toBe(64)
    expect(countUsedImages(66, 64)).toBe(66)
    expect(countUsedImages(7, 1)).toBe(7)
    expect(countUsedImages(1, 64)).toBe(1)
  })
})

describe('a run that is interrupted and resumed', () => {
  const whole = async () => {
    const run = await newRun()
    await trainFake(run)
    return everything(run)
  }

  it.each([1, 2, 5, 6, 7, 12, 23, 24])('is the same, to the last bit, after a stop in step %i', async (stopStep) => {
    const run = await newRun()
    const abort = new AbortController()
    const beforeStep = (step: number) => step === stopStep && abort.abort()
    const events = await trainFake(run, { engine: new FakeEngine({ beforeStep }), signal: abort.signal })
    expect(ofKind(events, 'finished')[0]?.outcome).toMatchObject({ state: 'stopped', steps: stopStep, test: null })
    expect(await readRun(run)).toMatchObject({ state: 'stopped' })
    expect(await modelWeights(run)).toHaveLength(2)
    await trainFake(run)
    expect(await everything(run)).toEqual(await whole())
  })

  it.each([1, 3, 6, 7, 13, 24])('is the same after a crash in step %i, with a torn last line', async (crashStep) => {
    const run = await newRun()
    const beforeStep = (step: number) => {
      if (step === crashStep) throw new Error('crash')
    }
    await failureOf(trainFake(run, { engine: new FakeEngine({ beforeStep }) }))
    await appendFile(join(run, runFiles.metrics), '{"kind":"step","st')
    await trainFake(run)
    expect(await everything(run)).toEqual(await whole())
  })

  it('goes on from the middle of an epoch where checkpoints are frequent', async () => {
    const run = await newRun()
    const beforeStep = (step: number) => {
      if (step === 10) throw new Error('crash')
    }
    const often = { checkpointSeconds: 1e-3, clock: tickingClock(1) }
    await failureOf(trainFake(run, { ...often, engine: new FakeEngine({ beforeStep }) }))
    expect((await readCheckpoint(run, 'last'))?.progress).toMatchObject({ stepsTaken: 9, epoch: 1, batchInEpoch: 3 })
    const events = await trainFake(run)
    expect(ofKind(events, 'started')[0]?.step).toBe(9)
    expect(await everything(run)).toEqual(await whole())
  })

  it('only repeats the conclusion where all epochs are done', async () => {
    const run = await newRun()
    await trainFake(run)
    const before = await everything(run)
    const events = await trainFake(run)
    expect(ofKind(events, 'finished')[0]?.outcome).toMatchObject({ state: 'finished', steps: 24 })
    expect(await everything(run)).toEqual(before)
  })

  it('is refused where metrics.jsonl has been shortened', async () => {
    const run = await newRun()
    await trainFake(run)
    await rm(join(run, runFiles.metrics))
    expect(await failureOf(trainFake(run))).toMatchObject({ code: 'run.missing' })
  })
})

describe('a run that diverges', () => {
  const diverge = async (options: FakeEngineOptions) => {
    const run = await newRun()
    const error = await failureOf(trainFake(run, { engine: new FakeEngine(options) }))
    return { run, error }
  }

  it('stops at a loss that is not a number and keeps the checkpoint before it', async () => {
    const { run, error } = await diverge({ lossOf: (step, loss) => (step === 9 ? NaN : loss) })
    expect(error).toMatchObject({
      code: 'training.diverged',
      message: expect.stringMatching(/step 9 \(epoch 2.*the loss is NaN.*at step 8.*step 6 are kept.*0\.005/s),
    })
    expect(await readRun(run)).toMatchObject({ state: 'diverged', error: { code: 'training.diverged' } })
    expect((await readCheckpoint(run, 'last'))?.progress.stepsTaken).toBe(6)
    expect(await metricsText(run)).not.toMatch(/NaN|null,/)
  })

  it('stops at an infinite loss', async () => {
    const { error } = await diverge({ lossOf: () => Infinity })
    expect(error).toMatchObject({
      code: 'training.diverged',
      message: expect.stringContaining('No loss before it was finite'),
    })
  })

  it('never writes weights that are not numbers, though the loss was one', async () => {
    const { run, error } = await diverge({ breakWeightsAt: 12 })
    expect(error).toMatchObject({ code: 'training.diverged', message: expect.stringContaining('neuron/weight') })
    expect((await readCheckpoint(run, 'last'))?.progress.stepsTaken).toBe(6)
    expect((await weightsOf(run, 'last')).every(Number.isFinite)).toBe(true)
  })
})

describe('run folders', () => {
  it('hold no temporary files after training', async () => {
    const run = await newRun({ ...fakeRecipe, epochs: 1 })
    await trainFake(run)
    const files = await readdir(join(run, 'checkpoints'))
    expect(files.toSorted()).toEqual(['best.safetensors', 'last.safetensors'])
    await expect(stat(join(run, 'run.lock'))).rejects.toThrow('ENOENT')
  })
})
