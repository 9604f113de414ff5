// The main process in Node against a fake Electron: windows, ports, messages, files from outside, menu and end.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import type { MenuItemConstructorOptions } from 'electron'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { channels } from '../../src/main/electron/channelNames'
import { openDesktopCore } from '../../src/main/electron/windowConnection'
import type { ActiveWork, DesktopCore } from '../../src/main/electron/windowConnection'
import { Desktop } from '../../src/main/electron/desktop'
import type { DesktopOptions } from '../../src/main/electron/desktop'
import type { Contract } from '../../src/shared/contract/contract'
import { FakeElectron, FakePort, FakeWindow, preventable } from './fakeElectron'

let folder = ''
let electron: FakeElectron
let active: ActiveWork[] = []
let stopped: string[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-desktop-'))
  electron = new FakeElectron(folder)
  active = []
  stopped = []
})
afterEach(() => rm(folder, { recursive: true }))

function runs(kind: ActiveWork['kind'], name: string): ActiveWork {
  return {
    kind,
    name,
    async stop() {
      stopped.push(name)
      active = []
    },
  }
}

const fakeCore: DesktopCore = {
  serve: () => {},
  activeWork: async () => active,
  trainingsElsewhere: async () => ['from the command line'],
  recentFiles: async () => [{ path: '/home/ada/lenet.netloom.json', name: 'lenet' }],
  close: async () => {},
}

async function start(more: Partial<DesktopOptions> = {}): Promise<Desktop> {
  const desktop = new Desktop(electron.parts, {
    rendererFolder: join(folder, 'renderer'),
    preload: '/app/preload.cjs',
    icon: '/app/icon.png',
    platform: 'linux',
    argv: ['netloom'],
    workingDirectory: folder,
    openCore: async () => fakeCore,
    isDark: () => true,
    pollMs: 5,
    ...more,
  })
  await desktop.start()
  return desktop
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20))

function only(): FakeWindow {
  const [window] = FakeWindow.all
  if (!window) throw new Error('no window was opened')
  return window
}

function load(window: FakeWindow): void {
  window.webContents.emit('did-finish-load')
}

/** Connects as the page does. */
function connect(window: FakeWindow): FakePort {
  const { port1 } = new MessageChannel()
  port1.unref()
  const port = new FakePort(port1)
  electron.say(window, channels.connect, null, { ports: [port] })
  return port
}

const isDirty = { name: 'lenet', path: '/home/ada/lenet.netloom.json', isDirty: true }

/** Menus and entries as text, two levels deep. */
function printMenu(items: MenuItemConstructorOptions[] = electron.menu): string {
  const lines = (list: MenuItemConstructorOptions[], indent: string): string[] =>
    list.flatMap(({ label, role, type, submenu, enabled, accelerator }) => {
      const name =
        type === 'separator' ? '--' : [label ?? role, accelerator && `(${accelerator})`, enabled === false && 'off']
      const line = indent + (Array.isArray(name) ? name.filter(Boolean).join(' ') : name)
      return [line, ...(Array.isArray(submenu) ? lines(submenu, `${indent}  `) : [])]
    })
  return lines(items, '').join('\n')
}

function find(label: string): MenuItemConstructorOptions {
  const flat = (list: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    list.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])])
  const found = flat(electron.menu).find((item) => item.label === label)
  if (!found) throw new Error(`no menu entry ${label}`)
  return found
}

function click(label: string): void {
  const press = find(label).click as (() => void) | undefined
  press?.()
}

