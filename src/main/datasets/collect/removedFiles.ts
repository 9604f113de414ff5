// What was taken out of an image folder, in a hidden folder inside it from which it can be put back; not deciding what.
import { randomUUID } from 'node:crypto'
import { lstat, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { keptDays } from '../../../shared/contract/collectionCalls'
import { NetloomError } from '../../../shared/graph/errors'
import { moveToFreeName, systemCode, writeFailure } from '../../files/durableFile'
import { makeFolders } from '../../files/makeFolders'
import { imageNumbers } from './imageNumbers'

/** Hidden, so that nothing in it is taken for a class. */
export const removedFolderName = '.netloom-removed'

const idPattern = /^(\d{10,16})-[0-9a-f]{8}$/

function placeOf(folder: string, id: string): string {
  return join(folder, removedFolderName, id)
}

/** Makes a place for something that is removed now. */
async function makePlace(folder: string, nowMs: number): Promise<string> {
  const id = `${nowMs}-${randomUUID().slice(0, 8)}`
  await makeFolders(placeOf(folder, id))
  return id
}

/** Takes a class away with everything in its folder. @returns what stands for it @throws NetloomError file.write */
export async function removeClassFolder(folder: string, name: string, nowMs: number): Promise<string> {
  const path = join(folder, name)
  try {
    const id = await makePlace(folder, nowMs)
    await rename(path, join(placeOf(folder, id), name))
    imageNumbers.forget(path)
    return id
  } catch (cause) {
    throw writeFailure(path, cause)
  }
}

/** Takes files of a class away; one that is gone already is passed over. @returns what stands for them @throws NetloomError file.write */
export async function removeFiles(
  folder: string,
  name: string,
  files: readonly string[],
  nowMs: number,
): Promise<string> {
  let path = folder
  try {
    const id = await makePlace(folder, nowMs)
    for (const file of files) {
      path = join(folder, name, file)
      const to = join(placeOf(folder, id), name, file)
      await makeFolders(dirname(to))
      await rename(path, to).catch((cause: unknown) => {
        if (systemCode(cause) !== 'ENOENT') throw cause
      })
    }
    return id
  } catch (cause) {
    throw writeFailure(path, cause)
  }
}

/** Files below a folder, as paths relative to it. */
async function listFiles(folder: string, inside = ''): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(join(folder, inside), { withFileTypes: true })) {
    const path = join(inside, entry.name)
    if (entry.isDirectory()) found.push(...(await listFiles(folder, path)))
    else found.push(path)
  }
  return found
}

/** Puts one file back; where its name was taken meanwhile, under the next number. */
async function putBack(from: string, folder: string, file: string): Promise<void> {
  const to = join(folder, file)
  await makeFolders(dirname(to))
  try {
    await moveToFreeName(from, to)
  } catch (cause) {
    if (!(cause instanceof NetloomError) || cause.code !== 'file.exists') throw cause
    await imageNumbers.use(dirname(to), extname(file).slice(1), (path) => moveToFreeName(from, path))
  }
}

/**
 * Puts back what stands for `id`.
 * @throws NetloomError file.write; request.invalid where it is not there any more
 */
export async function restoreRemoved(folder: string, id: string): Promise<void> {
  const place = placeOf(folder, id)
  const names = idPattern.test(id) ? await readdir(place).catch(() => undefined) : undefined
  if (!names)
    throw new NetloomError('request.invalid', 'What was taken away is not there any more.', {
      received: id,
      hint: `It is kept for ${keptDays} days in the folder of the dataset.`,
    })
  for (const name of names) {
    const to = join(folder, name)
    try {
      const isThere = await lstat(to).then(
        () => true,
        () => false,
      )
      if (!isThere) {
        await rename(join(place, name), to)
        continue
      }
      for (const file of await listFiles(join(place, name))) await putBack(join(place, name, file), to, file)
    } catch (cause) {
      throw writeFailure(to, cause)
    }
  }
  await rm(place, { recursive: true, force: true })
  await rmdir(dirname(place)).catch(() => undefined)
}

/** Takes away for good what was removed long ago. */
export async function tidyRemoved(folder: string, nowMs: number): Promise<void> {
  const bin = join(folder, removedFolderName)
  for (const name of await readdir(bin).catch(() => [])) {
    const since = Number(idPattern.exec(name)?.[1] ?? Number.NaN)
    if (nowMs - since > keptDays * 86_400_000) await rm(join(bin, name), { recursive: true, force: true })
  }
  await rmdir(bin).catch(() => undefined)
}
