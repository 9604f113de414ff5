// Folders of CIFAR-10 and CIFAR-100 binary files as pools of images in memory.
import { join } from 'node:path'
import { cifarExtent, parseCifarBinary, type CifarKind } from '../../shared/datasets/cifarBinary'
import { cifar100Classes, cifar10Classes } from '../../shared/datasets/classNames'
import { compareNaturally } from '../../shared/datasets/naturalOrder'
import { NetloomError } from '../../shared/graph/errors'
import { namePools, type DatasetSource, type ImagePool } from './datasetSource'
import { datasetFileError } from '../files/fileErrors'
import { readRegular } from '../files/readRegular'
import { listNames } from '../files/listNames'

const layouts = {
  cifar10: {
    train: /^data_batch_\d+\.bin$/i,
    test: /^test_batch\.bin$/i,
    names: 'batches.meta.txt',
    classes: cifar10Classes,
  },
  cifar100: { train: /^train\.bin$/i, test: /^test\.bin$/i, names: 'fine_label_names.txt', classes: cifar100Classes },
} as const

/** Which CIFAR binary files a folder holds, if any. */
export function findCifarKind(names: readonly string[]): CifarKind | undefined {
  const kinds = ['cifar10', 'cifar100'] as const
  return kinds.find((kind) => names.some((name) => layouts[kind].train.test(name) || layouts[kind].test.test(name)))
}

/** True for the pickled version for Python, which is not read. */
export function hasPythonCifar(names: readonly string[]): boolean {
  const present = new Set(names)
  return present.has('data_batch_1') || (present.has('meta') && present.has('train') && present.has('test'))
}

async function readPool(
  directory: string,
  files: readonly string[],
  split: 'train' | 'test',
  kind: CifarKind,
): Promise<(ImagePool & { name: 'train' | 'test'; bytes: readonly Uint8Array[] }) | undefined> {
  if (files.length === 0) return undefined
  const parts = []
  for (const file of files) {
    const path = join(directory, file)
    let bytes: Uint8Array
    try {
      bytes = await readRegular(path)
    } catch (error) {
      throw datasetFileError(error, path, 'CIFAR file')
    }
    parts.push(parseCifarBinary(bytes, path, kind))
  }
  const size = 3 * cifarExtent * cifarExtent
  const labels = Int32Array.from(parts.flatMap((part) => [...part.labels]))
  const pixels = new Uint8Array(labels.length * size)
  let at = 0
  for (const part of parts) {
    pixels.set(part.pixels, at)
    at += part.pixels.length
  }
  const nameAt = (index: number) => `${split}/${index}`
  return {
    name: split,
    labels,
    images: {
      form: 'arrays',
      extents: { channels: 3, height: cifarExtent, width: cifarExtent },
      imageAt: (index) => pixels.subarray(index * size, (index + 1) * size),
    },
    nameAt,
    fileAt: nameAt,
    bytes: [pixels, new Uint8Array(labels.buffer)],
  }
}

async function readClassNames(directory: string, kind: CifarKind): Promise<readonly string[]> {
  const { names, classes } = layouts[kind]
  const text = (await readRegular(join(directory, names)).catch(() => '')).toString('utf8')
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const found = lines.filter((line) => line !== '')
  return found.length === classes.length && new Set(found).size === found.length ? found : classes
}

/**
 * Opens a folder of CIFAR binary files. With only training or only test files, they are one pool.
 * @throws NetloomError dataset.malformed, dataset.permission
 */
export async function openCifarFolder(directory: string, kind: CifarKind): Promise<DatasetSource> {
  const names = (await listNames(directory)).toSorted(compareNaturally)
  const layout = layouts[kind]
  const trainFiles = names.filter((name) => layout.train.test(name))
  const testFiles = names.filter((name) => layout.test.test(name))
  const pools = [
    await readPool(directory, trainFiles, 'train', kind),
    await readPool(directory, testFiles, 'test', kind),
  ].filter((pool) => pool !== undefined)
  return {
    kind: 'cifar',
    recognisedBecause: `"${directory}" holds the binary files ${[...trainFiles, ...testFiles].join(', ')}.`,
    classes: await readClassNames(directory, kind),
    pools: namePools(pools),
    notes:
      kind === 'cifar10' && trainFiles.length > 0 && trainFiles.length < 5
        ? [`Only ${trainFiles.length} of CIFAR-10's 5 training files are there.`]
        : [],
    unreadable: [],
    identity: pools.flatMap((pool) => pool.bytes),
  }
}

/** The error for the version of CIFAR that only Python can read. */
export function pythonCifarError(directory: string): NetloomError {
  return new NetloomError('dataset.malformed', `Folder "${directory}" holds CIFAR as Python pickles.`, {
    path: directory,
    hint: 'Download the binary version from https://www.cs.toronto.edu/~kriz/cifar.html.',
  })
}
