// A whole training over a real WebSocket, then its run and its model; the tests stand in the order of the story.
import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TrainingRequestInput } from '../../src/shared/contract/trainingCalls'
import { parseDocument } from '../../src/shared/graph/schema'
import { hashStructure } from '../../src/shared/network/hashStructure'
import { refusalOf, useHost } from './hostFixture'
import { buildLenet } from './lenet'

const fixture = useHost()

function request(epochs: number, name?: string): TrainingRequestInput {
  return {
    document: buildLenet(),
    recipe: { epochs, batchSize: 20, seed: 3 },
    dataset: { reference: 'builtin:digits', options: { limit: 200 } },
    device: 'cpu',
    name,
  }
}

describe('training', () => {
  it('predicts memory and measures three steps', async () => {
    const { client } = await fixture().connect()
    const flight = await client.training.preflight(request(4))
    // Weights: 4*25+4 + 576*10+10 = 5,874 floats, with gradient and Adam's two slots. Activations of one image:
    // conv and relu 4*24*24 each, pool 4*12*12, dense 10 (flatten is a view), twice; input 784 floats and bytes.
    expect(flight.predictedMemoryBytes).toBeGreaterThanOrEqual(
      4 * 4 * 5874 + 20 * (8 * (4 * 576 * 2 + 576 + 10) + 5 * 784),
    )
    expect(flight.predictedMemoryBytes).toBeLessThan(2e6)
    expect(flight.measuredMemoryBytes).toBeGreaterThan(2e7)
    expect(flight.secondsPerStep).toBeGreaterThan(0)
    expect(flight.secondsInAll).toBeCloseTo(4 * flight.secondsPerEpoch)
    expect(flight.largestBatch).toBe(200)
  })

  it('refuses with the core’s own error before anything is started', async () => {
    const { client } = await fixture().connect()
    const tooLarge = { ...request(1), recipe: { batchSize: 999 } }
    expect((await refusalOf(client.training.start(tooLarge))).code).toBe('recipe.batch')
    expect((await refusalOf(client.training.start({ ...request(1), recipe: { epochs: -1 } }))).message).toContain(
      'recipe.epochs',
    )
    expect(await client.runs.list()).toEqual([])
  })

  it('trains to the end, tells every screen the same, and keeps the run', async () => {
    const { root, connect } = fixture()
    const [one, two] = [await connect(), await connect()]
    const { run } = await one.client.training.start(request(2, 'first try'))
    expect(run).toBe(join(root, 'runs', 'first-try-1'))
    expect(await two.client.training.active()).toEqual([{ run, name: 'first try' }])
    const follow = async (screen: typeof one, after = -1) => {
      const numbers: number[] = []
      const kinds: string[] = []
      for await (const { number, event } of await screen.client.training.events({ run, after })) {
        numbers.push(number)
        kinds.push(event.kind)
      }
      return { numbers, kinds }
    }
    const [first, second] = await Promise.all([follow(one), follow(two)])
    expect(first).toEqual(second)
    expect(first.kinds).toContain('started')
    expect(first.kinds.at(-1)).toBe('finished')
    expect(first.kinds.filter((kind) => kind === 'epochEnded')).toHaveLength(2)
    // A screen that comes back gets what it has missed, and no more.
    const middle = first.numbers[3] ?? 0
    expect((await follow(await connect(), middle)).numbers).toEqual(first.numbers.slice(4))
    expect(await one.client.training.active()).toEqual([])
    expect((await one.client.runs.list())[0]).toMatchObject({
      id: run,
      name: 'first try',
      state: 'finished',
      architecture: 'small net',
      parameters: 5874,
      epochs: 2,
      // 4 * 24 * 24 outputs of 25 products, and 576 * 10 of the dense layer.
      macs: 63_360,
      structure: hashStructure(parseDocument(buildLenet())),
      documentPath: null,
      sizeBytes: (await stat(join(run, 'model.onnx'))).size,
    })
  })

  it('keeps the document that a run came from, saved before or since', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const end = async (run: string) => {
      for await (const _ of await client.training.events({ run }));
    }
    const pathOf = async (run: string) => (await client.runs.list()).find(({ id }) => id === run)?.documentPath
    const { run } = await client.training.start({ ...request(1, 'unsaved'), session: 'window-1' })
    await end(run)
    expect(await pathOf(run)).toBeNull()
    const path = join(root, 'kept.netloom.json')
    await client.projects.save({ path, text: buildLenet(), replaces: null, session: 'window-1' })
    expect(await pathOf(run)).toBe(path)
    const later = await client.training.start({ ...request(1, 'saved'), session: 'window-2', documentPath: path })
    await end(later.run)
    // The document and its runs are moved together: the run finds its document beside it.
    await rename(path, join(root, 'elsewhere'))
    expect(await pathOf(later.run)).toBe(path)
    await rename(join(root, 'elsewhere'), path)
    for (const gone of [run, later.run]) await client.runs.trash({ run: gone })
  })

  it('pauses, stays so for every screen, and goes on', async () => {
    const { connect } = fixture()
    const { client } = await connect()
    const { run } = await client.training.start(request(100, 'paused'))
    let last = ''
    for await (const { event } of await client.training.events({ run })) {
      last = event.kind
      if (event.kind === 'progress') await client.training.pause({ run })
      if (event.kind === 'paused') break
    }
    expect(last).toBe('paused')
    const other = await connect()
    const kinds: string[] = []
    for await (const { event } of await other.client.training.events({ run })) {
      kinds.push(event.kind)
      if (event.kind === 'paused') await other.client.training.continue({ run })
      if (event.kind === 'continued') await other.client.training.stop({ run })
    }
    expect(kinds.filter((kind) => kind === 'paused' || kind === 'continued' || kind === 'finished')).toEqual([
      'paused',
      'continued',
      'finished',
    ])
    expect((await refusalOf(client.training.pause({ run }))).code).toBe('training.stopped')
    await client.runs.trash({ run })
  })

  it('goes on while no screen is connected, stops when asked, and resumes', async () => {
    const { connect } = fixture()
    const before = await connect()
    const { run } = await before.client.training.start(request(400, 'long'))
    const seen: number[] = []
    for await (const { number, event } of await before.client.training.events({ run })) {
      seen.push(number)
      if (event.kind === 'epochEnded') break
    }
    before.socket.terminate()
    const { client } = await connect()
    // A page that comes back, and any other, is told at once what trains.
    for await (const running of await client.training.watch()) {
      expect(running).toMatchObject([{ run, name: 'long', epochs: 400, isElsewhere: false, isExperiment: false }])
      expect(running[0]?.fraction).toBeGreaterThan(0)
      break
    }
    expect(await client.training.active()).toEqual([{ run, name: 'long' }])
    expect((await refusalOf(client.runs.trash({ run }))).code).toBe('run.busy')
    const rest = await client.training.events({ run, after: seen.at(-1) })
    const watched = await client.training.watch()
    await client.training.stop({ run })
    for await (const running of watched) if (running.length === 0) break
    let last = ''
    for await (const { number, event } of rest) {
      expect(number).toBeGreaterThan(seen.at(-1) ?? 0)
      last = event.kind
    }
    expect(last).toBe('finished')
    const stopped = (await client.runs.list()).find(({ id }) => id === run)
    expect(stopped?.state).toBe('stopped')
    const epochs = (stopped?.epochs ?? 0) + 1
    await client.training.resume({ run, epochs })
    for await (const { event } of await client.training.events({ run, after: 1_000_000 })) last = event.kind
    expect(last).toBe('finished')
    expect((await client.runs.list()).find(({ id }) => id === run)).toMatchObject({ state: 'finished', epochs })
  })
})