describe('a window', () => {
  it('runs its page in the sandbox without Node and loads nothing but app://netloom', async () => {
    await start()
    expect(only().options.webPreferences).toEqual({
      preload: '/app/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    })
    expect(only().loaded).toEqual(['app://netloom/index.html'])
    expect(electron.schemes).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }])
  })

  it('shows itself when its page is drawn', async () => {
    await start()
    expect(only().isShown).toBe(false)
    only().emit('ready-to-show')
    expect(only().isShown).toBe(true)
  })

  it('shows itself on Linux when its page is loaded, drawn or not, and once only', async () => {
    await start()
    const show = vi.spyOn(only(), 'show')
    load(only())
    only().emit('ready-to-show')
    expect(show).toHaveBeenCalledTimes(1)
  })

  it('opens again where it was closed', async () => {
    const state = { x: 100, y: 60, width: 1000, height: 700, isMaximized: true, isFullScreen: false }
    await writeFile(join(folder, 'window.json'), JSON.stringify(state))
    await start()
    expect(only().options).toMatchObject({ x: 100, y: 60, width: 1000, height: 700 })
    expect(only().isMax).toBe(true)
  })

  it('has the name of its document in its title, whatever the page calls itself', async () => {
    await start()
    const event = preventable()
    only().emit('page-title-updated', event)
    expect(event.isPrevented).toBe(true)
    electron.say(only(), channels.document, isDirty)
    expect(only().title).toBe('• lenet - Netloom')
  })
})

describe('what a page may not do', () => {
  it('refuses every new window and gives https links to the browser', async () => {
    await start()
    const open = only().webContents.openHandler
    expect(open?.({ url: 'https://onnx.ai/' })).toEqual({ action: 'deny' })
    expect(open?.({ url: 'file:///etc/passwd' })).toEqual({ action: 'deny' })
    expect(open?.({ url: 'http://onnx.ai/' })).toEqual({ action: 'deny' })
    expect(open?.({ url: 'app://netloom/index.html' })).toEqual({ action: 'deny' })
    expect(electron.opened).toEqual(['https://onnx.ai/'])
  })

  it('stays on its page', async () => {
    await start()
    const go = (name: string, url: string, more: object = {}) => {
      const event = preventable({ url, ...more })
      only().webContents.emit(name, event)
      return event.isPrevented
    }
    expect(go('will-navigate', 'app://netloom/index.html#/train')).toBe(false)
    expect(go('will-navigate', 'app://elsewhere/index.html')).toBe(true)
    expect(go('will-navigate', 'app://netloom/assets/x.svg')).toBe(true)
    expect(go('will-navigate', 'file:///home/ada/image.png')).toBe(true)
    expect(go('will-redirect', 'app://netloom/')).toBe(true)
    expect(go('will-frame-navigate', 'app://netloom/', { isMainFrame: false })).toBe(true)
    expect(go('will-attach-webview', '')).toBe(true)
    expect(electron.opened).toEqual([])
  })

  it('has no permission but the clipboard, and no connection that leaves the machine', async () => {
    await start()
    const { session } = electron
    const request = (permission: string, requestingUrl: string) => {
      const answer = vi.fn<(is: boolean) => void>()
      session.request?.(null, permission, answer, { requestingUrl })
      return answer.mock.calls
    }
    expect(request('clipboard-sanitized-write', 'app://netloom/index.html')).toEqual([[true]])
    expect(request('clipboard-sanitized-write', 'https://netloom/')).toEqual([[false]])
    for (const permission of ['media', 'geolocation', 'notifications', 'usb', 'openExternal', 'fileSystem'])
      expect(request(permission, 'app://netloom/index.html')).toEqual([[false]])
    expect(session.check?.(null, 'midi', 'app://netloom')).toBe(false)
    expect(session.check?.(null, 'clipboard-read', 'app://netloom.evil/')).toBe(false)
    expect(session.device?.()).toBe(false)
    expect(session.blocked?.urls).toEqual(
      expect.arrayContaining(['http://*/*', 'https://*/*', 'ws://*/*', 'file:///*']),
    )
    const answer = vi.fn<(response: object) => void>()
    session.onRequest?.({ url: 'https://example.org/' }, answer)
    expect(answer).toHaveBeenCalledWith({ cancel: true })
  })

  it('hears no message of a frame inside the page or of another page', async () => {
    await start()
    const inFrame = { senderFrame: { url: 'app://netloom/index.html', parent: {} } }
    electron.say(only(), channels.document, isDirty, inFrame)
    electron.say(only(), channels.document, isDirty, { senderFrame: { url: 'https://example.org/', parent: null } })
    electron.say(only(), channels.document, isDirty, { senderFrame: null })
    electron.say(only(), channels.document, { name: 7 })
    expect(only().title).toBe('')
  })
})

