// `npm start`: opens the desktop app where Electron's runtime is there or can be had, else the app in a browser.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const launcher = join(root, 'bin', 'netloom.js')
const electron = join(root, 'node_modules', 'electron')
/** Electron's runtime is about 100 MB; a slow line gets this long. */
const downloadMs = 180_000
/** A window that cannot be opened fails within this time. */
const failsWithinMs = 5000

/** The program of Electron; undefined where only its package is installed. */
function findRuntime() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const folder = override ?? join(electron, 'dist')
  const pathFile = join(electron, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron'
  const program = join(folder, name)
  return name !== '' && existsSync(program) ? program : undefined
}

/** Fetches the runtime once, quietly. */
function fetchRuntime() {
  const script = join(electron, 'install.js')
  if (!existsSync(script)) return undefined
  process.stderr.write('netloom: fetching the desktop runtime once ...\n')
  spawnSync(process.execPath, [script], { cwd: root, stdio: 'ignore', timeout: downloadMs })
  return findRuntime()
}

/** Why no window can be opened here; undefined where one can. */
function findObstacle() {
  if (process.platform !== 'linux') return undefined
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display here'
  if (process.getuid?.() === 0) return 'the desktop app does not run as root'
  return undefined
}

/** Runs a program to its end; Ctrl-C reaches it by itself. */
function run(program, args, env = {}) {
  return new Promise((resolve) => {
    const startedAtMs = performance.now()
    const child = spawn(program, args, { cwd: process.cwd(), stdio: 'inherit', env: { ...process.env, ...env } })
    const end = (code) => resolve({ code, milliseconds: performance.now() - startedAtMs })
    child.on('exit', (code) => end(code ?? 1)).on('error', () => end(1))
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  })
}

async function openInBrowser(reason) {
  process.stderr.write(`netloom: ${reason}; opening the app in a browser instead.\n`)
  const { code } = await run(process.execPath, [launcher, 'serve', '--open'])
  return code
}

async function start() {
  // Builds where the source is newer than what was built.
  const built = spawnSync(process.execPath, [launcher, '--version'], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (built.status !== 0) return built.status ?? 1
  const obstacle = findObstacle()
  if (obstacle) return openInBrowser(obstacle)
  const runtime = findRuntime() ?? fetchRuntime()
  if (!runtime) return openInBrowser("Electron's runtime is not installed and could not be fetched")
  const { code, milliseconds } = await run(runtime, [root, ...process.argv.slice(2)], {
    ELECTRON_RUN_AS_NODE: undefined,
  })
  if (code === 0 || milliseconds > failsWithinMs) return code
  return openInBrowser('the desktop window could not be opened')
}

process.exitCode = await start()
