// The pictures beside the project (NETLOOM_REFERENCE's neighbour `data`), where they are there.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openDataset } from '../../src/main/datasets/openDataset'
import { openPictureLoader } from '../../src/main/datasets/pictureLoader'

const reference = process.env.NETLOOM_REFERENCE ?? fileURLToPath(new URL('../../../shared/reference', import.meta.url))
const data = join(reference, '..', 'data')
const present = existsSync(join(data, 'mnist')) && existsSync(join(data, 'cifar10'))

describe.skipIf(!present)(`real pictures${present ? '' : ' (skipped: not there)'}`, () => {
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
    const loader = await openPictureLoader({
      reference: `mnist:${join(data, 'mnist')}`,
      options,
      format,
      inProcess: true,
    })
    const { mean, deviation } = await loader.statistics()
    // 0.1307 and 0.3081 are those of the 60,000 training pictures.
    expect(Math.abs((mean[0] ?? 0) - 0.1307)).toBeLessThan(0.005)
    expect(Math.abs((deviation[0] ?? 0) - 0.3081)).toBeLessThan(0.005)
  })

  it('of CIFAR-10 as JPEG are decoded with the published statistics', async () => {
    const format = { channels: 3, height: 32, width: 32, resize: 'stretch' } as const
    const request = { reference: `cifar10:${join(data, 'cifar10')}`, format, inProcess: true }
    const loader = await openPictureLoader({ ...request, options: { limit: 1000 } })
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
})
