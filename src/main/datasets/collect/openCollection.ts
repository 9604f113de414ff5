// An image folder as something that images are added to: its classes in their order, with the files of each; not changing it.
import { basename, join } from 'node:path'
import type { Collection } from '../../../shared/contract/collectionCalls'
import { putInOrder } from '../../../shared/datasets/collect/folderNames'
import { NetloomError } from '../../../shared/graph/errors'
import { countOf } from '../../../shared/graph/printNumbers'
import { tidyParts } from '../../files/sharedFile'
import { readClassOrder } from '../classOrder'
import { descend } from '../folderDataset'
import { readLayout } from '../folderLayout'
import { findImages, listFolder, WalkFindings, type FolderEntries } from '../imageTree'
import { tidyRemoved } from './removedFiles'

/**
 * The classes of a folder and the images in them, as they are now; an empty folder has none.
 * @throws NetloomError dataset.missing, dataset.permission, dataset.malformed, file.read
 */
export async function readCollection(folder: string): Promise<Collection> {
  const findings = new WalkFindings()
  const entries = await listFolder(folder, '', findings)
  const classes: Collection['classes'] = []
  for (const name of putInOrder(entries.folders, await readClassOrder(folder)))
    classes.push({ name, images: await findImages(join(folder, name), name, findings) })
  const notes = findings.notes()
  const loose = entries.images.length
  if (loose > 0)
    notes.unshift(`${countOf(loose, 'image')} outside of class folders ${loose === 1 ? 'has' : 'have'} no class.`)
  for (const { file, reason } of findings.unreadable.slice(0, 5)) notes.push(`${file}: ${reason}.`)
  return { folder, name: basename(folder) || folder, classes, notes }
}

/** Refuses a folder whose classes lie one level deeper. @throws NetloomError dataset.reference */
async function requireNoSplits(folder: string, entries: FolderEntries): Promise<void> {
  const { splits } = await readLayout(folder, entries)
  for (const split of splits.values()) {
    const { folders } = await listFolder(join(folder, split), split, new WalkFindings())
    if (folders.length === 0) continue
    const named = [...splits.values()].map((name) => `"${name}"`).join(', ')
    throw new NetloomError('dataset.reference', `"${folder}" is divided into ${named}: its classes lie in these.`, {
      path: folder,
      hint: `Take up one of them, such as "${join(folder, split)}".`,
    })
  }
}

/**
 * Takes up a folder, or the only one in it as archives have it: what ended programs left is put away, and what was
 * removed long ago.
 * @throws NetloomError as readCollection; dataset.reference for one that is divided into splits
 */
export async function openCollection(reference: string, nowMs: number): Promise<Collection> {
  const { directory: folder, entries } = await descend(reference, new WalkFindings())
  await requireNoSplits(folder, entries)
  await tidyRemoved(folder, nowMs).catch(() => undefined)
  for (const name of entries.folders) await tidyParts(join(folder, name)).catch(() => undefined)
  return readCollection(folder)
}
