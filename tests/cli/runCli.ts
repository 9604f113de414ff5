// Starts the real command line in a folder of its own and collects what it says; not a test.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

const launcher = fileURLToPath(new URL('../../bin/netloom.js', import.meta.url))

// Builds where the source is newer; after that every start runs what was built, so that none of them speaks of it.
execFileSync(process.execPath, [launcher, '--version'], { stdio: 'ignore' })

export interface CliResult {
  /** null where a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly milliseconds: number
}

/** A running command; `done` gives its end. */
export interface RunningCli {
  readonly child: ChildProcess
  /** What has come on stderr so far. */
  stderr(): string
  readonly done: Promise<CliResult>
}

/** Starts `netloom` with these arguments. */
export function startCli(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningCli {
  const startedAtMs = performance.now()
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd,
    env: { ...process.env, NETLOOM_DEBUG: '', NETLOOM_NO_BUILD: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const parts = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (parts.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (parts.stderr += text))
  const done = once(child, 'close').then(() => ({
    code: child.exitCode,
    ...parts,
    milliseconds: performance.now() - startedAtMs,
  }))
  return { child, stderr: () => parts.stderr, done }
}

/** Runs `netloom` to its end. */
export function runCli(cwd: string, ...args: readonly string[]): Promise<CliResult> {
  return startCli(cwd, args).done
}

/** A folder for one test file, removed after it; its name has a space and letters beyond ASCII. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'netloom ünï '))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The one JSON value on stdout. */
export function parseJson(result: CliResult): unknown {
  return JSON.parse(result.stdout)
}

/** Whether stderr is one message and no stack. */
export function isOneMessage({ stderr }: { readonly stderr: string; readonly stdout?: string }): boolean {
  const lines = stderr.trimEnd().split('\n')
  return lines.length === 1 && stderr.startsWith('netloom: ') && !/\n\s+at /.test(stderr)
}
