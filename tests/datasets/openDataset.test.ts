import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseDatasetOptions } from '../../src/main/datasets/savedOptions'
import { PathRoots } from '../../src/main/files/pathRoots'
import {
  addCorrection,
  correctionFileName,
  putBackCorrections,
  readCorrections,
  setCorrections,
  takeBackCorrections,
} from '../../src/main/datasets/corrections/correctionFile'
import { beginJournal, runJournal } from '../../src/main/datasets/corrections/applyJournal'
import { openDataset } from '../../src/main/datasets/openDataset'
import { cifarFile, idxFiles, noisyJpeg, packedIdxFiles, plainPng } from './imageFiles'
import { TemporaryFolder } from './temporaryFolder'

const folder = new TemporaryFolder()
let png: Buffer

beforeAll(async () => {
  png = await plainPng([1, 2, 3])
})

async function codeOf(reference: string, options = {}): Promise<{ code: unknown; message: string }> {
  const error: unknown = await openDataset(reference, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Error)) throw new Error(`${reference} was opened`)
  return { code: 'code' in error ? error.code : undefined, message: error.message }
}

function writeIdx(name: string, prefix: string, count: number): string {
  const { images, labels } = idxFiles(count)
  folder.write(`${name}/${prefix}-images-idx3-ubyte`, images)
  folder.write(`${name}/${prefix}-labels-idx1-ubyte`, labels)
  return folder.path(name)
}

describe('built-in datasets', () => {
  it('open at once with their classes and splits', async () => {
    const digits = await openDataset('builtin:digits')
    expect(digits.description).toMatchObject({
      kind: 'builtin',
      channels: 1,
      classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      sizes: [{ width: 28, height: 28, count: 10_000 }],
      splits: { train: { count: 8000 }, test: { count: 2000 } },
    })
    const shapes = await openDataset('builtin:shapes')
    expect(shapes.description).toMatchObject({ channels: 3, splits: { train: { count: 6000 }, test: { count: 1500 } } })
  })

  it('have another fingerprint with other splits, and the same whenever opened', async () => {
    const open = async (options = {}) => (await openDataset('builtin:digits', options)).description.fingerprint
    expect(await open()).toBe(await open())
    expect(await open({ valFraction: 0.1 })).not.toBe(await open())
    expect(await open({ valFraction: 0.1, seed: 2 })).not.toBe(await open({ valFraction: 0.1 }))
  })
})

describe('class names', () => {
  it('may be others than those of the dataset, which stays the same dataset', async () => {
    const plain = await openDataset('builtin:digits', { limit: 50 })
    const named = await openDataset('builtin:digits', {
      limit: 50,
      classNames: Object.entries({ '0': 'zero', '9': 'nine', x: 'y' }),
    })
    const names = ['zero', '1', '2', '3', '4', '5', '6', '7', '8', 'nine']
    expect([named.classes, named.description.classes]).toEqual([names, names])
    expect((await named.describe()).classes).toEqual(names)
    expect(named.description.fingerprint).toBe(plain.description.fingerprint)
    expect(await codeOf('builtin:digits', { classNames: [['0', '1']] })).toEqual({
      code: 'dataset.classes',
      message: 'Two classes would be named "1". Give one of them another name.',
    })
  })
})

