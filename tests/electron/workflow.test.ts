// The workflow that tries the desktop program on all systems, as far as it can be judged here: its form, its shell, and that what it names is there.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
// electron-builder reads its own settings with it.
const yaml = createRequire(createRequire(import.meta.url).resolve('app-builder-lib/package.json'))('js-yaml') as {
  readonly load: (text: string) => unknown
}

interface Step {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly if?: string
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy: { readonly matrix: { readonly os: readonly string[] } }
        readonly env: Readonly<Record<string, string>>
        readonly steps: readonly Step[]
      }
    >
  >
}

const text = readFileSync(join(root, '.github', 'workflows', 'desktop.yml'), 'utf8')
const workflow = yaml.load(text) as Workflow
const job = workflow.jobs['desktop']!
const runs = job.steps.flatMap(({ name, run }) => (run === undefined ? [] : [{ name: name ?? '', run }]))
const everything = runs.map(({ run }) => run).join('\n')
/** Whether a step runs on a system; its condition compares that alone. */
const runsOn = (step: Step, system: string): boolean =>
  step.if === undefined || step.if.includes(`'${system}'`) === step.if.includes('==')
const stepOf = (pattern: RegExp, system: string) =>
  job.steps.find((step) => pattern.test(step.run ?? '') && runsOn(step, system))

describe('the workflow of the desktop program', () => {
  it('runs on the three systems with Node 22, may only read, and fails without the runtime', () => {
    expect(job.strategy.matrix.os).toEqual(['ubuntu-24.04', 'windows-2025', 'macos-15'])
    expect(text).toMatch(/node-version: 22\b/)
    expect(workflow.permissions).toEqual({ contents: 'read' })
    expect(job.env['NETLOOM_REQUIRE_ELECTRON']).toBe('1')
    for (const { uses, run } of job.steps) expect([uses, run].filter((each) => each !== undefined)).toHaveLength(1)
    for (const { uses } of job.steps) if (uses) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/)
  })

  it.each(runs)('writes the shell of "$name" in its grammar', ({ run }) => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: run, encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })

  it('names scripts, programs and files that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
    for (const [, name = ''] of everything.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([name])
    for (const [, name = ''] of everything.matchAll(/npx --no-install ([\w-]+)/g))
      expect(existsSync(join(root, 'node_modules', '.bin', name)), name).toBe(true)
    for (const [, path = ''] of everything.matchAll(/((?:scripts|tests)\/[\w./-]+)/g))
      expect(existsSync(join(root, path)), path).toBe(true)
    for (const [, inside = ''] of text.matchAll(/\$\{\{ *(.*?) *\}\}/g))
      expect(inside).toMatch(/^(?:github|matrix)\.\w+$/)
    for (const { if: condition } of job.steps)
      if (condition) expect(condition).toMatch(/^runner\.os [!=]= '(?:Linux|Windows|macOS)'$/)
  })

  it.each(['Linux', 'Windows', 'macOS'])('tests, packs, installs and tries the program on %s', (system) => {
    for (const pattern of [
      /npm ci/,
      /install-electron/,
      /vitest run tests\/electron/,
      /npm run package -- --publish never/,
      /tryDesktopPackage\.mjs "\$archive"/,
      /tryInstalled\.mjs/,
    ])
      expect(stepOf(pattern, system), String(pattern)).toBeDefined()
    expect(stepOf(/chmod 4755 \S+chrome-sandbox/, 'Linux')).toBeDefined()
    expect(stepOf(/weston --backend=headless/, 'Linux')).toBeDefined()
    expect(stepOf(/codesign --verify/, 'macOS')).toBeDefined()
  })
})

describe.skipIf(process.platform === 'win32')('the trial of an installed program', () => {
  let folder = ''
  let program = ''
  const binding = () => join(folder, 'app', 'resources', 'app.asar.unpacked', 'node_modules', 'onnxruntime-node', 'bin')

  /** A program that says what a self-test says, and does what a test wants beside that. */
  function install(more = ''): void {
    const done = ['window', 'devices', 'images', 'training', 'export', 'second start', 'quit']
    writeFileSync(
      program,
      `#!${process.execPath}
      const { existsSync, writeFileSync } = require('node:fs')
      const report = process.argv.find((each) => each.startsWith('--self-test=')).slice('--self-test='.length)
      const results = ${JSON.stringify(done)}.map((step) => ({ step, isOk: true, detail: '' }))
      const isWhole = existsSync(require('node:path').join(__dirname, 'resources/app.asar.unpacked/node_modules/onnxruntime-node/bin'))
      const missing = [{ step: 'devices', isOk: false, detail: 'ONNX Runtime cannot be loaded: gone.' }]
      writeFileSync(report, JSON.stringify(isWhole ? results : missing))
      process.exitCode = isWhole ? 0 : 1
      ${more}`,
    )
    chmodSync(program, 0o755)
  }

  const tryIt = () =>
    spawnSync(process.execPath, [join(root, 'scripts', 'tryInstalled.mjs'), program], { encoding: 'utf8' })

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'netloom-trial-'))
    program = join(folder, 'app', 'program.cjs')
    mkdirSync(binding(), { recursive: true })
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('runs its self-test, and again without the binding', () => {
    install()
    const { status, stdout } = tryIt()
    expect([status, stdout]).toEqual([0, 'The installed program works, ends whole, and says what is missing.\n'])
    expect(existsSync(binding())).toBe(true)
  })

  it('refuses a program that leaves a step out, leaves a process, or works without what it needs', () => {
    install('results.pop(); writeFileSync(report, JSON.stringify(results))')
    expect(tryIt().stderr).toContain('the self-test ended with 0 after window, devices')
    install('writeFileSync(report, JSON.stringify(results)); process.exitCode = 0')
    expect(tryIt().stderr).toContain('without ONNX Runtime the self-test ended with 0')
    install(
      `if (isWhole) require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 6000)', __filename], { detached: true, stdio: 'ignore' }).unref()`,
    )
    expect(tryIt().stderr).toContain('the program ended and left ')
  })
})
