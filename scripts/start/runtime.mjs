// What `npm start` decides before it starts anything: whether Electron's runtime is there, whether a window can be opened, and
// whether to fetch again after a failure; not doing it (start.mjs, fetchRuntime.mjs).
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Asks for the download again after one that failed. */
export const fetchFlag = '--fetch'

/** What @electron/get goes by; another value is a reason to try again. */
const downloadVariables = [
  'ELECTRON_MIRROR',
  'ELECTRON_CUSTOM_DIR',
  'ELECTRON_CUSTOM_FILENAME',
  'ELECTRON_CUSTOM_VERSION',
  'ELECTRON_GET_USE_PROXY',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
]

/** A failed download is not tried again for this long, unless asked for. */
const refusalLastsMs = 24 * 60 * 60 * 1000

/** What follows the options of `npm start` itself. */
export function readArguments(args) {
  return { isFetchAsked: args.includes(fetchFlag), rest: args.filter((argument) => argument !== fetchFlag) }
}

/** The path of the program inside Electron's folder, as its install script writes it to path.txt. */
export function programPath(platform) {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return platform === 'win32' ? 'electron.exe' : 'electron'
}

/** A text file's content; undefined where it cannot be read. */
function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** The version of Electron that package.json asks for. */
export function electronVersion(electron) {
  return JSON.parse(readText(join(electron, 'package.json')) ?? '{}').version
}

/**
 * Whether the runtime was extracted to its end: `path.txt` is written last, and `dist/version` says which one it is.
 * @see electron 45.4.1 install.js, isInstalled
 */
function isExtracted(electron, platform) {
  const version = readText(join(electron, 'dist', 'version'))
    ?.trim()
    .replace(/^v/, '')
  return (
    version !== undefined &&
    version === electronVersion(electron) &&
    readText(join(electron, 'path.txt'))?.trim() === programPath(platform)
  )
}

/**
 * The program of Electron.
 * @param electron the folder of the package
 * @returns `program`, or `obstacle`: why there is none and none can be fetched; neither where it can be fetched
 */
export function findRuntime({ electron, env, platform }) {
  const folder = env.ELECTRON_OVERRIDE_DIST_PATH
  if (folder) {
    const program = join(folder, programPath(platform))
    if (existsSync(program)) return { program }
    return { obstacle: `ELECTRON_OVERRIDE_DIST_PATH is ${folder}, and there is no ${programPath(platform)} in it` }
  }
  if (!existsSync(join(electron, 'install.js'))) return { obstacle: 'the package electron is not installed' }
  const program = join(electron, 'dist', programPath(platform))
  return isExtracted(electron, platform) && existsSync(program) ? { program } : {}
}

/** Why no window can be opened here; undefined where one can. */
export function findObstacle({ platform, env, uid, args }) {
  if (platform !== 'linux') return undefined
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display here'
  if (uid === 0 && !args.includes('--no-sandbox')) return 'the desktop app does not run as root'
  return undefined
}

/** Where a failed download is remembered: beside the packages, so that installing them anew forgets it. */
const refusalFile = (electron) => join(dirname(electron), '.cache', 'netloom', 'electron.json')

/** What the download depends on, without the passwords that addresses may hold. */
function fingerprint(electron, env) {
  const values = downloadVariables.map((name) => env[name] ?? env[name.toLowerCase()] ?? null)
  return createHash('sha256')
    .update(JSON.stringify([electronVersion(electron), ...values]))
    .digest('hex')
}

/** Remembers why the runtime could not be fetched. A folder that cannot be written is tried again each time. */
export function rememberRefusal({ electron, env, nowMs }, reason) {
  try {
    mkdirSync(dirname(refusalFile(electron)), { recursive: true })
    writeFileSync(refusalFile(electron), JSON.stringify({ reason, atMs: nowMs, for: fingerprint(electron, env) }))
  } catch {
    // Said once already; there is nothing else to lose.
  }
}

/** Forgets it, after a download that succeeded. */
export function forgetRefusal(electron) {
  rmSync(refusalFile(electron), { force: true })
}

/** Why the runtime was not to be had lately, under the same circumstances; undefined where it is worth a try. */
export function recallRefusal({ electron, env, nowMs }) {
  try {
    const { reason, atMs, for: what } = JSON.parse(readText(refusalFile(electron)) ?? '{}')
    const ageMs = nowMs - atMs
    const isRecent = ageMs >= 0 && ageMs < refusalLastsMs
    return typeof reason === 'string' && isRecent && what === fingerprint(electron, env) ? reason : undefined
  } catch {
    return undefined
  }
}

/** The ways on where the runtime cannot be fetched. */
export function adviseDownload(version) {
  return [
    `Electron ${version} is fetched from github.com. Behind a proxy, set HTTPS_PROXY; for a mirror, set ELECTRON_MIRROR to the`,
    'address before the version (and ELECTRON_CUSTOM_DIR, ELECTRON_CUSTOM_FILENAME where it names things in its own way); for a',
    'copy that is unpacked already, set ELECTRON_OVERRIDE_DIST_PATH to its folder.',
    `"npm start -- ${fetchFlag}" tries again; without that, it is tried again tomorrow.`,
  ].join('\n')
}
