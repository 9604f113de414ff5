// The built renderer in Chromium against the main process's wiring: the same page, protocol and core, with Electron faked in between.
import { execFileSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MenuItemConstructorOptions } from 'electron'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { channels } from '../../src/main/electron/channelNames'
import { openDesktopCore } from '../../src/main/electron/windowConnection'
import { Desktop } from '../../src/main/electron/desktop'
import { serializeDocument } from '../../src/shared/graph/schema'
import { lenet5 } from '../../src/shared/lectures/architectures/lenet5'
import { desktopOrigin, portMessage } from '../../src/shared/contract/desktopBridge'
import { browserPath, launchBrowser, skipReason } from '../browser/findBrowser'
import { openFromGallery, readOutline } from '../browser/screens'
import { FakeElectron, FakeWindow, preventable } from './fakeElectron'

const root = join(import.meta.dirname, '..', '..')
/** Where the page stands in this browser, which knows no `app:`; nothing listens there. */
const stage = 'http://localhost:9'

/** What takes the place of the preload script; it runs in the page, so it is a text. */
const preload = `
  const listeners = {}
  const receive = (channel) => (listener) => {
    (listeners[channel] ??= []).push(listener)
    return () => { listeners[channel] = listeners[channel].filter((one) => one !== listener) }
  }
  const send = (channel) => (message) => void window.toMain(channel, message)
  window.fromMain = (channel, message) => listeners[channel]?.forEach((listener) => listener(message))
  window.netloom = {
    platform: 'linux',
    onCommand: receive('${channels.command}'),
    onOpenFile: receive('${channels.openFile}'),
    onCloseAsked: receive('${channels.closeAsked}'),
    onShowRun: receive('${channels.showRun}'),
    onKeepRecovery: receive('${channels.keepRecovery}'),
    answerRecoveryKept: send('${channels.recoveryKept}'),
    answerClose: send('${channels.closeAnswer}'),
    reportDocument: send('${channels.document}'),
    reportCommands: send('${channels.commands}'),
    editText: send('${channels.editText}'),
    showElsewhere: (path) => window.askMain('${channels.showElsewhere}', path),
    answerOpenFile: send('${channels.fileAnswer}'),
    reportTheme: send('${channels.theme}'),
    zoom: send('${channels.zoom}'),
    pathOf: () => '',
  }
  window.addEventListener('message', ({ source, data, ports: [port] }) => {
    if (source !== window || data !== '${portMessage}' || !port) return
    window.fromCore = (answer) => port.postMessage(answer)
    port.onmessage = (event) => void window.toMain('call', event.data)
    void window.toMain('${channels.connect}', null)
  })
`

/** The core's end of the port of a page. */
class PagePort extends EventEmitter {
  constructor(private readonly page: Page) {
    super()
  }
  start() {}
  close() {
    this.emit('close')
  }
  postMessage(answer: string) {
    this.page.evaluate(`window.fromCore(${JSON.stringify(answer)})`).catch(() => undefined)
  }
}

