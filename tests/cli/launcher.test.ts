// bin/netloom.js in a small checkout of its own: it builds when it must, once, and says what to do where it cannot.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import { makeFolder } from './runCli'

const project = fileURLToPath(new URL('../..', import.meta.url))
const checkout = join(makeFolder(), 'checkout')
const source = join(checkout, 'src', 'main.ts')

const config = `import { defineConfig } from 'electron-vite'
export default defineConfig({ main: { build: { outDir: 'out/main', rolldownOptions: {
  input: { cli: 'src/main.ts' }, output: { format: 'es', entryFileNames: '[name].js' } } } } })`

async function start(env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [join(checkout, 'bin', 'netloom.js'), 'x y'], {
    env: { ...process.env, ...env },
  })
  const parts = { stdout: '', stderr: '' }
  child.stdout.on('data', (data: Buffer) => (parts.stdout += data.toString()))
  child.stderr.on('data', (data: Buffer) => (parts.stderr += data.toString()))
  await once(child, 'close')
  return { code: child.exitCode, ...parts }
}

function writeSource(text: string): void {
  writeFileSync(source, text)
  // A second from now, as an edit after the build would be.
  const later = new Date(Date.now() + 1000)
  utimesSync(source, later, later)
}

beforeEach(() => {
  rmSync(checkout, { recursive: true, force: true })
  mkdirSync(join(checkout, 'bin'), { recursive: true })
  mkdirSync(join(checkout, 'src'))
  copyFileSync(join(project, 'bin', 'netloom.js'), join(checkout, 'bin', 'netloom.js'))
  writeFileSync(join(checkout, 'package.json'), '{"type": "module", "main": "out/main/cli.js"}')
  writeFileSync(join(checkout, 'electron.vite.config.js'), config)
  symlinkSync(join(project, 'node_modules'), join(checkout, 'node_modules'), 'junction')
  writeFileSync(source, 'console.log("first", process.argv[2])\nprocess.exitCode = 7\n')
})

describe('the launcher', () => {
  it('builds once, starts without building after that, and passes arguments and exit codes through', async () => {
    expect(await start()).toEqual({ code: 7, stdout: 'first x y\n', stderr: 'netloom: building once ...\n' })
    expect(await start()).toEqual({ code: 7, stdout: 'first x y\n', stderr: '' })
  })

  it('builds once for several starts at the same time', async () => {
    const results = await Promise.all([start(), start(), start(), start()])
    expect(results.map(({ code, stdout }) => `${code} ${stdout}`)).toEqual(Array(4).fill('7 first x y\n'))
    expect(results.filter(({ stderr }) => stderr.includes('building once'))).toHaveLength(1)
    expect(readdirSync(join(checkout, 'out'))).toEqual(['main'])
  })

  it('builds again after an edit, unless told not to', async () => {
    await start()
    writeSource('console.log("second")\n')
    expect((await start({ NETLOOM_NO_BUILD: '1' })).stdout).toBe('first x y\n')
    expect((await start()).stdout).toBe('second\n')
  })

  it('keeps the working build when an edit does not build', async () => {
    await start()
    writeSource('this is no TypeScript\n')
    const failed = await start()
    expect([failed.code, failed.stdout]).toEqual([1, ''])
    expect(failed.stderr).toContain('npm run build')
    expect((await start({ NETLOOM_NO_BUILD: '1' })).stdout).toBe('first x y\n')
    expect(readdirSync(join(checkout, 'out'))).toEqual(['main'])
  })

  it('takes over the lock of a build that was killed', async () => {
    mkdirSync(join(checkout, 'out', '.build-999999999'), { recursive: true })
    writeFileSync(join(checkout, 'out', '.lock'), '999999999')
    expect((await start()).code).toBe(7)
    expect(readdirSync(join(checkout, 'out'))).toEqual(['main'])
  })

  it('says what to do without packages or without a build', async () => {
    rmSync(join(checkout, 'node_modules'))
    const bare = await start()
    expect([bare.code, bare.stderr.includes('npm ci')]).toEqual([1, true])
    const unbuilt = await start({ NETLOOM_NO_BUILD: '1' })
    expect([unbuilt.code, unbuilt.stderr.includes('npm run build')]).toEqual([1, true])
  })

  it('starts a package without source as it is', async () => {
    await start()
    rmSync(join(checkout, 'src'), { recursive: true })
    rmSync(join(checkout, 'node_modules'))
    expect(existsSync(source)).toBe(false)
    expect(await start()).toEqual({ code: 7, stdout: 'first x y\n', stderr: '' })
  })

  it('says which Node it needs where that is older', async () => {
    const old = `--import "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.12.2'})"`
    expect(await start({ NODE_OPTIONS: old })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'netloom: it needs Node 20.19 or newer, and this is 20.12.2.\n',
    })
  })
})
