// The calls `app` and `files`: what the core is, and looking into opened folders; not reading what lies there.
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { version } from '../../../package.json'
import type { FileEntry } from '../../shared/contract/fileCalls'
import { isDocumentName } from '../../shared/graph/fileNames'
import { imageExtensions } from '../../shared/datasets/imageHeader'
import { NetloomError } from '../../shared/graph/errors'
import { writeFailure } from '../files/durableFile'
import { fileErrorCode, readFailure } from '../files/fileErrors'
import type { Core } from './core'
import { os } from './implementer'

/** Of this start of the program alone. */
const instance = randomUUID()

/** Implements `app.*`. */
export function implementApp(core: Core) {
  return {
    info: os.app.info.handler(({ context }) => ({
      version,
      instance,
      platform: process.platform,
      native: context.choose !== undefined,
      home: homedir(),
      runsFolder: core.runsFolder,
    })),
  }
}

/** Implements `files.*`. */
export function implementFiles(core: Core) {
  return {
    roots: os.files.roots.handler(async () => [...(await core.roots.list())]),
    list: os.files.list.handler(async ({ input }) => listFolder(core, input.path)),
    makeFolder: os.files.makeFolder.handler(async ({ input }) => ({
      path: await makeFolder(core, input.parent, input.name.trim()),
    })),
    choose: os.files.choose.handler(async ({ input, context }) => (await context.choose?.(input)) ?? null),
  }
}

/** What no name of a folder has on some system, and what would lead elsewhere or be hidden in the list. */
const forbiddenName = /[\\/:*?"<>|]|\p{Cc}|^\.|[. ]$|^$/u

/** Makes one folder in an opened one. @returns its path; @throws NetloomError file.outside, file.write */
async function makeFolder(core: Core, wanted: string, name: string): Promise<string> {
  const parent = await core.roots.require(wanted)
  const path = join(parent, name)
  if (forbiddenName.test(name)) {
    throw new NetloomError('file.write', `"${name}" cannot be the name of a folder.`, {
      received: name,
      hint: 'Use letters, digits, spaces, hyphens and underscores; a dot may stand inside.',
    })
  }
  try {
    await mkdir(path)
  } catch (cause) {
    if (fileErrorCode(cause) !== 'EEXIST') throw writeFailure(path, cause)
    const hint = 'Choose another name, or open the one that is there.'
    throw new NetloomError('file.write', `"${name}" is there already.`, { path, hint, cause })
  }
  return path
}

function kindOf(name: string): FileEntry['kind'] {
  if (isDocumentName(name)) return 'document'
  const extension = extname(name).slice(1).toLowerCase()
  if (extension === 'onnx') return 'onnx'
  return imageExtensions.has(extension) ? 'image' : 'file'
}

/** What is shown of one name in a folder; undefined for what a screen may not reach or that has just gone. */
async function describeEntry(
  core: Core,
  folder: string,
  name: string,
  isLink: boolean,
): Promise<FileEntry | undefined> {
  const path = join(folder, name)
  try {
    if (isLink) await core.roots.require(path)
    const found = await stat(path)
    if (!found.isDirectory() && !found.isFile()) return undefined
    const kind = found.isDirectory() ? 'folder' : kindOf(name)
    return { name, path, kind, sizeBytes: found.isFile() ? found.size : 0, modifiedMs: found.mtimeMs }
  } catch {
    return undefined
  }
}

/** Folders first, each group by name as people count; hidden names are left out. @throws NetloomError file.outside, file.read */
async function listFolder(core: Core, wanted: string) {
  const path = await core.roots.require(wanted)
  const names = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
    throw readFailure(path, cause)
  })
  const shown = names.filter(({ name }) => !name.startsWith('.'))
  const found = await Promise.all(shown.map((entry) => describeEntry(core, path, entry.name, entry.isSymbolicLink())))
  const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
  const entries = found
    .filter((entry) => entry !== undefined)
    .toSorted((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || byName.compare(a.name, b.name))
  const parent = dirname(path)
  return { path, parent: parent !== path && (await core.roots.holds(parent)) ? parent : null, entries }
}