describe.skipIf(browserPath === undefined)(`the screen in the desktop program${skipReason}`, () => {
  let browser: Browser
  let folder = ''
  let electron: FakeElectron
  let page: Page
  let window: FakeWindow
  let complaints: string[] = []

  beforeAll(async () => {
    execFileSync(process.execPath, [join(root, 'bin', 'netloom.js'), '--version'], { stdio: 'ignore' })
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'netloom-screen-'))
    electron = new FakeElectron(folder)
    complaints = []
    const desktop = new Desktop(electron.parts, {
      rendererFolder: join(root, 'out', 'renderer'),
      preload: '',
      icon: '',
      platform: 'linux',
      argv: ['netloom'],
      workingDirectory: folder,
      process: new EventEmitter(),
      openCore: async () => openDesktopCore({ stateFolder: folder }),
      pollMs: 20,
    })
    await desktop.start()
    const [first] = FakeWindow.all
    if (!first) throw new Error('no window was opened')
    window = first
    await openPage()
  })
  afterEach(async () => {
    await page.close()
    await rm(folder, { recursive: true, force: true })
    expect(complaints).toEqual([])
  })

  async function openPage(): Promise<void> {
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    const port = new PagePort(page)
    await page.exposeFunction('toMain', (channel: string, message: unknown) => {
      if (channel === 'call') port.emit('message', { data: message })
      else electron.say(window, channel, message, channel === channels.connect ? { ports: [port] } : {})
    })
    await page.exposeFunction('askMain', (channel: string, message: unknown) => electron.ask(window, channel, message))
    await page.addInitScript(preload)
    await page.route(`${stage}/**`, async (route) => {
      const address = route.request().url().replace(stage, desktopOrigin)
      const answer = await electron.serve?.(new Request(address))
      if (!answer) return route.abort()
      const body = Buffer.from(await answer.arrayBuffer())
      return route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body })
    })
    window.webContents.send = (...[channel, message]) => {
      window.webContents.sent.push([channel, message])
      void page.evaluate(`window.fromMain(${JSON.stringify(channel)}, ${JSON.stringify(message) ?? 'undefined'})`)
    }
    await page.goto(`${stage}/`)
    window.webContents.emit('did-finish-load')
    await page.getByText('Connected', { exact: true }).waitFor()
  }

  function find(label: string): MenuItemConstructorOptions | undefined {
    const flat = (list: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
      list.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])])
    return flat(electron.menu).find((item) => item.label === label)
  }

  function click(label: string): void {
    const press = find(label)?.click as (() => void) | undefined
    if (!press) throw new Error(`no menu entry ${label}`)
    press()
  }

  it('works under the policy of app://netloom, over the port, with the menu of its own commands', async () => {
    await openFromGallery(page, /^LeNet-5/)
    expect(await readOutline(page)).toHaveLength(13)
    await expect.poll(() => find('Save as...')?.accelerator).toBe('CmdOrCtrl+Shift+S')
    expect(electron.menu.map(({ label, role }) => label ?? role)).toEqual(
      expect.arrayContaining(['File', 'Edit', 'View', 'Help']),
    )
  })

  it('saves from the menu through the native dialog, and opens a file from outside', async () => {
    await openFromGallery(page, /^LeNet-5/)
    await expect.poll(() => find('Save as...')).toBeDefined()
    const path = join(folder, 'mine.netloom.json')
    electron.chosen = path
    click('Save as...')
    await expect.poll(() => window.title).toBe('mine - Netloom')
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ format: 'netloom' })
    await expect.poll(() => find('Open recent')).toBeDefined()
    click('New network')
    await expect.poll(() => window.title).not.toMatch(/^mine/)
    electron.app.emit('second-instance', {}, [], folder, { files: [path] })
    await expect.poll(() => window.title).toBe('mine - Netloom')
  })

  it('asks about changes before it closes', async () => {
    await openFromGallery(page, /^LeNet-5/)
    const options = page.getByRole('listbox', { name: 'Outline' }).getByRole('option')
    await options.filter({ hasText: 'relu4' }).click()
    await page.getByRole('application', { name: 'Network' }).focus()
    await page.keyboard.press('Delete')
    await expect.poll(() => window.title).toMatch(/^• /)
    window.close()
    const dialog = page.getByRole('dialog', { name: /^Save changes/ })
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    expect(window.isClosed).toBe(false)
    click('Undo')
    await expect.poll(() => readOutline(page)).toHaveLength(13)
    click('Redo')
    await expect.poll(() => window.title).toMatch(/^• /)
    window.close()
    await dialog.getByRole('button', { name: 'Do not save' }).click()
    await expect.poll(() => window.isClosed).toBe(true)
  })
  it('takes the next file where one could not be opened, and keeps changes where the system shuts down', async () => {
    const open = (file: string) => electron.app.emit('second-instance', {}, [], folder, { files: [file] })
    const broken = join(folder, 'broken.netloom')
    await writeFile(broken, '{')
    open(broken)
    await page.getByText('The file was not opened').waitFor()
    const path = join(folder, 'mine.netloom')
    await writeFile(path, serializeDocument(lenet5.build()))
    open(path)
    await expect.poll(() => window.title).toBe('mine - Netloom')
    expect(FakeWindow.all).toHaveLength(1)
    const options = page.getByRole('listbox', { name: 'Outline' }).getByRole('option')
    await options.filter({ hasText: 'relu4' }).click()
    await page.getByRole('application', { name: 'Network' }).focus()
    await page.keyboard.press('Delete')
    await expect.poll(() => window.title).toMatch(/^• /)
    electron.powerMonitor.emit('shutdown', preventable())
    await expect.poll(() => electron.app.ends).toBe(1)
    const recoveries = await readdir(join(folder, 'recoveries'))
    expect(recoveries).toHaveLength(1)
    electron.say(window, channels.zoom, 'in')
    await page.keyboard.press('Control+-')
    await expect.poll(() => window.webContents.zoomFactor).toBe(1)
  })
})
