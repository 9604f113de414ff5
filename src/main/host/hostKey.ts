// The key that lets pages of this user reach the host, kept so that they come back after a restart; not asking for it (requestChecks.ts).
import { randomBytes } from 'node:crypto'
import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { StateFile } from '../files/stateFolder'

/** The file in the state folder, readable by this user alone. */
export const hostKeyFile = 'host-key.json'

const keyBytes = 32
const keptKeySchema = z.object({ key: z.string().regex(/^(?:[\w-]{43})?$/) })

/** A new key: 43 letters that nobody can guess. */
export function makeHostKey(): string {
  return randomBytes(keyBytes).toString('base64url')
}

/** Whether others than this user may read the file; Windows keeps that by the folder. */
async function isOpenToOthers(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && (found.mode & 0o077) !== 0
}

/**
 * The kept key, made where there is none. One that others could have read is renewed.
 * @param renews takes a new one in any case: pages with the old one are refused from then on
 * @throws NetloomError file.read, file.write
 */
export async function keepHostKey(stateFolder: string, { renews = false } = {}): Promise<string> {
  const path = join(stateFolder, hostKeyFile)
  const file = new StateFile(stateFolder, hostKeyFile, keptKeySchema, { key: '' })
  const wasOpen = await isOpenToOthers(path)
  if (wasOpen) await chmod(path, 0o600)
  const { key } = await file.update((kept) => (renews || wasOpen || kept.key === '' ? { key: makeHostKey() } : kept))
  return key
}
