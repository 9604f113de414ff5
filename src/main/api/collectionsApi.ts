// The calls `collections`: which folders, classes and files a screen may name; not what is done to them (datasets/collect).
import { stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Collection } from '../../shared/contract/collectionCalls'
import { NetloomError } from '../../shared/graph/errors'
import { addImage } from '../datasets/collect/addImage'
import { addClass, orderClasses, renameClass } from '../datasets/collect/editClasses'
import { openCollection, readCollection } from '../datasets/collect/openCollection'
import { removeClassFolder, removedFolderName, removeFiles, restoreRemoved } from '../datasets/collect/removedFiles'
import { readFailure } from '../files/fileErrors'
import { drawFile } from '../datasets/thumbnail'
import { forEachAtOnce } from '../process/parallel'
import type { Core } from './core'
import { requireLinksInside } from './datasetGate'
import { os } from './implementer'
import { readImageSource } from './uploadsApi'

/** Implements `collections.*`. */
export function implementCollections(core: Core) {
  const calls = os.collections
  return {
    open: calls.open.handler(async ({ input }) => {
      const folder = await ownFolder(core, input.folder)
      await requireLinksInside(core, folder)
      return openCollection(folder, Date.now())
    }),
    addClass: calls.addClass.handler(({ input }) =>
      changeClasses(core, input.folder, (folder, names) => addClass(folder, names, input.name)),
    ),
    renameClass: calls.renameClass.handler(({ input }) =>
      changeClasses(core, input.folder, async (folder, names) => {
        requireClass(names, input.from)
        await renameClass(folder, names, input.from, input.to)
      }),
    ),
    orderClasses: calls.orderClasses.handler(({ input }) =>
      changeClasses(core, input.folder, (folder) => orderClasses(folder, input.order)),
    ),
    removeClass: calls.removeClass.handler(async ({ input }) => {
      let removed = ''
      const collection = await changeClasses(core, input.folder, async (folder, names) => {
        requireClass(names, input.name)
        // Its place among the others is noted, should it come back.
        await orderClasses(folder, names)
        removed = await removeClassFolder(folder, input.name, Date.now())
      })
      return { collection, removed }
    }),
    addImage: calls.addImage.handler(async ({ input }) => {
      const folder = await ownClass(core, input.folder, input.class)
      const bytes = await readImageSource(core, input.image)
      const file = await addImage(folder, input.name, bytes)
      core.datasets.forget(await ownFolder(core, input.folder))
      return { file }
    }),
    removeImages: calls.removeImages.handler(async ({ input }) => {
      const folder = await ownFolder(core, input.folder)
      await ownClass(core, folder, input.class)
      for (const file of input.files) requirePlain(file)
      const removed = await removeFiles(folder, input.class, input.files, Date.now())
      core.datasets.forget(folder)
      return { removed }
    }),
    restore: calls.restore.handler(({ input }) =>
      changeClasses(core, input.folder, (folder) => restoreRemoved(folder, input.removed)),
    ),
    thumbnails: calls.thumbnails.handler(async ({ input, signal }) => {
      const folder = await ownClass(core, input.folder, input.class)
      const drawn: { file: string; png: string | null }[] = []
      await forEachAtOnce(input.files.length, signal, async (place) => {
        const file = input.files[place] ?? ''
        requirePlain(file)
        const path = await core.roots.require(join(folder, file))
        const png = await drawFile(path, input.size, signal)
        drawn[place] = { file, png: png && Buffer.from(png).toString('base64') }
      })
      return drawn
    }),
  }
}

/** A folder that is there, inside the opened ones. @throws NetloomError file.outside, file.read */
async function ownFolder(core: Core, wanted: string): Promise<string> {
  const folder = await core.roots.require(wanted)
  const found = await stat(folder).catch((cause: unknown) => {
    throw readFailure(folder, cause)
  })
  if (found.isDirectory()) return folder
  throw new NetloomError('file.read', `"${folder}" is a file, not a folder.`, {
    path: folder,
    hint: 'Choose the folder of the dataset.',
  })
}

/** The folder of a class, links resolved. @throws NetloomError file.outside, file.read, request.invalid */
async function ownClass(core: Core, wanted: string, name: string): Promise<string> {
  const folder = await core.roots.require(wanted)
  requirePlain(name)
  const path = join(folder, name)
  if (relative(folder, path).includes(sep)) throw notPlain(name)
  return ownFolder(core, path)
}

function notPlain(name: string): NetloomError {
  return new NetloomError('request.invalid', `"${name}" is no name in the folder of the dataset.`, {
    received: name,
    hint: 'Open the folder again.',
  })
}

/** Refuses paths that lead elsewhere. @throws NetloomError request.invalid */
function requirePlain(path: string): void {
  const parts = path.split(process.platform === 'win32' ? /[\\/]/ : '/')
  const isPlain = parts.every((part) => part !== '' && part !== '.' && part !== '..' && part !== removedFolderName)
  if (!isPlain || path.includes('\0') || (process.platform === 'win32' && path.includes(':'))) throw notPlain(path)
}

/** @throws NetloomError request.invalid for a class that is not there any more */
function requireClass(names: readonly string[], name: string): void {
  if (names.includes(name)) return
  throw new NetloomError('request.invalid', `There is no class "${name}" in the folder any more.`, {
    received: name,
    hint: 'Open the folder again.',
  })
}

/** Changes the classes of a folder. @returns it as it is then */
async function changeClasses(
  core: Core,
  wanted: string,
  change: (folder: string, names: readonly string[]) => Promise<void>,
): Promise<Collection> {
  const folder = await ownFolder(core, wanted)
  const { classes } = await readCollection(folder)
  await change(
    folder,
    classes.map(({ name }) => name),
  )
  core.datasets.forget(folder)
  return readCollection(folder)
}
