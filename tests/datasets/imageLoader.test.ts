import { beforeAll, describe, expect, it } from 'vitest'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  openImageLoader,
  type LoaderRequest,
  type ImageBatch,
  type ImageLoader,
} from '../../src/main/datasets/imageLoader'
import type { ImageFormat } from '../../src/shared/datasets/dataset'
import { idxFiles, noisyJpeg, plainPng } from './imageFiles'
import { TemporaryFolder } from './temporaryFolder'

const folder = new TemporaryFolder()
const grey4: ImageFormat = { channels: 1, height: 4, width: 4, resize: 'stretch' }
const built = existsSync(fileURLToPath(new URL('../../out/main/loader.js', import.meta.url)))

beforeAll(async () => {
  const { images, labels } = idxFiles(50)
  folder.write('idx/train-images-idx3-ubyte', images)
  folder.write('idx/train-labels-idx1-ubyte', labels)
  folder.write('idx/t10k-images-idx3-ubyte', images)
  folder.write('idx/t10k-labels-idx1-ubyte', labels)
  const jpeg = await noisyJpeg()
  // Twelve images of a class each, of brightness 10 * n; numbers 3, 4 and 11 are damaged.
  for (let n = 0; n < 12; n++) {
    const bytes = [3, 4, 11].includes(n) ? jpeg.subarray(0, 900) : await plainPng([10 * n, 10 * n, 10 * n])
    folder.write(`damaged/train/class${n}/image.png`, bytes)
  }
})

/** Opens a loader for the length of `use`. */
async function withLoader<T>(request: LoaderRequest, use: (loader: ImageLoader) => Promise<T>): Promise<T> {
  const loader = await openImageLoader(request)
  try {
    return await use(loader)
  } finally {
    await loader.close()
  }
}

async function collect(batches: AsyncIterable<ImageBatch>): Promise<ImageBatch[]> {
  const all: ImageBatch[] = []
  for await (const batch of batches) all.push(batch)
  return all
}

const upTo = (count: number) => Uint32Array.from({ length: count }, (_, i) => i)
const request = { split: 'train', seed: 1, epoch: 0 } as const

