// Nothing leaves the machine: commands run without a network, where every attempt to reach one is counted, and in folders of their own, where every file is seen.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import { removeTelemetryTraces, silenceTelemetry } from '../../src/main/engines/ort/telemetry'
import { isAlive } from '../../src/main/files/holder'
import { encodeModel } from '../../src/shared/onnx/bytes'
import { makeFolder } from '../cli/runCli'
import { buildModel } from '../importing/modelCase'
import { project } from '../house/readSource'

const launcher = fileURLToPath(new URL('../../bin/netloom.js', import.meta.url))

/** A network namespace has no way out, and its counters count what was tried. */
const namespace = ['-rn', '-n'].find((option) => spawnSync('unshare', [option, 'true']).status === 0)
const counters = ['Ip OutRequests', 'Ip OutNoRoutes', 'Udp OutDatagrams', 'Tcp ActiveOpens'] as const

let count = 0
/** `work` is the command's own; the others are where programs leave things behind. */
let places = { base: '', work: '', home: '', temporary: '' }
const root = makeFolder()

beforeEach(() => {
  const base = join(root, String(count++))
  places = { base, work: join(base, 'work'), home: join(base, 'home'), temporary: join(base, 'temporary') }
  for (const folder of Object.values(places)) mkdirSync(folder, { recursive: true })
  writeFileSync(join(places.work, 'other.onnx'), encodeModel(smallModel()))
})

function smallModel() {
  return buildModel((builder, x, weight) => {
    const features = builder.add('Conv', [x, weight(4, 3, 3, 3)])
    return builder.add('Flatten', [builder.add('GlobalAveragePool', [features])])
  })
}

/** An environment that asks for telemetry, and in which nothing says that this is a test: the library is silent in those. */
function askingEnvironment(): NodeJS.ProcessEnv {
  const { PATH } = process.env
  const { home, temporary } = places
  return { PATH, HOME: home, TMPDIR: temporary, ORT_DISABLE_TELEMETRY: '0', NETLOOM_NO_BUILD: '1', NO_COLOR: '1' }
}

/** Sums of the counters of /proc/net/snmp, whose lines come in pairs of names and numbers. */
function readCounters(text: string): Readonly<Record<string, number>> {
  const lines = text.trim().split('\n')
  const found: Record<string, number> = {}
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [names = [], numbers = []] = [lines[i], lines[i + 1]].map((line = '') => line.split(/\s+/))
    for (const [at, name] of names.entries()) found[`${names[0]?.replace(':', '')} ${name}`] = Number(numbers[at])
  }
  return Object.fromEntries(counters.map((name) => [name, found[name] ?? Number.NaN]))
}

/** Runs Node without a network. @returns how it went, and what it tried to reach */
function runAlone(args: readonly string[]) {
  const measured = join(places.base, 'counters')
  const shell = `"$@"; code=$?; cat /proc/net/snmp > '${measured}'; exit $code`
  const command = ['sh', '-c', shell, 'sh', process.execPath, ...args]
  const { status, stdout, stderr } = spawnSync('unshare', [namespace ?? '', ...command], {
    cwd: places.work,
    env: askingEnvironment(),
    encoding: 'utf8',
  })
  return { code: status, stdout, stderr, tried: readCounters(readFileSync(measured, 'utf8')) }
}