describe('IDX folders', () => {
  it('with one packed pair are one pool that ranges cut', async () => {
    const { images, labels } = packedIdxFiles(100)
    folder.write('t10k/t10k-images-idx3-ubyte.gz', images)
    folder.write('t10k/t10k-labels-idx1-ubyte.gz', labels)
    const reference = `mnist:${folder.path('t10k')}`
    const dataset = await openDataset(reference, { trainRange: [0, 80], testRange: [80, 100] })
    expect(dataset.description.splits).toMatchObject({ train: { count: 80 }, test: { count: 20 } })
    expect(dataset.description.splits.val).toBeUndefined()
    expect([...dataset.labels('test')].slice(0, 3)).toEqual([0, 1, 2])
    const first = dataset.images('test')?.locate(0)
    expect(first).toMatchObject({ form: 'array', pixels: Uint8Array.of(80, 80, 80, 80) })
    const split = await openDataset(reference)
    expect(split.description.splits).toMatchObject({ train: { count: 80 }, val: { count: 10 }, test: { count: 10 } })
  })

  it('with both pairs keep their own splits', async () => {
    writeIdx('both', 'train', 50)
    const path = writeIdx('both', 't10k', 20)
    const { description } = await openDataset(path)
    expect(description).toMatchObject({ kind: 'idx', splits: { train: { count: 50 }, test: { count: 20 } } })
    expect(description.recognisedBecause).toContain('train-images-idx3-ubyte')
    expect(Object.keys(description.splits)).toEqual(['train', 'test'])
    const { splits } = (await openDataset(path, { testRange: [0, 5], trainRange: [10, 20] })).description
    expect([splits.train?.count, splits.test?.count]).toEqual([10, 5])
  })

  it('take class names from the prefix, or from the labels', async () => {
    const path = writeIdx('named', 'train', 30)
    expect((await openDataset(`fashion-mnist:${path}`)).classes[9]).toBe('Ankle boot')
    expect((await openDataset(path)).classes).toHaveLength(10)
    const { images, labels } = idxFiles(30, 2, 3)
    folder.write('letters/emnist-letters-train-images-idx3-ubyte', images)
    folder.write(
      'letters/emnist-letters-train-labels-idx1-ubyte',
      Uint8Array.from(labels, (v, i) => (i < 8 ? v : v + 1)),
    )
    const letters = await openDataset(folder.path('letters'))
    expect(letters.classes).toEqual(['1', '2', '3'])
    expect(Math.min(...letters.labels('train'))).toBe(0)
  })

  it('are refused when cut off, packed or not', async () => {
    const { images, labels } = idxFiles(10)
    folder.write('cut/train-images-idx3-ubyte', images.subarray(0, 30))
    folder.write('cut/train-labels-idx1-ubyte', labels)
    expect(await codeOf(folder.path('cut'))).toMatchObject({
      code: 'dataset.malformed',
      message: expect.stringContaining('states 10 x 2 x 2 = 40 bytes, 14 follow'),
    })
    const packed = packedIdxFiles(10)
    folder.write('cutgz/train-images-idx3-ubyte.gz', packed.images.subarray(0, packed.images.length - 12))
    folder.write('cutgz/train-labels-idx1-ubyte.gz', packed.labels)
    expect(await codeOf(folder.path('cutgz'))).toMatchObject({
      code: 'dataset.malformed',
      message: expect.stringContaining('gzip cannot unpack'),
    })
  })

  it('are refused where they unpack to more than they state, or state too much', async () => {
    const { images, labels } = idxFiles(10)
    folder.write('bomb/train-labels-idx1-ubyte', labels)
    const bomb = gzipSync(Buffer.concat([images, Buffer.alloc(2 ** 24)]))
    folder.write('bomb/train-images-idx3-ubyte.gz', bomb)
    expect(await codeOf(folder.path('bomb'))).toMatchObject({
      code: 'dataset.malformed',
      message: expect.stringContaining('it unpacks to more than the 56 bytes that its header states'),
    })
    const lying = Buffer.from(images)
    lying.writeUInt32BE(2 ** 31, 4)
    folder.write('bomb/train-images-idx3-ubyte.gz', gzipSync(lying))
    expect((await codeOf(folder.path('bomb'))).message).toContain('its header states 8589934608 bytes')
    // 2 ** 26 x 2 x 2 bytes are stated, and 44 packed ones could never hold them.
    lying.writeUInt32BE(2 ** 26, 4)
    folder.write('bomb/train-images-idx3-ubyte.gz', gzipSync(lying))
    expect((await codeOf(folder.path('bomb'))).message).toMatch(
      /is cut off: its header states 268435472 bytes, and \d+ packed/,
    )
    // What is no IDX file is refused for that, however large it would be.
    folder.write('bomb/train-images-idx3-ubyte.gz', gzipSync(Buffer.alloc(2 ** 24, 1)))
    expect((await codeOf(folder.path('bomb'))).message).toContain('starts with 0x01010101')
  })

  it('are refused without labels, or with too few of them', async () => {
    folder.write('half/train-images-idx3-ubyte', idxFiles(10).images)
    expect(await codeOf(folder.path('half'))).toMatchObject({ code: 'dataset.missing' })
    folder.write('half/train-labels-idx1-ubyte', idxFiles(9).labels)
    expect((await codeOf(folder.path('half'))).message).toContain('10 images, 9 labels')
  })

  it('are refused with ranges out of bounds, with the numbers', async () => {
    const path = writeIdx('ranges', 't10k', 20)
    expect(await codeOf(path, { trainRange: [0, 21] })).toEqual({
      code: 'dataset.range',
      message:
        'The train range 0:21 does not lie inside the 20 images of the dataset. ' +
        'A range is FROM:TO with 0 <= FROM < TO <= 20; TO itself is left out.',
    })
  })
})

describe('CIFAR folders', () => {
  it('join their training files in natural order', async () => {
    folder.write('cifar/data_batch_1.bin', cifarFile(20))
    folder.write('cifar/data_batch_2.bin', cifarFile(10))
    folder.write('cifar/test_batch.bin', cifarFile(10))
    for (const reference of [`cifar10:${folder.path('cifar')}`, folder.path('cifar')]) {
      const dataset = await openDataset(reference)
      expect(dataset.description).toMatchObject({ kind: 'cifar', channels: 3, splits: { train: { count: 30 } } })
      expect(dataset.classes[9]).toBe('truck')
      expect(dataset.images('train')?.locate(19)).toMatchObject({ extents: { height: 32, width: 32 } })
    }
  })

  it('are found in the folder that the archive unpacks to', async () => {
    folder.write('outer/cifar-10-batches-bin/test_batch.bin', cifarFile(20))
    expect((await openDataset(folder.path('outer'))).description.kind).toBe('cifar')
  })

  it('are refused as Python pickles, and when cut off', async () => {
    folder.write('pickles/data_batch_1', 'x')
    expect((await codeOf(folder.path('pickles'))).message).toContain('Python pickles. Download the binary version')
    folder.write('short/test_batch.bin', cifarFile(2).subarray(0, 5000))
    expect((await codeOf(folder.path('short'))).code).toBe('dataset.malformed')
    folder.folder('nothing')
    expect((await codeOf(`cifar10:${folder.path('nothing')}`)).message).toContain('holds no cifar10 files')
  })
})

