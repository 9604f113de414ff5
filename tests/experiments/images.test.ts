// Truth tables and changed images as training and evaluation get them: the same permutation everywhere, shifts in test alone.
import { expect, it } from 'vitest'
import { openImageLoader, type ImageLoader } from '../../src/main/datasets/imageLoader'
import type { SplitName } from '../../src/shared/datasets/dataset'
import type { DatasetOptions } from '../../src/shared/datasets/datasetOptions'
import { RandomStream } from '../../src/shared/training/randomStream'

const digits = { channels: 1, height: 28, width: 28, resize: 'stretch' } as const

function open(options: DatasetOptions, reference = 'builtin:digits', format: typeof digits | object = {}) {
  return openImageLoader({ reference, options, format: { ...digits, ...format }, inProcess: true })
}

async function read(loader: ImageLoader, split: SplitName, count: number): Promise<Uint8Array> {
  const order = Uint32Array.from({ length: count }, (_, index) => index)
  for await (const { pixels } of loader.batches({ split, order, batchSize: count, seed: 1, epoch: 0 })) return pixels
  throw new Error('no batch')
}

it('gives the rows of a truth table as images of one pixel per input', async () => {
  const loader = await open({}, 'builtin:truth-table', { height: 1, width: 3 })
  expect(loader.description.classes).toEqual(['-1', '1'])
  expect([...(await read(loader, 'train', 8))].map((value) => value / 255).join('')).toBe('000001010011100101110111')
  expect([...loader.labels('train')]).toEqual([0, 0, 0, 1, 0, 1, 1, 1])
  expect(await read(loader, 'test', 8)).toEqual(await read(loader, 'train', 8))
})

it('puts the pixels of every image of every split into the same order', async () => {
  const [plain, permuted] = await Promise.all([open({ limit: 20 }), open({ limit: 20, permute: 4 })])
  const order = new RandomStream(4, 'pixels').permutation(784)
  for (const split of ['train', 'test'] as const) {
    const [before, after] = [await read(plain, split, 20), await read(permuted, split, 20)]
    const expected = after.map((_, index) => before[index - (index % 784) + (order[index % 784] ?? 0)] ?? 0)
    expect(after).toEqual(expected)
  }
})

it('shifts test images alone, by so many pixels down, up or aside', async () => {
  const [plain, shifted] = await Promise.all([open({ limit: 20 }), open({ limit: 20, shift: 3 })])
  expect(await read(shifted, 'train', 20)).toEqual(await read(plain, 'train', 20))
  const [before, after] = [await read(plain, 'test', 20), await read(shifted, 'test', 20)]
  const steps = [-3, 0, 3]
  for (let image = 0; image < 20; image++) {
    const at = (pixels: Uint8Array, x: number, y: number) => pixels[image * 784 + y * 28 + x]
    // In the middle of the image every pixel comes from one place three pixels away.
    const fits = steps.flatMap((right) =>
      steps
        .filter((down) =>
          [4, 9, 14, 19, 23].every((x) =>
            [4, 9, 14, 19, 23].every((y) => at(after, x, y) === at(before, x - right, y - down)),
          ),
        )
        .map((down) => [right, down]),
    )
    expect(fits).toHaveLength(1)
    expect(fits[0]).not.toEqual([0, 0])
  }
})
