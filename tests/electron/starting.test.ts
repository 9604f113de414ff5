// `npm start` in a stand-in for a checkout: whether the runtime counts as there, its download, and Ctrl-C; no window is opened.
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { zipOf } from '../fixtures/zipFile'
import {
  downloadEnvironment,
  findObstacle,
  findRuntime,
  findSandboxObstacle,
  readArguments,
  recallRefusal,
  rememberRefusal,
} from '../../scripts/start/runtime.mjs'

const project = join(import.meta.dirname, '..', '..')
const version = '45.4.1'
const artifact = `electron-v${version}-linux-x64.zip`

let folder = ''
let servers: Server[] = []
let children: ChildProcess[] = []
const path = (...names: string[]): string => join(folder, ...names)
const electron = (): string => path('node_modules', 'electron')

function write(file: string, text: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path(file)), { recursive: true })
  writeFileSync(path(file), text)
  chmodSync(path(file), mode)
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netloom-start-'))
  cpSync(join(project, 'scripts', 'start'), path('scripts', 'start'), { recursive: true })
  cpSync(join(project, 'scripts', 'start.mjs'), path('scripts', 'start.mjs'))
  // Tells what it was started with; `serve` stays like the real one.
  write(
    'bin/netloom.js',
    `import { appendFileSync } from 'node:fs'
     appendFileSync(${JSON.stringify(path('launches'))}, process.argv.slice(2).join(' ') + '\\n')`,
  )
  write('package.json', '{ "type": "module" }')
  write('node_modules/electron/package.json', JSON.stringify({ name: 'electron', version }))
  write('node_modules/electron/install.js', '')
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const server of servers) server.closeAllConnections()
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  rmSync(folder, { recursive: true, force: true })
  servers = []
  children = []
})

/** A runtime that is a shell script. */
function installRuntime(script: string): void {
  write('node_modules/electron/dist/electron', `#!/bin/sh\n${script}\n`, 0o755)
  write('node_modules/electron/dist/version', version)
  write('node_modules/electron/path.txt', 'electron')
}

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<{ code: number | null; said: string }>
}

function start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, [path('scripts', 'start.mjs'), '--no-sandbox', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: folder, DISPLAY: ':1', electron_config_cache: path('cache'), ...env },
  })
  children.push(child)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = once(child, 'close').then(([code]: (number | null)[]) => ({ code: code ?? null, said }))
  return { child, ended }
}

const launches = (): string[] =>
  existsSync(path('launches')) ? readFileSync(path('launches'), 'utf8').trim().split('\n') : []

