// Reading files of which nothing is known but their names: never waiting for a pipe or a device, never more than a limit; not what they hold.
import { constants, openSync, closeSync, fstatSync, statSync, type Stats } from 'node:fs'
import { open, readFile, stat, type FileHandle } from 'node:fs/promises'

/** What is no file, and what it is: follows its name in a sentence. */
export class NoRegularFile extends Error {}

/** What a path leads to, in words, where that is no file. */
function describeKind(found: Stats): string | undefined {
  if (found.isFile()) return undefined
  if (found.isDirectory()) return 'is a folder'
  if (found.isFIFO()) return 'is a pipe, not a file: reading it would wait for whoever writes to it'
  if (found.isSocket()) return 'is a socket, not a file'
  if (found.isCharacterDevice() || found.isBlockDevice()) return 'is a device, not a file'
  return 'is no file'
}

/** @throws NoRegularFile */
export function requireRegular(found: Stats): void {
  const kind = describeKind(found)
  if (kind !== undefined) throw new NoRegularFile(kind)
}

/** What was a file a moment ago may have become a pipe: opening one must not wait even then (Windows has no such flag). */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Opens a file for reading, never anything else: opening a pipe waits, and opening a device may do something.
 * @throws NoRegularFile; what the system says
 */
export async function openRegular(path: string): Promise<FileHandle> {
  requireRegular(await stat(path))
  const file = await open(path, openFlags)
  try {
    requireRegular(await file.stat())
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** As openRegular, for what reads in one go. @returns the descriptor, to be closed */
export function openRegularSync(path: string): number {
  requireRegular(statSync(path))
  const file = openSync(path, openFlags)
  try {
    requireRegular(fstatSync(file))
    return file
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/**
 * How large a file is, before it is read.
 * @param largestBytes a larger one is refused
 * @throws NoRegularFile, also for too large a file; what the system says
 */
export async function measureRegular(path: string, largestBytes: number): Promise<number> {
  const found = await stat(path)
  requireRegular(found)
  if (found.size <= largestBytes) return found.size
  const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20)
  throw new NoRegularFile(
    `has ${mebibytes(found.size)} MiB, more than the ${mebibytes(largestBytes)} MiB that are read`,
  )
}

/** Reads a whole file that has been measured. */
export function readMeasured(path: string): Promise<Buffer> {
  return readFile(path, { flag: openFlags })
}

/**
 * Reads a whole file.
 * @param largestBytes a larger one is refused before it is read
 * @throws NoRegularFile, also for too large a file; what the system says
 */
export async function readRegular(path: string, largestBytes = Number.POSITIVE_INFINITY): Promise<Buffer> {
  await measureRegular(path, largestBytes)
  return readMeasured(path)
}
