// Classes of an image folder made, renamed and put in order: folders and their noted order; not the images in them.
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { checkClassName, isSameName, tidyName } from '../../../shared/datasets/collect/folderNames'
import { NetloomError } from '../../../shared/graph/errors'
import { writeFailure } from '../../files/durableFile'
import { isTaken } from '../../files/sharedFile'
import { readClassOrder, writeClassOrder } from '../classOrder'
import { imageNumbers } from './imageNumbers'

/**
 * Adds a class behind the others.
 * @param names the classes that there are, in their order
 * @throws NetloomError request.invalid for a name that no folder can have or that is taken; file.write
 */
export async function addClass(folder: string, names: readonly string[], wanted: string): Promise<void> {
  const name = tidyName(wanted)
  checkClassName(name, names)
  const path = join(folder, name)
  try {
    await mkdir(path)
  } catch (cause) {
    throw (await isTaken(path)) ? takenError(path, name) : writeFailure(path, cause)
  }
  await writeClassOrder(folder, [...names, name])
}

/** Gives a class another name, at its place. @throws NetloomError as addClass */
export async function renameClass(
  folder: string,
  names: readonly string[],
  from: string,
  wanted: string,
): Promise<void> {
  const to = tidyName(wanted)
  if (to === from) return
  checkClassName(
    to,
    names.filter((name) => name !== from),
  )
  const path = join(folder, to)
  // Where case does not count, another case of a name is the folder itself.
  if (!isSameName(from, to) && (await isTaken(path))) throw takenError(path, to)
  try {
    await rename(join(folder, from), path)
  } catch (cause) {
    throw writeFailure(path, cause)
  }
  imageNumbers.forget(join(folder, from))
  imageNumbers.forget(path)
  await writeClassOrder(
    folder,
    names.map((name) => (name === from ? to : name)),
  )
}

/** Notes an order; names that it leaves out follow as they were. @throws NetloomError file.write */
export async function orderClasses(folder: string, order: readonly string[]): Promise<void> {
  const before = await readClassOrder(folder)
  await writeClassOrder(folder, [...order, ...before.filter((name) => !order.includes(name))])
}

function takenError(path: string, name: string): NetloomError {
  return new NetloomError('request.invalid', `Something called "${name}" lies in the folder already.`, {
    path,
    hint: 'Choose another name, or put it elsewhere.',
  })
}