describe.each([
  { where: 'in the calling thread', inProcess: true },
  { where: built ? 'on a thread' : 'on a thread (skipped: not built)', inProcess: false },
])('the image loader $where', ({ inProcess }) => {
  const test = it.skipIf(!inProcess && !built)
  const idx = () => ({ reference: folder.path('idx'), format: grey4, inProcess })
  const damaged = () => ({
    reference: folder.path('damaged'),
    options: { wholeAs: 'train' } as const,
    format: grey4,
    inProcess,
  })

  test('gives batches in the order asked for, the last one smaller', async () => {
    await withLoader(idx(), async (loader) => {
      const order = Uint32Array.of(7, 3, 49, 0, 3)
      const batches = await collect(loader.batches({ ...request, order, batchSize: 2 }))
      expect(batches.map((batch) => [...batch.indices])).toEqual([[7, 3], [49, 0], [3]])
      expect(batches.map((batch) => [...batch.labels])).toEqual([[7, 3], [9, 0], [3]])
      // Image n is of value n all over, also when enlarged from 2 x 2 to 4 x 4.
      expect([...(batches[1]?.pixels ?? [])]).toEqual([
        ...Array.from({ length: 16 }, () => 49),
        ...Array.from({ length: 16 }, () => 0),
      ])
    })
  })

  test('gives the same from any batch on, whatever is augmented', async () => {
    await withLoader({ ...idx(), reference: 'builtin:digits', options: { limit: 60 } }, async (loader) => {
      const order = upTo(60).reverse()
      const all = { ...request, order, batchSize: 8, augmentation: 'digits' } as const
      const whole = await collect(loader.batches(all))
      const rest = await collect(loader.batches({ ...all, startBatch: 5, prefetch: 1 }))
      expect(whole).toHaveLength(8)
      expect(rest).toEqual(whole.slice(5))
      const later = await collect(loader.batches({ ...all, epoch: 1 }))
      expect(later[0]?.pixels).not.toEqual(whole[0]?.pixels)
      const plain = await collect(loader.batches({ ...all, augmentation: 'none' }))
      expect(plain[0]?.labels).toEqual(whole[0]?.labels)
      expect(plain[0]?.pixels).not.toEqual(whole[0]?.pixels)
    })
  })

  test('decodes many files as they are wanted, keeps them, and puts the next in the place of a damaged one', async () => {
    const lazy = { ...damaged(), eagerFiles: 5 }
    await withLoader(lazy, async (loader) => {
      expect(loader.unreadable()).toEqual([])
      expect(loader.labels('train')).toHaveLength(12)
      const collectAll = () => collect(loader.batches({ ...request, order: upTo(12), batchSize: 12 }))
      const [batch] = await collectAll()
      expect([...(batch?.indices ?? [])]).toEqual([0, 1, 2, 5, 5, 5, 6, 7, 8, 9, 10, 0])
      expect(batch?.pixels[5 * 16]).toBe(50)
      expect(loader.unreadable()).toHaveLength(3)
      expect((await collectAll())[0]?.pixels).toEqual(batch?.pixels)
    })
  })

  test('leaves out unreadable images where all fit into memory, and names them', async () => {
    await withLoader(damaged(), async (loader) => {
      expect(loader.labels('train')).toHaveLength(9)
      expect(loader.names('train')[3]).toBe('class5/image.png')
      expect(loader.description.splits.train?.count).toBe(9)
      expect(loader.description.classes).toHaveLength(12)
      const files = loader.unreadable().map(({ file }) => file)
      expect(files).toEqual(
        ['class3/image.png', 'class4/image.png', 'class11/image.png'].map((file) => `train/${file}`),
      )
      expect(loader.unreadable()[0]?.reason).toContain('premature end of JPEG')
      const [batch] = await collect(loader.batches({ ...request, order: upTo(9), batchSize: 9 }))
      expect([...(batch?.labels ?? [])]).toEqual([0, 1, 2, 5, 6, 7, 8, 9, 10])
      expect(batch?.pixels[3 * 16]).toBe(50)
    })
  })

  test('puts the next readable image in the place of an unreadable one while streaming', async () => {
    await withLoader({ ...damaged(), budgetBytes: 0 }, async (loader) => {
      expect(loader.labels('train')).toHaveLength(12)
      expect(loader.unreadable()).toEqual([])
      const all = { ...request, order: Uint32Array.of(11, 4, 3, 3, 5, 0), batchSize: 6 }
      const [batch] = await collect(loader.batches(all))
      // After 11 comes 0 again; after 3 and 4 comes 5.
      expect([...(batch?.indices ?? [])]).toEqual([0, 5, 5, 5, 5, 0])
      expect([...(batch?.labels ?? [])]).toEqual([0, 5, 5, 5, 5, 0])
      expect(batch?.pixels[16]).toBe(50)
      expect(
        loader
          .unreadable()
          .map(({ file }) => file)
          .toSorted(),
      ).toEqual(['train/class11/image.png', 'train/class3/image.png', 'train/class4/image.png'])
      const [skipped] = await collect(loader.batches({ ...all, skipUnreadable: true }))
      expect([...(skipped?.indices ?? [])]).toEqual([5, 0])
      expect(loader.unreadable()).toHaveLength(3)
    })
  })

  test('gives the same images from memory and from a stream', async () => {
    const format = { ...grey4, channels: 3 } as const
    const take = (budgetBytes?: number) =>
      withLoader({ ...idx(), format, budgetBytes }, (loader) =>
        collect(loader.batches({ ...request, order: upTo(50), batchSize: 7, augmentation: 'cutout' })),
      )
    expect(await take(0)).toEqual(await take())
  })

  test('computes mean and deviation over the training split', async () => {
    await withLoader(idx(), async (loader) => {
      const { mean, deviation } = await loader.statistics()
      // Values 0 ... 49: mean 24.5, variance (50^2 - 1) / 12.
      expect(mean[0]).toBeCloseTo(24.5 / 255, 10)
      expect(deviation[0]).toBeCloseTo(Math.sqrt(2499 / 12) / 255, 10)
    })
  })

  test('opens only the splits that are asked for', async () => {
    await withLoader({ ...idx(), splits: ['test'] }, async (loader) => {
      expect(loader.labels('train')).toHaveLength(0)
      expect(loader.labels('test')).toHaveLength(50)
    })
  })

  test('lets a consumer leave early and start again', async () => {
    await withLoader(idx(), async (loader) => {
      const all = { ...request, order: upTo(50), batchSize: 1 }
      for await (const batch of loader.batches(all)) {
        expect(batch.indices[0]).toBe(0)
        break
      }
      expect(await collect(loader.batches(all))).toHaveLength(50)
    })
  })

  test('serves two splits at the same time', async () => {
    await withLoader(idx(), async (loader) => {
      const [train, test] = await Promise.all([
        collect(loader.batches({ ...request, order: upTo(50), batchSize: 3 })),
        collect(loader.batches({ ...request, split: 'test', order: upTo(20), batchSize: 3 })),
      ])
      expect([train.length, test.length]).toEqual([17, 7])
    })
  })

  test('reports progress and refuses what cannot be opened, with the code', async () => {
    const progress: number[] = []
    const onProgress = ({ done }: { done: number }) => progress.push(done)
    await withLoader({ ...idx(), onProgress }, () => Promise.resolve())
    expect(progress.at(-1)).toBe(100)
    const missing = openImageLoader({ ...idx(), reference: folder.path('none') })
    await expect(missing).rejects.toMatchObject({ name: 'NetloomError', code: 'dataset.missing' })
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    await expect(openImageLoader({ ...idx(), signal: stop.signal })).rejects.toThrow('enough')
  })

  test('refuses a split without a single readable image', async () => {
    for (const name of ['a', 'b']) folder.write(`ruined/train/${name}/x.png`, 'no image')
    const ruined = {
      reference: folder.path('ruined'),
      options: { wholeAs: 'train' } as const,
      format: grey4,
      inProcess,
    }
    await expect(openImageLoader(ruined)).rejects.toMatchObject({
      code: 'dataset.empty',
      message: expect.stringContaining('None of 2 images can be decoded; the first is "train/a/x.png"'),
    })
    await withLoader({ ...ruined, budgetBytes: 0 }, async (loader) => {
      const batches = collect(loader.batches({ ...request, order: upTo(2), batchSize: 2 }))
      await expect(batches).rejects.toMatchObject({ code: 'dataset.empty' })
    })
  })

  test('names an image that is not there as our own mistake', async () => {
    await withLoader(idx(), async (loader) => {
      const batches = collect(loader.batches({ ...request, order: Uint32Array.of(50), batchSize: 1 }))
      await expect(batches).rejects.toMatchObject({ code: 'internal' })
    })
  })

  test('can be closed while batches are under way, and twice', async () => {
    const loader = await openImageLoader({ ...damaged(), budgetBytes: 0 })
    const batches = loader.batches({ ...request, order: upTo(12), batchSize: 2, prefetch: 8 })[Symbol.asyncIterator]()
    await batches.next()
    await loader.close()
    await loader.close()
  })
})