describe('image folders', () => {
  let written = 0

  /** No two of them are copies: bytes behind the end of a PNG change nothing that one sees. */
  function writeImages(root: string, counts: Readonly<Record<string, number>>): void {
    for (const [name, count] of Object.entries(counts)) {
      for (let n = 0; n < count; n++)
        folder.write(`${root}/${name}/${n}.png`, Buffer.concat([png, Buffer.from(String(written++))]))
    }
  }

  it('of classes are one pool, split by class', async () => {
    writeImages('pool', { cat: 20, dog: 30 })
    const dataset = await openDataset(folder.path('pool'))
    expect(dataset.description).toMatchObject({
      kind: 'folder',
      classes: ['cat', 'dog'],
      splits: {
        train: { count: 40, perClass: [16, 24] },
        val: { count: 5, perClass: [2, 3] },
        test: { count: 5, perClass: [2, 3] },
      },
    })
  })

  it('with split folders in any case and spelling keep their splits', async () => {
    writeImages('splits/Train', { a: 3, b: 2 })
    writeImages('splits/VALIDATION', { a: 1, c: 1 })
    writeImages('splits/testing', { b: 1 })
    const dataset = await openDataset(`folder:${folder.path('splits')}`)
    expect(dataset.classes).toEqual(['a', 'b', 'c'])
    expect(dataset.description.splits).toMatchObject({
      train: { perClass: [3, 2, 0] },
      val: { perClass: [1, 0, 1] },
      test: { perClass: [0, 1, 0] },
    })
    expect(dataset.names('test')).toEqual(['b/0.png'])
    expect(dataset.images('test')?.fileAt(0)).toBe('testing/b/0.png')
  })

  it('named like splits are classes where they hold images beside other class folders', async () => {
    const open = async (root: string) => (await openDataset(folder.path(root), { wholeAs: 'train' })).description
    writeImages('like-splits', { bus: 3, car: 3, train: 3 })
    const traffic = await open('like-splits')
    expect([traffic.classes, traffic.splits.train?.perClass]).toEqual([
      ['bus', 'car', 'train'],
      [3, 3, 3],
    ])
    expect(traffic.notes).toEqual(['"train" is a class here, not a split: "bus" and "car" beside it hold images too.'])
    writeImages('like-splits2', { valid: 2, invalid: 2 })
    expect((await open('like-splits2')).classes).toEqual(['invalid', 'valid'])
    writeImages('like-splits3', { test: 2, control: 2, validation: 2, val: 2, Dev: 2 })
    expect((await open('like-splits3')).classes).toEqual(['control', 'Dev', 'test', 'val', 'validation'])
    writeImages('like-splits4', { 'train/2020': 2, 'bus/2020': 2 })
    expect(await codeOf(folder.path('like-splits4'))).toMatchObject({ code: 'dataset.reference' })
    writeImages('like-splits4', { car: 2 })
    expect((await open('like-splits4')).classes).toEqual(['bus', 'car', 'train'])
  })

  it('named like splits are splits where class folders lie in them, whatever else is there', async () => {
    writeImages('real-splits', { 'train/a': 4, 'train/test': 4, 'test/a': 2, 'test/test': 2, samples: 3 })
    const { classes, splits, notes } = (await openDataset(folder.path('real-splits'))).description
    expect([classes, splits.train?.perClass, splits.test?.perClass]).toEqual([
      ['a', 'test'],
      [4, 4],
      [2, 2],
    ])
    expect(notes).toContain('Beside the splits, left out: samples.')
    writeImages('flat-splits', { train: 4, test: 4 })
    expect(await codeOf(folder.path('flat-splits'))).toMatchObject({ code: 'dataset.empty' })
  })

  it('leave out what systems and network drives add', async () => {
    writeImages('nas', { cat: 3, dog: 3, '@eaDir': 3, '#recycle/cat': 3, $RECYCLE: 0, 'lost+found': 1 })
    writeImages('nas/cat/@eaDir', { '0.png': 2, '1.png': 2 })
    const { splits } = (await openDataset(folder.path('nas'), { wholeAs: 'train' })).description
    expect(splits.train?.perClass).toEqual([3, 3])
  })

  it('open without the folders and files whose names are not UTF-8, and name them', async ({ skip }) => {
    writeImages('bytes', { cat: 3, dog: 3 })
    const odd = (name: string): Buffer => Buffer.concat([Buffer.from(folder.path('bytes', name)), Buffer.of(0xe9)])
    try {
      mkdirSync(odd('caf'))
    } catch {
      skip(true, 'this file system refuses such names')
    }
    writeFileSync(Buffer.concat([odd('cat/x'), Buffer.from('.png')]), png)
    const { classes, splits, unreadable } = (await openDataset(folder.path('bytes'), { wholeAs: 'train' })).description
    expect([classes, splits.train?.perClass]).toEqual([
      ['cat', 'dog'],
      [3, 3],
    ])
    expect(unreadable).toEqual([
      { file: 'caf\ufffd', reason: 'the folder is left out, its name is not UTF-8: rename it' },
      { file: 'cat/x\ufffd.png', reason: 'its name is not UTF-8: rename it' },
    ])
  })

  it('name formats that are not read, with counts, also where nothing else is there', async () => {
    writeImages('formats', { a: 2, b: 2 })
    folder.write('formats/a/0.heic', 'x')
    folder.write('formats/a/1.HEIC', 'x')
    folder.write('formats/a/0.txt', 'x')
    expect((await openDataset(folder.path('formats'))).description.notes).toEqual([
      '2 files are of formats that are not read (.heic 2): convert them to PNG or JPEG.',
      '1 other file was ignored (.txt 1).',
    ])
    folder.write('raw/a/0.NEF', 'x')
    folder.write('raw/b/0.nef', 'x')
    expect((await codeOf(folder.path('raw'))).message).toContain('2 files are of formats that are not read (.nef 2)')
  })

  it('are pointed out where they differ in case only', async () => {
    writeImages('cases', { Cat: 6, cat: 6, dog: 6 })
    expect((await openDataset(folder.path('cases'))).description.notes).toEqual([
      'Classes that differ in upper and lower case only are different classes: "Cat" and "cat".',
    ])
  })

  it('named like what every object has are classes like others', async () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'worker']
    for (const name of names) writeImages('inherited', { [name]: 10 })
    const { description } = await openDataset(folder.path('inherited'))
    expect(description.classes).toEqual(names)
    expect(description.splits).toMatchObject({ train: { perClass: [8, 8, 8, 8, 8] } })
    const renamed = await openDataset(folder.path('inherited'), {
      classNames: [
        ['worker', 'w'],
        ['__proto__', 'proto'],
        ['toString', '01'],
      ],
    })
    expect(renamed.classes).toEqual(['proto', 'constructor', 'hasOwnProperty', '01', 'w'])
    folder.write('inherited.csv', names.map((name) => `inherited/${name}/0.png,${name}`).join('\n'))
    expect((await openDataset(folder.path('inherited.csv'), { wholeAs: 'train' })).classes).toEqual(names)
    folder.write('split.csv', 'path,label,split\ninherited/worker/0.png,a,constructor\n')
    expect((await codeOf(folder.path('split.csv'))).message).toContain('line 2: has the split "constructor"')
  })

  it('sort classes naturally and find images below class folders, extensions in any case', async () => {
    folder.write('natural/class10/deep/er/x.PNG', png)
    folder.write('natural/class2/y.Jpeg', await noisyJpeg())
    const dataset = await openDataset(folder.path('natural'), { wholeAs: 'test' })
    expect(dataset.classes).toEqual(['class2', 'class10'])
    expect(dataset.names('test')).toEqual(['class2/y.Jpeg', 'class10/deep/er/x.PNG'])
  })

  it('ignore and count other files, hidden files and empty class folders', async () => {
    writeImages('mixed', { a: 2, b: 2 })
    folder.write('mixed/a/notes.txt', 'x')
    folder.write('mixed/a/Thumbs.db', 'x')
    folder.write('mixed/readme.md', 'x')
    folder.write('mixed/.hidden/x.png', png)
    folder.write('mixed/a/._0.png', 'x')
    folder.write('mixed/__MACOSX/a/0.png', png)
    folder.folder('mixed/empty')
    const { classes, notes } = (await openDataset(folder.path('mixed'))).description
    expect(classes).toEqual(['a', 'b'])
    expect(notes).toEqual([
      'Folders without images were left out: empty.',
      '3 other files were ignored (.db 1, .md 1, .txt 1).',
    ])
  })

  it('end at links that lead back, and name broken links', async () => {
    writeImages('links', { a: 2, b: 2 })
    symlinkSync(folder.path('links'), folder.path('links/a/loop'))
    symlinkSync(folder.path('links/gone.png'), folder.path('links/a/broken.png'))
    symlinkSync(folder.path('links/b/0.png'), folder.path('links/a/good.png'))
    const dataset = await openDataset(folder.path('links'), { wholeAs: 'train' })
    const names = dataset.names('train')
    expect(names).toContain('a/good.png')
    expect(names.length).toBeLessThan(20)
    expect(dataset.description.unreadable[0]).toEqual({
      file: 'a/broken.png',
      reason: 'symbolic link: its target does not exist',
    })
  })

  it('join the two spellings of an accent', async () => {
    folder.write('accents/train/caf\u00e9/0.png', png)
    folder.write('accents/test/cafe\u0301/0.png', png)
    folder.write('accents/train/日本/0.png', png)
    expect((await openDataset(folder.path('accents'))).classes).toEqual(['café', '日本'])
  })

  it('are entered where an archive made a folder in a folder', async () => {
    writeImages('wrapped/inner', { a: 3, b: 3 })
    expect((await openDataset(folder.path('wrapped'))).classes).toEqual(['a', 'b'])
  })

  it('of one class, or without images, are refused', async () => {
    writeImages('single', { only: 5 })
    expect(await codeOf(folder.path('single'))).toMatchObject({ code: 'dataset.oneClass' })
    writeImages('single2/train', { only: 5 })
    expect((await codeOf(folder.path('single2'))).message).toContain('has 5 images of one class, "only"')
    folder.write('flat/0.png', png)
    expect(await codeOf(folder.path('flat'))).toMatchObject({
      code: 'dataset.empty',
      message: expect.stringContaining('holds 1 images, but no class folders'),
    })
    folder.folder('bare')
    expect(await codeOf(folder.path('bare'))).toMatchObject({ code: 'dataset.empty' })
    expect(await codeOf(folder.path('missing'))).toMatchObject({ code: 'dataset.missing' })
  })

  it('without permission are refused, if this user can be refused at all', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may read everything')
    writeImages('locked', { a: 2, b: 2 })
    chmodSync(folder.path('locked/b'), 0)
    expect(await codeOf(folder.path('locked'))).toMatchObject({ code: 'dataset.permission' })
    chmodSync(folder.path('locked/b'), 0o755)
  })

  it('keep copies in one split, say which contradict each other, and leave them out where asked', async () => {
    // Thirty different images, each twice in its class; one of them also in the other class.
    for (let n = 0; n < 30; n++) {
      const bytes = await plainPng([n * 8, 10, 20])
      const name = n % 2 === 0 ? 'a' : 'b'
      folder.write(`copies/${name}/${n}.png`, bytes)
      folder.write(`copies/${name}/again-${n}.png`, bytes)
      if (n === 4) folder.write('copies/b/wrong.png', bytes)
    }
    for (const seed of [1, 2, 3]) {
      const dataset = await openDataset(folder.path('copies'), { seed })
      const places = new Map<string, string>()
      for (const split of ['train', 'val', 'test'] as const)
        for (const name of dataset.names(split)) places.set(name, split)
      for (let n = 0; n < 30; n++) {
        const name = n % 2 === 0 ? 'a' : 'b'
        expect(places.get(`${name}/again-${n}.png`)).toBe(places.get(`${name}/${n}.png`))
      }
      expect(places.get('b/wrong.png')).toBe(places.get('a/4.png'))
      expect(Object.values(dataset.description.splits).map(({ count }) => count > 0)).toEqual([true, true, true])
      expect(dataset.description.notes).toEqual([
        '1 image stands in two classes with the same content, so a label is wrong: a/4.png = b/wrong.png.',
        '31 images are copies of others; copies are kept in one split.',
      ])
    }
    const { splits, notes, splitRule } = (await openDataset(folder.path('copies'), { leaveOutCopies: true }))
      .description
    const perClass = [0, 1].map((label) =>
      Object.values(splits).reduce((sum, split) => sum + (split.perClass[label] ?? 0), 0),
    )
    expect(perClass).toEqual([14, 15])
    expect(splitRule).toContain('; copies are left out.')
    expect(notes?.[1]).toBe('31 images are copies of others; they are left out.')
  })

  it('are described with the images that stand in two classes, also where they only look the same', async () => {
    const noise = Uint8Array.from({ length: 64 }, (_, index) => (index * 97) % 256)
    const small = sharp(noise, { raw: { width: 8, height: 8, channels: 1 } })
    const noisy = await small.resize(64, 64, { kernel: 'cubic' }).jpeg({ quality: 90 }).toBuffer()
    folder.write('two/a/0.jpg', noisy)
    folder.write('two/b/same.jpg', noisy)
    folder.write('two/b/again.png', await sharp(noisy).png().toBuffer())
    folder.write('two/b/other.png', png)
    folder.write('two/a/other.png', await plainPng([1, 2, 4]))
    const { contradictions } = await (await openDataset(folder.path('two'), { wholeAs: 'train' })).describe()
    expect(contradictions).toEqual([
      {
        isExact: true,
        images: [
          { file: 'a/0.jpg', class: 'a' },
          { file: 'b/same.jpg', class: 'b' },
        ],
      },
      {
        isExact: false,
        images: [
          { file: 'a/0.jpg', class: 'a' },
          { file: 'b/again.png', class: 'b' },
        ],
      },
    ])
  })

  it('of a few images give every split every class, or say which are missing', async () => {
    for (const [name, count] of Object.entries({ a: 5, b: 4, c: 2 }))
      for (let n = 0; n < count; n++) folder.write(`tiny/${name}/${n}.png`, await plainPng([n, count, 3]))
    const { splits, notes } = (await openDataset(folder.path('tiny'))).description
    expect([splits.train?.perClass, splits.val?.perClass, splits.test?.perClass]).toEqual([
      [3, 2, 2],
      [1, 1, 0],
      [1, 1, 0],
    ])
    expect(notes).toEqual([
      'The val split has no images of c: there are too few of them to share.',
      'The test split has no images of c: there are too few of them to share.',
    ])
  })

  it('take val from another folder with the same class names', async () => {
    writeImages('main', { a: 10, b: 10 })
    writeImages('other', { b: 3 })
    writeImages('strange', { z: 3 })
    const val = folder.path('other')
    const dataset = await openDataset(folder.path('main'), { valDirectory: val })
    expect(dataset.description.splits).toMatchObject({
      train: { count: 18 },
      val: { perClass: [0, 3] },
      test: { count: 2 },
    })
    expect(await codeOf(folder.path('main'), { valDirectory: folder.path('strange') })).toMatchObject({
      code: 'dataset.classes',
    })
    expect(await codeOf(folder.path('main'), { valDirectory: val, valFraction: 0.1 })).toMatchObject({
      code: 'dataset.range',
    })
  })

  it('have a fingerprint that changes with an image, a name and a class', async () => {
    writeImages('print', { a: 4, b: 4 })
    const open = async () => (await openDataset(folder.path('print'))).description.fingerprint
    const before = await open()
    expect(await open()).toBe(before)
    const original = readFileSync(folder.path('print/a/0.png'))
    writeFileSync(folder.path('print/a/0.png'), await plainPng([3, 2, 1]))
    const changed = await open()
    expect(changed).not.toBe(before)
    writeFileSync(folder.path('print/a/0.png'), original)
    expect(await open()).toBe(before)
    folder.write('print/a/00.png', png)
    expect(await open()).not.toBe(before)
  })

  it('are described in full on request: sizes, damage, duplicates across splits', async () => {
    const jpeg = await noisyJpeg()
    folder.write('full/train/a/0.png', png)
    folder.write('full/train/a/1.jpg', jpeg)
    folder.write('full/train/a/cut.jpg', jpeg.subarray(0, 900))
    folder.write('full/train/b/0.png', await plainPng([7, 7, 7], 20))
    folder.write('full/train/b/same.png', await plainPng([7, 7, 7], 20))
    folder.write('full/test/b/copy.png', png)
    const dataset = await openDataset(folder.path('full'))
    expect(dataset.description.sizes).toEqual([])
    const progress: number[] = []
    const description = await dataset.describe({ onProgress: ({ done }) => progress.push(done) })
    expect(description).toMatchObject({
      channels: 3,
      splits: { train: { count: 4, perClass: [2, 2] }, test: { count: 1 } },
      sizes: [
        { width: 8, height: 8, count: 2 },
        { width: 20, height: 20, count: 2 },
        { width: 64, height: 64, count: 1 },
      ],
      unreadable: [{ file: 'train/a/cut.jpg', reason: expect.stringContaining('premature end') }],
      duplicatesAcrossSplits: [['train/a/0.png', 'test/b/copy.png']],
    })
    expect(progress.at(-1)).toBe(6)
  })

  it('stop being described when the signal says so', async () => {
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    const dataset = await openDataset(folder.path('full'))
    await expect(dataset.describe({ signal: stop.signal })).rejects.toThrow('enough')
    await expect(openDataset(folder.path('full'), { signal: stop.signal })).rejects.toThrow('enough')
  })
})