describe('the line to the core', () => {
  it('answers the contract over the port of the page, with native dialogs', async () => {
    await start({
      openCore: async (choose) => openDesktopCore(choose, { stateFolder: folder }),
    })
    const { port1, port2 } = new MessageChannel()
    const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port: port2 }))
    port2.start()
    electron.say(only(), channels.connect, null, { ports: [new FakePort(port1)] })
    expect(await client.app.info()).toMatchObject({ native: true, platform: process.platform })
    electron.chosen = join(folder, 'mine.json')
    expect(await client.files.choose({ kind: 'saveDocument' })).toBe(join(folder, 'mine.netloom.json'))
    electron.chosen = undefined
    expect(await client.files.choose({ kind: 'openFolder' })).toBeNull()
    const missing = client.projects.open({ path: join(folder, 'absent.netloom.json') })
    await expect(missing).rejects.toMatchObject({ code: 'NETLOOM', data: { code: 'file.read' } })
    port2.close()
  })

  it('closes the port of a page that was reloaded, and one that comes from elsewhere', async () => {
    await start()
    const first = connect(only())
    const second = connect(only())
    expect(first.isClosed).toBe(true)
    expect(second.isClosed).toBe(false)
    const { port1 } = new MessageChannel()
    const foreign = new FakePort(port1)
    const senderFrame = { url: 'https://example.org/', parent: null }
    electron.say(only(), channels.connect, null, { ports: [foreign], senderFrame })
    expect(foreign.isClosed).toBe(true)
    port1.close()
  })
})

describe('files from outside', () => {
  it('opens the files that the start names, once the page is there', async () => {
    await start({ argv: ['netloom', '--flag', 'a.netloom.json', 'notes.txt'] })
    expect(FakeWindow.all).toHaveLength(1)
    expect(only().webContents.sent).toEqual([])
    load(only())
    expect(only().webContents.sent).toEqual([[channels.openFile, join(folder, 'a.netloom.json')]])
  })

  it('hands its files to the program that runs already and ends', async () => {
    electron.app.hasLock = false
    await start({ argv: ['netloom', 'a.onnx'] })
    expect(electron.app.lockData).toEqual({ files: [join(folder, 'a.onnx')] })
    expect(FakeWindow.all).toEqual([])
    expect(electron.app.quits).toBe(1)
  })

  it('takes a second start: into a free window, into a new one beside work, and once only', async () => {
    await start()
    load(only())
    const second = (files: string[]) => electron.app.emit('second-instance', {}, [], folder, { files })
    second(['/home/ada/lenet.netloom.json'])
    expect(only().webContents.sent).toEqual([[channels.openFile, '/home/ada/lenet.netloom.json']])
    electron.say(only(), channels.document, isDirty)
    second(['/home/ada/other.onnx'])
    expect(FakeWindow.all).toHaveLength(2)
    second(['/home/ada/lenet.netloom.json'])
    expect(FakeWindow.all).toHaveLength(2)
    expect(FakeWindow.focused).toBe(only())
    second([])
    second(['/home/ada/secret.txt'])
    expect(FakeWindow.all).toHaveLength(2)
  })

  it('opens what the system asks for, also before it is ready', async () => {
    const desktop = start()
    const event = preventable()
    electron.app.emit('open-file', event, '/home/ada/vgg.onnx')
    await desktop
    expect(event.isPrevented).toBe(true)
    load(only())
    expect(only().webContents.sent).toEqual([[channels.openFile, '/home/ada/vgg.onnx']])
  })

  it('serves the renderer', async () => {
    await start()
    const answer = await electron.serve?.(new Request('app://netloom/absent.js'))
    expect(answer?.status).toBe(404)
  })
})

