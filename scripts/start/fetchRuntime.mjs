// Fetches Electron's runtime, as a process of its own: downloads it into Electron's cache with its progress on stderr, lets Electron's own
// script unpack it, and writes why that failed to stdout. Usage: node fetchRuntime.mjs FOLDER_OF_ELECTRON
import { execFileSync, spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A line that brings nothing for this long is dead. */
const silenceMs = 30_000
const bytesPerMegabyte = 1e6

/** The architecture that Electron's script would choose. */
function chooseArch(env) {
  const given = env.ELECTRON_INSTALL_ARCH || env.npm_config_arch
  if (given || process.platform !== 'darwin' || process.arch !== 'x64') return given || process.arch
  try {
    // Node for Intel on Apple silicon: Electron runs without translation.
    const translated = execFileSync('sysctl', ['-in', 'sysctl.proc_translated'], { encoding: 'utf8' })
    return translated.trim() === '1' ? 'arm64' : 'x64'
  } catch {
    return 'x64'
  }
}

/** An error with what caused it, in one line. */
export function reasonOf(error) {
  const texts = []
  for (let each = error; each instanceof Error && texts.length < 4; each = each.cause)
    if (each.message) texts.push(each.message)
  return (texts.join(': ') || String(error)).replaceAll(/\s+/g, ' ')
}

/** Shows a download on a terminal as one line that changes, elsewhere as a line for each quarter. */
export function makeProgress(version, stream) {
  let told = -1
  return ({ transferred, total, percent }) => {
    const step = Math.floor(percent * (stream.isTTY ? 100 : 4))
    if (step === told) return
    told = step
    const megabytes = (bytes) => Math.round(bytes / bytesPerMegabyte)
    const share = total ? `${megabytes(transferred)} of ${megabytes(total)} MB` : `${megabytes(transferred)} MB`
    const line = `netloom: fetching Electron ${version}, ${share}`
    stream.write(stream.isTTY ? `\r${line}${percent === 1 ? '\n' : ''}` : `${line}\n`)
  }
}

/**
 * Downloads the runtime into Electron's cache, or finds it there.
 * @param electron the folder of its package
 * @param quietMs ends a download that brings nothing for this long
 */
export async function download({ electron, env, platform, arch, report, quietMs = silenceMs }) {
  const require = createRequire(join(electron, 'package.json'))
  const { version } = require('./package.json')
  const { downloadArtifact } = await import(pathToFileURL(require.resolve('@electron/get')).href)
  const stop = new AbortController()
  const giveUp = () => stop.abort(new Error(`nothing arrived for ${quietMs / 1000} s`))
  let timer = setTimeout(giveUp, quietMs)
  const getProgressCallback = (progress) => {
    clearTimeout(timer)
    timer = setTimeout(giveUp, quietMs)
    report(progress)
  }
  const isRemote = env.electron_use_remote_checksums || env.npm_config_electron_use_remote_checksums
  try {
    await downloadArtifact({
      version,
      artifactName: 'electron',
      force: env.force_no_cache === 'true',
      cacheRoot: env.electron_config_cache,
      checksums: isRemote ? undefined : require('./checksums.json'),
      platform,
      arch,
      downloadOptions: { quiet: true, signal: stop.signal, getProgressCallback },
    })
  } finally {
    clearTimeout(timer)
  }
}

/** Lets Electron's script take the runtime out of its cache. @throws Error with what it said */
function unpack(electron, env) {
  const done = spawnSync(process.execPath, [join(electron, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env,
  })
  if (done.status === 0) return
  const said = done.stderr.trim().split('\n')[0]
  throw new Error(`it could not be unpacked: ${said || (done.signal ?? done.status)}`)
}

/** @returns why it failed; undefined where the runtime is there */
async function fetchRuntime(electron) {
  const env = { ...process.env }
  const platform = env.ELECTRON_INSTALL_PLATFORM || env.npm_config_platform || process.platform
  const arch = chooseArch(env)
  const { version } = createRequire(join(electron, 'package.json'))('./package.json')
  process.stderr.write(`netloom: fetching Electron ${version} once, about 120 MB; Ctrl-C ends it ...\n`)
  try {
    await download({ electron, env: process.env, platform, arch, report: makeProgress(version, process.stderr) })
    process.stderr.write('netloom: unpacking it ...\n')
    unpack(electron, { ...env, force_no_cache: '', ELECTRON_INSTALL_ARCH: arch })
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  const reason = await fetchRuntime(resolve(process.argv[2] ?? ''))
  if (reason !== undefined) process.stdout.write(reason)
  process.exitCode = reason === undefined ? 0 : 1
}