describe('CSV manifests', () => {
  it('name images relative to themselves, with classes and splits', async () => {
    folder.write('csv/images/0.png', png)
    folder.write('csv/images/1.png', png)
    const absolute = folder.write('elsewhere/2.png', png)
    const lines = ['path,label,split', 'images/0.png,cat,train', 'images/1.png,dog,test', `${absolute},dog,`]
    const path = folder.write('csv/list.csv', lines.join('\n'))
    for (const reference of [`csv:${path}`, path, join(path, '..')]) {
      const dataset = await openDataset(reference)
      expect(dataset.description).toMatchObject({
        kind: 'csv',
        classes: ['cat', 'dog'],
        splits: { train: { count: 2 }, test: { count: 1 } },
      })
      expect(dataset.names('test')).toEqual(['images/1.png'])
    }
  })

  it('list images that do not exist', async () => {
    const path = folder.write('csv/missing.csv', 'images/0.png,a\nimages/1.png,b\nnone.png,b\n')
    const { description } = await openDataset(path)
    expect(description.unreadable).toEqual([{ file: 'none.png', reason: 'does not exist' }])
    const none = folder.write('csv/none.csv', 'x.png,a\ny.png,b\n')
    expect(await codeOf(none)).toMatchObject({
      code: 'dataset.empty',
      message: expect.stringContaining('none of its 2 images is there; the first, '),
    })
  })

  it('find images by paths of Windows, and by names without ending or folder', async () => {
    const names = ['a', 'b', 'c', 'd']
    for (const name of names) folder.write(`ids/images/train/${name}.PNG`, png)
    const open = async (list: string, text: string) => {
      const { description } = await openDataset(folder.write(`ids/${list}.csv`, text), { wholeAs: 'train' })
      return [description.splits.train?.perClass, description.unreadable, description.notes]
    }
    const windows = 'images\\train\\a.PNG,x\nimages\\train\\b.PNG,y\n'
    expect(await open('windows', windows)).toEqual([[1, 1], [], []])
    expect(await open('named', 'id,breed\na,x\nb,y\nc,y\nzz,y\n')).toEqual([
      [1, 2],
      [{ file: 'zz', reason: 'does not exist' }],
      ['3 images were found by their names in the folders below the manifest.'],
    ])
    folder.write('ids/images/test/a.png', png)
    const twice = await open('twice', 'image_id,label\na,x\ntest/a,x\nb,y\n')
    expect(twice.slice(0, 2)).toEqual([
      [1, 1],
      [{ file: 'a', reason: 'may be 2 files: images/test/a.png, images/train/a.PNG' }],
    ])
    expect(await open('unknown', 'bild,sorte\nb,x\nc,y\n')).toEqual([
      [1, 1],
      [],
      [
        'The first line, "bild", was taken for the names of the columns.',
        '2 images were found by their names in the folders below the manifest.',
      ],
    ])
  })

  it('are refused when they are no text', async () => {
    const path = folder.write('csv/binary.csv', Uint8Array.of(0xff, 0x80, 0x81, 0))
    expect((await codeOf(path)).message).toContain('is not text in UTF-8')
  })
})

