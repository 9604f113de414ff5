// Small images for a screen, and exactly what a network sees, decoded back from their PNGs.
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { openDataset } from '../../src/main/datasets/openDataset'
import { SplitDecoder } from '../../src/main/datasets/imageStore'
import { encodePng, fitInto, imageDrawer, type DrawRequest } from '../../src/main/datasets/thumbnail'
import type { ImageFormat } from '../../src/shared/datasets/dataset'
import { plain, plainPng } from './imageFiles'
import { TemporaryFolder } from './temporaryFolder'

const folder = new TemporaryFolder()

async function readPng(png: Uint8Array | null) {
  const { data, info } = await sharp(png ?? new Uint8Array(0))
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data: [...data], width: info.width, height: info.height, channels: info.channels }
}

async function openImages() {
  folder.write('images/wide/1.png', await plain(200, 50, [250, 10, 20]).png().toBuffer())
  folder.write('images/wide/2.png', 'no image')
  folder.write('images/small/3.png', await plainPng([1, 2, 3], 8))
  const dataset = await openDataset(`folder:${folder.write('images/.keep', '').replace(/\/\.keep$/, '')}`)
  const split = dataset.images('train')
  if (!split) throw new Error('no training images')
  const draw = (name: string, request: DrawRequest) =>
    imageDrawer(split, request)(dataset.names('train').findIndex((each) => each.endsWith(name)))
  return { split, draw }
}

describe('thumbnails', () => {
  it('fit into their square, keep their proportions and are never enlarged', () => {
    expect(fitInto({ width: 200, height: 50 }, 96)).toEqual({ width: 96, height: 24 })
    expect(fitInto({ width: 8, height: 8 }, 96)).toEqual({ width: 8, height: 8 })
    expect(fitInto({ width: 1, height: 5000 }, 96)).toEqual({ width: 1, height: 96 })
  })

  it('show files in their colours, and nothing for a broken one', async () => {
    const { draw } = await openImages()
    const wide = await readPng(await draw('1.png', { size: 96 }))
    expect([wide.width, wide.height, wide.data.slice(0, 3)]).toEqual([96, 24, [250, 10, 20]])
    expect(await readPng(await draw('3.png', { size: 96 }))).toMatchObject({ width: 8, height: 8 })
    expect(await draw('2.png', { size: 96 })).toBeNull()
  })

  it('give exactly the values that the network sees', async () => {
    const { draw, split } = await openImages()
    const format: ImageFormat = { channels: 3, height: 6, width: 4, resize: 'letterbox' }
    const seen = await readPng(await draw('1.png', { format, augmentation: 'none' }))
    const pixels = await new SplitDecoder(split, format).decode(
      Array.from({ length: split.count }, (_, index) => split.nameAt(index)).findIndex((name) =>
        name.endsWith('1.png'),
      ),
    )
    const planes = Array.from({ length: 3 }, (_, channel) => seen.data.filter((_value, at) => at % 3 === channel))
    expect(planes.flat()).toEqual([...pixels])
  })

  it('keep every grey value', async () => {
    const values = Uint8Array.from({ length: 256 }, (_, value) => value)
    const png = await encodePng(values, { channels: 1, height: 16, width: 16 })
    const { data, channels } = await readPng(png)
    expect(data.filter((_, at) => at % channels === 0)).toEqual([...values])
  })
})
