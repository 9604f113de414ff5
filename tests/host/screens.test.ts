// What a screen does over a real WebSocket: files, documents, datasets, a whole training, its run, its model.
import { mkdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TrainingRequestInput } from '../../src/shared/contract'
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

describe('files and documents', () => {
  it('lists folders first and documents by their kind, and nothing above a root', async () => {
    const { root, connect } = fixture()
    await mkdir(join(root, 'pictures'))
    await writeFile(join(root, 'a.netloom.json'), buildLenet())
    await writeFile(join(root, '.hidden'), '')
    const { client } = await connect()
    expect(await client.files.roots()).toEqual([root])
    const listed = await client.files.list({ path: root })
    expect(listed.parent).toBeNull()
    expect(listed.entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['pictures', 'folder'],
      ['a.netloom.json', 'document'],
    ])
    expect((await client.files.list({ path: join(root, 'pictures') })).parent).toBe(root)
  })

  it('saves, opens and remembers a document, and refuses to write over another one', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const path = join(root, 'folder', 'b.netloom.json')
    const saved = await client.projects.save({ path, text: buildLenet('b'), replaces: null })
    expect((await client.projects.open({ path })).text).toBe(buildLenet('b'))
    expect((await client.projects.recent())[0]).toMatchObject({ path, name: 'b' })
    expect(await refusalOf(client.projects.save({ path, text: buildLenet('c'), replaces: null }))).toMatchObject({
      code: 'file.changed',
    })
    const again = await client.projects.save({ path, text: buildLenet('d'), replaces: saved.modifiedMs })
    await utimes(path, new Date(), new Date(Date.now() + 5000))
    const late = client.projects.save({ path, text: buildLenet('e'), replaces: again.modifiedMs })
    expect(await refusalOf(late)).toMatchObject({ code: 'file.changed' })
    expect(await readFile(path, 'utf8')).toBe(buildLenet('d'))
    await client.projects.save({ path, text: buildLenet('e'), replaces: again.modifiedMs, force: true })
    await client.projects.forget({ path })
    expect(await client.projects.recent()).toEqual([])
  })

  it('writes nothing but documents', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const script = client.projects.save({ path: join(root, 'x.json'), text: 'rm -rf', replaces: null })
    expect((await refusalOf(script)).code).toBe('document.syntax')
    const profile = client.projects.save({ path: join(root, '.profile'), text: buildLenet(), replaces: null })
    expect((await refusalOf(profile)).code).toBe('file.write')
    const exported = client.models.exportOnnx({ model: root, path: join(root, '.profile') })
    expect((await refusalOf(exported)).code).toBe('file.write')
  })

  it('keeps what a crash would lose until it is discarded', async () => {
    const { connect } = fixture()
    const { client } = await connect()
    await client.projects.keepRecovery({ id: 'one', path: null, name: 'unsaved', text: 'first' })
    await client.projects.keepRecovery({ id: 'one', path: null, name: 'unsaved', text: 'second' })
    const kept = await (await connect()).client.projects.recoveries()
    expect(kept.map(({ id, text }) => [id, text])).toEqual([['one', 'second']])
    await client.projects.discardRecovery({ id: 'one' })
    expect(await client.projects.recoveries()).toEqual([])
  })

  it('refuses paths outside the roots, through links too, and relative ways out', async () => {
    const { root, folder, connect } = fixture()
    const { client } = await connect()
    await writeFile(join(folder, 'secret.netloom.json'), buildLenet('secret'))
    await symlink(folder, join(root, 'way-out'))
    await symlink(join(folder, 'secret.netloom.json'), join(root, 'linked.netloom.json'))
    await symlink(join(folder, 'new.netloom.json'), join(root, 'dangling.netloom.json'))
    for (const path of [
      folder,
      '/etc',
      '..',
      `${root}/../secret.netloom.json`,
      join(root, 'way-out', 'secret.netloom.json'),
      join(root, 'linked.netloom.json'),
      `${root}\0/a`,
    ]) {
      expect((await refusalOf(client.files.list({ path }))).code, path).toBe('file.outside')
      expect((await refusalOf(client.projects.open({ path }))).code, path).toBe('file.outside')
      expect((await refusalOf(client.runs.document({ run: path }))).code, path).toBe('file.outside')
    }
    const text = buildLenet()
    for (const name of ['linked.netloom.json', 'dangling.netloom.json', 'way-out/new.netloom.json']) {
      const save = client.projects.save({ path: join(root, name), text, replaces: null, force: true })
      expect((await refusalOf(save)).code, name).toBe('file.outside')
    }
    const data = client.datasets.statistics({
      reference: `folder:${folder}`,
      format: { channels: 1, height: 8, width: 8, resize: 'crop' },
    })
    expect((await refusalOf(data)).code).toBe('file.outside')
    const { entries } = await client.files.list({ path: root })
    expect(entries.map(({ name }) => name)).not.toContain('way-out')
    await expect(stat(join(folder, 'new.netloom.json'))).rejects.toThrow('ENOENT')
  })
})

