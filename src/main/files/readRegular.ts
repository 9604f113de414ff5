// Reading files of which nothing is known but their names: never waiting for a pipe or a device, never more than a limit; not what they hold.
import {
  constants,
  createReadStream,
  openSync,
  closeSync,
  fstatSync,
  readFileSync,
  statSync,
  type Stats,
} from 'node:fs'
import { open, readFile, stat, type FileHandle } from 'node:fs/promises'
import { isatty } from 'node:tty'

/** What is no file, and what it is: follows its name in a sentence. */
export class NoRegularFile extends Error {}

/** What a path leads to: what follows its name in a sentence. */
export function describeKind(found: Stats): string {
  if (found.isFile()) return 'is a file'
  if (found.isDirectory()) return 'is a folder'
  if (found.isFIFO()) return 'is a pipe, not a file'
  if (found.isSocket()) return 'is a socket, not a file'
  if (found.isCharacterDevice() || found.isBlockDevice()) return 'is a device, not a file'
  return 'is no file'
}

/** @throws NoRegularFile */
export function requireRegular(found: Stats): void {
  if (!found.isFile()) throw new NoRegularFile(describeKind(found))
}

/** A text file is read whole up to this: a longer one is no string. */
const largestTextBytes = 2 ** 29 - 24

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

/** Opens a file to write at its end, and makes it where there is none. @returns the descriptor @throws NoRegularFile; what the system says */
export function openAppendSync(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found) requireRegular(found)
  return openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0))
}

/**
 * How large a file is, before it is read.
 * @param largestBytes a larger one is refused
 * @throws NoRegularFile, also for too large a file; what the system says
 */
export async function measureRegular(path: string, largestBytes = Number.POSITIVE_INFINITY): Promise<number> {
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

/** A whole text file. @throws NoRegularFile, also for too large a file; what the system says */
export async function readRegularText(path: string): Promise<string> {
  return (await readRegular(path, largestTextBytes)).toString('utf8')
}

/** The same at once, for small files. */
export function readRegularTextSync(path: string): string {
  const file = openRegularSync(path)
  try {
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

/** The name that stands for the standard input where a text is read. */
export const standardInput = '-'

/** What a shell gives in place of a file: `<(command)` and the standard input. */
const streamName = /^\/(?:dev\/(?:fd\/(\d+)|stdin)|proc\/self\/fd\/(\d+))$/

/** A text is no longer than this. */
const largestStreamBytes = 2 ** 28

/**
 * Reads a text that is wanted once and whole: a file, or what a shell gives in place of one (`<(command)`).
 * @throws NoRegularFile, also for a terminal and for a stream that does not end; what the system says
 */
export async function readText(path: string): Promise<string> {
  const stream = streamName.exec(path === standardInput ? '/dev/stdin' : path)
  if (!stream) return (await readRegular(path, largestStreamBytes)).toString('utf8')
  // On a terminal nobody knows that something is waited for.
  const descriptor = Number(stream[1] ?? stream[2] ?? 0)
  if (isatty(descriptor))
    throw new NoRegularFile('is a terminal, where nothing would ever end: name a file, or pipe one in')
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of descriptor === 0 ? process.stdin : createReadStream(path)) {
    pieces.push(Buffer.from(piece as Uint8Array))
    size += (piece as Uint8Array).length
    if (size > largestStreamBytes)
      throw new NoRegularFile(`gives more than the ${largestStreamBytes / 2 ** 20} MiB that are read`)
  }
  return Buffer.concat(pieces).toString('utf8')
}
