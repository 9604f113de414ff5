// Folders of IDX files (MNIST, Fashion-MNIST, EMNIST ...), plain or gzip, as pools of images in memory.
import { join } from 'node:path'
import { constants, createGunzip, gunzipSync } from 'node:zlib'
import { digitClasses, fashionClasses } from '../../shared/datasets/classNames'
import { parseIdxImages, parseIdxLabels, statedIdxBytes, type IdxImages } from '../../shared/datasets/idx'
import { NetloomError } from '../../shared/graph/errors'
import { namePools, type DatasetSource, type ImagePool } from './datasetSource'
import { printCount } from '../../shared/graph/printNumbers'
import { datasetFileError } from '../files/fileErrors'
import { readRegular } from '../files/readRegular'
import { listNames } from '../files/listNames'

/** Of the largest dataset in this form (EMNIST ByClass) the images have 547 MB; more than this is taken for a trap. */
const largestUnpacked = 2 ** 30
/** What deflate makes of one byte at most. @see RFC 1951 */
const largestRatio = 1032

/** `train-images-idx3-ubyte.gz`, `t10k-labels.idx1-ubyte`, `emnist-letters-test-images-idx3-ubyte` ... */
const filePattern = /^(.*?)(train|t10k|test)[-_.](images|labels)[-_.]idx[13][-_.]ubyte(\.gz)?$/i

interface IdxPair {
  readonly split: 'train' | 'test'
  readonly images: string
  readonly labels: string
}

interface FoundFile {
  readonly prefix: string
  readonly split: 'train' | 'test'
  readonly holds: string
  readonly name: string
}

function matchFile(name: string): FoundFile | undefined {
  const match = filePattern.exec(name)
  if (!match) return undefined
  const [, prefix = '', split = '', holds = ''] = match
  return { prefix, split: split.toLowerCase() === 'train' ? 'train' : 'test', holds: holds.toLowerCase(), name }
}

/** True when the folder holds files named as IDX files are. */
export function hasIdxFiles(names: readonly string[]): boolean {
  return names.some((name) => matchFile(name) !== undefined)
}

function pairFiles(names: readonly string[], directory: string): readonly IdxPair[] {
  const files = names.map(matchFile).filter((file) => file !== undefined)
  const prefixes = [...new Set(files.map((file) => file.prefix))]
  if (prefixes.length > 1) {
    throw new NetloomError(
      'dataset.reference',
      `Folder "${directory}" holds ${prefixes.length} IDX datasets: ${prefixes.map((prefix) => prefix || '(no prefix)').join(', ')}.`,
      { path: directory, hint: 'Put each into a folder of its own.' },
    )
  }
  const pairs: IdxPair[] = []
  for (const split of ['train', 'test'] as const) {
    // Where a file lies there plain and packed, the plain one is read.
    const find = (holds: string) =>
      files
        .filter((file) => file.split === split && file.holds === holds)
        .map((file) => file.name)
        .toSorted((a, b) => a.length - b.length)[0]
    const images = find('images')
    const labels = find('labels')
    if (images && labels) pairs.push({ split, images, labels })
    else if (images ?? labels) {
      const missing = images ? 'labels' : 'images'
      throw new NetloomError(
        'dataset.missing',
        `Folder "${directory}" holds "${images ?? labels}" but not its ${missing}.`,
        {
          path: directory,
          hint: `Put the ${missing} file beside it.`,
        },
      )
    }
  }
  return pairs
}