describe('datasets', () => {
  it('describes quickly, then with progress and all findings', async () => {
    const { client } = await fixture().connect()
    const events = []
    const request = { reference: 'builtin:digits', options: { limit: 300 } }
    for await (const event of await client.datasets.describe(request)) events.push(event)
    expect(events[0]).toMatchObject({ kind: 'description', quick: true })
    expect(events.some(({ kind }) => kind === 'progress')).toBe(true)
    expect(events.at(-1)).toMatchObject({
      kind: 'description',
      quick: false,
      description: { kind: 'builtin', channels: 1, sizes: [{ width: 28, height: 28 }] },
    })
  })

  it('says in a stream why a dataset cannot be opened', async () => {
    const { client } = await fixture().connect()
    const drain = async () => {
      for await (const event of await client.datasets.describe({ reference: 'folder:nothing-here' })) void event
    }
    expect((await refusalOf(drain())).code).toBe('dataset.missing')
  })

  it('gives pages of pictures as PNGs, by class, and as a network sees them', async () => {
    const { client } = await fixture().connect()
    const base = { reference: 'builtin:digits', options: { limit: 300 }, split: 'train' as const }
    const page = await client.datasets.pictures({ ...base, from: 290, count: 50 })
    expect([page.total, page.pictures.length, page.pictures[0]?.index]).toEqual([300, 10, 290])
    const threes = await client.datasets.pictures({ ...base, from: 0, count: 500, class: 3 })
    expect(threes.total).toBe(threes.pictures.length)
    expect(new Set(threes.pictures.map(({ label }) => label))).toEqual(new Set([3]))
    const seen = await client.datasets.pictures({
      ...base,
      from: 0,
      count: 1,
      format: { channels: 3, height: 40, width: 20, resize: 'letterbox' },
    })
    const png = Buffer.from(seen.pictures[0]?.png ?? '', 'base64')
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([20, 40])
  })

  it('gives single pictures in the order in which they are asked for', async () => {
    const { client } = await fixture().connect()
    const base = { reference: 'builtin:digits', split: 'test' as const, from: 0, count: 1 }
    const single = await client.datasets.pictures({ ...base, indices: [7, 3, 1_000_000] })
    const page = await client.datasets.pictures({ ...base, count: 8 })
    expect(single.pictures).toEqual([page.pictures[7], page.pictures[3]])
  })

  it('computes the normalisation of a format', async () => {
    const { client } = await fixture().connect()
    const scaling = await client.datasets.statistics({
      reference: 'builtin:digits',
      options: { limit: 100 },
      format: { channels: 1, height: 28, width: 28, resize: 'stretch' },
    })
    expect(scaling.mean).toHaveLength(1)
    expect(scaling.deviation[0]).toBeGreaterThan(0.1)
  })
})

describe('training', () => {
  it('predicts memory and measures three steps', async () => {
    const { client } = await fixture().connect()
    const flight = await client.training.preflight(request(4))
    // Weights: 4*25+4 + 576*10+10 = 5,874 floats, with gradient and Adam's two slots. Activations of one picture:
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
    })
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
    expect(await client.training.active()).toEqual([{ run, name: 'long' }])
    expect((await refusalOf(client.runs.trash({ run }))).code).toBe('run.busy')
    const rest = await client.training.events({ run, after: seen.at(-1) })
    await client.training.stop({ run })
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
    await client.runs.update({ run, note: 'two epochs' })
    expect((await client.runs.list()).find(({ id }) => id === run)).toMatchObject({
      name: 'renamed',
      note: 'two epochs',
    })
  })

  it('shows a run whose process has died as killed', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const path = join(runOf(root), 'run.json')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('"state": "finished"', '"state": "running"'))
    expect((await client.runs.list()).find(({ id }) => id === runOf(root))?.state).toBe('killed')
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

  it('evaluates a run on its own pictures, one by one', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const model = runOf(root)
    let evaluation
    let dataset
    for await (const event of await client.models.evaluate({ model, dataset: null, split: 'test' }))
      if (event.kind === 'evaluation') ({ evaluation, dataset } = event)
    // An index means the same picture to both calls.
    const { index = 0, name, label } = evaluation?.pictures[7] ?? {}
    const asked = { reference: '', ...dataset, split: 'test' as const, from: 0, count: 1, indices: [index] }
    expect((await client.datasets.pictures(asked)).pictures).toMatchObject([{ index, name, label }])
    expect(evaluation?.images).toBe(200)
    expect(evaluation?.pictures).toHaveLength(200)
    const right = evaluation?.pictures.filter(({ label, predicted }) => label === predicted).length ?? 0
    expect(right / 200).toBeCloseTo(evaluation?.top1 ?? -1)
    const losses = evaluation?.pictures.reduce((sum, { loss }) => sum + loss, 0) ?? 0
    expect(losses / 200).toBeCloseTo(evaluation?.loss ?? -1, 4)
    expect(evaluation?.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(200)
  })

  it('predicts a picture and exports a checked model', async () => {
    const { root, connect } = fixture()
    const { client } = await connect()
    const model = runOf(root)
    const { pictures } = await client.datasets.pictures({
      reference: 'builtin:digits',
      split: 'test',
      from: 0,
      count: 1,
    })
    const classes = await client.models.predict({ model, picture: pictures[0]?.png ?? '' })
    expect(classes).toHaveLength(10)
    expect(classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1)
    expect((await refusalOf(client.models.predict({ model, picture: 'aGVsbG8=' }))).code).toBe('dataset.unreadable')
    const path = join(root, 'exported.onnx')
    const exported = await client.models.exportOnnx({ model, path })
    expect(exported.maxRel).toBeLessThan(1e-4)
    expect((await stat(path)).size).toBe(exported.sizeBytes)
  })
})
