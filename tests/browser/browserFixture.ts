// A real `netloom serve` with folders of its own and pages that open it; not a test.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, mkdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { launchBrowser } from './findBrowser'

const launcher = fileURLToPath(new URL('../../bin/netloom.js', import.meta.url))

/** A running server. */
export interface Server {
  readonly url: string
  readonly child: ChildProcess
  /** From the start of the process to its address. */
  readonly startedMs: number
  /** Ends it at once, as a power cut does, and waits until it is gone. */
  kill(): Promise<void>
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>
}

export interface BrowserFixture {
  /** The folder that is opened to the screen. */
  readonly root: string
  readonly browser: Browser
  /** The running server; `start` replaces it. */
  readonly server: () => Server
  /** Starts a server, on the port of the one before where that is given. */
  readonly start: (port?: number) => Promise<Server>
  /** A page that has loaded the app; pages of one context share their storage. */
  readonly open: (context?: BrowserContext) => Promise<Page>
  readonly newContext: (options?: Parameters<Browser['newContext']>[0]) => Promise<BrowserContext>
  /** What the pages wrote to their consoles as errors, and uncaught exceptions. */
  readonly complaints: string[]
}

async function startServer(root: string, state: string, port: number): Promise<Server> {
  const beganMs = performance.now()
  const child = spawn(process.execPath, [launcher, 'serve', root, '--port', String(port)], {
    cwd: root,
    env: { ...process.env, NETLOOM_STATE: state, NETLOOM_NO_BUILD: '1', NETLOOM_DEBUG: '', HOME: root },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [printed, said] = ['', '']
  const ended = once(child, 'close')
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const address = /^http:\S+$/m.exec(printed)?.[0]
      if (address !== undefined && printed.includes('\n')) resolve(address)
    })
    void ended.then(() => reject(new Error(`netloom serve ended: ${said}`)))
  })
  const end = async (signal: 'SIGKILL' | 'SIGINT'): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await ended
  }
  return { url, child, startedMs: performance.now() - beganMs, kill: () => end('SIGKILL'), stop: () => end('SIGINT') }
}

/** Notes what a page complains about; a lost connection is the browser's own complaint and is left out. */
function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION|net::/.test(message.text()))
      complaints.push(message.text())
  })
}

/** Shows a page that fails: what it looked like and what it said. */
async function keepImage(page: Page, name: string): Promise<void> {
  const folder = process.env['NETLOOM_TEST_IMAGES']
  if (folder === undefined || page.isClosed()) return
  await page.screenshot({ path: join(folder, `${name.replaceAll(/[^\w]+/g, '-').slice(0, 80)}.png`) })
}

/** Makes a server and a browser for the tests of a file. @param browserArguments beside those of every test */
export function useBrowser(browserArguments: readonly string[] = []): () => BrowserFixture {
  let fixture: BrowserFixture | undefined
  let folder = ''
  let pages: Page[] = []
  const servers: Server[] = []
  const contexts: BrowserContext[] = []
  beforeAll(async () => {
    execFileSync(process.execPath, [launcher, '--version'], { stdio: 'ignore' })
    folder = await realpath(await mkdtemp(join(tmpdir(), 'netloom browser ü ')))
    const [root, state] = [join(folder, 'networks'), join(folder, 'state')]
    await mkdir(root)
    const browser = await launchBrowser(browserArguments)
    const complaints: string[] = []
    const start = async (port = 0): Promise<Server> => {
      const started = await startServer(root, state, port)
      servers.push(started)
      return started
    }
    const server = (): Server => {
      const last = servers.at(-1)
      if (!last) throw new Error('no server has started')
      return last
    }
    const newContext: BrowserFixture['newContext'] = async (options) => {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        colorScheme: 'dark',
        reducedMotion: 'reduce',
        ...options,
      })
      contexts.push(context)
      return context
    }
    const open = async (context?: BrowserContext): Promise<Page> => {
      const page = await (context ?? (await newContext())).newPage()
      pages.push(page)
      listen(page, complaints)
      page.setDefaultTimeout(30_000)
      await page.goto(server().url)
      await page.getByText('Connected', { exact: true }).waitFor()
      return page
    }
    await start()
    fixture = { root, browser, server, start, open, newContext, complaints }
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') for (const page of pages) await keepImage(page, task.name)
    for (const page of pages) await page.close()
    pages = []
    const complaints = fixture?.complaints.splice(0) ?? []
    expect(complaints, 'errors on the page').toEqual([])
  })
  afterAll(async () => {
    for (const context of contexts) await context.close()
    await fixture?.browser.close()
    for (const server of servers) await server.kill()
    await rm(folder, { recursive: true, force: true })
  })
  return () => {
    if (!fixture) throw new Error('the browser has not started')
    return fixture
  }
}
