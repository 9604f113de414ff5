// `npm start`: opens the desktop app where Electron's runtime is there or can be had, else the app in a browser.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  adviseDownload,
  downloadEnvironment,
  electronVersion,
  fetchFlag,
  findObstacle,
  findRuntime,
  findSandboxObstacle,
  forgetRefusal,
  readArguments,
  recallRefusal,
  rememberRefusal,
} from './start/runtime.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const launcher = join(root, 'bin', 'netloom.js')
const fetcher = join(root, 'scripts', 'start', 'fetchRuntime.mjs')
const electron = join(root, 'node_modules', 'electron')
/** A window that cannot be opened fails within this time. */
const failsWithinMs = 5000

/** How programs end after Ctrl-C where no signal tells: by the shell's convention, and on Windows (STATUS_CONTROL_C_EXIT). */
const interruptedCodes = [130, 0xc000013a]

/** The signal that asked this program to end; undefined while none did. */
let interruption
let running

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    interruption ??= signal
    // A terminal sends Ctrl-C to all programs on it, and the second one is taken for impatience.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) running?.kill(signal)
  })

const exitCodeOf = (signal) => 128 + (constants.signals[signal] ?? 0)

function say(text) {
  process.stderr.write(`netloom: ${text}\n`)
}

/**
 * Runs a program to its end, unless this one is to end already.
 * @returns its exit code, what it wrote where that is piped, and how long it ran
 */
function run(program, args, { env = {}, stdio = 'inherit' } = {}) {
  if (interruption) return Promise.resolve({ code: exitCodeOf(interruption), output: '', milliseconds: 0 })
  return new Promise((resolve) => {
    const startedAtMs = performance.now()
    let output = ''
    const child = spawn(program, args, { stdio, env: { ...process.env, ...env } })
    running = child
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text))
    const end = (code) => {
      running = undefined
      resolve({ code, output, milliseconds: performance.now() - startedAtMs })
    }
    child
      .on('close', (code, signal) => {
        if (['SIGINT', 'SIGTERM', 'SIGHUP'].includes(signal)) interruption ??= signal
        if (interruptedCodes.includes(code)) interruption ??= 'SIGINT'
        end(code ?? exitCodeOf(signal))
      })
      .on('error', (error) => {
        say(`${program} cannot be run (${error.message})`)
        end(1)
      })
  })
}

/** Serves the app, with the files that were to be opened in the window. */
async function openInBrowser(reason, files) {
  say(`${reason}; opening the app in a browser instead.`)
  const named = files.length > 0 ? ['--', ...files] : []
  const { code } = await run(process.execPath, [launcher, 'serve', '--open', ...named])
  return code
}

const lookForRuntime = () => findRuntime({ electron, env: process.env, platform: process.platform })

/** Finds the runtime or fetches it. @returns `program`, or `obstacle`: why there is none */
async function provideRuntime(isFetchAsked) {
  const found = lookForRuntime()
  if (found.program || found.obstacle) return found
  const circumstances = { electron, env: process.env, nowMs: Date.now() }
  const known = isFetchAsked ? undefined : recallRefusal(circumstances)
  if (known !== undefined) {
    const again = `"npm start -- ${fetchFlag}" tries again`
    return { obstacle: `Electron's runtime could not be fetched lately (${known}), and ${again}` }
  }
  const { code, output } = await run(process.execPath, [fetcher, electron], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: downloadEnvironment(process.env),
  })
  if (interruption) return {}
  const fetched = code === 0 ? lookForRuntime() : {}
  if (fetched.program) {
    forgetRefusal(electron)
    return fetched
  }
  const reason = output || (code === 0 ? 'what came is for another system' : `the download ended with ${code}`)
  rememberRefusal(circumstances, reason)
  process.stderr.write(`${adviseDownload(electronVersion(electron))}\n`)
  return { obstacle: `Electron's runtime could not be fetched (${reason})` }
}

/** Where the person is: npm starts scripts in the folder of package.json. */
const folder = (process.env.npm_lifecycle_event && process.env.INIT_CWD) || process.cwd()

async function start() {
  const { isFetchAsked, rest, files } = readArguments(process.argv.slice(2), folder)
  // Builds where the source is newer than what was built.
  const built = await run(process.execPath, [launcher, '--version'], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (built.code !== 0 || interruption) return built.code
  const { env, platform } = process
  const obstacle = findObstacle({ platform, env, uid: process.getuid?.(), args: rest })
  if (obstacle) return openInBrowser(obstacle, files)
  const runtime = await provideRuntime(isFetchAsked)
  if (interruption) return exitCodeOf(interruption)
  if (!runtime.program) return openInBrowser(runtime.obstacle, files)
  const sandbox = findSandboxObstacle({ platform, env, args: rest, program: runtime.program })
  if (sandbox) {
    process.stderr.write(`${sandbox.advice}\n`)
    return openInBrowser(sandbox.reason, files)
  }
  const { code, milliseconds } = await run(runtime.program, [root, ...rest], {
    env: { ELECTRON_RUN_AS_NODE: undefined },
  })
  if (code === 0 || interruption || milliseconds > failsWithinMs) return code
  return openInBrowser('the desktop window could not be opened', files)
}

process.exitCode = await start()
