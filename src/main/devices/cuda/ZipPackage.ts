// Single entries of a large ZIP file, streamed to files of their own, with their lengths and checksums; reading the format is yauzl's.
import { createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { NetloomError } from '../../../shared/graph/errors'
import { systemCode } from '../../files/durableFile'
import { readFailure } from '../../files/fileErrors'
import { measureRegular, NoRegularFile } from '../../files/readRegular'

function malformed(path: string, reason: string, cause?: unknown): NetloomError {
  return new NetloomError('file.read', `"${path}" is not a whole ZIP file: ${reason}.`, {
    path,
    hint: 'Download it again.',
    cause,
  })
}

/** What is wrong with the archive; what the system refuses stays as it is. */
function asMalformed(path: string, cause: unknown): unknown {
  if (cause instanceof NetloomError || (systemCode(cause) !== '' && !systemCode(cause).startsWith('Z_'))) return cause
  return malformed(path, cause instanceof Error ? cause.message : String(cause), cause)
}

/** An open ZIP file. */
export class ZipPackage {
  private constructor(
    private readonly path: string,
    private readonly file: ZipFile,
    /** By their names inside. */
    readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** Opens a file and lists what it holds. @throws NetloomError file.read; the system's error where it cannot be opened */
  static async open(path: string): Promise<ZipPackage> {
    await measureRegular(path).catch((cause: unknown) => {
      throw cause instanceof NoRegularFile ? readFailure(path, cause) : cause
    })
    let file: ZipFile | undefined
    try {
      file = await openPromise(path, { lazyEntries: true, autoClose: false })
      const entries = new Map<string, Entry>()
      for await (const entry of file.eachEntry()) entries.set(entry.fileName, entry)
      return new ZipPackage(path, file, entries)
    } catch (cause) {
      file?.close()
      throw asMalformed(path, cause)
    }
  }

  /**
   * Writes one entry to a file.
   * @throws NetloomError file.read where the archive is broken or its checksum is another; what writing finds
   */
  async extract(entry: Entry, target: string): Promise<void> {
    let sum = 0
    const check = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sum = crc32(chunk, sum)
        done(null, chunk)
      },
    })
    try {
      await pipeline(await this.file.openReadStreamPromise(entry), check, createWriteStream(target, { mode: 0o644 }))
    } catch (cause) {
      throw asMalformed(this.path, cause)
    }
    if (sum !== entry.crc32)
      throw malformed(this.path, `"${entry.fileName}" has the checksum ${hex(sum)} in place of ${hex(entry.crc32)}`)
  }

  close(): void {
    this.file.close()
  }
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, '0')
}
