// The next free number for an image in the folder of a class: `0001.png`; not what is written there.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { NetloomError } from '../../../shared/graph/errors'

/** Numbers that count: longer ones are those of cameras and clocks. */
const numbered = /^(\d{1,8})\.[^.]+$/

/** The number behind the largest one in a folder. */
async function findNext(folder: string): Promise<number> {
  let largest = 0
  for (const name of await readdir(folder)) largest = Math.max(largest, Number(numbered.exec(name)?.[1] ?? 0))
  return largest + 1
}

/** Remembers the next number of each folder, so that it is not looked through for every image. */
export class ImageNumbers {
  private readonly next = new Map<string, number>()

  /**
   * Has a file made under the next free number.
   * @param make makes it at a path, and throws `file.exists` where that is taken
   * @returns its name
   */
  async use(folder: string, extension: string, make: (path: string) => Promise<void>): Promise<string> {
    for (;;) {
      const name = `${String(await this.take(folder)).padStart(4, '0')}.${extension}`
      try {
        await make(join(folder, name))
        return name
      } catch (error) {
        if (!(error instanceof NetloomError) || error.code !== 'file.exists') throw error
        // Another program has written here too.
        this.forget(folder)
      }
    }
  }

  private async take(folder: string): Promise<number> {
    const found = this.next.get(folder) ?? (await findNext(folder))
    // While the folder was read, another image may have taken the number.
    const number = this.next.get(folder) ?? found
    this.next.set(folder, number + 1)
    return number
  }

  /** Has the folder looked through again: it was moved, or others write there. */
  forget(folder: string): void {
    this.next.delete(folder)
  }
}

/** Those of this process. */
export const imageNumbers = new ImageNumbers()
