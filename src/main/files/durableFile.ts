// Writing files so that a kill or a full disk at any instant leaves the old content or the new one, never half; not what is written.
import { randomUUID } from 'node:crypto'
import { link, open, rename, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { NetloomError } from '../../shared/graph/errors'
import { readFailure } from './fileErrors'
import { requireRegular } from './readRegular'
import { shortName } from './shortName'

/** Writes all the bytes at the end of an open file; tests put a full disk in its place. */
export type WriteBytes = (file: FileHandle, bytes: Uint8Array) => Promise<void>

/** A write call takes at most this many bytes (Linux ends one at 2 GiB). */
const largestWriteBytes = 64 * 1024 * 1024

const writeAllBytes: WriteBytes = async (file, bytes) => {
  let done = 0
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(bytes.length - done, largestWriteBytes))
    done += bytesWritten
  }
}

const reasons: Readonly<Record<string, { readonly reason: string; readonly hint: string }>> = {
  ENOSPC: { reason: 'the disk is full', hint: 'Free some space and try again.' },
  EDQUOT: { reason: 'the disk quota is used up', hint: 'Free some space and try again.' },
  EACCES: { reason: 'permission was denied', hint: 'Choose a folder that you may write to.' },
  EPERM: { reason: 'permission was denied', hint: 'Choose a folder that you may write to.' },
  EROFS: { reason: 'the disk is read-only', hint: 'Choose a folder that you may write to.' },
  ENOENT: { reason: 'its folder does not exist', hint: 'Create the folder first.' },
  ENAMETOOLONG: {
    reason: 'its name is too long',
    hint: 'File systems take names of 255 bytes and paths of 4,096: choose a shorter one.',
  },
  EISDIR: { reason: 'it is a folder', hint: 'Choose another name.' },
  ELOOP: { reason: 'its path is a link that leads back to itself', hint: 'Choose another path.' },
  EIO: { reason: 'the disk does not answer as it should', hint: 'Check the disk, or choose another one.' },
  ENOTDIR: { reason: 'a part of its path is not a folder', hint: 'Choose another path.' },
}

/** The error code of a failed system call, `ENOSPC`; '' where there is none. */
export function systemCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
}

/** Says which file could not be written and why. */
export function writeFailure(path: string, cause: unknown): NetloomError {
  if (cause instanceof NetloomError) return cause
  const code = systemCode(cause)
  const known = reasons[code]
  const reason = known ? `${known.reason} (${code})` : String(cause instanceof Error ? cause.message : cause)
  return new NetloomError('file.write', `"${path}" could not be written: ${reason}.`, {
    path,
    hint: known?.hint,
    cause,
  })
}

/** Makes a rename in a folder last through a power cut; Windows has no such call and keeps renames itself. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** A file in the place of a pipe or device would stand there for everything that uses it. @throws NoRegularFile */
async function requireNoDevice(path: string): Promise<void> {
  const present = await stat(path).catch(() => undefined)
  if (present && !present.isDirectory()) requireRegular(present)
}

/** The name of a hidden file of this process that becomes `name` when it is whole. */
export function partName(name: string): string {
  return `.${shortName(name)}.${process.pid}-${randomUUID().slice(0, 8)}.part`
}

/** What links answer where the file system has none. */
const noLinks: readonly string[] = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EINVAL', 'EACCES', 'EISDIR']

/**
 * Gives a file another name that nothing has.
 * @throws NetloomError file.exists where something has it; what the system says
 */
export async function moveToFreeName(from: string, to: string): Promise<void> {
  try {
    // A rename would take the place of what is there.
    await link(from, to)
    await rm(from)
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') throw takenName(to, cause)
    if (!noLinks.includes(systemCode(cause))) throw cause
    // The name is claimed by an empty file, in whose place the whole one comes.
    const claimed = await open(to, 'wx').catch((error: unknown) => {
      throw systemCode(error) === 'EEXIST' ? takenName(to, error) : error
    })
    await claimed.close()
    await rename(from, to)
  }
}

function takenName(path: string, cause: unknown): NetloomError {
  return new NetloomError('file.exists', `"${path}" exists already.`, { path, hint: 'Choose another name.', cause })
}

/** Writes whole files and opens growing ones. */
export class FileWriter {
  constructor(private readonly writeBytes: WriteBytes = writeAllBytes) {}

  /**
   * Replaces a file by new content: written beside it (`.tmp`), brought to the disk, renamed.
   * One writer at a time per path.
   * @throws NetloomError file.write; the old file is then as it was
   */
  async writeWhole(path: string, pieces: readonly Uint8Array[]): Promise<void> {
    const name = basename(path)
    const temporary = join(dirname(path), `${shortName(name)}.tmp`)
    try {
      await requireNoDevice(path)
      await this.writeTemporary(temporary, pieces)
      await rename(temporary, path)
      await syncFolder(dirname(path))
    } catch (cause) {
      await rm(temporary, { force: true })
      throw writeFailure(path, cause)
    }
  }