describe('pipes', () => {
  it('are never waited for', async ({ skip }) => {
    const makePipe = (name: string): void => {
      folder.folder(join(name, '..'))
      skip(spawnSync('mkfifo', [folder.path(name)]).status !== 0, 'this system has no mkfifo')
    }
    makePipe('pipe.csv')
    expect((await codeOf(folder.path('pipe.csv'))).message).toContain('is a pipe, not a file')
    makePipe('pipes/train-images-idx3-ubyte')
    expect((await codeOf(folder.path('pipes'))).code).toBe('dataset.empty')
    await expect(new PathRoots([folder.root]).require('pipe.csv')).rejects.toMatchObject({ code: 'file.read' })
  })
})

describe('references', () => {
  it('of unknown form are refused with the known ones', async () => {
    expect(await codeOf('builtin:faces')).toMatchObject({
      code: 'dataset.reference',
      message: expect.stringMatching(/Known are builtin:digits, builtin:shapes, .*builtin:xor.*, mnist:PATH/u),
    })
    expect((await codeOf('imagenet:/data')).message).toContain('no kind "imagenet". Known are builtin:digits')
    expect(await codeOf('')).toMatchObject({ code: 'dataset.reference' })
    expect(await codeOf('mnist:')).toMatchObject({ code: 'dataset.reference' })
    expect(await codeOf(folder.write('archive.zip', 'PK'))).toMatchObject({
      code: 'dataset.reference',
      message: expect.stringContaining('archives must be unpacked first'),
    })
  })

  it('come with options that a run can keep as JSON', () => {
    const options = { trainRange: [0, 5] as const, valFraction: 0.1, seed: 3 }
    expect(parseDatasetOptions(JSON.parse(JSON.stringify(options)))).toEqual(options)
    expect(() => parseDatasetOptions({ seed: 'x' })).toThrow('Dataset options, seed')
  })
})

