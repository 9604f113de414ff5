// The fingerprint of a dataset: changes with its images, their order, their splits or their classes.
import { createHash, type Hash } from 'node:crypto'
import { closeSync, readSync, statSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { splitNames, type SplitName } from '../../shared/datasets/dataset'
import { openRegularSync } from '../files/readRegular'
import type { DatasetSource } from './datasetSource'
import type { SplitImages } from './splitImages'

/** Up to this many bytes in files, all of them are read; beyond, sizes and a sample stand for the rest. */
const wholeBytes = 64 * 2 ** 20
const sampledFiles = 256
const sampledBytes = 64 * 2 ** 10

/** Files that are looked at between two turns of the event loop. */
const filesPerTurn = 128

function readHead(path: string, length: number): Uint8Array {
  const handle = openRegularSync(path)
  try {
    const buffer = new Uint8Array(length)
    return buffer.subarray(0, readSync(handle, buffer, 0, length, 0))
  } finally {
    closeSync(handle)
  }
}

/** A file that cannot be read counts as such; that it can be read one day is a change. */
function readOrNote<T>(read: () => T): T | string {
  try {
    return read()
  } catch {
    return 'unreadable'
  }
}

// Synchronous calls: five times faster than promises for thousands of small files, and turns are yielded in between.
async function hashFiles(hash: Hash, paths: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const breathe = async (index: number): Promise<void> => {
    if (index % filesPerTurn !== 0) return
    await nextTurn()
    signal?.throwIfAborted()
  }
  const sizes: number[] = []
  for (const [index, path] of paths.entries()) {
    await breathe(index)
    const size = readOrNote(() => statSync(path).size)
    sizes.push(typeof size === 'number' ? size : 0)
    hash.update(`${size}\n`)
  }
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const step = total <= wholeBytes ? 1 : Math.max(1, Math.floor(paths.length / sampledFiles))
  for (let index = 0; index < paths.length; index += step) {
    await breathe(index)
    const length = total <= wholeBytes ? (sizes[index] ?? 0) : Math.min(sampledBytes, sizes[index] ?? 0)
    hash.update(readOrNote(() => readHead(paths[index] ?? '', length)))
  }
}

/**
 * Computes the fingerprint over classes, and names, labels and contents of the images of all splits. Contents of
 * files are read whole up to 64 MiB in all; of larger datasets all sizes and the heads of 256 files count.
 * @returns 32 hexadecimal digits
 */
export async function fingerprintDataset(
  source: DatasetSource,
  splits: ReadonlyMap<SplitName, SplitImages>,
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([source.kind, source.classes]))
  const paths: string[] = []
  for (const name of splitNames) {
    const split = splits.get(name)
    if (!split) continue
    hash.update(`${name} ${split.count}\n`)
    hash.update(new Uint8Array(split.labels.buffer, split.labels.byteOffset, split.labels.byteLength))
    for (let index = 0; index < split.count; index++) {
      hash.update(`${split.fileAt(index)}\n`)
      if (source.identity) continue
      const image = split.locate(index)
      if (image.form === 'file') paths.push(image.path)
      else hash.update(image.pixels)
    }
  }
  for (const part of source.identity ?? []) hash.update(part)
  await hashFiles(hash, paths, signal)
  return hash.digest('hex').slice(0, 32)
}
