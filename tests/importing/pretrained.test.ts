// A published ResNet-20 from its ONNX files to documents and back: predictions of the reference, weights kept, training from them.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodeImage } from '../../src/main/datasets/decodeImage'
import { openRawModel } from '../../src/main/engines/ort/rawModel'
import { evaluateModel } from '../../src/main/models/evaluation'
import { exportOnnx } from '../../src/main/exchange/exportOnnx'
import { importNetwork, writeImport } from '../../src/main/exchange/importOnnxFile'
import { loadModel, openModel } from '../../src/main/models/openModel'
import { namedScalings } from '../../src/main/models/scalingNames'
import { readDocument } from '../../src/main/files/projects'
import { RandomStream } from '../../src/shared/training/randomStream'
import { makeFolder } from './modelCase'

const shared = process.env['NETLOOM_REFERENCE'] ?? fileURLToPath(new URL('../../../shared/reference', import.meta.url))
const models = join(shared, '..', 'models')
const images = join(shared, '..', 'data', 'cifar10')
const isThere = existsSync(join(models, 'resnet20-cifar10-bn.onnx')) && existsSync(images)
const scaling = namedScalings.imagenet

const referenceSchema = z.object({
  classes: z.array(z.string()),
  top1: z.number(),
  predictions: z.record(z.string(), z.int()),
  logits: z.record(z.string(), z.array(z.number())),
})

const folder = makeFolder()

describe.skipIf(!isThere)('the published ResNet-20', () => {
  it.each([
    ['resnet20-cifar10-bn.onnx', 269_722],
    ['resnet20-cifar10.onnx', 269_034],
  ])('predicts from %s as a document what the reference predicts', async (file, parameters) => {
    const reference = referenceSchema.parse(JSON.parse(readFileSync(join(shared, 'resnet20-cifar10.json'), 'utf8')))
    const result = await importNetwork(join(models, file), { scaling, classes: reference.classes })
    expect(result.receipt.maxAbs).toBeLessThan(1e-5)
    expect(result.parameters).toBe(parameters)
    // Nine residual blocks in three nodes, one per stage.
    expect(result.nodes).toBeLessThan(20)

    const path = join(folder, `${file}.netloom.json`)
    await writeImport(result, path)
    const model = await openModel(path)
    const report = await evaluateModel({ model, reference: images, split: 'test', batchSize: 100 })
    const format = { channels: 3, height: 32, width: 32, resize: 'stretch' } as const
    for (const [name, logits] of Object.entries(reference.logits)) {
      const outputs = await model.predict(await decodeImage(join(images, 'test', name), format), 1)
      logits.forEach((value, index) => expect(Math.abs(value - (outputs[index] ?? NaN)), name).toBeLessThan(1e-3))
    }
    await model.dispose()
    const wrong = Object.entries(reference.predictions).filter(
      ([name, index]) => report.predictions?.[name] !== reference.classes[index],
    )
    expect(Object.keys(reference.predictions)).toHaveLength(1000)
    expect(wrong.length).toBeLessThanOrEqual(2)
    expect(report.top1).toBeCloseTo(reference.top1, 2)
  })

  it('is within 1e-5 of the original after import, save, reopen and export', async () => {
    const original = join(models, 'resnet20-cifar10-bn.onnx')
    const path = join(folder, 'round.netloom.json')
    await writeImport(await importNetwork(original, { scaling }), path)
    expect((await readDocument(path)).weights).toBe('round.safetensors')
    const loaded = await loadModel(path)
    if (loaded.kind !== 'network') throw new Error('a document is a network')
    const exported = join(folder, 'round.onnx')
    await exportOnnx(loaded, exported)
    const random = new RandomStream(2, 'round trip')
    const data = Float32Array.from({ length: 5 * 3 * 32 * 32 }, () => random.normal())
    const input = { dims: [5, 3, 32, 32], data }
    const [one, two] = [await openRawModel(original, 'input'), await openRawModel(exported, 'input')]
    const expected = await one.run(input, 'logits')
    const actual = await two.run(input, 'output')
    await one.dispose()
    await two.dispose()
    expect(actual.dims).toEqual(expected.dims)
    actual.data.forEach((value, index) => expect(Math.abs(value - (expected.data[index] ?? NaN))).toBeLessThan(1e-5))
  })
})
