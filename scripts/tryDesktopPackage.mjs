// What is inside a desktop package: packs a copy with private files planted in it around a stand-in for Electron's runtime, lists the
// archive against what it may hold, and runs the program from it in plain Node. With the path of an app.asar: lists that one alone.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const require = createRequire(import.meta.url)
const asar = require('@electron/asar')

/** What an archive may hold, and nothing else. */
const allowed = [
  /^(?:package\.json|LICENSE)$/,
  /^out\/(?:main|preload|renderer)\/(?:[\w.-]+\/)*[\w.-]+$/,
  /^resources\/icons\/512x512\.png$/,
  /^resources\/features\/resnet20\.(?:f16|json)$/,
  /^node_modules\//,
]

/** What no archive holds, although it lies in a folder that it may hold. */
const refused = [
  /\.map$/,
  /^node_modules\/@tensorflow\/tfjs-node/,
  /^node_modules\/(?:webgpu|@webgpu|electron|typescript|vitest|react)\//,
  ...['darwin', 'linux', 'win32']
    .filter((name) => name !== process.platform)
    .map((name) => new RegExp(`/napi-v\\d+/${name}/`)),
]

const planted = ['.env.local', 'photos/holiday.png', 'secret.key', 'out/.build-1/private.js', 'resources/notes.txt']

function fail(reason) {
  throw new Error(reason)
}

function run(program, args, options) {
  process.stderr.write(`> ${[program, ...args].join(' ')}\n`)
  const done = spawnSync(program, args, { encoding: 'utf8', ...options })
  if (done.status !== 0) fail(`${program} ended with ${done.status}:\n${done.stdout}${done.stderr}`)
  return done.stdout
}

/** The packages once more without their bytes: electron-builder follows no link to their folder. */
function linkTree(from, to) {
  mkdirSync(to)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) linkTree(source, target)
    else if (entry.isFile()) linkSync(source, target)
  }
}

/** A copy of the checkout with files in it that concern nobody. */
function copyCheckout(folder) {
  const left = new Set(['node_modules', '.git', 'dist', 'runs', 'netloom-demo'])
  mkdirSync(folder)
  for (const name of readdirSync(root))
    if (!left.has(name)) cpSync(join(root, name), join(folder, name), { recursive: true })
  linkTree(realpathSync(join(root, 'node_modules')), join(folder, 'node_modules'))
  for (const path of planted) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), 'private')
  }
}

/** A folder that has the form of Electron's runtime and runs nothing. */
async function makeRuntime(folder) {
  for (const name of ['resources', 'locales', 'app']) mkdirSync(join(folder, name), { recursive: true })
  for (const name of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler']) {
    writeFileSync(join(folder, name), '#!/bin/sh\n')
    chmodSync(join(folder, name), 0o755)
  }
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak', 'app/main.js'])
    writeFileSync(join(folder, name), '')
  writeFileSync(join(folder, 'version'), require('electron/package.json').version)
  await asar.createPackage(join(folder, 'app'), join(folder, 'resources', 'default_app.asar'))
  rmSync(join(folder, 'app'), { recursive: true })
}

/** Packs for this system, without an installer. @returns the archive's path */
function pack(copy, runtime, output) {
  const config = join(copy, 'stand-in.cjs')
  // Fuses are switched inside the real program, and there is none.
  const settings = {
    extends: './electron-builder.yml',
    electronDist: runtime,
    electronFuses: null,
    directories: { output, buildResources: 'resources' },
  }
  writeFileSync(config, `module.exports = ${JSON.stringify(settings)}\n`)
  const builder = join(root, 'node_modules', 'electron-builder', 'cli.js')
  run(process.execPath, [builder, '--dir', '--publish', 'never', '--config', config], { cwd: copy })
  const [unpacked] = readdirSync(output).filter((name) => name.endsWith('unpacked'))
  return join(output, unpacked ?? fail('nothing was packed'), 'resources', 'app.asar')
}

