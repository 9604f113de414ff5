// What the long look at image files found, kept from one look to the next by path, size and time; not looking.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { keepNewest } from '../files/keepNewest'
import { findStateFolder, makeStateFolder } from '../files/stateFolder'
import { replaceFile } from '../files/sharedFile'
import { readRegularText } from '../files/readRegular'

/** What one file showed: its content and look, or why it cannot be decoded. */
export type FileLook =
  | {
      readonly digest: string
      readonly width: number
      readonly height: number
      readonly channels: 1 | 3
      readonly print: Uint8Array
    }
  | { readonly reason: string }

/** A file as it was when it was looked at. */
export interface FileState {
  readonly path: string
  readonly sizeBytes: number
  readonly changedMs: number
}

const lookSchema = z.union([
  z.tuple([z.string(), z.number(), z.number(), z.union([z.literal(1), z.literal(3)]), z.string()]),
  z.tuple([z.string()]),
])
const entrySchema = z.tuple([z.string(), z.number(), z.number(), lookSchema])
type Entry = z.output<typeof entrySchema>

/** Another number for another way of looking. */
const version = 1
const memorySchema = z.object({ version: z.literal(version), files: z.array(entrySchema) })

/** Fewer files are looked at again as fast as they are remembered. */
const leastFiles = 500
/** Looks at this many datasets are kept, the latest. */
const keptDatasets = 8

/** Looks at the files of one dataset. */
export class LookMemory {
  private readonly known = new Map<string, Entry>()
  private readonly present = new Map<string, Entry>()
  private isChanged = false

  private constructor(private readonly file: string | undefined) {}

  /** @param name what the dataset is known by. @param folder where looks are kept; left out: in the state folder */
  static async open(name: string, count: number, folder = join(findStateFolder(), 'looks')): Promise<LookMemory> {
    if (count < leastFiles) return new LookMemory(undefined)
    const file = join(folder, `${createHash('sha256').update(name).digest('hex').slice(0, 24)}.json`)
    const memory = new LookMemory(file)
    try {
      for (const entry of memorySchema.parse(JSON.parse(await readRegularText(file))).files)
        memory.known.set(entry[0], entry)
    } catch {
      // Not there, of another version or damaged: it is only a memory, and begins anew.
    }
    return memory
  }

  /** What a file showed, where it is as it was then. */
  find({ path, sizeBytes, changedMs }: FileState): FileLook | undefined {
    const entry = this.known.get(path)
    if (!entry || entry[1] !== sizeBytes || entry[2] !== changedMs) return undefined
    this.present.set(path, entry)
    const look = entry[3]
    if (look.length === 1) return { reason: look[0] }
    const [digest, width, height, channels, print] = look
    return { digest, width, height, channels, print: Buffer.from(print, 'base64') }
  }

  keep({ path, sizeBytes, changedMs }: FileState, look: FileLook): void {
    if (this.file === undefined) return
    this.isChanged = true
    const kept: Entry[3] =
      'reason' in look
        ? [look.reason]
        : [look.digest, look.width, look.height, look.channels, Buffer.from(look.print).toString('base64')]
    this.present.set(path, [path, sizeBytes, changedMs, kept])
  }

  /** Writes what was found and kept since it was opened. */
  async save(): Promise<void> {
    const { file } = this
    if (file === undefined || !this.isChanged) return
    const folder = join(file, '..')
    try {
      await makeStateFolder(folder)
      const text = JSON.stringify({ version, files: [...this.present.values()] })
      await replaceFile(file, new TextEncoder().encode(text), 0o600)
      await keepNewest(folder, keptDatasets)
    } catch {
      // A disk that is full or may not be written costs the memory, not the look.
    }
  }
}
