#!/usr/bin/env node
// Starts the command line from built output, and builds that once where a checkout has none or an older one.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The oldest Node that runs what is built, and builds it. */
const leastNode = [20, 19]

function isOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const out = join(root, 'out')
const entry = join(out, 'main', 'cli.js')

/** Time of the last change of a file, in milliseconds; 0 where there is none. */
function changedAt(path) {
  return fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** Time of the newest change below a folder, tests left out; a removed file shows as a change of its folder. */
function newestBelow(folder) {
  let newest = changedAt(folder)
  for (const item of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, item.name)
    if (item.isDirectory()) newest = Math.max(newest, newestBelow(path))
    else if (!item.name.endsWith('.test.ts')) newest = Math.max(newest, changedAt(path))
  }
  return newest
}

/** Time of the newest change of anything that is built. */
function newestSource() {
  const settings = ['electron.vite.config.ts', 'package.json'].map((name) => changedAt(join(root, name)))
  return Math.max(newestBelow(join(root, 'src')), ...settings)
}

/** Whether this is a checkout, which builds itself; a package brings its output and no source. */
function isCheckout() {
  return fs.existsSync(join(root, 'src'))
}

/** Whether the built output is as new as the source; a package always is. */
function isFresh() {
  if (process.env.NETLOOM_NO_BUILD === '1') return true
  if (!isCheckout()) return true
  const built = changedAt(entry)
  return built > 0 && newestSource() <= built
}

function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** A failure with a way out, to be printed without a stack. */
class StartError extends Error {}

/** The process that builds at present; 0 where that cannot be told. */
function lockHolder(lock) {
  try {
    return Number(fs.readFileSync(lock, 'utf8'))
  } catch {
    return 0
  }
}

/** Waits until this process may build; false when another one has built meanwhile. */
function takeLock(lock) {
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return true
    } catch (error) {
      if (error.code !== 'EEXIST') throw new StartError(`${out} cannot be written (${error.code}).`)
    }
    const holder = lockHolder(lock)
    const isHeld = holder > 0 ? isRunning(holder) : Date.now() - changedAt(lock) < 1000
    if (!isHeld) fs.rmSync(lock, { force: true })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    if (!fs.existsSync(lock) && isFresh()) return false
  }
}

/** Builds into a folder of its own and moves the result into place, so that a start at the same time never sees half of it. */
function build() {
  // What changes while it is built is newer than this; a clock that was wrong once does not build for ever.
  const builtTo = new Date(Math.ceil(Math.max(Date.now(), newestSource())))
  const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  if (!fs.existsSync(tool)) throw new StartError(`the packages it needs are missing. Run "npm ci" in ${root} first.`)
  process.stderr.write('netloom: building once ...\n')
  const fresh = join(out, `.build-${process.pid}`)
  const old = join(out, `.old-${process.pid}`)
  const options = ['build', '--logLevel', 'error', '--ignoreConfigWarning', '--outDir', fresh]
  const done = spawnSync(process.execPath, [tool, ...options], { cwd: root, encoding: 'utf8' })
  if (done.status !== 0) {
    fs.rmSync(fresh, { recursive: true, force: true })
    process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}`)
    throw new StartError(`the build failed, see above. Run "npm ci" and then "npm run build" in ${root}.`)
  }
  fs.mkdirSync(old, { recursive: true })
  for (const part of fs.readdirSync(fresh)) {
    if (fs.existsSync(join(out, part))) fs.renameSync(join(out, part), join(old, part))
    fs.renameSync(join(fresh, part), join(out, part))
  }
  fs.utimesSync(entry, builtTo, builtTo)
  removeLeftovers()
}

/** Removes folders of this build, and of builds that were killed. */
function removeLeftovers() {
  for (const name of fs.readdirSync(out)) {
    const pid = Number(/^\.(?:build|old)-(\d+)$/.exec(name)?.[1] ?? 0)
    if (pid > 0 && (pid === process.pid || !isRunning(pid)))
      fs.rmSync(join(out, name), { recursive: true, force: true })
  }
}

function buildUnlessFresh() {
  if (isFresh()) return
  fs.mkdirSync(out, { recursive: true })
  const lock = join(out, '.lock')
  if (!takeLock(lock)) return
  try {
    if (!isFresh()) build()
  } finally {
    fs.rmSync(lock, { force: true })
  }
}

/** What brings built output: a package has it from the start. */
function wayOn() {
  return isCheckout() ? `Run "npm run build" in ${root}.` : 'Install Netloom again.'
}

/** Builds where needed; true when there is something to start. */
function prepare() {
  try {
    if (isOldNode())
      throw new StartError(`it needs Node ${leastNode.join('.')} or newer, and this is ${process.versions.node}.`)
    buildUnlessFresh()
    if (!fs.existsSync(entry)) throw new StartError(`${entry} is missing. ${wayOn()}`)
    return true
  } catch (error) {
    const isExpected = error instanceof StartError || typeof error.code === 'string'
    process.stderr.write(`netloom: ${isExpected ? error.message : error.stack}\n`)
    process.exitCode = 1
    return false
  }
}

if (prepare()) {
  // Node 22 and later keep compiled code between starts.
  nodeModule.enableCompileCache?.()
  await import(pathToFileURL(entry).href)
}