/** Whether the licence of each packed package is told. */
function checkNotices(archive, files) {
  const notices = asar.extractFile(archive, join('out', 'renderer', 'notices.txt')).toString('utf8')
  const manifests = files.filter((path) =>
    /^node_modules\/(?:@[^/]+\/)?[^/]+(?:\/node_modules\/(?:@[^/]+\/)?[^/]+)*\/package\.json$/.test(path),
  )
  const names = manifests.map((path) =>
    JSON.parse(asar.extractFile(archive, join(...path.split('/'))).toString('utf8')),
  )
  const missing = names.filter(({ name, version }) => !notices.includes(`\n${name} ${version} (`))
  if (missing.length > 0) fail(`the notices lack ${missing.map(({ name }) => name).join(', ')}`)
  process.stderr.write(`The notices name all ${names.length} packages of the archive.\n`)
}

function checkList(archive) {
  const entries = asar.listPackage(archive, { isPack: false }).map((path) => path.slice(1).split(sep).join('/'))
  const files = entries.filter((path) => !('files' in asar.statFile(archive, path, false)))
  const wrong = files.filter(
    (path) => !allowed.some((pattern) => pattern.test(path)) || refused.some((pattern) => pattern.test(path)),
  )
  const found = files.filter((path) => planted.includes(path))
  if (wrong.length + found.length > 0)
    fail(`the archive holds what it should not: ${[...found, ...wrong].slice(0, 20).join(', ')}`)
  const libraries = files.filter((path) => path.endsWith('.node'))
  if (!libraries.some((path) => path.includes('onnxruntime'))) fail('the archive has no ONNX Runtime')
  checkNotices(archive, files)
  return files.length
}

/** Trains by both engines with nothing but what was packed. */
function runPacked(archive, folder) {
  asar.extractAll(archive, folder)
  const program = [join(folder, 'out', 'main', 'cli.js')]
  const start = (...args) => run(process.execPath, [...program, ...args], { cwd: folder })
  for (const engine of ['ort', 'tfjs']) {
    const limits = ['--data', 'builtin:digits', '--limit', '40', '--epochs', '1', '--out', engine, '--engine', engine]
    start('train', 'perceptron', ...limits, '--device', 'cpu')
  }
  // Without the library a network can still be designed, and what cannot be done is said.
  rmSync(join(folder, 'node_modules', 'onnxruntime-node', 'bin'), { recursive: true })
  start('info', 'lenet5')
  const limits = ['--data', 'builtin:digits', '--limit', '40', '--epochs', '1', '--out', 'none', '--device', 'cpu']
  const refused = spawnSync(process.execPath, [...program, 'train', 'perceptron', ...limits], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (refused.status !== 1 || !/ONNX Runtime cannot be loaded: .*Install Netloom again/.test(refused.stderr))
    fail(`training without ONNX Runtime said: ${refused.stderr}`)
}

/** On the disk of the packages, which are linked. */
function makeFolder(path) {
  mkdirSync(path, { recursive: true })
  return path
}

/** Packs, and looks at what came out. */
async function tryPacking() {
  const folder = mkdtempSync(join(makeFolder(join(root, 'dist')), 'try-'))
  // Where no folder above has packages.
  const elsewhere = mkdtempSync(join(tmpdir(), 'netloom-desktop-'))
  try {
    const [copy, runtime, output] = ['copy', 'runtime', 'packed'].map((name) => join(folder, name))
    copyCheckout(copy)
    await makeRuntime(runtime)
    const archive = pack(copy, runtime, output)
    const count = checkList(archive)
    runPacked(archive, elsewhere)
    process.stdout.write(`The desktop package holds ${count} files, all of them allowed, and trains.\n`)
  } finally {
    for (const each of [folder, elsewhere]) rmSync(each, { recursive: true, force: true })
  }
}

const [given] = process.argv.slice(2)
if (given === undefined) await tryPacking()
else process.stdout.write(`${given} holds ${checkList(given)} files, all of them allowed.\n`)