describe('corrections', () => {
  it('are kept beside the images, honoured by splits and fingerprint, and taken back', async () => {
    for (const [name, red] of [
      ['cat', 1],
      ['dog', 2],
    ] as const)
      for (let index = 0; index < 20; index++)
        folder.write(`mended/${name}/${index}.png`, await plainPng([index, 0, red]))
    const reference = `folder:${folder.path('mended')}`
    const before = await openDataset(reference)
    await addCorrection(reference, { kind: 'leaveOut', files: ['cat/0.png', 'cat/1.png'] })
    await addCorrection(reference, { kind: 'relabel', files: ['dog/7.png'], to: 'cat' })
    const corrected = await openDataset(reference)
    const all = (['train', 'val', 'test'] as const).flatMap((split) =>
      corrected.names(split).map((name, index) => [name, corrected.labels(split)[index]]),
    )
    expect(all).toHaveLength(38)
    expect(all).toContainEqual(['dog/7.png', 0])
    expect(all.map(([name]) => name)).not.toContain('cat/0.png')
    expect(corrected.description.fingerprint).not.toBe(before.description.fingerprint)
    expect(corrected.description.notes).toContain('By your corrections: 2 images left out, 1 image with another class.')
    // The images themselves are as they were, and the file is no image.
    expect(readFileSync(folder.path('mended/cat/0.png')).length).toBeGreaterThan(0)
    expect(readFileSync(folder.path(`mended/${correctionFileName}`), 'utf8')).toContain('"version": 1')
    // One of them is taken back, comes back to its place, and then all of them go.
    const entries = await readCorrections(reference)
    const [first] = entries
    if (!first) throw new Error('no correction was kept')
    await takeBackCorrections(reference, [first.at])
    expect((await readCorrections(reference)).map(({ kind }) => kind)).toEqual(['relabel'])
    await putBackCorrections(reference, [first, ...entries])
    expect(await readCorrections(reference)).toEqual(entries)
    await takeBackCorrections(
      reference,
      entries.map(({ at }) => at),
    )
    expect((await openDataset(reference)).description.fingerprint).toBe(before.description.fingerprint)
  })

  it('move no other image to another split, and put images into the split that was chosen for them', async () => {
    for (const [name, red] of [
      ['cat', 3],
      ['dog', 4],
    ] as const)
      for (let index = 0; index < 30; index++)
        folder.write(`stable/${name}/${index}.png`, await plainPng([index, 1, red]))
    const reference = `folder:${folder.path('stable')}`
    const splitsOf = async (options = {}) => {
      const dataset = await openDataset(reference, options)
      return new Map(
        (['train', 'val', 'test'] as const).flatMap((split) =>
          dataset.names(split).map((name) => [name, split] as const),
        ),
      )
    }
    const before = await splitsOf()
    const tested = [...before].filter(([, split]) => split === 'test').map(([name]) => name)
    await addCorrection(reference, { kind: 'leaveOut', files: ['cat/0.png', 'dog/3.png'] })
    await addCorrection(reference, { kind: 'relabel', files: ['cat/1.png', 'cat/2.png'], to: 'dog' })
    await addCorrection(reference, { kind: 'merge', classes: ['dog'], to: 'hound' })
    const after = await splitsOf()
    expect(after.size).toBe(58)
    for (const [name, split] of after) expect(before.get(name), name).toBe(split)
    await addCorrection(reference, { kind: 'move', files: [tested[0] ?? ''], to: 'train' })
    const moved = await openDataset(reference)
    expect(moved.names('train')).toContain(tested[0])
    expect(moved.names('test')).not.toContain(tested[0])
    expect(moved.description.splitRule).toContain('1 of them placed by hand')
    // Where all images are one split they stay in it.
    expect((await splitsOf({ wholeAs: 'test' })).get(tested[0] ?? '')).toBe('test')
  })

  it('are refused while files are moved by others, which would replace them', async () => {
    for (const name of ['a', 'b']) folder.write(`moving/${name}/0.png`, await plainPng([name === 'a' ? 0 : 1, 9, 9]))
    const reference = `folder:${folder.path('moving')}`
    const [noted] = await addCorrection(reference, { kind: 'leaveOut', files: ['a/0.png'] })
    const moves = [{ from: 'a/0.png', to: 'b/1.png' }]
    const journal = { version: 1 as const, at: '2026-01-02T00:00:00.000Z', way: 'there' as const, moves }
    await beginJournal(folder.path('moving'), { ...journal, before: noted ? [noted] : [], after: [] })
    const refusal = { code: 'file.exists', message: expect.stringMatching(/Finish it or take it back first/) as string }
    await expect(addCorrection(reference, { kind: 'leaveOut', files: ['b/0.png'] })).rejects.toMatchObject(refusal)
    await expect(takeBackCorrections(reference, [noted?.at ?? ''])).rejects.toMatchObject(refusal)
    expect(await readCorrections(reference)).toEqual([noted])
    await runJournal(folder.path('moving'), { setCorrections: (entries) => setCorrections(reference, entries) })
    expect(await readCorrections(reference)).toEqual([])
    await addCorrection(reference, { kind: 'leaveOut', files: ['b/0.png'] })
  })

  it('count the copies of an image among those that are not left out', async () => {
    for (const name of ['a', 'b'])
      for (let index = 0; index < 4; index++)
        folder.write(`twice/${name}/${index}.png`, await plainPng([index, 9, name === 'a' ? 0 : 1]))
    folder.write('twice/b/copy.png', readFileSync(folder.path('twice/a/0.png')))
    const reference = `folder:${folder.path('twice')}`
    const options = { leaveOutCopies: true }
    const count = async () => {
      const { splits } = (await openDataset(reference, options)).description
      return (splits.train?.count ?? 0) + (splits.val?.count ?? 0) + (splits.test?.count ?? 0)
    }
    // In two classes: neither is used.
    expect(await count()).toBe(7)
    await addCorrection(reference, { kind: 'leaveOut', files: ['b/copy.png'] })
    expect(await count()).toBe(8)
    expect((await openDataset(reference)).description.notes?.join(' ')).not.toContain('two classes')
  })

  it('tell no more of findings that were found right', async () => {
    for (const name of ['a', 'b'])
      for (let index = 0; index < 3; index++)
        folder.write(`right/${name}/${index}.png`, await plainPng([index, 7, name === 'a' ? 0 : 1]))
    folder.write('right/b/copy.png', readFileSync(folder.path('right/a/0.png')))
    const reference = `folder:${folder.path('right')}`
    const findings = async () => {
      const described = await (await openDataset(reference)).describe()
      return [described.contradictions.length, described.fingerprint]
    }
    const [found, fingerprint] = await findings()
    expect(found).toBe(1)
    await addCorrection(reference, { kind: 'keep', files: ['a/0.png', 'b/copy.png'] })
    expect(await findings()).toEqual([0, fingerprint])
  })

  it('are refused where their file is none, with the way out', async () => {
    for (const name of ['a', 'b']) folder.write(`broken-notes/${name}/1.png`, png)
    folder.write(`broken-notes/${correctionFileName}`, '{"version": 2}')
    expect(await codeOf(folder.path('broken-notes'))).toMatchObject({ code: 'dataset.malformed' })
  })
})
