// `netloom serve`: the app in a browser, until it is interrupted; not the server (main/host).
import { spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { NetloomError } from '../../../shared/graph/errors'
import { isNetworkName } from '../../../shared/graph/fileNames'
import { isInside } from '../../files/followInside'
import { findRendererFolder } from '../../process/builtEntry'
import { findStateFolder } from '../../files/stateFolder'
import { keepHostKey } from '../../host/hostKey'
import { startHost } from '../../host/startHost'
import { openCore, type Core } from '../../api/core'
import { withInterrupts } from '../interrupts'
import { writeNote, writeResult } from '../output'
import { exitCodes } from '../usage'

/** Tried first where no port is named, so that the address stays the same; another one where it is taken. */
const usualPort = 8474

export interface ServeOptions {
  readonly port?: number
  readonly open?: boolean
  /** Renews the kept key. */
  readonly newKey?: boolean
  /** Tries what the app can do, and ends. */
  readonly selfTest?: boolean
  /** The name of this machine in its network. */
  readonly allowRemote?: string
}

/** Runs `netloom serve` until it is interrupted. @throws NetloomError file.read, host.port, internal */
export async function runServe(paths: readonly string[], options: ServeOptions): Promise<number> {
  if (options.selfTest) return (await import('./serveSelfTest')).runServeSelfTest()
  const { roots, files } = await sortPaths(paths.map((path) => resolve(path)))
  const { allowRemote: remoteName } = options
  const core = openCore({ roots, mayWiden: remoteName === undefined })
  const rendererFolder = findRendererFolder()
  const token = await findKey(options)
  const start = (port: number) => startHost({ core, port, rendererFolder, remoteName, token })
  const host = options.port === undefined ? await start(usualPort).catch(() => start(0)) : await start(options.port)
  const addresses = files.length > 0 ? files.map((file) => addressOf(host.url, file)) : [host.url]
  for (const address of addresses) writeResult(address)
  if (remoteName !== undefined)
    writeNote('netloom: whoever knows this address reaches the folders above over the network, unencrypted.')
  if (options.open) for (const address of addresses) openBrowser(address)
  await untilInterrupted()
  sayWhatStops(core)
  await host.close()
  await core.close()
  return exitCodes.done
}

/**
 * The kept key of this user, so that pages come back after a restart. One that travels over a network is of one start alone,
 * since whoever listens there learns it; so is one that cannot be kept.
 */
async function findKey({ allowRemote, newKey = false }: ServeOptions): Promise<string | undefined> {
  if (allowRemote !== undefined && !newKey) return undefined
  try {
    const key = await keepHostKey(findStateFolder(), { renews: newKey })
    return allowRemote === undefined ? key : undefined
  } catch (error) {
    if (newKey) throw error
    const reason = error instanceof Error ? error.message : String(error)
    writeNote(`netloom: pages need a new address after a restart, as their key cannot be kept. ${reason}`)
    return undefined
  }
}

/**
 * What the app may reach, and the files that it opens: each makes its folder reachable too, where its weights lie.
 * @throws NetloomError file.read for what is neither a folder nor a network
 */
async function sortPaths(paths: readonly string[]): Promise<{ readonly roots: string[]; readonly files: string[] }> {
  const kinds = await Promise.all(paths.map(async (path) => ({ path, kind: await findKind(path) })))
  const named = kinds.filter(({ kind }) => kind === 'folder').map(({ path }) => path)
  const files = kinds.filter(({ kind }) => kind === 'file').map(({ path }) => path)
  const roots = named.length > 0 ? named : [process.cwd(), homedir()]
  const outside = files.map((file) => dirname(file)).filter((folder) => !roots.some((root) => isInside(folder, root)))
  return { roots: [...new Set([...roots, ...outside])], files: [...new Set(files)] }
}

async function findKind(path: string): Promise<'folder' | 'file'> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return 'folder'
  if (found?.isFile() && isNetworkName(path)) return 'file'
  const hint = 'Name a folder, a network document or an ONNX model.'
  const what = found ? 'is no folder and no network' : 'is not there'
  throw new NetloomError('file.read', `"${path}" ${what}.`, { path, hint })
}

/** The address at which the page opens a file. */
function addressOf(url: string, file: string): string {
  return `${url}&${new URLSearchParams({ open: file }).toString()}`
}

/** Ctrl-C or SIGTERM; a second one while it ends is `withInterrupts`'s own. */
function untilInterrupted(): Promise<void> {
  // A timer keeps the process alive also where nothing is connected.
  const alive = setInterval(() => undefined, 60_000)
  return new Promise<void>((resolve) => {
    void withInterrupts(resolve, () => new Promise<never>(() => undefined))
  }).finally(() => clearInterval(alive))
}

function sayWhatStops({ experiments, trainings }: Core): void {
  const experiment = experiments.active()
  const count = trainings.active().filter((run) => experiment?.runs.includes(run) !== true).length
  const stopped = [
    ...(count === 0 ? [] : [count === 1 ? 'the training' : `${count} trainings`]),
    ...(experiment === null ? [] : [`the experiment "${experiment.title}"`]),
  ]
  if (stopped.length > 0) writeNote(`netloom: stopping ${stopped.join(' and ')} ...`)
}

/** Asks the desktop to open an address; where it cannot, the printed line is there to click. */
function openBrowser(url: string): void {
  const [command, args]: readonly [string, readonly string[]] =
    process.platform === 'win32'
      ? ['rundll32', ['url.dll,FileProtocolHandler', url]]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', [url]]
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => writeNote('netloom: no browser could be opened; open the address above.'))
  child.unref()
}
