// Single entries of a large ZIP file, streamed to files of their own; only what NuGet packages use: stored or deflated, below 4 GB.
import { open, type FileHandle } from 'node:fs/promises'
import { createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'
import { NetloomError } from '../../../shared/graph/errors'

/** One file inside. @see APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16 */
export interface ZipEntry {
  readonly name: string
  /** 0: stored, 8: deflated. */
  readonly method: number
  readonly packedBytes: number
  readonly sizeBytes: number
  /** Where its local header begins. */
  readonly offset: number
}

const endSignature = 0x06054b50
const centralSignature = 0x02014b50
const localSignature = 0x04034b50
const endBytes = 22
const largestComment = 0xffff

function malformed(path: string, reason: string): NetloomError {
  return new NetloomError('file.read', `"${path}" is not a whole ZIP file: ${reason}.`, {
    path,
    hint: 'Download it again.',
  })
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** Lists what a ZIP file holds. @throws NetloomError file.read */
export async function listZip(path: string): Promise<readonly ZipEntry[]> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const tailBytes = Math.min(size, endBytes + largestComment)
    const tail = await readAt(file, size - tailBytes, tailBytes)
    const place = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
    if (place < 0 || tail.length - place < endBytes || tail.readUInt32LE(place) !== endSignature)
      throw malformed(path, 'its directory is missing')
    const length = tail.readUInt32LE(place + 12)
    const start = tail.readUInt32LE(place + 16)
    if (start + length > size) throw malformed(path, 'its directory lies outside')
    return parseDirectory(path, await readAt(file, start, length))
  } finally {
    await file.close()
  }
}

function parseDirectory(path: string, bytes: Buffer): ZipEntry[] {
  const entries: ZipEntry[] = []
  let at = 0
  while (at + 46 <= bytes.length) {
    if (bytes.readUInt32LE(at) !== centralSignature) throw malformed(path, 'its directory is broken')
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place))
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + (nameLength ?? 0)),
      method: bytes.readUInt16LE(at + 10),
      packedBytes: bytes.readUInt32LE(at + 20),
      sizeBytes: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    })
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0)
  }
  return entries
}

/**
 * Writes one entry to a file and checks its length; the checksum of the whole archive is its reader's affair.
 * @throws NetloomError file.read where the archive is broken, and what writing finds
 */
export async function extractEntry(path: string, entry: ZipEntry, target: string): Promise<void> {
  const { name, method, offset, packedBytes, sizeBytes } = entry
  if (method !== 0 && method !== 8) throw malformed(path, `"${name}" is packed in the unknown way ${method}`)
  const file = await open(path, 'r')
  try {
    const header = await readAt(file, offset, 30)
    if (header.length < 30 || header.readUInt32LE(0) !== localSignature) throw malformed(path, `"${name}" is not there`)
    const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
    let written = 0
    const check = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        written += chunk.length
        done(null, chunk)
      },
    })
    const packed = file.createReadStream({ start, end: start + packedBytes - 1, autoClose: false })
    const output = createWriteStream(target, { mode: 0o644 })
    try {
      if (method === 0) await pipeline(packed, check, output)
      else await pipeline(packed, createInflateRaw(), check, output)
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_'))
        throw malformed(path, `"${name}" cannot be unpacked`)
      throw cause
    }
    if (written !== sizeBytes) throw malformed(path, `"${name}" unpacks to ${written} bytes in place of ${sizeBytes}`)
  } finally {
    await file.close()
  }
}
