// What `npm start` decides before it starts anything: whether Electron's runtime is there, whether a window can be opened, and
// whether to fetch again after a failure; not doing it (start.mjs, fetchRuntime.mjs).
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

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

/**
 * What `npm start` was given.
 * @param folder where the person is, who names files from there
 * @returns `rest`: for the desktop program, without the options of `npm start` itself; `files`: what is no option, absolute
 */
export function readArguments(args, folder) {
  const rest = args.filter((argument) => argument !== fetchFlag)
  const dashes = rest.indexOf('--')
  const isFile = (argument, index) =>
    argument !== '--' && (!argument.startsWith('-') || (dashes >= 0 && index > dashes))
  const absolute = rest.map((argument, index) => (isFile(argument, index) ? resolve(folder, argument) : argument))
  return {
    isFetchAsked: args.includes(fetchFlag),
    rest: absolute,
    files: absolute.filter((_, index) => isFile(rest[index], index)),
  }
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

/** Switches of the kernel that keep programs from making a cage for their pages by themselves. */
const namespaceSwitches = [
  { file: 'kernel/apparmor_restrict_unprivileged_userns', forbids: '1' },
  { file: 'kernel/unprivileged_userns_clone', forbids: '0' },
  { file: 'user/max_user_namespaces', forbids: '0' },
]

/** Whether a profile of AppArmor, as a person may write it, allows namespaces to this program. */
function hasProfile(program, etc) {
  try {
    const folder = join(etc, 'apparmor.d')
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
    const texts = files.map(({ name }) => readText(join(folder, name)) ?? '')
    return texts.some((text) => text.includes(program) && /\buserns\b/.test(text))
  } catch {
    return false
  }
}

/** @type {(path: string) => { uid: number, mode: number }} */
const statOf = (path) => statSync(path)

/** A path as a shell reads it. */
function quote(path) {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}

/**
 * Why Chromium could not keep pages in a cage here, and would end itself: user namespaces are forbidden, as on Ubuntu 23.10
 * and later, and the helper that it has for that lacks the rights.
 * @param stat looks a file up, or throws
 * @returns `reason` and `advice`; undefined where a cage can be made, or was declined
 * @see https://chromium.googlesource.com/chromium/src/+/main/docs/security/apparmor-userns-restrictions.md
 */
export function findSandboxObstacle({ platform, env, args, program, proc = '/proc', etc = '/etc', stat = statOf }) {
  if (platform !== 'linux' || args.includes('--no-sandbox') || env.ELECTRON_DISABLE_SANDBOX) return undefined
  const forbidding = namespaceSwitches.find(
    ({ file, forbids }) => readText(join(proc, 'sys', file))?.trim() === forbids,
  )
  if (!forbidding) return undefined
  const isAppArmor = forbidding.file.includes('apparmor')
  if (isAppArmor && hasProfile(program, etc)) return undefined
  const helper = env.CHROME_DEVEL_SANDBOX || join(dirname(program), 'chrome-sandbox')
  const found = lookUp(helper, stat)
  if (found?.uid === 0 && (found.mode & 0o7777) === 0o4755) return undefined
  const setting = `${join('/proc/sys', forbidding.file)} is ${forbidding.forbids}`
  if (!found)
    return {
      reason: `the window's sandbox cannot be made (${setting}, and ${helper} is missing)`,
      advice: `Remove ${dirname(program)} and start again, which fetches it whole.`,
    }
  const rights = `it belongs to user ${found.uid} and has mode ${(found.mode & 0o7777).toString(8)}`
  return {
    reason: `the window's sandbox cannot be made (${setting})`,
    advice: [
      'This system lets no program make user namespaces, of which Chromium builds the sandbox around its pages. The helper that',
      `does it instead must belong to root and have mode 4755; ${rights}. Once, and again after each "npm ci":`,
      '',
      `  sudo chown root:root ${quote(helper)}`,
      `  sudo chmod 4755 ${quote(helper)}`,
      '',
    ].join('\n'),
  }
}

function lookUp(path, stat) {
  try {
    return stat(path)
  } catch {
    return undefined
  }
}

/** Where a failed download is remembered: beside the packages, so that installing them anew forgets it. */
const refusalFile = (electron) => join(dirname(electron), '.cache', 'netloom', 'electron.json')

/**
 * The environment of the download: npm's own proxy settings, which npm hands on under names of its own, count where no others
 * are given, and @electron/get has to be told to use any.
 */
export function downloadEnvironment(env) {
  const given = (name) => env[name] || env[name.toLowerCase()] || undefined
  const proxies = {
    HTTPS_PROXY: given('HTTPS_PROXY') ?? (env.npm_config_https_proxy || env.npm_config_proxy || undefined),
    HTTP_PROXY: given('HTTP_PROXY') ?? (env.npm_config_proxy || undefined),
    NO_PROXY: given('NO_PROXY') ?? (env.npm_config_noproxy || undefined),
  }
  const named = Object.fromEntries(Object.entries(proxies).filter(([, value]) => value !== undefined))
  const isUsed = named.HTTPS_PROXY !== undefined || named.HTTP_PROXY !== undefined
  return { ...env, ...named, ...(isUsed ? { ELECTRON_GET_USE_PROXY: env.ELECTRON_GET_USE_PROXY || '1' } : {}) }
}

/** What the download depends on, without the passwords that addresses may hold. */
function fingerprint(electron, env) {
  const whole = downloadEnvironment(env)
  const values = downloadVariables.map((name) => whole[name] ?? null)
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
