// What ONNX Runtime would tell its makers: kept from it, and what earlier versions of Netloom let it leave on the disk; not loading it.
import { existsSync } from 'node:fs'
import { lstat, readdir, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../../files/holder'
import { findStateFolder, makeStateFolder } from '../../files/stateFolder'
import { readRegularText } from '../../files/readRegular'

/** `<milliseconds>\n<identifier>`: the session file of its event collector. */
const sessionFile = /^\d{13}\n[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\n?$/

/**
 * Switches the telemetry of ONNX Runtime 1.29 and later off, whatever the environment says. It is read once, when the
 * first session is opened, so that this comes before the library is loaded; processes started later inherit it.
 * On Windows the library sends nothing itself: its trace events are the system's, under the user's privacy settings.
 * @see https://github.com/microsoft/onnxruntime/pull/27379
 */
export function silenceTelemetry(environment: NodeJS.ProcessEnv): void {
  environment['ORT_DISABLE_TELEMETRY'] = '1'
}

export interface TracePlaces {
  readonly home: string
  readonly temporary: string
  readonly state: string
  readonly environment: NodeJS.ProcessEnv
}

const herePlaces = (): TracePlaces => ({
  home: homedir(),
  temporary: tmpdir(),
  state: findStateFolder(),
  environment: process.env,
})

/**
 * Removes, once per account, what ONNX Runtime left: its identifier of this machine with the events that wait to be sent,
 * empty logs of processes that have ended, and its session file. Other files of these folders stay.
 * What cannot be removed is left, and tried again at the next start.
 */
export async function removeTelemetryTraces(places: TracePlaces = herePlaces()): Promise<void> {
  const { home, temporary, state, environment } = places
  const marker = join(state, 'telemetry-removed')
  if (existsSync(marker)) return
  const caches = [
    environment['XDG_CACHE_HOME'] ?? join(home, '.cache'),
    join(home, '.cache'),
    join(home, 'Library', 'Application Support'),
  ]
  try {
    for (const cache of caches)
      await rm(join(cache, 'Microsoft', 'DeveloperTools', '.onnxruntime'), { recursive: true, force: true })
    for (const name of await readdir(temporary)) await removeTrace(temporary, name)
    await makeStateFolder(state)
    await writeFile(marker, 'Netloom has removed what ONNX Runtime collected before it was silenced.\n')
  } catch {
    // Nothing depends on it, and no command is the place to speak of another program's files.
  }
}

async function removeTrace(folder: string, name: string): Promise<void> {
  const log = /^mat-debug-(\d+)\.log$/.exec(name)
  if (!log && name !== '.ses') return
  const path = join(folder, name)
  const found = await lstat(path)
  // The folder is everybody's: only our own plain files are looked at.
  if (!found.isFile() || found.size > 100 || (process.getuid && found.uid !== process.getuid())) return
  const isTrace = log ? found.size === 0 && !isAlive(Number(log[1])) : sessionFile.test(await readRegularText(path))
  if (isTrace) await rm(path, { force: true })
}