describe('runs and models', () => {
  const runOf = (root: string) => join(root, 'runs', 'first-try-1')

  it('gives curves, document and log, and keeps names and notes', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const run = runOf(root)
    const metrics = await client.runs.metrics({ run })
    expect(metrics.steps.step).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(metrics.epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 10],
      [2, 20],
    ])
    expect(metrics.epochs[1]?.seconds).toBeGreaterThan(0)
    expect((await client.runs.metrics({ run, fromStep: 19 })).steps.step).toEqual([19, 20])
    expect(await client.runs.document({ run })).toBe(buildLenet())
    expect(await client.runs.log({ run })).toContain('started at step 0')
    await client.runs.update({ run, name: 'renamed' })
    await client.runs.update({ run, note: 'two epochs', tags: ['digits'] })
    const label = { name: 'renamed', note: 'two epochs', tags: ['digits'] }
    expect((await client.runs.list()).find(({ id }) => id === run)).toMatchObject(label)
    // They lie with the run, and go wherever its folder goes.
    expect(JSON.parse(await readFile(join(run, 'label.json'), 'utf8'))).toEqual(label)
  })

  it('shows a run whose process has died as interrupted', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const path = join(runOf(root), 'run.json')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('"state": "finished"', '"state": "running"'))
    expect((await client.runs.list()).find(({ id }) => id === runOf(root))?.state).toBe('interrupted')
    await writeFile(path, text)
  })

  it('moves a run to the trash and back', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const run = runOf(root)
    await client.runs.trash({ run })
    expect((await client.runs.list()).map(({ id }) => id)).not.toContain(run)
    expect((await stat(join(root, 'runs', '.trash', 'first-try-1', 'run.json'))).isFile()).toBe(true)
    expect((await refusalOf(client.runs.log({ run }))).code).toBe('run.missing')
    await client.runs.restore({ run })
    expect((await client.runs.list()).find(({ id }) => id === run)?.name).toBe('renamed')
    expect((await refusalOf(client.runs.restore({ run }))).code).toBe('run.missing')
  })

  it('evaluates a run on its own images, one by one', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const model = runOf(root)
    let evaluation
    let dataset
    for await (const event of await client.models.evaluate({ model, dataset: null, split: 'test' }))
      if (event.kind === 'evaluation') ({ evaluation, dataset } = event)
    // An index means the same image to both calls.
    const { index = 0, name, label } = evaluation?.answers[7] ?? {}
    const asked = { reference: '', ...dataset, split: 'test' as const, from: 0, count: 1, indices: [index] }
    expect((await client.datasets.images(asked)).images).toMatchObject([{ index, name, label }])
    expect(evaluation?.images).toBe(200)
    expect(evaluation?.answers).toHaveLength(200)
    const right = evaluation?.answers.filter(({ label, predicted }) => label === predicted).length ?? 0
    expect(right / 200).toBeCloseTo(evaluation?.top1 ?? -1)
    const losses = evaluation?.answers.reduce((sum, { loss }) => sum + loss, 0) ?? 0
    expect(losses / 200).toBeCloseTo(evaluation?.loss ?? -1, 4)
    expect(evaluation?.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(200)
    expect(evaluation?.temperature).toBeNull()
  })

  it('fits a temperature on validation images', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    let fitted
    const dataset = { reference: 'builtin:digits', options: { limit: 200, valFraction: 0.25 } }
    const asked = { model: runOf(root), dataset, split: 'val' as const, asGiven: true }
    for await (const event of await client.models.evaluate(asked))
      if (event.kind === 'evaluation') fitted = event.evaluation.temperature
    expect(fitted?.images).toBeGreaterThan(0)
    const [before = NaN, after = NaN] = fitted?.loss ?? []
    expect(after).toBeLessThanOrEqual(before)
  })

  it('predicts an image and exports a checked model', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const model = runOf(root)
    const { images } = await client.datasets.images({
      reference: 'builtin:digits',
      split: 'test',
      from: 0,
      count: 1,
    })
    const classes = await client.models.predict({ model, image: images[0]?.png ?? '' })
    expect(classes).toHaveLength(10)
    expect(classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1)
    expect((await refusalOf(client.models.predict({ model, image: 'aGVsbG8=' }))).code).toBe('dataset.unreadable')
    const path = join(root, 'exported.onnx')
    const exported = await client.models.exportOnnx({ model, path })
    expect(exported.maxRel).toBeLessThan(1e-4)
    expect((await stat(path)).size).toBe(exported.sizeBytes)
    const tempered = await client.models.exportOnnx({ model, path: join(root, 'tempered.onnx'), temperature: 2.5 })
    expect(tempered.maxRel).toBeLessThan(1e-4)
    // Proved against the engine, whose logits are divided apart: other outputs than those of the first file.
    expect(await readFile(join(root, 'tempered.onnx'), 'latin1')).toContain('netloom.temperature')
    const folder = join(root, 'exported.tfjs')
    const forPages = await client.models.exportTfjs({ model, path: folder })
    expect(forPages).toMatchObject({ path: folder, images: 8 })
    expect(forPages.maxRel).toBeLessThan(1e-4)
    expect((await stat(join(folder, 'model.json'))).size).toBeGreaterThan(0)
    expect((await refusalOf(client.models.exportTfjs({ model, path: root }))).code).toBe('file.write')
  })
})
