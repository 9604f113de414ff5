// Which process holds something, told apart from a later one with the same number; and whether it is still alive.
import { readFileSync } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { systemCode, writeFailure } from './durableFile'
import { readRegularText } from './readRegular'

export const holderSchema = z.object({
  pid: z.int().positive(),
  /** When the process began, as the system tells it; '' where it does not. */
  began: z.string(),
})

/** A process. */
export type Holder = z.output<typeof holderSchema>

/** Fields of /proc/PID/stat from the state on (field 3); undefined where the system has no such file. */
function readProcessStat(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in brackets, may hold spaces and brackets itself.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** Whether there is a process with this number, whichever it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
  // A process that has ended but was not waited for by its parent (Z) still answers signals.
  return !['Z', 'X'].includes(readProcessStat(pid)?.[0] ?? '')
}

/** Boot and start time of a process on Linux; '' elsewhere, where the number alone must do. */
function processBegan(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    // starttime, field 22
    return `${boot}/${readProcessStat(pid)?.[19] ?? ''}`
  } catch {
    return ''
  }
}

/** This process as a holder. */
export function thisHolder(): Holder {
  return { pid: process.pid, began: processBegan(process.pid) }
}

/** Whether the very process is alive. */
export function isHolderAlive({ pid, began }: Holder): boolean {
  if (!isAlive(pid)) return false
  const present = processBegan(pid)
  return present === '' || began === '' || present === began
}

const ownerFile = 'owner.json'
/** A folder without a readable owner is being made just now, or was left by a process that died in that instant. */
const makingMs = 60_000

/** Notes in a folder that it belongs to this process. @throws NetloomError file.write */
export async function writeOwner(folder: string): Promise<void> {
  const path = join(folder, ownerFile)
  try {
    await writeFile(path, JSON.stringify(thisHolder()), { mode: 0o600 })
  } catch (cause) {
    throw writeFailure(path, cause)
  }
}

/** Whether the process that a folder belongs to is alive. */
export async function isOwned(folder: string): Promise<boolean> {
  try {
    return isHolderAlive(holderSchema.parse(JSON.parse(await readRegularText(join(folder, ownerFile)))))
  } catch {
    const found = await stat(folder).catch(() => undefined)
    return found !== undefined && Date.now() - found.mtimeMs < makingMs
  }
}
