// Looking for problems of a folder of images with known ones: copies, contradictions, leaks, wrong labels, dark, blurred and odd images.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { addCorrection } from '../../src/main/datasets/corrections/correctionFile'
import { openDataset } from '../../src/main/datasets/openDataset'
import { findKept, keepFound } from '../../src/main/datasets/quality/problemShelf'
import { searchDataset, type FoundInDataset } from '../../src/main/datasets/quality/searchDataset'
import type { ProblemKind } from '../../src/shared/datasets/quality/problems'
import { RandomStream } from '../../src/shared/training/randomStream'
import { TemporaryFolder } from './temporaryFolder'

const side = 64

/** A scene of its own: stripes of the class's direction with a colour of the class, over some noise. */
function drawScene(isAcross: boolean, seed: number): Sharp {
  const random = new RandomStream(seed, isAcross ? 'across' : 'down')
  const [pitch, phase, tilt] = [random.between(8, 20), random.between(0, 6), random.between(-0.3, 0.3)]
  const blob = { x: random.between(10, 54), y: random.between(10, 54), r: random.between(6, 14) }
  const values = Uint8Array.from({ length: side * side * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % side, Math.floor(at / 3 / side)]
    const along = isAcross ? y + tilt * x : x + tilt * y
    const isInside = (x - blob.x) ** 2 + (y - blob.y) ** 2 < blob.r ** 2
    const stripe = 110 + 70 * Math.sin((2 * Math.PI * along) / pitch + phase)
    return Math.max(0, Math.min(255, (isInside ? 230 - stripe / 2 : stripe) + random.between(-14, 14)))
  })
  return sharp(values, { raw: { width: side, height: side, channels: 3 } })
}

describe('problems of a dataset', () => {
  const temporary = new TemporaryFolder()
  const folder = (): string => temporary.root
  const kept = new TemporaryFolder().root
  let found: FoundInDataset

  async function write(name: string, image: Sharp): Promise<Buffer> {
    const bytes = await image.png().toBuffer()
    await mkdir(join(folder(), name, '..'), { recursive: true })
    await writeFile(join(folder(), name), bytes)
    return bytes
  }

  const filesOf = (kind: ProblemKind): readonly (readonly string[])[] =>
    found.problems
      .filter((problem) => problem.kind === kind && problem.isLikely)
      .map(({ images }) => images.map(({ file }) => file))

  beforeAll(async () => {
    for (let seed = 0; seed < 60; seed++)
      for (const name of ['across', 'down'])
        await write(`${seed < 50 ? 'train' : 'test'}/${name}/${seed}.png`, drawScene(name === 'across', seed))
    const copy = async (from: string, to: string, change: (image: Sharp) => Sharp): Promise<void> => {
      await mkdir(join(folder(), to, '..'), { recursive: true })
      await writeFile(join(folder(), to), await change(sharp(join(folder(), from))).toBuffer())
    }
    await copy('train/across/1.png', 'train/across/copy.jpg', (image) => image.jpeg({ quality: 50 }))
    await copy('train/across/2.png', 'train/down/lighter.png', (image) => image.linear(1.1, 6).png())
    await copy('train/down/3.png', 'test/down/larger.png', (image) => image.resize(100, 100).png())
    await copy('train/down/4.png', 'train/down/blurred.png', (image) => image.blur(4).png())
    await copy('train/down/5.png', 'train/down/dark.png', (image) => image.linear(0.12, 0).png())
    await copy('train/down/6.png', 'train/down/strip.png', (image) =>
      image.resize(160, 20, { fit: 'fill', kernel: 'nearest' }).png(),
    )
    await write('train/down/wrong.png', drawScene(true, 200))
    const dataset = await openDataset(`folder:${folder()}`)
    found = await searchDataset(dataset, () => Promise.resolve())
    await keepFound(dataset, {}, found, kept)
  })

  it('are copies that were stored anew, in two classes or in two splits', () => {
    expect(filesOf('contradictions')).toEqual([['train/across/2.png', 'train/down/lighter.png']])
    expect(filesOf('leaks')).toEqual([['train/down/3.png', 'test/down/larger.png']])
    expect(filesOf('duplicates')).toContainEqual(['train/across/1.png', 'train/across/copy.jpg'])
  })

  it('are images that are dark, blurred or of odd size', () => {
    expect(filesOf('dark')).toEqual([['train/down/dark.png']])
    expect(filesOf('blurred')).toEqual([['train/down/blurred.png']])
    expect(filesOf('oddSizes').flat()).toEqual(['train/down/strip.png', 'test/down/larger.png'])
  })

  it('are labels that classifiers doubt, the likeliest first, with how far these can be trusted', () => {
    const doubted = filesOf('labelErrors').flat()
    expect(doubted.slice(0, 4)).toContain('train/down/wrong.png')
    expect(found.labelCheck?.accuracy).toBeGreaterThan(0.9)
    expect(found.labelCheck?.baseline).toBeCloseTo(0.53, 1)
  })

  it('name images as calls that show and correct them do', () => {
    const [first] = found.problems.find(({ kind }) => kind === 'dark')?.images ?? []
    expect(first).toMatchObject({ split: 'train', name: 'down/dark.png', class: 'down' })
  })

  it('are kept, and followed through corrections', async () => {
    expect(await findKept(await openDataset(`folder:${folder()}`), {}, kept)).toEqual({ found, isCurrent: true })
    expect(await findKept(await openDataset('builtin:shapes'), {}, kept)).toBeUndefined()
    const reference = `folder:${folder()}`
    await addCorrection(reference, { kind: 'relabel', files: ['train/down/lighter.png'], to: 'across' })
    await addCorrection(reference, { kind: 'leaveOut', files: ['train/down/dark.png'] })
    const later = await findKept(await openDataset(reference), {}, kept)
    expect(later?.isCurrent).toBe(false)
    const { problems = [] } = later?.found ?? {}
    expect(problems.filter(({ kind }) => kind === 'contradictions' || kind === 'dark')).toEqual([])
    const same = problems.find(({ images }) => images.some(({ file }) => file === 'train/down/lighter.png'))
    expect(same?.kind).toBe('duplicates')
    expect(same?.images.map((image) => image.class)).toEqual(['across', 'across'])
  })
})
