// The order of the classes of an image folder, in a small file beside them where a person has chosen one; not the classes.
import { join } from 'node:path'
import { z } from 'zod'
import { NetloomError } from '../../shared/graph/errors'
import { readIfThere } from '../files/readIfThere'
import { replaceFile } from '../files/sharedFile'

/** Its name in the folder that holds the class folders. */
export const classOrderFileName = 'netloom-classes.json'

const schema = z.object({ classes: z.array(z.string()) })

/**
 * The names of classes in their order; empty where none was chosen.
 * @throws NetloomError file.read, dataset.malformed
 */
export async function readClassOrder(folder: string): Promise<readonly string[]> {
  const path = join(folder, classOrderFileName)
  const text = await readIfThere(path)
  if (text === undefined) return []
  try {
    return schema.parse(JSON.parse(text)).classes
  } catch (cause) {
    throw new NetloomError('dataset.malformed', `"${path}" does not say in which order the classes are.`, {
      path,
      hint: 'Mend it, or delete it: without it the classes are in the order of their names.',
      cause,
    })
  }
}

/** @throws NetloomError file.write */
export async function writeClassOrder(folder: string, classes: readonly string[]): Promise<void> {
  const text = `${JSON.stringify({ classes }, undefined, 2)}\n`
  await replaceFile(join(folder, classOrderFileName), new TextEncoder().encode(text))
}
