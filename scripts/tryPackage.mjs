// What somebody gets who installs the package: packs it, installs the archive in an empty folder and globally, and runs the demo from there.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** What a package may hold, and nothing else. */
const allowed = [
  /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^bin\/[\w.]+\.m?js$/,
  /^docs\/[\w.-]+\.md$/,
  /^resources\/features\/resnet20\.(?:f16|json)$/,
  /^out\/(?:main|preload)\/(?:chunks\/)?[\w.-]+\.c?js$/,
  /^out\/renderer\/(?:index\.html|notices\.txt|assets\/[\w.-]+)$/,
]

/** The checkout's setting that skips CUDA is not there for somebody who installs. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/onnxruntime_node_install/i.test(name)))

/** Runs a program to its end and gives what it printed; another exit code than 0 is a failure. */
function run(program, args, cwd) {
  process.stderr.write(`> ${program} ${args.join(' ')}\n`)
  const done = spawnSync(program, args, { cwd, env, encoding: 'utf8', shell: process.platform === 'win32' })
  if (done.status !== 0) fail(`${program} ended with ${done.status}:\n${done.stdout}${done.stderr}`)
  return done
}

function fail(reason) {
  throw new Error(reason)
}

/** Packs into a folder, and gives the archive's path. */
function pack(folder) {
  const [{ filename, files }] = JSON.parse(
    run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], root).stdout,
  )
  const strangers = files.map(({ path }) => path).filter((path) => !allowed.some((pattern) => pattern.test(path)))
  if (strangers.length > 0) fail(`the package holds what it should not: ${strangers.join(', ')}`)
  return join(folder, filename)
}

/** Installs the archive in an empty folder and runs the demo as somebody would who has nothing else. */
function tryInFolder(archive, folder) {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  run('npm', ['install', '--no-audit', '--no-fund', archive], folder)
  const { stdout, stderr } = run('npx', ['--no-install', 'netloom', 'demo'], folder)
  process.stdout.write(stdout)
  if (/building/.test(stderr)) fail(`the package built itself:\n${stderr}`)
  if (existsSync(join(folder, 'node_modules', 'netloom', 'src'))) fail('the package holds its source')
}

/** Starts the program by a link from elsewhere, which is what a global installation makes. */
function tryByLink(program, folder, version) {
  mkdirSync(folder)
  const link = join(folder, 'netloom')
  symlinkSync(program, link)
  const printed = run(process.execPath, [link, '--version'], folder).stdout.trim()
  if (printed !== version) fail(`the linked program says "${printed}" in place of "${version}"`)
}

const folder = mkdtempSync(join(tmpdir(), 'netloom package '))
try {
  const archive = pack(folder)
  const app = join(folder, 'app')
  tryInFolder(archive, app)
  const version = run('npx', ['--no-install', 'netloom', '--version'], app).stdout.trim()
  tryByLink(join(app, 'node_modules', 'netloom', 'bin', 'netloom.js'), join(folder, 'linked'), version)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