describe('the menu', () => {
  const commands = [
    { id: 'file.new', title: 'New network', group: 'File', shortcut: 'Ctrl+N', isEnabled: true },
    { id: 'file.save', title: 'Save', group: 'File', shortcut: 'Ctrl+S', isEnabled: false },
    { id: 'edit.undo', title: 'Undo', group: 'Edit', shortcut: 'Ctrl+Z', isEnabled: false },
    { id: 'edit.duplicate', title: 'Duplicate', group: 'Edit', shortcut: 'Ctrl+D', isEnabled: true },
    { id: 'canvas.addAfter', title: 'Add a layer', group: 'Layer', shortcut: 'A', isEnabled: true },
    { id: 'train.open', title: 'Set up training', group: 'Train', isEnabled: true },
    { id: 'help.tour', title: 'Five-minute tour', group: 'Help', isEnabled: true },
  ]

  it('shows what the page knows, in its usual place', async () => {
    await start()
    connect(only())
    electron.say(only(), channels.commands, commands)
    await settle()
    expect(printMenu()).toMatchInlineSnapshot(`
      "File
        New network (CmdOrCtrl+N)
        New window
        --
        Open recent
          lenet
        --
        Save (CmdOrCtrl+S) off
        --
        Close window
        --
        Quit
      Edit
        Undo (CmdOrCtrl+Z)
        Redo (CmdOrCtrl+Shift+Z)
        --
        Cut (CmdOrCtrl+X)
        Copy (CmdOrCtrl+C)
        Paste (CmdOrCtrl+V)
        --
        Duplicate (CmdOrCtrl+D)
        --
        Select all (CmdOrCtrl+A)
      View
        Full screen
        --
        Developer tools
      Layer
        Add a layer (A)
      Train
        Set up training
      Help
        Five-minute tour
        --
        About Netloom"
    `)
  })

  it('sends the id of a command to the window in front', async () => {
    await start()
    load(only())
    electron.say(only(), channels.commands, commands)
    await settle()
    click('New network')
    expect(only().webContents.sent).toEqual([[channels.command, 'file.new']])
    // The page handles keys itself; the menu only shows them.
    expect(find('New network')).toMatchObject({ accelerator: 'CmdOrCtrl+N', registerAccelerator: false })
  })

  it('does to a field what the page asks for', async () => {
    await start()
    electron.say(only(), channels.editText, 'undo')
    electron.say(only(), channels.editText, 'openDevTools')
    expect(only().webContents.edits).toEqual(['undo'])
  })

  it('opens a recent file and a new window', async () => {
    await start()
    load(only())
    connect(only())
    await settle()
    click('lenet')
    expect(only().webContents.sent).toEqual([[channels.openFile, '/home/ada/lenet.netloom.json']])
    click('New window')
    expect(FakeWindow.all).toHaveLength(2)
    expect(FakeWindow.all[1]?.options).toMatchObject({ x: only().options.x + 28, y: only().options.y + 28 })
  })

  it('has the application menu of a Mac in front there', async () => {
    await start({ platform: 'darwin' })
    electron.say(only(), channels.commands, commands)
    await settle()
    expect(electron.menu[0]).toEqual({ role: 'appMenu' })
    expect(printMenu()).not.toMatch(/Quit|About/)
    expect(find('Undo').accelerator).toBe('CmdOrCtrl+Z')
    // A key that types would be taken from the fields.
    expect(find('Add a layer').accelerator).toBeUndefined()
  })
})

describe('a core that cannot be opened', () => {
  const broken = () => Promise.reject(new Error('MSVCP140.dll is missing'))

  it('is told once, with the reason and the way out', async () => {
    await start({ openCore: broken })
    const [first, second] = [connect(only()), connect(only())]
    await settle()
    expect([first.isClosed, second.isClosed]).toEqual([true, true])
    expect(electron.questions).toMatchObject([
      {
        message: 'Netloom cannot open files or compute here.',
        detail: expect.stringMatching(/MSVCP140.*\n.*again/s) as string,
      },
    ])
  })

  it('keeps no window and no program open', async () => {
    await start({ openCore: broken })
    connect(only())
    await settle()
    only().close()
    await settle()
    expect(only().isClosed).toBe(true)
    electron.app.emit('window-all-closed')
    await settle()
    expect(electron.app.quits).toBe(1)
  })

  it('lets the person quit', async () => {
    await start({ openCore: broken })
    connect(only())
    await settle()
    electron.app.emit('before-quit', preventable())
    await settle()
    expect([only().isClosed, electron.app.quits]).toEqual([true, 1])
  })
})