/** Files below the folders that are not the command's, but what Netloom remembers and the code that Node keeps compiled. */
function strayFiles(): readonly string[] {
  const below = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
  return [...below(places.home), ...below(places.temporary)]
    .map((path) => path.slice(places.base.length + 1))
    .filter((path) => !/^(?:home\/\.local\/state\/netloom|temporary\/node-compile-cache)\//.test(path))
}

const silent = Object.fromEntries(counters.map((name) => [name, 0]))

describe.skipIf(namespace === undefined)('without a network', () => {
  it.each([
    ['a look-up of a name', "require('dns').lookup('example.org', () => {})"],
    ['a connection', "require('net').connect(80, '192.0.2.1').on('error', () => {})"],
    ['a connection to this machine', "require('net').connect(80, '127.0.0.1').on('error', () => {})"],
  ])('%s is noticed', (_, script) => {
    expect(runAlone(['-e', script]).tried['Ip OutNoRoutes']).toBeGreaterThan(0)
  })

  it('ONNX Runtime by itself leaves files, so that silence is not its own doing', () => {
    const library = createRequire(import.meta.url).resolve('onnxruntime-node')
    const script = `require(${JSON.stringify(library)}).InferenceSession.create('other.onnx')`
    const result = runAlone(['-e', script])
    expect(result.code, result.stderr).toBe(0)
    expect(strayFiles().join('\n')).toMatch(/DeveloperTools\/\.onnxruntime\/deviceid/)
  })

  it.each([
    ['trains, evaluates and predicts with ONNX Runtime', 'ort'],
    ['trains, evaluates and predicts with TensorFlow.js', 'tfjs'],
  ])('%s', (_, engine) => {
    const train = ['train', 'lenet5', '--data', 'builtin:digits', '--limit', '64', '--epochs', '1', '--out', 'run']
    const image = join(project, 'docs', 'screenshots', 'start.png')
    for (const command of [
      [...train, '--engine', engine],
      ['eval', 'run', '--data', 'builtin:digits', '--engine', engine],
      ['predict', 'run', image],
    ]) {
      const result = runAlone([launcher, ...command])
      expect(result.code, `${command.join(' ')}: ${result.stderr}`).toBe(0)
      expect(result.tried, command.join(' ')).toEqual(silent)
      expect(strayFiles(), command.join(' ')).toEqual([])
    }
  })

  it('imports, exports and looks for devices', () => {
    for (const command of [
      ['import', 'other.onnx', '-o', 'other.netloom.json', '--normalize', 'unit'],
      ['export', 'other.netloom.json', '--format', 'onnx', '-o', 'again.onnx'],
      ['export', 'other.netloom.json', '--format', 'tfjs', '-o', 'browser'],
      ['devices', '--json'],
    ]) {
      const result = runAlone([launcher, ...command])
      expect(result.code, `${command.join(' ')}: ${result.stderr}`).toBe(0)
      expect(result.tried, command.join(' ')).toEqual(silent)
      expect(strayFiles(), command.join(' ')).toEqual([])
    }
  })
})

it('is silenced whatever the environment says', () => {
  for (const value of [undefined, '', '0', 'false']) {
    const environment: NodeJS.ProcessEnv = { ORT_DISABLE_TELEMETRY: value }
    silenceTelemetry(environment)
    expect(environment['ORT_DISABLE_TELEMETRY']).toBe('1')
  }
})

describe('what ONNX Runtime has left', () => {
  const write = (path: string, text: string): string => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }
  const remove = () => {
    const { home, temporary, base } = places
    return removeTelemetryTraces({ home, temporary, state: join(base, 'state'), environment: {} })
  }
  /** A number that no process has. */
  const gone = [4_194_301, 4_194_302, 4_194_303].find((pid) => !isAlive(pid)) ?? 0

  it('is removed, and nothing beside it', async () => {
    const { home, temporary } = places
    const tools = join(home, '.cache', 'Microsoft', 'DeveloperTools')
    write(join(tools, '.onnxruntime', 'deviceid'), 'x')
    write(join(tools, '.onnxruntime', 'onnxruntime.db'), 'x')
    write(join(temporary, `mat-debug-${gone}.log`), '')
    write(join(temporary, '.ses'), '1795815964909\nd336ae91-dc45-5653-0c0a-fa66858578e5\n')
    const kept = [
      // Other tools of the vendor know the machine by this file.
      write(join(tools, 'deviceid'), 'x'),
      write(join(temporary, `mat-debug-${process.pid}.log`), ''),
      write(join(temporary, `mat-debug-${gone - 1}.log`), 'somebody reads this'),
      write(join(temporary, 'mat-debug-mine.log'), ''),
    ]
    await remove()
    const left = [home, temporary].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    )
    expect(left.sort()).toEqual(kept.sort())
  })

  it('is looked for once: what comes later is of another program', async () => {
    await remove()
    const later = write(join(places.home, '.cache', 'Microsoft', 'DeveloperTools', '.onnxruntime', 'deviceid'), 'x')
    await remove()
    expect(readFileSync(later, 'utf8')).toBe('x')
  })

  it('leaves a session file of another form', async () => {
    const other = write(join(places.temporary, '.ses'), 'my notes')
    await remove()
    expect(readFileSync(other, 'utf8')).toBe('my notes')
  })
})
