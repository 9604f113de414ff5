// Copies of unsaved work, a file for each in the state folder, so that several programs keep theirs at the same time; not their content.
import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { recoverySchema, type Recovery } from '../../shared/contract/projectCalls'
import { systemCode } from './durableFile'
import { readFailure } from './fileErrors'
import { replaceFile } from './sharedFile'
import { makeStateFolder } from './stateFolder'
import { NoRegularFile, readRegularText } from './readRegular'

const ending = '.recovery.json'
/** Of more copies than this, the oldest go. */
const mostKept = 20
/** How they were kept before: all in one file. */
const formerName = 'recoveries.json'

/** A file's name for an id, whatever characters that has. */
function nameFor(id: string): string {
  const plain = /^[\w-]{1,64}$/.test(id) ? id : createHash('sha256').update(id).digest('hex')
  return `${plain}${ending}`
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readRegularText(path)
  } catch (cause) {
    // A folder or a pipe is no copy of ours, and hides none of the others.
    if (cause instanceof NoRegularFile) return undefined
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) return undefined
    throw readFailure(path, cause)
  }
}

/** @returns undefined for what is no copy of ours: it is left where it is */
function parseRecovery(text: string): Recovery | undefined {
  try {
    return recoverySchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** The copies of one account. */
export class RecoveryShelf {
  private readonly folder: string

  /** @param stateFolder made when a copy is first kept */
  constructor(private readonly stateFolder: string) {
    this.folder = join(stateFolder, 'recoveries')
  }

  /** All copies, the latest first. @throws NetloomError file.read */
  async list(): Promise<readonly Recovery[]> {
    const [own, former] = await Promise.all([this.readOwn(), this.readFormer()])
    const known = new Set(own.map(({ id }) => id))
    return [...own, ...former.filter(({ id }) => !known.has(id))].sort((a, b) => b.savedMs - a.savedMs)
  }

  /** Keeps a copy in place of the one with the same id. @throws NetloomError file.write */
  async keep(recovery: Recovery): Promise<void> {
    await makeStateFolder(this.folder)
    await replaceFile(
      join(this.folder, nameFor(recovery.id)),
      new TextEncoder().encode(`${JSON.stringify(recovery)}\n`),
      0o600,
    )
    const surplus = (await this.readOwn()).sort((a, b) => b.savedMs - a.savedMs).slice(mostKept)
    for (const { id } of surplus) await this.removeOwn(id)
  }

  /** Throws a copy away; nothing where there is none. */
  async discard(id: string): Promise<void> {
    await this.removeOwn(id)
    await this.forgetFormer(id)
  }

  private async removeOwn(id: string): Promise<void> {
    await rm(join(this.folder, nameFor(id)), { force: true })
  }

  private async readOwn(): Promise<Recovery[]> {
    let names: readonly string[]
    try {
      names = await readdir(this.folder)
    } catch (cause) {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) return []
      throw readFailure(this.folder, cause)
    }
    const texts = await Promise.all(
      names.filter((name) => name.endsWith(ending)).map((name) => readText(join(this.folder, name))),
    )
    return texts.flatMap((text) => (text === undefined ? [] : (parseRecovery(text) ?? [])))
  }

  private async readFormer(): Promise<readonly Recovery[]> {
    const text = await readText(join(this.stateFolder, formerName))
    if (text === undefined) return []
    try {
      return z.array(recoverySchema).parse(JSON.parse(text))
    } catch {
      return []
    }
  }

  private async forgetFormer(id: string): Promise<void> {
    const former = await this.readFormer()
    const left = former.filter((recovery) => recovery.id !== id)
    if (left.length === former.length) return
    const path = join(this.stateFolder, formerName)
    if (left.length === 0) await rm(path, { force: true })
    else await replaceFile(path, new TextEncoder().encode(`${JSON.stringify(left)}\n`))
  }
}
