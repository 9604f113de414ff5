// Weights of networks that are not saved yet, kept in the state folder under names that screens may use; not importing them (runImport.ts).
import { createHash, randomUUID } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { NetloomError } from '../../shared/graph/errors'
import { textEnding } from '../../shared/graph/fileNames'
import { FileWriter, systemCode, writeFailure } from '../files/durableFile'
import { isOwned, writeOwner } from '../files/holder'
import { makeFolders } from '../files/makeFolders'

/** What names of kept files begin with, in a document's `weights` and in place of a model's path. */
export const keptPrefix = 'kept:'

const idPattern = /^(?:import|stage)-[0-9a-f-]{8,64}$/
/** Kept weights that nobody has used for so long, and that no unsaved work names, are taken away. */
const keptMs = 30 * 24 * 3600 * 1000

/** The files of an import in its folder. */
export const keptFiles = {
  document: `network${textEnding}`,
  weights: 'network.safetensors',
  receipt: 'network.receipt.json',
} as const

/** Kept networks, each in a folder of its own. */
export class ImportShelf {
  /** In the names of what this process has staged, so that no other process takes it away. */
  private readonly tag = randomUUID().slice(0, 8)

  /** @param folder inside the state folder; made when it is first needed */
  constructor(private readonly folder: string) {}

  /** Makes the folder of a new import. @throws NetloomError file.write */
  async begin(): Promise<{ readonly id: string; readonly folder: string }> {
    const id = `import-${randomUUID()}`
    return { id, folder: await this.make(id) }
  }

  /** The folder of an import. @throws NetloomError model.unknown where it is no id */
  folderOf(id: string): string {
    if (idPattern.test(id)) return join(this.folder, id)
    throw new NetloomError('model.unknown', `"${id}" is no kept network.`, { received: id })
  }

  /** Whether a document's `weights`, or what stands for a model, names something kept. */
  isKept(reference: string): boolean {
    return reference.startsWith(keptPrefix)
  }

  /** The weights file that `kept:ID` stands for. @throws NetloomError model.weights where it is gone */
  async findWeights(reference: string): Promise<string> {
    const file = join(this.folderOf(reference.slice(keptPrefix.length)), keptFiles.weights)
    if (await isThere(file)) return file
    throw new NetloomError('model.weights', 'The weights of this network are not kept any more.', {
      path: file,
      hint: 'Open the original file again.',
    })
  }

  /** The document that `kept:ID` stands for. @throws NetloomError model.unknown */
  async findModel(reference: string): Promise<string> {
    const file = join(this.folderOf(reference.slice(keptPrefix.length)), keptFiles.document)
    if (await isThere(file)) return file
    throw new NetloomError('model.unknown', 'The network is not kept any more.', {
      path: file,
      hint: 'Choose it again.',
    })
  }

  /**
   * Keeps a document as a model; the same text gives the same name.
   * @param text a document whose `weights` is an absolute path
   * @throws NetloomError file.write
   */
  async stage(text: string): Promise<string> {
    const id = `stage-${this.tag}-${createHash('sha256').update(text).digest('hex').slice(0, 40)}`
    const file = join(await this.make(id), keptFiles.document)
    if (!(await isThere(file))) await new FileWriter().writeWhole(file, [new TextEncoder().encode(text)])
    return `${keptPrefix}${id}`
  }

  async discard(id: string): Promise<void> {
    await rm(this.folderOf(id), { recursive: true, force: true })
  }

  /** Takes away what this process has staged. */
  async close(): Promise<void> {
    const names = await readdir(this.folder).catch(() => [])
    const own = names.filter((name) => name.startsWith(`stage-${this.tag}-`))
    await Promise.all(own.map((name) => rm(join(this.folder, name), { recursive: true, force: true })))
  }

  /**
   * Takes away what is old, and models that were staged by processes that are gone; what belongs to a living one stays.
   * @param unsaved texts of unsaved documents
   */
  async tidy(unsaved: readonly string[], nowMs: number): Promise<void> {
    const names = await readdir(this.folder).catch(() => [])
    for (const name of names.filter((each) => idPattern.test(each))) {
      const path = join(this.folder, name)
      const found = await stat(path).catch(() => undefined)
      const isOld = found !== undefined && nowMs - found.mtimeMs > keptMs
      const isUsed = unsaved.some((text) => text.includes(name)) || (await isOwned(path))
      if ((name.startsWith('stage-') || isOld) && !isUsed) await rm(path, { recursive: true, force: true })
    }
  }

  private async make(id: string): Promise<string> {
    const folder = this.folderOf(id)
    try {
      await makeFolders(folder, 0o700)
    } catch (cause) {
      throw writeFailure(folder, cause)
    }
    await writeOwner(folder)
    return folder
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    (cause: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) return false
      throw cause
    },
  )
}