async function appear(file: string): Promise<void> {
  await expect.poll(() => existsSync(path(file)), { timeout: 10_000, interval: 20 }).toBe(true)
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** Electron's real install script over a zip of ours, which the mirror has. */
function useRealInstaller(zip: Uint8Array): void {
  const real = join(project, 'node_modules')
  rmSync(electron(), { recursive: true })
  for (const name of ['package.json', 'install.js'])
    write(`node_modules/electron/${name}`, readFileSync(join(real, 'electron', name)))
  const checksum = createHash('sha256').update(zip).digest('hex')
  write('node_modules/electron/checksums.json', JSON.stringify({ [artifact]: checksum }))
  for (const name of ['@electron', '@electron-internal']) symlinkSync(join(real, name), path('node_modules', name))
}

describe('the runtime', () => {
  const look = (env: NodeJS.ProcessEnv = {}, platform = 'linux') => findRuntime({ electron: electron(), env, platform })

  it('counts as there only when it was unpacked to its end', () => {
    expect(look()).toEqual({})
    write('node_modules/electron/dist/electron', '')
    expect(look(), 'the program alone').toEqual({})
    write('node_modules/electron/dist/version', `v${version}`)
    expect(look(), 'without path.txt, which is written last').toEqual({})
    write('node_modules/electron/path.txt', 'electron')
    expect(look()).toEqual({ program: path('node_modules', 'electron', 'dist', 'electron') })
    write('node_modules/electron/dist/version', '45.4.0')
    expect(look(), 'another version').toEqual({})
    write('node_modules/electron/dist/version', version)
    write('node_modules/electron/path.txt', 'electron.exe')
    expect(look(), 'another system').toEqual({})
  })

  it.each([
    ['win32', 'electron.exe'],
    ['darwin', 'Electron.app/Contents/MacOS/Electron'],
  ])('is found on %s', (platform, name) => {
    write(`node_modules/electron/dist/${name}`, '')
    write('node_modules/electron/dist/version', version)
    write('node_modules/electron/path.txt', name)
    expect(look({}, platform)).toEqual({ program: join(electron(), 'dist', name) })
  })

  it('is taken from where a person says, and never fetched in its place', () => {
    const env = { ELECTRON_OVERRIDE_DIST_PATH: path('own') }
    expect(look(env).obstacle).toBe(`ELECTRON_OVERRIDE_DIST_PATH is ${path('own')}, and there is no electron in it`)
    write('own/electron', '')
    expect(look(env)).toEqual({ program: path('own', 'electron') })
  })

  it('is not fetched where its package is missing', () => {
    rmSync(electron(), { recursive: true })
    expect(look().obstacle).toBe('the package electron is not installed')
  })
})

it('names what forbids a window', () => {
  const on = (env: NodeJS.ProcessEnv, uid = 1000, args: string[] = []) =>
    findObstacle({ platform: 'linux', env, uid, args })
  expect(on({})).toBe('there is no display here')
  expect(on({ WAYLAND_DISPLAY: 'wayland-0' })).toBeUndefined()
  expect(on({ DISPLAY: ':0' }, 0)).toBe('the desktop app does not run as root')
  expect(on({ DISPLAY: ':0' }, 0, ['--no-sandbox'])).toBeUndefined()
  expect(findObstacle({ platform: 'darwin', env: {}, uid: 501, args: [] })).toBeUndefined()
})

it('downloads through the proxies of the environment, else through those of npm', () => {
  const of = (env: NodeJS.ProcessEnv) => {
    const { HTTPS_PROXY, HTTP_PROXY, NO_PROXY, ELECTRON_GET_USE_PROXY } = downloadEnvironment(env)
    return [HTTPS_PROXY, HTTP_PROXY, NO_PROXY, ELECTRON_GET_USE_PROXY]
  }
  expect(of({ npm_config_noproxy: '' })).toEqual([undefined, undefined, undefined, undefined])
  expect(of({ https_proxy: 'a', npm_config_https_proxy: 'b' })).toEqual(['a', undefined, undefined, '1'])
  expect(of({ npm_config_proxy: 'b', npm_config_noproxy: 'x.org' })).toEqual(['b', 'b', 'x.org', '1'])
})

describe.skipIf(process.platform === 'win32')('the sandbox', () => {
  const program = () => path('node_modules', 'electron', 'dist', 'electron')
  const helper = () => path('node_modules', 'electron', 'dist', 'chrome-sandbox')
  const look = (found?: { uid: number; mode: number }, args: string[] = [], env: NodeJS.ProcessEnv = {}) =>
    findSandboxObstacle({
      platform: 'linux',
      env,
      args,
      program: program(),
      proc: path('proc'),
      etc: path('etc'),
      stat: () => {
        if (!found) throw new Error('ENOENT')
        return found
      },
    })
  const fresh = { uid: 1000, mode: 0o100755 }

  it.each([
    ['kernel/apparmor_restrict_unprivileged_userns', '1'],
    ['kernel/unprivileged_userns_clone', '0'],
    ['user/max_user_namespaces', '0'],
  ])('is missed where %s is %s, with the two commands', (file, value) => {
    write(`proc/sys/${file}`, `${value}\n`)
    const obstacle = look(fresh)
    expect(obstacle?.reason).toBe(`the window's sandbox cannot be made (/proc/sys/${file} is ${value})`)
    expect(obstacle?.advice).toContain('it belongs to user 1000 and has mode 755')
    expect(obstacle?.advice).toContain(`  sudo chown root:root ${helper()}\n  sudo chmod 4755 ${helper()}\n`)
    for (const wrong of [
      { uid: 0, mode: 0o100755 },
      { uid: 1000, mode: 0o104755 },
      { uid: 0, mode: 0o104777 },
    ])
      expect(look(wrong)).toBeDefined()
    expect(look({ uid: 0, mode: 0o104755 }), 'after the commands').toBeUndefined()
    expect(look(fresh, ['--no-sandbox'])).toBeUndefined()
    expect(look(fresh, [], { ELECTRON_DISABLE_SANDBOX: '1' })).toBeUndefined()
    expect(look()?.reason).toContain('chrome-sandbox is missing')
  })

  it('is there where namespaces are allowed, or a profile allows them to this program', () => {
    expect(look(fresh)).toBeUndefined()
    write('proc/sys/kernel/unprivileged_userns_clone', '1')
    write('proc/sys/user/max_user_namespaces', '63000')
    write('proc/sys/kernel/apparmor_restrict_unprivileged_userns', '0')
    expect(look(fresh)).toBeUndefined()
    write('proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1')
    write('etc/apparmor.d/others', 'profile chrome /opt/chrome flags=(unconfined) {\n  userns,\n}')
    expect(look(fresh)).toBeDefined()
    write('etc/apparmor.d/own', `profile netloom ${program()} flags=(unconfined) {\n  userns,\n}`)
    expect(look(fresh)).toBeUndefined()
  })

  it('asks for commands that a shell reads as they are meant', () => {
    write('proc/sys/kernel/unprivileged_userns_clone', '0')
    const env = { CHROME_DEVEL_SANDBOX: "/opt/it's here/sandbox" }
    expect(look(fresh, [], env)?.advice).toContain("sudo chmod 4755 '/opt/it'\\''s here/sandbox'")
  })
})

it.skipIf(process.platform === 'win32')('keeps the files that a start names, from where the person is', () => {
  expect(readArguments(['a.netloom', '--fetch', '--inspect=1', '/b.onnx'], '/home/ada')).toEqual({
    isFetchAsked: true,
    rest: ['/home/ada/a.netloom', '--inspect=1', '/b.onnx'],
    files: ['/home/ada/a.netloom', '/b.onnx'],
  })
  expect(readArguments(['--', '-odd.netloom'], '/home/ada').files).toEqual(['/home/ada/-odd.netloom'])
})

it('remembers a failed download for a day, under the same circumstances', () => {
  const at = (nowMs: number, env: NodeJS.ProcessEnv = {}) => ({ electron: electron(), env, nowMs })
  expect(recallRefusal(at(0))).toBeUndefined()
  rememberRefusal(at(1000, { HTTPS_PROXY: 'http://ada:secret@proxy' }), 'no way')
  expect(recallRefusal(at(2000, { HTTPS_PROXY: 'http://ada:secret@proxy' }))).toBe('no way')
  expect(recallRefusal(at(2000, { https_proxy: 'http://ada:secret@proxy' }))).toBe('no way')
  expect(recallRefusal(at(2000)), 'another proxy').toBeUndefined()
  expect(recallRefusal(at(1000 + 25 * 3_600_000, { HTTPS_PROXY: 'http://ada:secret@proxy' }))).toBeUndefined()
  const file = path('node_modules', '.cache', 'netloom', 'electron.json')
  expect(readFileSync(file, 'utf8')).not.toContain('secret')
  rememberRefusal(at(1000), 'no way')
  write('node_modules/electron/package.json', JSON.stringify({ version: '46.0.0' }))
  expect(recallRefusal(at(2000)), 'another version').toBeUndefined()
  writeFileSync(file, 'broken')
  expect(recallRefusal(at(2000))).toBeUndefined()
})

// The stand-ins are shell scripts under the name that the program has on Linux.
describe.runIf(process.platform === 'linux')('npm start', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('starts no browser after %s, however soon it comes', async (signal) => {
    installRuntime(`touch ${path('window')}; trap 'exit 1' INT TERM; while :; do sleep 0.05; done`)
    const { child, ended } = start(['a.netloom'])
    await appear('window')
    child.kill(signal)
    await ended
    expect(launches()).toEqual(['--version'])
  })

  it('starts no browser where the program says that it was interrupted', async () => {
    installRuntime('exit 130')
    expect([(await start().ended).code, launches()]).toEqual([130, ['--version']])
  })

  it('says why the program cannot be run', async () => {
    installRuntime('')
    chmodSync(path('node_modules', 'electron', 'dist', 'electron'), 0o644)
    expect((await start().ended).said).toMatch(/dist\/electron cannot be run \(spawn .*EACCES\)/)
  })

  it('opens the browser with its files where a window fails at once', async () => {
    installRuntime('exit 7')
    const { code, said } = await start(['a.netloom', '/b/c.onnx']).ended
    expect([code, launches()]).toEqual([0, ['--version', `serve --open -- ${path('a.netloom')} /b/c.onnx`]])
    expect(said).toContain('the desktop window could not be opened; opening the app in a browser instead.')
  })

  it('fetches the runtime with its progress, and starts it', async () => {
    const zip = zipOf(
      { electron: `#!/bin/sh\ntouch ${path('window')}\n`, version, padding: randomBytes(2_000_000) },
      { arePrograms: true },
    )
    useRealInstaller(zip)
    const asked: (string | undefined)[] = []
    const mirror = await serve((request, response) => {
      asked.push(request.url)
      response.writeHead(200, { 'content-length': zip.length }).end(zip)
    })
    // A download that was cut off leaves this.
    write('node_modules/electron/dist/electron', '#!/bin/sh\nexit 3\n', 0o755)
    const install = { ELECTRON_INSTALL_PLATFORM: 'linux', ELECTRON_INSTALL_ARCH: 'x64' }
    const { code, said } = await start([], { ELECTRON_MIRROR: mirror, ...install }).ended
    expect(said).toContain(`netloom: fetching Electron ${version}, 2 of 2 MB`)
    expect([code, existsSync(path('window')), launches()]).toEqual([0, true, ['--version']])
    expect(asked).toEqual([`/v${version}/${artifact}`])
  })

  it('says why the runtime was not to be had, remembers it, and tries again when told to', async () => {
    useRealInstaller(Buffer.from('none'))
    let count = 0
    const mirror = await serve((_request, response) => {
      count += 1
      response.writeHead(403).end()
    })
    const first = await start([], { ELECTRON_MIRROR: mirror }).ended
    expect(first.said).toMatch(/could not be fetched \(Response code 403 \(Forbidden\) for http:/)
    for (const word of ['HTTPS_PROXY', 'ELECTRON_MIRROR', 'ELECTRON_OVERRIDE_DIST_PATH', 'npm start -- --fetch'])
      expect(first.said).toContain(word)
    const second = await start([], { ELECTRON_MIRROR: mirror }).ended
    expect(second.said).toMatch(/could not be fetched lately \(Response code 403.*"npm start -- --fetch" tries again/)
    expect(count).toBe(1)
    await start(['--fetch'], { ELECTRON_MIRROR: mirror }).ended
    expect(count).toBe(2)
    expect(launches().filter((line) => line === 'serve --open')).toHaveLength(3)
  })

  it('goes through the proxy that the environment names', async () => {
    useRealInstaller(Buffer.from('none'))
    const proxy = await serve((_request, response) => response.writeHead(502).end())
    let asked = ''
    servers[0]?.on('connect', (request, socket) => {
      asked = request.url ?? ''
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })
    // As npm hands on what is in .npmrc.
    await start([], { npm_config_https_proxy: proxy }).ended
    expect(asked).toBe('github.com:443')
  })

  it('starts no browser after Ctrl-C in the download, and does not remember that as a failure', async () => {
    useRealInstaller(Buffer.from('none'))
    let count = 0
    const mirror = await serve((_request, response) => {
      count += 1
      response.writeHead(200, { 'content-length': 100_000_000 }).write('x')
    })
    const { child, ended } = start([], { ELECTRON_MIRROR: mirror })
    await expect.poll(() => count, { timeout: 10_000, interval: 20 }).toBe(1)
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    expect(launches()).toEqual(['--version'])
    expect(existsSync(path('node_modules', '.cache'))).toBe(false)
  })
})

it.runIf(process.platform === 'linux')('gives up a download that brings nothing', async () => {
  useRealInstaller(Buffer.from('none'))
  const mirror = await serve(() => undefined)
  const script = `import { download, reasonOf } from ${JSON.stringify(path('scripts', 'start', 'fetchRuntime.mjs'))}
    const place = { platform: 'linux', arch: 'x64', report() {}, quietMs: 200 }
    await download({ electron: ${JSON.stringify(electron())}, env: process.env, ...place }).catch((error) => process.stdout.write(reasonOf(error)))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { PATH: process.env['PATH'], HOME: folder, ELECTRON_MIRROR: mirror },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  await once(child, 'close')
  expect(said).toBe('nothing arrived for 0.2 s')
})