describe('the end', () => {
  const end = () => electron.app.emit('window-all-closed')

  it('closes a window without changes at once and remembers its place', async () => {
    await start()
    Object.assign(only().options, { x: 40, y: 30, width: 900, height: 640 })
    only().close()
    await settle()
    expect(only().isClosed).toBe(true)
    end()
    await settle()
    expect(electron.app.quits).toBe(1)
    electron = new FakeElectron(folder)
    await start()
    expect(only().options).toMatchObject({ x: 40, y: 30, width: 900, height: 640 })
  })

  it('asks the page about changes and does as it says', async () => {
    await start()
    load(only())
    electron.say(only(), channels.document, isDirty)
    only().close()
    await settle()
    expect(only().isClosed).toBe(false)
    expect(only().webContents.sent).toEqual([[channels.closeAsked, undefined]])
    electron.say(only(), channels.closeAnswer, false)
    await settle()
    expect(only().isClosed).toBe(false)
    only().close()
    await settle()
    electron.say(only(), channels.closeAnswer, true)
    await settle()
    expect(only().isClosed).toBe(true)
  })

  it('closes a window whose page is gone, and asks itself where the page does not answer', async () => {
    await start()
    load(only())
    electron.say(only(), channels.document, isDirty)
    only().close()
    await settle()
    electron.answers = [0, 1]
    only().emit('unresponsive')
    await settle()
    expect(electron.questions.map(({ message }) => message)).toEqual(['This window does not respond.'])
    expect(only().isClosed).toBe(false)
    only().emit('unresponsive')
    await settle()
    expect(only().isClosed).toBe(true)
  })

  it('loads a crashed page again, or closes its window', async () => {
    await start()
    electron.say(only(), channels.document, isDirty)
    electron.answers = [0, 1]
    const crash = () => only().webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    crash()
    await settle()
    expect(only().webContents.edits).toEqual(['reload'])
    crash()
    await settle()
    expect(only().isClosed).toBe(true)
  })

  it('asks about a training, and stays without a window while it is kept', async () => {
    await start()
    connect(only())
    active = [runs('training', 'digits')]
    electron.answers = [2]
    only().close()
    await settle()
    expect(electron.questions[0]).toMatchObject({
      message: '"digits" is still training.',
      buttons: ['Keep training', 'Stop training', 'Cancel'],
    })
    expect(only().isClosed).toBe(false)
    electron.answers = [0]
    only().close()
    await settle()
    expect(only().isClosed).toBe(true)
    end()
    await settle()
    expect(electron.app.quits).toBe(0)
    active = []
    await settle()
    expect(electron.app.quits).toBe(1)
    expect(stopped).toEqual([])
  })

  it('gives a window to whoever starts it again while it trains without one', async () => {
    await start()
    connect(only())
    active = [runs('training', 'digits')]
    only().close()
    await settle()
    end()
    electron.app.emit('second-instance', {}, [], folder, { files: [] })
    expect(FakeWindow.all).toHaveLength(2)
    active = []
    await settle()
    expect(electron.app.quits).toBe(0)
  })

  it('stops the trainings where the person wants that', async () => {
    await start()
    connect(only())
    active = [runs('training', 'digits')]
    electron.answers = [1]
    only().close()
    await settle()
    expect(stopped).toEqual(['digits'])
    expect(only().isClosed).toBe(true)
  })

  it('asks every window before it closes any, when the person quits', async () => {
    const desktop = await start()
    const other = desktop.openWindow()
    for (const window of FakeWindow.all) load(window)
    const [first, second] = FakeWindow.all
    if (!first || !second) throw new Error('two windows were expected')
    electron.say(second, channels.document, { ...isDirty, path: null })
    electron.app.quit()
    await settle()
    expect([first.isClosed, second.isClosed]).toEqual([false, false])
    electron.say(second, channels.closeAnswer, false)
    await settle()
    expect([first.isClosed, second.isClosed]).toEqual([false, false])
    electron.app.quit()
    await settle()
    electron.say(second, channels.closeAnswer, true)
    await settle()
    expect([first.isClosed, second.isClosed]).toEqual([true, true])
    expect(other.window.isDestroyed()).toBe(true)
  })
})
