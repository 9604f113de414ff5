// The images beside the project (NETLOOM_REFERENCE's neighbour `data`), where they are there.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor } from '../../src/main/engines/ort/silencedRuntime'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openDataset } from '../../src/main/datasets/openDataset'
import { openImageLoader } from '../../src/main/datasets/imageLoader'

const reference = process.env.NETLOOM_REFERENCE ?? fileURLToPath(new URL('../../../shared/reference', import.meta.url))
const data = join(reference, '..', 'data')
const present = existsSync(join(data, 'mnist')) && existsSync(join(data, 'cifar10'))

describe.skipIf(!present)(`real images${present ? '' : ' (skipped: not there)'}`, () => {
  it('of MNIST are one pool of 10,000 with the published statistics', async () => {
    const options = { trainRange: [0, 8000], testRange: [8000, 10_000] } as const
    const dataset = await openDataset(`mnist:${join(data, 'mnist')}`, options)
    // The test files hold 980 zeros, 1135 ones ... as published.
    const perClass = dataset.description.splits.train?.perClass ?? []
    const test = dataset.description.splits.test?.perClass ?? []
    expect(perClass.map((count, label) => count + (test[label] ?? 0))).toEqual([
      980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ])
    const format = { channels: 1, height: 28, width: 28, resize: 'stretch' } as const
    const loader = await openImageLoader({
      reference: `mnist:${join(data, 'mnist')}`,
      options,
      format,
      inProcess: true,
    })
    const { mean, deviation } = await loader.statistics()
    // 0.1307 and 0.3081 are those of the 60,000 training images.
    expect(Math.abs((mean[0] ?? 0) - 0.1307)).toBeLessThan(0.005)
    expect(Math.abs((deviation[0] ?? 0) - 0.3081)).toBeLessThan(0.005)
  })

  it('of CIFAR-10 as JPEG are decoded with the published statistics', async () => {
    const format = { channels: 3, height: 32, width: 32, resize: 'stretch' } as const
    const request = { reference: `cifar10:${join(data, 'cifar10')}`, format, inProcess: true }
    const loader = await openImageLoader({ ...request, options: { limit: 1000 } })
    expect(loader.description).toMatchObject({
      kind: 'folder',
      splits: { train: { count: 1000 }, test: { count: 1000 } },
    })
    expect(loader.unreadable()).toEqual([])
    const { mean, deviation } = await loader.statistics()
    // The training set's mean is 0.4914, 0.4822, 0.4465 and its deviation 0.2470, 0.2435, 0.2616.
    for (const [c, value] of [0.4914, 0.4822, 0.4465].entries())
      expect(Math.abs((mean[c] ?? 0) - value)).toBeLessThan(0.02)
    for (const [c, value] of [0.247, 0.2435, 0.2616].entries()) {
      expect(Math.abs((deviation[c] ?? 0) - value)).toBeLessThan(0.02)
    }
  })

  it('give the recorded predictions of a pretrained network for every one of 1,000 images', async ({ skip }) => {
    const modelFile = join(reference, '..', 'models', 'resnet20-cifar10.onnx')
    const recordFile = join(reference, 'resnet20-cifar10.json')
    skip(!existsSync(modelFile) || !existsSync(recordFile), 'the recorded predictions are not there')
    const recorded = z
      .object({
        preprocessing: z.object({ mean: z.array(z.number()), std: z.array(z.number()) }),
        predictions: z.record(z.string(), z.number()),
      })
      .parse(JSON.parse(readFileSync(recordFile, 'utf8')))
    const { mean, std } = recorded.preprocessing
    const loader = await openImageLoader({
      reference: join(data, 'cifar10', 'test'),
      options: { wholeAs: 'test' },
      format: { channels: 3, height: 32, width: 32, resize: 'stretch' },
      inProcess: true,
    })
    const session = await InferenceSession.create(modelFile)
    const [input = ''] = session.inputNames
    const [output = ''] = session.outputNames
    const names = loader.names('test')
    const order = Uint32Array.from(names.keys())
    const predictions: Record<string, number> = {}
    for await (const { pixels, indices } of loader.batches({
      split: 'test',
      order,
      batchSize: 100,
      seed: 1,
      epoch: 0,
    })) {
      const values = Float32Array.from(pixels, (value, i) => {
        const c = Math.floor(i / 1024) % 3
        return (value / 255 - (mean[c] ?? 0)) / (std[c] ?? 1)
      })
      const results = await session.run({ [input]: new Tensor('float32', values, [indices.length, 3, 32, 32]) })
      const outputs = z.instanceof(Float32Array).parse(results[output]?.data)
      for (const [n, index] of indices.entries()) {
        const row = outputs.subarray(10 * n, 10 * (n + 1))
        predictions[names[index] ?? ''] = row.indexOf(Math.max(...row))
      }
    }
    expect(predictions).toEqual(recorded.predictions)
  })
})
