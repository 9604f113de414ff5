// What `--self-test` of the desktop program does with its parts, over stand-ins; the core's own steps run in tests/host/serve.test.ts.
import { EventEmitter } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SelfTestStep } from '../../src/main/api/selfTest'
import { readSelfTest, runSelfTest, type SelfTestParts } from '../../src/main/electron/desktopSelfTest'

const reportPath = join(tmpdir(), `netloom-self-test-report-${process.pid}.json`)
const request = () => readSelfTest(['netloom', `--self-test=${reportPath}`])

class FakeApp extends EventEmitter {
  readonly codes: number[] = []
  refusesToQuit = false
  quit(): void {
    if (!this.refusesToQuit) this.emit('quit')
  }
  exit(code: number): void {
    this.codes.push(code)
  }
}

let app = new FakeApp()
let lines: string[] = []

/** Parts that are well, but for what a test changes. */
function parts(steps: readonly SelfTestStep[], change: Partial<SelfTestParts> = {}): SelfTestParts {
  return {
    app: app as unknown as SelfTestParts['app'],
    windows: () =>
      [
        { isVisible: () => true, webContents: { executeJavaScript: () => Promise.resolve(true) } },
      ] as unknown as ReturnType<SelfTestParts['windows']>,
    core: async () => ({ selfTestSteps: () => steps }),
    startAgain: async (file) => {
      app.emit('second-instance', {}, [], '/', { files: [file] })
      return 0
    },
    write: (line) => lines.push(line),
    limitMs: 200,
    ...change,
  }
}

const said = () => lines.map((line) => line.replace(/ in \d+ ms/, ''))
const written = () => JSON.parse(readFileSync(reportPath, 'utf8')) as { step: string; isOk: boolean }[]
const good: SelfTestStep = { name: 'devices', run: async () => 'ort on cpu' }

beforeEach(() => {
  app = new FakeApp()
  lines = []
})
afterEach(() => rmSync(reportPath, { force: true }))

describe('the self-test', () => {
  it('is read from the arguments, with a folder of its own', () => {
    expect(readSelfTest(['netloom', 'a.onnx', '--self-tests'])).toBeUndefined()
    const asked = readSelfTest(['netloom', '--self-test'])
    expect(asked?.reportPath).toBeUndefined()
    expect(existsSync(asked?.folder ?? '')).toBe(true)
    rmSync(asked?.folder ?? '', { recursive: true })
  })

  it('tries window, core and second start, ends the program, and leaves nothing', async () => {
    const asked = request()!
    await runSelfTest(asked, parts([good]))
    expect(said()).toEqual([
      'self-test window: ok: 1 visible, with its page',
      'self-test devices: ok: ort on cpu',
      'self-test second start: ok: it handed over its file, which was opened',
      'self-test quit: ok: it ends',
    ])
    expect(written().map(({ step }) => step)).toEqual(['window', 'devices', 'second start', 'quit'])
    expect([app.codes, existsSync(asked.folder)]).toEqual([[], false])
  })

  it('ends with 1 at the first step that fails, with its reason', async () => {
    const reason = 'ONNX Runtime cannot be loaded: the module is missing. Install Netloom again.'
    const missing: SelfTestStep = { name: 'devices', run: () => Promise.reject(new Error(reason)) }
    const asked = request()!
    await runSelfTest(asked, parts([missing, good]))
    expect(said().at(-1)).toBe(`self-test devices: FAILED: ${reason}`)
    expect([app.codes, lines.length, existsSync(asked.folder)]).toEqual([[1], 2, false])
  })

  it.each<[string, Partial<SelfTestParts>, string]>([
    ['no window appears', { windows: () => [] }, 'window'],
    ['the core cannot be opened', { core: () => Promise.reject(new Error('no core')) }, 'core'],
    ['a second start fails', { startAgain: async () => 3 }, 'second start'],
    ['a second start keeps its file', { startAgain: async () => 0 }, 'second start'],
  ])('ends with 1 where %s', async (_what, change, step) => {
    await runSelfTest(request()!, parts([good], change))
    expect([app.codes, written().at(-1)]).toEqual([[1], expect.objectContaining({ step, isOk: false })])
  })

  it('ends with 1 where the program does not end', async () => {
    app.refusesToQuit = true
    await runSelfTest(request()!, parts([good]))
    await vi.waitFor(() => expect(app.codes).toEqual([1]))
    expect(said().at(-1)).toBe('self-test quit: FAILED: It did not end within 0.2 s.')
  })
})