  /**
   * Writes a file that is not there yet, whole or not at all, as a hidden file (`partName`) until it is whole.
   * @throws NetloomError file.exists where the name is taken, whoever took it and when; file.write
   */
  async writeNew(path: string, pieces: readonly Uint8Array[]): Promise<void> {
    const part = join(dirname(path), partName(basename(path)))
    try {
      await this.writeTemporary(part, pieces)
      await moveToFreeName(part, path)
      await syncFolder(dirname(path))
    } catch (cause) {
      throw writeFailure(path, cause)
    } finally {
      await rm(part, { force: true })
    }
  }

  private async writeTemporary(path: string, pieces: readonly Uint8Array[]): Promise<void> {
    const file = await open(path, 'w')
    try {
      for (const piece of pieces) await this.writeBytes(file, piece)
      await file.sync()
    } finally {
      await file.close()
    }
  }

  /**
   * Opens a text file that grows line by line, after cutting it to `keepBytes`.
   * @param checksum of these bytes (CRC-32), where it is known
   * @throws NetloomError file.write; run.missing when the file is shorter than `keepBytes` or has other content
   */
  async openLog(path: string, keepBytes: number, checksum?: number): Promise<GrowingFile> {
    let file: FileHandle
    try {
      await requireNoDevice(path)
      file = await open(path, 'a+')
    } catch (cause) {
      throw writeFailure(path, cause)
    }
    try {
      const { size } = await file.stat()
      if (size < keepBytes)
        throw new NetloomError(
          'run.missing',
          `"${path}" holds ${size} bytes, and the checkpoint was written when it held ${keepBytes}.`,
          { path, expected: keepBytes, received: size, hint: 'Put the file back as it was, or start a new run.' },
        )
      const found = crc32(await readStart(file, keepBytes))
      if (checksum !== undefined && found !== checksum)
        throw new NetloomError(
          'run.missing',
          `"${path}" is not as it was when the checkpoint was written: its first ${keepBytes} bytes have another checksum.`,
          { path, expected: checksum, received: found, hint: 'Put the file back as it was, or start a new run.' },
        )
      await file.truncate(keepBytes)
      return new GrowingFile(path, file, { bytes: keepBytes, checksum: found }, this.writeBytes)
    } catch (cause) {
      await file.close()
      throw writeFailure(path, cause)
    }
  }
}

/** The first bytes of an open file. */
async function readStart(file: FileHandle, bytes: number): Promise<Uint8Array> {
  const content = new Uint8Array(bytes)
  for (let done = 0; done < bytes;) {
    const { bytesRead } = await file.read(content, done, bytes - done, done)
    if (bytesRead === 0) return content.subarray(0, done)
    done += bytesRead
  }
  return content
}

/** What a growing file holds. */
export interface Grown {
  readonly bytes: number
  /** CRC-32 of all of them. */
  readonly checksum: number
}

/** A text file that grows; text waits in memory until `flush`. */
export class GrowingFile {
  private waiting: string[] = []

  constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private grown: Grown,
    private readonly writeBytes: WriteBytes,
  ) {}

  /** Adds text; it reaches the file at the next flush. */
  append(text: string): void {
    this.waiting.push(text)
  }

  /** Hands everything to the operating system. @throws NetloomError file.write */
  async flush(): Promise<void> {
    if (this.waiting.length === 0) return
    const bytes = new TextEncoder().encode(this.waiting.join(''))
    this.waiting = []
    try {
      await this.writeBytes(this.file, bytes)
    } catch (cause) {
      throw writeFailure(this.path, cause)
    }
    const { bytes: before, checksum } = this.grown
    this.grown = { bytes: before + bytes.length, checksum: crc32(bytes, checksum) }
  }

  /** Brings everything to the disk. @returns what the file holds @throws NetloomError file.write */
  async sync(): Promise<Grown> {
    await this.flush()
    try {
      await this.file.datasync()
    } catch (cause) {
      throw writeFailure(this.path, cause)
    }
    return this.grown
  }

  /** Whether the file still stands at its path: nobody has deleted, moved or replaced it or a folder above it. */
  async isInPlace(): Promise<boolean> {
    const own = await this.file.stat()
    try {
      const found = await stat(this.path)
      return found.ino === own.ino && found.dev === own.dev
    } catch (cause) {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) return false
      throw readFailure(this.path, cause)
    }
  }

  /** The first bytes of the file, also of one that was deleted: it is there as long as it is open. */
  readStart(bytes: number): Promise<Uint8Array> {
    return readStart(this.file, bytes)
  }

  /** Flushes and closes; closes in any case. @throws NetloomError file.write */
  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      await this.file.close()
    }
  }
}