async function readIdxFile(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array
  try {
    bytes = await readRegular(path, largestUnpacked + headerBytes)
  } catch (error) {
    throw datasetFileError(error, path, 'IDX file')
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  const head = unpackHead(bytes)
  const stated = head && statedIdxBytes(head)
  // What begins otherwise is refused for that, however much of it there is.
  if (head && stated === undefined) return head
  if (stated !== undefined && stated > largestUnpacked) throw tooLarge(path, `its header states ${stated} bytes`)
  if (stated !== undefined && stated > largestRatio * bytes.length) throw tooShort(path, stated, bytes.length)
  try {
    return await unpack(bytes, stated ?? packedHead, path)
  } catch (error) {
    if (error instanceof NetloomError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new NetloomError(
      'dataset.malformed',
      `IDX file "${path}": gzip cannot unpack its ${bytes.length} bytes (${reason}).`,
      {
        path,
        hint: 'The file is cut off or damaged: copy or download it again.',
        cause: error,
      },
    )
  }
}

/** Of a packed file, this much is unpacked to see its header. */
const packedHead = 4096
/** Of images: the magic number, their count, height and width. */
const headerBytes = 16
/** It is unpacked in pieces of this many bytes. */
const pieceBytes = 2 ** 18

/** The first bytes of a packed file; undefined where they cannot be unpacked, or are too few for a header. */
function unpackHead(packed: Uint8Array): Uint8Array | undefined {
  try {
    const head = gunzipSync(packed.subarray(0, packedHead), { finishFlush: constants.Z_SYNC_FLUSH })
    return head.length >= headerBytes ? head : undefined
  } catch {
    return undefined
  }
}

/** Unpacks piece by piece, and no more than is stated. @throws NetloomError dataset.malformed; what zlib says */
async function unpack(packed: Uint8Array, stated: number, path: string): Promise<Uint8Array> {
  const unpacked = new Uint8Array(stated)
  const stream = createGunzip({ chunkSize: pieceBytes })
  stream.end(packed)
  let size = 0
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    if (size + piece.length > stated)
      throw tooLarge(path, `it unpacks to more than the ${stated} bytes that its header states`)
    unpacked.set(piece, size)
    size += piece.length
  }
  return unpacked.subarray(0, size)
}

function tooShort(path: string, stated: number, packed: number): NetloomError {
  return new NetloomError(
    'dataset.malformed',
    `IDX file "${path}" is cut off: its header states ${stated} bytes, and ${packed} packed ones hold ${largestRatio * packed} at most.`,
    { path, expected: stated, received: largestRatio * packed, hint: 'Copy or download it again.' },
  )
}

function tooLarge(path: string, reason: string): NetloomError {
  return new NetloomError('dataset.malformed', `IDX file "${path}" is too large: ${reason}.`, {
    path,
    expected: largestUnpacked,
    hint: 'It is damaged, or made to fill the memory: download it again from where it should come from.',
  })
}

interface LoadedPair {
  readonly split: 'train' | 'test'
  readonly images: IdxImages
  readonly labels: Int32Array
  readonly file: string
}

async function loadPair(directory: string, pair: IdxPair): Promise<LoadedPair> {
  const imagesPath = join(directory, pair.images)
  const labelsPath = join(directory, pair.labels)
  const [imageBytes, labelBytes] = await Promise.all([readIdxFile(imagesPath), readIdxFile(labelsPath)])
  const images = parseIdxImages(imageBytes, imagesPath)
  const labels = parseIdxLabels(labelBytes, labelsPath)
  if (images.count !== labels.length) {
    throw new NetloomError(
      'dataset.malformed',
      `IDX files "${imagesPath}" and "${labelsPath}": ${printCount(images.count)} images, ${printCount(labels.length)} labels.`,
      { path: directory, expected: images.count, received: labels.length, hint: 'They do not belong together.' },
    )
  }
  return { split: pair.split, images, labels, file: pair.images }
}

/** Named classes for the known datasets; otherwise the numbers from the smallest to the largest label. */
function nameClasses(
  pairs: readonly LoadedPair[],
  kind: 'mnist' | 'fashion-mnist' | undefined,
): { first: number; classes: readonly string[] } {
  let low = 255
  let high = 0
  for (const { labels } of pairs) {
    for (const label of labels) {
      low = Math.min(low, label)
      high = Math.max(high, label)
    }
  }
  if (kind === undefined || high >= digitClasses.length) {
    const first = Math.min(low, high)
    return { first, classes: Array.from({ length: high - first + 1 }, (_, i) => String(first + i)) }
  }
  return { first: 0, classes: kind === 'fashion-mnist' ? fashionClasses : digitClasses }
}

function makePool({ split, images, labels }: LoadedPair, firstLabel: number): ImagePool & { name: 'train' | 'test' } {
  const { height, width, pixels } = images
  const size = height * width
  const nameAt = (index: number) => `${split}/${index}`
  return {
    name: split,
    labels: firstLabel === 0 ? labels : labels.map((label) => label - firstLabel),
    images: {
      form: 'arrays',
      extents: { channels: 1, height, width },
      imageAt: (index) => pixels.subarray(index * size, (index + 1) * size),
    },
    nameAt,
    fileAt: nameAt,
  }
}

/**
 * Opens a folder of IDX files. With only a training or only a test pair, that pair is one pool.
 * @param kind which class names to give; left out: the numbers found (also where labels go beyond 9)
 * @throws NetloomError dataset.missing, dataset.permission, dataset.malformed, dataset.reference
 */
export async function openIdxFolder(directory: string, kind?: 'mnist' | 'fashion-mnist'): Promise<DatasetSource> {
  const pairs = pairFiles(await listNames(directory), directory)
  const loaded = await Promise.all(pairs.map((pair) => loadPair(directory, pair)))
  const [first] = loaded
  for (const { images, file } of loaded) {
    if (first && (images.height !== first.images.height || images.width !== first.images.width)) {
      const sizes = `${first.images.width} x ${first.images.height} and ${images.width} x ${images.height}`
      throw new NetloomError('dataset.malformed', `Folder "${directory}": images of ${sizes} pixels.`, {
        path: join(directory, file),
        hint: 'The files do not belong together.',
      })
    }
  }
  const { first: firstLabel, classes } = nameClasses(loaded, kind)
  const files = loaded.map((pair) => `"${pair.file}"`).join(' and ')
  return {
    kind: 'idx',
    recognisedBecause: `"${directory}" holds the IDX files ${files} with their labels.`,
    classes,
    pools: namePools(loaded.map((pair) => makePool(pair, firstLabel))),
    notes: [],
    unreadable: [],
    identity: loaded.flatMap(({ images, labels }) => [images.pixels, new Uint8Array(labels.buffer)]),
  }
}
