// Opening ONNX files over the host as the screen does: the import, its receipt, training from kept weights, saving, what is refused.
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { findArchitecture } from '../../src/shared/lectures/architectures/index'
import { initialiseWeights } from '../../src/shared/network/initialise'
import { lowerDocument } from '../../src/shared/lower/lower'
import { toModel } from '../../src/shared/lower/networkModel'
import { applyEdit } from '../../src/shared/graph/edits'
import { parseDocument, serializeDocument } from '../../src/shared/graph/schema'
import type { ImportEvent } from '../../src/shared/contract/importCalls'
import { encodeModel } from '../../src/shared/onnx/bytes'
import { refusalOf, useHost, type Screen } from './hostFixture'

/** LeNet-5 with random weights, its scaling and class names in the metadata. */
function lenetModel(): Uint8Array {
  const document = findArchitecture('lenet5')?.build({ classes: 10 })
  if (!document) throw new Error('there is no lenet5')
  const classes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
  const scaling = { mean: [0.1307], deviation: [0.3081] }
  const lowered = lowerDocument(document, { mode: 'inference', weights: initialiseWeights(document, 3) })
  return encodeModel(toModel(lowered, { classes, scaling, producerVersion: '0' }))
}

async function importFile(screen: Screen, path: string): Promise<ImportEvent[]> {
  const events: ImportEvent[] = []
  for await (const event of await screen.client.imports.open({ path })) events.push(event)
  return events
}

function networkOf(events: readonly ImportEvent[]) {
  const network = events.find((event) => event.kind === 'network')
  if (!network) throw new Error('no network came')
  return network
}

describe('opening an ONNX file from a screen', () => {
  const fixture = useHost()
  let file = ''
  beforeAll(async () => {
    file = join(fixture().root, 'digits.onnx')
    await writeFile(file, lenetModel())
  })

  it('tells the stages, what was found, and how near the export is to the original', async () => {
    const events = await importFile(await fixture().connect(), file)
    expect(events.map((event) => (event.kind === 'stage' ? event.stage : event.kind))).toEqual([
      'reading',
      'converting',
      'network',
      'comparing',
      'receipt',
    ])
    const { document, facts } = networkOf(events)
    expect(parseDocument(document)).toMatchObject({ name: 'digits', scaling: { mean: [0.1307], deviation: [0.3081] } })
    expect(facts).toMatchObject({ input: { shape: [1, 28, 28] }, output: { shape: [10] }, parameters: 61_706 })
    const receipt = events.find((event) => event.kind === 'receipt')?.receipt
    expect(receipt?.comparisons.length).toBeGreaterThan(0)
    for (const { maxRel } of receipt?.comparisons ?? []) expect(maxRel).toBeLessThan(1e-5)
  })

  it('keeps the weights until the document is saved, and then puts them and the receipt beside it', async () => {
    const { client } = await fixture().connect()
    const events = await importFile(await fixture().connect(), file)
    const { document: text } = networkOf(events)
    const { weights = '' } = parseDocument(text)
    const shapes = await client.models.weightShapes({ weights, documentPath: null })
    expect(shapes.reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0)).toBe(61_706)
    const path = join(fixture().root, 'saved', 'mine.netloom.json')
    const saved = await client.projects.save({ path, text, replaces: null, from: null })
    expect(saved.weights).toBe('mine.safetensors')
    const names = await readdir(join(fixture().root, 'saved'))
    expect(names.toSorted()).toEqual(['mine.netloom.json', 'mine.receipt.json', 'mine.safetensors'])
    const { text: read } = await client.projects.open({ path })
    expect(parseDocument(read).weights).toBe('mine.safetensors')
    expect(await client.models.weightShapes({ weights: 'mine.safetensors', documentPath: path })).toEqual(shapes)
    // Saved under another name in another folder, the weights go along.
    const other = join(fixture().root, 'elsewhere', 'other.netloom')
    expect(await client.projects.save({ path: other, text: read, replaces: null, from: path })).toMatchObject({
      weights: 'other.safetensors',
    })
  })

  it('predicts with the present document, and says which layers start anew after an edit', async () => {
    const { client } = await fixture().connect()
    const document = parseDocument(networkOf(await importFile(await fixture().connect(), file)).document)
    const { model } = await client.models.stage({ document: serializeDocument(document), documentPath: null })
    const { images } = await client.datasets.images({
      reference: 'builtin:digits',
      split: 'test',
      from: 0,
      count: 1,
    })
    const answer = await client.models.predict({ model, image: images[0]?.png ?? '' })
    expect(answer).toHaveLength(10)
    expect(answer.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5)
    const head = document.nodes.findLast(({ type }) => type === 'dense')
    if (!head) throw new Error('no dense layer')
    const edited = applyEdit(document, {
      type: 'setParams',
      id: head.id,
      params: { ...head.params, units: 3 },
    })
    const staged = client.models.stage({
      document: serializeDocument({ ...edited, classes: undefined }),
      documentPath: null,
    })
    expect(await refusalOf(staged)).toMatchObject({ code: 'model.weights', message: expect.stringContaining(head.id) })
  })

  it('takes a file in parts from a browser that has no path for it', async () => {
    const screen = await fixture().connect()
    const bytes = await readFile(file)
    const half = Math.floor(bytes.length / 2)
    const first = bytes.subarray(0, half).toString('base64')
    const { begin, append, discard } = screen.client.uploads
    const { upload } = await begin({ name: '../../dropped.onnx', sizeBytes: bytes.length })
    await append({ upload, offset: 0, base64: first })
    expect(await refusalOf(importFile(screen, upload))).toMatchObject({ code: 'file.upload' })
    await append({ upload, offset: half, base64: bytes.subarray(half).toString('base64') })
    expect(networkOf(await importFile(screen, upload)).facts.parameters).toBe(61_706)
    await discard({ upload })
    expect(await refusalOf(importFile(screen, upload))).toMatchObject({ code: 'file.upload' })
    expect(await readdir(join(fixture().state, 'uploads'))).toEqual([])
  })

  it('refuses files outside, cut files and names that are no import, each in words', async () => {
    const screen = await fixture().connect()
    const outside = join(fixture().folder, 'outside.onnx')
    await writeFile(outside, lenetModel())
    expect(await refusalOf(importFile(screen, outside))).toMatchObject({ code: 'file.outside' })
    const cut = join(fixture().root, 'cut.onnx')
    await writeFile(cut, lenetModel().subarray(0, 1000))
    expect(await refusalOf(importFile(screen, cut))).toMatchObject({ code: 'onnx.malformed' })
    const { client } = screen
    const unknown = client.models.weightShapes({ weights: 'kept:../../etc', documentPath: null })
    expect(await refusalOf(unknown)).toMatchObject({ code: 'model.unknown' })
  })
})
