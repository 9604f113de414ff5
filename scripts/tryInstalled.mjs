// Whether an installed desktop program works: runs its self-test, looks for processes that it left, and runs it once more without ONNX
// Runtime's binding, which it has to say. Usage: node scripts/tryInstalled.mjs PROGRAM [ARGUMENTS ...]
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const steps = ['window', 'devices', 'images', 'training', 'export', 'second start', 'quit']
const limitMs = 600_000
/** The last helpers end a moment after the program. */
const endsWithinMs = 3000

function fail(reason) {
  throw new Error(reason)
}

/** Runs the self-test. @returns the exit code and what each step said */
function run(program, args, folder) {
  const report = join(folder, 'report.json')
  rmSync(report, { force: true })
  const done = spawnSync(program, [...args, `--self-test=${report}`], { stdio: 'inherit', timeout: limitMs })
  if (done.error) fail(`${program} could not be run: ${done.error.message}`)
  return { code: done.status, results: JSON.parse(readFileSync(report, 'utf8')) }
}

/** Processes of the program and its helpers, by their command lines. */
function listProcesses(home) {
  const script = 'Get-CimInstance Win32_Process | ForEach-Object { $_.ExecutablePath }'
  const list =
    process.platform === 'win32'
      ? spawnSync('powershell', ['-NoProfile', '-Command', script], { encoding: 'utf8' })
      : spawnSync('ps', ['-eo', 'args='], { encoding: 'utf8' })
  // This script, and what started it, name the program too.
  const own = basename(import.meta.filename)
  return list.stdout.split(/\r?\n/).filter((line) => line.includes(home) && !line.includes(own))
}

/** Waits until nothing of the program runs any more. @returns what still does after a while */
async function waitForEnd(home) {
  const untilMs = performance.now() + endsWithinMs
  for (;;) {
    const left = listProcesses(home)
    if (left.length === 0 || performance.now() > untilMs) return left
    await setTimeout(200)
  }
}

/** What belongs to the program: on a Mac the whole app. */
function homeOf(program) {
  const app = /^(.*\.app)\/Contents\/MacOS\/[^/]+$/.exec(program)?.[1]
  return app ?? dirname(program)
}

/** The same program in another folder, without the binding. */
function copyWithoutBinding(program, folder) {
  const home = homeOf(program)
  const copy = join(folder, basename(home))
  cpSync(home, copy, { recursive: true, verbatimSymlinks: true })
  const resources = home.endsWith('.app') ? join(copy, 'Contents', 'Resources') : join(copy, 'resources')
  const binding = join(resources, 'app.asar.unpacked', 'node_modules', 'onnxruntime-node', 'bin')
  rmSync(binding, { recursive: true })
  return join(copy, program.slice(home.length + 1))
}

async function tryWhole(program, args, folder) {
  const { code, results } = run(program, args, folder)
  const well = results.filter(({ isOk }) => isOk).map(({ step }) => step)
  if (code !== 0 || well.join() !== steps.join()) fail(`the self-test ended with ${code} after ${well.join(', ')}`)
  const left = await waitForEnd(homeOf(program))
  if (left.length > 0) fail(`the program ended and left ${left.join('; ')}`)
}

function tryWithoutBinding(program, args, folder) {
  // A copy has lost the rights of the sandbox's helper.
  const cage = process.platform === 'linux' ? ['--no-sandbox'] : []
  const { code, results } = run(copyWithoutBinding(program, folder), [...cage, ...args], folder)
  const last = results.at(-1)
  if (code !== 1 || last?.step !== 'devices' || !last.detail.includes('ONNX Runtime cannot be loaded'))
    fail(`without ONNX Runtime the self-test ended with ${code} and ${JSON.stringify(last)}`)
}

const [given, ...args] = process.argv.slice(2)
const program = resolve(given ?? fail('name the program'))
const folder = mkdtempSync(join(tmpdir(), 'netloom-installed-'))
try {
  await tryWhole(program, args, folder)
  tryWithoutBinding(program, args, folder)
  process.stdout.write('The installed program works, ends whole, and says what is missing.\n')
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
