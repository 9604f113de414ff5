// Files that screens hand over in parts, kept in the state folder while their process lives; not what they are used for.
import { randomUUID } from 'node:crypto'
import { open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit, { type LimitFunction } from 'p-limit'
import { NetloomError } from '../../shared/graph/errors'
import { writeFailure } from './durableFile'
import { readFailure } from './fileErrors'
import { isOwned, writeOwner } from './holder'
import { makeFolders } from './makeFolders'

/** What stands for a received file in place of a path. */
export const uploadPrefix = 'upload:'

const idPattern = /^upload-[0-9a-f-]{36}$/

interface Upload {
  readonly path: string
  readonly sizeBytes: number
  /** Parts are written one after the other. */
  readonly turn: LimitFunction
  receivedBytes: number
}

/** A file's name without what a path could make of it. */
function plainName(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-').replace(/^\.+/, '')
  return plain === '' ? 'file' : plain.slice(-120)
}

/** Received files, each in a folder of its own that names the process it belongs to. */
export class UploadShelf {
  private readonly uploads = new Map<string, Upload>()

  /** @param folder inside the state folder; made when it is first needed */
  constructor(private readonly folder: string) {}

  /** Whether a path stands for a received file. */
  isUpload(path: string): boolean {
    return path.startsWith(uploadPrefix)
  }

  /** @returns what stands for the file @throws NetloomError file.write */
  async begin(name: string, sizeBytes: number): Promise<string> {
    const id = `upload-${randomUUID()}`
    const folder = join(this.folder, id)
    const path = join(folder, plainName(name))
    try {
      await makeFolders(folder, 0o700)
      await writeOwner(folder)
      await (await open(path, 'wx', 0o600)).close()
    } catch (cause) {
      throw writeFailure(path, cause)
    }
    this.uploads.set(id, { path, sizeBytes, turn: pLimit(1), receivedBytes: 0 })
    return `${uploadPrefix}${id}`
  }

  /** @returns the bytes that are here now @throws NetloomError file.upload, file.write */
  append(upload: string, offset: number, bytes: Uint8Array): Promise<number> {
    const found = this.find(upload)
    return found.turn(() => appendPart(found, offset, bytes))
  }

  /** The path of a file that is here whole. @throws NetloomError file.upload */
  pathOf(upload: string): string {
    const { path, sizeBytes, receivedBytes } = this.find(upload)
    if (receivedBytes === sizeBytes) return path
    throw new NetloomError('file.upload', `Of the file ${receivedBytes} of ${sizeBytes} bytes are here.`, {
      expected: sizeBytes,
      received: receivedBytes,
      hint: 'Hand it over again.',
    })
  }

  /** @throws NetloomError file.upload, file.read */
  async read(upload: string): Promise<Uint8Array> {
    const path = this.pathOf(upload)
    try {
      return await readFile(path)
    } catch (cause) {
      throw readFailure(path, cause)
    }
  }

  /** Takes a file away; nothing where it is gone already. */
  async discard(upload: string): Promise<void> {
    const id = upload.slice(uploadPrefix.length)
    if (!this.isUpload(upload) || !idPattern.test(id)) return
    const found = this.uploads.get(id)
    this.uploads.delete(id)
    // A part that is being written is written to its end first.
    await found?.turn(() => undefined)
    if (found) await rm(join(this.folder, id), { recursive: true, force: true })
  }

  /** Takes all files of this process away. */
  async close(): Promise<void> {
    await Promise.all([...this.uploads.keys()].map((id) => this.discard(`${uploadPrefix}${id}`)))
  }

  /** Takes away what processes left that are gone. */
  async tidy(): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      const path = join(this.folder, name)
      if (idPattern.test(name) && !(await isOwned(path))) await rm(path, { recursive: true, force: true })
    }
  }

  private find(upload: string): Upload {
    const found = this.isUpload(upload) ? this.uploads.get(upload.slice(uploadPrefix.length)) : undefined
    if (found) return found
    throw new NetloomError('file.upload', 'The file that was handed over is not here any more.', {
      received: upload,
      hint: 'Hand it over again.',
    })
  }
}

async function appendPart(upload: Upload, offset: number, bytes: Uint8Array): Promise<number> {
  const { path, sizeBytes } = upload
  if (offset !== upload.receivedBytes || offset + bytes.length > sizeBytes)
    throw new NetloomError(
      'file.upload',
      `A part of ${bytes.length} bytes at ${offset} does not follow the ${upload.receivedBytes} of ${sizeBytes} bytes that are here.`,
      { expected: upload.receivedBytes, received: offset, hint: 'Hand the file over again.' },
    )
  try {
    const file = await open(path, 'r+')
    try {
      let done = 0
      while (done < bytes.length) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done)
        done += bytesWritten
      }
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw writeFailure(path, cause)
  }
  upload.receivedBytes += bytes.length
  return upload.receivedBytes
}
