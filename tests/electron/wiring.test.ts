// The main process in Node against a fake Electron: windows, ports, messages, files from outside, menu and end.
import { EventEmitter } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import type { MenuItemConstructorOptions } from 'electron'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { channels } from '../../src/main/electron/channelNames'
import { openDesktopCore } from '../../src/main/electron/windowConnection'
import type { DesktopCore } from '../../src/main/electron/windowConnection'
import { Desktop } from '../../src/main/electron/desktop'
import type { DesktopOptions } from '../../src/main/electron/desktop'
import { serializeDocument } from '../../src/shared/graph/schema'
import { lenet5 } from '../../src/shared/lectures/architectures/lenet5'
import type { Contract } from '../../src/shared/contract/contract'
import { WorkLedger } from '../../src/main/process/workLedger'
import type { WorkEntry, WorkKind } from '../../src/main/process/workLedger'
import { FakeElectron, FakeNotification, FakePort, FakeTray, FakeWindow, preventable } from './fakeElectron'

let folder = ''
let electron: FakeElectron
let ledger = new WorkLedger()
let stopped: string[] = []
/** Where Node would tell what nothing caught. */
let ownProcess = new EventEmitter()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netloom-desktop-'))
  electron = new FakeElectron(folder)
  ledger = new WorkLedger()
  stopped = []
  ownProcess = new EventEmitter()
})
afterEach(() => rm(folder, { recursive: true }))

/** Work in the ledger that ends where it is stopped. */
function runs(kind: WorkKind, subject: string): WorkEntry {
  const entry = ledger.begin(kind, subject)
  stops.set(subject, () => {
    stopped.push(subject)
    entry.end('stopped')
  })
  return entry
}
const stops = new Map<string, () => void>()

const fakeCore: DesktopCore = {
  serve: () => {},
  running: () => ledger.running,
  followWork: (follower) => ledger.follow(follower),
  nameOf: async ({ subject }) => basename(subject),
  activeWork: async () =>
    ledger.running.flatMap(({ kind, subject, fraction }) =>
      kind === 'training' || kind === 'experiment'
        ? [{ kind, name: basename(subject), fraction, stop: async () => stops.get(subject)?.() }]
        : [],
    ),
  trainingsElsewhere: async () => ['from the command line'],
  recentFiles: async () => [{ path: '/home/ada/lenet.netloom.json', name: 'lenet' }],
  selfTestSteps: () => [],
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
    process: ownProcess,
    openCore: async () => fakeCore,
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

function find(label: string, menu = electron.menu): MenuItemConstructorOptions {
  const flat = (list: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    list.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])])
  const found = flat(menu).find((item) => item.label === label)
  if (!found) throw new Error(`no menu entry ${label}`)
  return found
}

function click(label: string, menu = electron.menu): void {
  const press = find(label, menu).click as (() => void) | undefined
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

  it('has dialogs and title bars look as the pages do, also at the next start', async () => {
    await start()
    const colour = only().background
    electron.say(only(), channels.theme, 'dark')
    electron.say(only(), channels.theme, 'purple')
    electron.nativeTheme.emit('updated')
    expect(electron.nativeTheme.themeSource).toBe('dark')
    expect(only().background).not.toBe(colour)
    electron = new FakeElectron(folder)
    await start()
    expect([electron.nativeTheme.themeSource, only().options]).toMatchObject(['dark', { backgroundColor: '#111318' }])
  })

  it('zooms with all others, and again after a reload and at the next start', async () => {
    const desktop = await start()
    desktop.openWindow()
    for (const window of FakeWindow.all) load(window)
    const zooms = () => FakeWindow.all.map(({ webContents }) => webContents.zoomFactor)
    electron.say(only(), channels.zoom, 'in')
    electron.say(only(), channels.zoom, 'in')
    electron.say(only(), channels.zoom, 'sideways')
    expect(zooms()).toEqual([1.25, 1.25])
    only().webContents.zoomFactor = 1
    load(only())
    expect(zooms()).toEqual([1.25, 1.25])
    electron = new FakeElectron(folder)
    await start()
    load(only())
    expect(zooms()).toEqual([1.25])
    electron.say(only(), channels.zoom, 'reset')
    expect(zooms()).toEqual([1])
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

  it('has no permission but the clipboard and the camera, and no connection that leaves the machine', async () => {
    await start()
    const { session } = electron
    const request = (permission: string, requestingUrl: string, mediaTypes?: readonly string[]) => {
      const answer = vi.fn<(is: boolean) => void>()
      session.request?.(null, permission, answer, { requestingUrl, ...(mediaTypes && { mediaTypes }) })
      return answer.mock.calls
    }
    expect(request('clipboard-sanitized-write', 'app://netloom/index.html')).toEqual([[true]])
    expect(request('clipboard-sanitized-write', 'https://netloom/')).toEqual([[false]])
    for (const permission of ['media', 'geolocation', 'notifications', 'usb', 'openExternal', 'fileSystem'])
      expect(request(permission, 'app://netloom/index.html')).toEqual([[false]])
    expect(request('media', 'app://netloom/index.html', ['video'])).toEqual([[true]])
    expect(request('media', 'https://netloom/', ['video'])).toEqual([[false]])
    for (const media of [['audio'], ['video', 'audio'], []])
      expect([media, request('media', 'app://netloom/', media)]).toEqual([media, [[false]]])
    const check = (permission: string, origin: string, mediaType?: string) =>
      session.check?.(null, permission, origin, mediaType === undefined ? {} : { mediaType })
    expect(check('media', 'app://netloom/', 'video')).toBe(true)
    for (const mediaType of ['audio', 'unknown', undefined])
      expect([mediaType, check('media', 'app://netloom/', mediaType)]).toEqual([mediaType, false])
    expect(check('media', 'app://netloom.evil/', 'video')).toBe(false)
    expect(check('midi', 'app://netloom')).toBe(false)
    expect(check('clipboard-read', 'app://netloom.evil/')).toBe(false)
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
      openCore: async () => openDesktopCore({ stateFolder: folder }),
    })
    const { port1, port2 } = new MessageChannel()
    const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port: port2 }))
    port2.start()
    electron.say(only(), channels.connect, null, { ports: [new FakePort(port1)] })
    expect(await client.app.info()).toMatchObject({ native: true, platform: process.platform })
    only().show()
    // The window that asks gets its dialog, whichever is in front; about a name that became another one nobody was asked.
    FakeWindow.focused = null
    electron.chosen = join(folder, 'mine.json')
    expect(await client.files.choose({ kind: 'saveDocument', suggested: 'mine.netloom' })).toEqual({
      path: join(folder, 'mine.netloom.json'),
      mayReplace: false,
    })
    electron.chosen = join(folder, 'mine.netloom')
    expect(await client.files.choose({ kind: 'saveDocument' })).toMatchObject({ mayReplace: true })
    electron.chosen = undefined
    expect(await client.files.choose({ kind: 'openFolder' })).toBeNull()
    expect(electron.parents).toEqual([only(), only(), only()])
    const text = serializeDocument(lenet5.build())
    const path = join(folder, 'mine.netloom')
    await writeFile(path, 'other')
    await expect(client.projects.save({ path, text, replaces: null })).rejects.toMatchObject({
      data: { code: 'file.changed' },
    })
    expect(await client.projects.save({ path, text, replaces: null, mayReplace: true })).toMatchObject({ path })
    const draw = vi.spyOn(only(), 'setProgressBar')
    const evaluation = await client.models.evaluate({
      model: join(folder, 'absent.onnx'),
      dataset: null,
      split: 'test',
    })
    await expect(evaluation.next()).rejects.toMatchObject({ data: { code: 'model.unknown' } })
    // It was entered while it was tried, and is not any more.
    expect(draw.mock.calls.map(([value]) => value)).toEqual([0, -1])
    expect(electron.awake.size).toBe(0)
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

  it('keeps no promise of a file that could not be opened, and none of a page that is gone', async () => {
    await start()
    load(only())
    const second = (file: string) => electron.app.emit('second-instance', {}, [], folder, { files: [file] })
    second('/home/ada/broken.netloom')
    // On its way: it is not opened twice, and nothing else comes into this window.
    second('/home/ada/broken.netloom')
    second('/home/ada/other.netloom')
    expect(FakeWindow.all).toHaveLength(2)
    electron.say(only(), channels.fileAnswer, '/home/ada/broken.netloom')
    second('/home/ada/third.netloom')
    expect(FakeWindow.all).toHaveLength(2)
    expect(only().webContents.sent).toEqual([
      [channels.openFile, '/home/ada/broken.netloom'],
      [channels.openFile, '/home/ada/third.netloom'],
    ])
    only().webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
    load(only())
    second('/home/ada/fourth.netloom')
    expect(FakeWindow.all).toHaveLength(2)
  })

  it('shows the window that has a file already to a page that is about to open it', async () => {
    const desktop = await start({ platform: 'win32' })
    desktop.openWindow()
    const [first, second] = FakeWindow.all
    if (!first || !second) throw new Error('two windows were expected')
    electron.say(first, channels.document, { name: 'x', path: 'C:\\a\\LeNet.netloom', isDirty: false })
    const ask = (window: FakeWindow, path: unknown, more = {}) =>
      electron.ask(window, channels.showElsewhere, path, more)
    expect(ask(second, 'c:/a/lenet.netloom')).toBe(true)
    expect(FakeWindow.focused).toBe(first)
    // Its own file is opened anew; nobody else may ask.
    expect(ask(first, 'c:/a/lenet.netloom')).toBe(false)
    expect(ask(second, 7)).toBe(false)
    expect(ask(second, 'c:/a/lenet.netloom', { senderFrame: { url: 'https://example.org/', parent: null } })).toBe(
      false,
    )
  })

  it.each([
    ['win32', 'C:\\Users\\Ada\\LeNet.netloom', 'c:\\users\\ada\\.\\lenet.netloom', 1],
    ['darwin', '/Users/ada/Zu\u0308ge.netloom', '/Users/ada/Z\u00fcge.NETLOOM', 1],
    ['linux', '/home/ada/LeNet.netloom', '/home/ada/lenet.netloom', 2],
  ])('opens a file in one window on %s, however its path is written', async (platform, first, again, windows) => {
    await start({ platform })
    load(only())
    electron.say(only(), channels.document, { name: 'x', path: first, isDirty: false })
    electron.app.emit('second-instance', {}, [], folder, { files: [again] })
    expect(FakeWindow.all).toHaveLength(windows)
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
        Close window (CmdOrCtrl+Shift+W)
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
        Show log file
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
    electron.app.quit()
    await settle()
    expect([only().isClosed, electron.app.ends]).toEqual([true, 1])
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

  it('asks about a training, and goes on hidden behind an icon while it is kept', async () => {
    await start()
    connect(only())
    await settle()
    only().show()
    const training = runs('training', '/runs/digits')
    electron.say(only(), channels.document, isDirty)
    electron.answers = [2]
    only().close()
    await settle()
    expect(electron.questions[0]).toMatchObject({
      message: '"digits" is still training.',
      buttons: ['Keep training', 'Stop and quit', 'Cancel'],
    })
    expect([only().isClosed, only().isShown]).toEqual([false, true])
    expect(electron.parents).toEqual([only()])
    electron.answers = [0]
    only().close()
    await settle()
    // The document waits in the hidden window: nobody has to be asked about it.
    expect(only().webContents.sent).toEqual([])
    expect([only().isClosed, only().isShown, stopped]).toEqual([false, false, []])
    const [tray] = FakeTray.present
    if (!tray) throw new Error('no icon is there')
    training.report(0.424)
    await settle()
    expect(tray.toolTip).toBe('Netloom\n"digits" is training: 42%')
    expect(printMenu(tray.menu)).toMatchInlineSnapshot(`
      "Show Netloom
      --
      "digits" is training: 42% off
      Stop training
      --
      Quit Netloom"
    `)
    training.end('finished')
    await settle()
    expect(printMenu(tray.menu)).toContain('Nothing is running any more off')
    click('Show Netloom', tray.menu)
    expect([only().isShown, FakeTray.present]).toEqual([true, []])
    expect([electron.app.quits, FakeWindow.all.length]).toEqual([0, 1])
  })

  it('shows all windows again that it has hidden, to whoever starts it again', async () => {
    const desktop = await start()
    desktop.openWindow()
    connect(only())
    await settle()
    for (const window of FakeWindow.all) window.show()
    runs('training', 'digits')
    electron.app.quit()
    await settle()
    expect(FakeWindow.all.map(({ isShown }) => isShown)).toEqual([false, false])
    electron.app.emit('second-instance', {}, [], folder, { files: [] })
    expect(FakeWindow.all.map(({ isShown }) => isShown)).toEqual([true, true])
    expect([FakeTray.present, electron.app.ends]).toEqual([[], 0])
  })

  it('stops and quits by the menu of the icon', async () => {
    await start()
    connect(only())
    await settle()
    only().show()
    runs('training', 'digits')
    only().close()
    await settle()
    const [tray] = FakeTray.present
    click('Stop training', tray?.menu)
    await settle()
    expect([stopped, electron.app.ends]).toEqual([['digits'], 0])
    // A question about it stands alone: on the hidden window nobody would see it.
    const other = runs('training', 'other')
    electron.answers = [2]
    click('Quit Netloom', tray?.menu)
    await settle()
    expect([electron.parents.at(-1), only().isShown]).toEqual([null, false])
    other.end('finished')
    click('Quit Netloom', tray?.menu)
    await settle()
    expect([only().isClosed, electron.app.ends, FakeTray.present]).toEqual([true, 1, []])
  })

  it('stops the trainings where the person wants that, after the page was asked', async () => {
    await start()
    connect(only())
    load(only())
    await settle()
    runs('training', 'digits')
    electron.say(only(), channels.document, isDirty)
    electron.answers = [1]
    only().close()
    await settle()
    expect([stopped, only().webContents.sent]).toEqual([[], [[channels.closeAsked, undefined]]])
    electron.say(only(), channels.closeAnswer, true)
    await settle()
    expect([stopped, only().isClosed]).toEqual([['digits'], true])
    end()
    await settle()
    expect(electron.app.ends).toBe(1)
  })

  it('closes also where nobody can say what other programs train', async () => {
    const core = { ...fakeCore, trainingsElsewhere: () => Promise.reject(new Error('no permission')) }
    await start({ openCore: async () => core })
    connect(only())
    await settle()
    runs('training', 'digits')
    electron.answers = [1]
    only().close()
    await settle()
    expect([stopped, only().isClosed]).toEqual([['digits'], true])
  })

  it('quits at once where nothing is unsaved and nothing runs', async () => {
    await start()
    connect(only())
    await settle()
    runs('import', 'vgg.onnx')
    const event = preventable()
    electron.app.emit('before-quit', event)
    expect(event.isPrevented).toBe(false)
    only().close()
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

describe('work that runs', () => {
  async function begin(platform = 'linux'): Promise<void> {
    await start({ platform })
    connect(only())
    load(only())
    await settle()
    only().show()
  }

  it('keeps the machine awake to its end, also after an error, and shows its progress', async () => {
    await begin()
    const training = runs('training', '/runs/digits')
    expect([electron.awake.size, only().progress]).toEqual([1, [0, 'indeterminate']])
    const failing = ledger.during('evaluation', 'lenet', undefined, async (entry) => {
      entry.report(0.2)
      await settle()
      throw new Error('disk full')
    })
    training.report(0.6)
    expect(only().progress).toEqual([0.4, 'normal'])
    await expect(failing).rejects.toThrow('disk full')
    expect([electron.awake.size, only().progress]).toEqual([1, [0.6, 'normal']])
    training.end('finished')
    expect([electron.awake.size, only().progress]).toEqual([0, [-1, 'none']])
    // Seen in the window in front; a notification would say it twice.
    await settle()
    expect(FakeNotification.all).toEqual([])
  })

  it('tells the end of a training to whoever looks elsewhere, and shows the run on a click', async () => {
    await begin()
    FakeWindow.focused = null
    runs('training', '/runs/digits').end('finished')
    runs('training', '/runs/other').end('stopped')
    runs('import', 'vgg.onnx').end('finished')
    await settle()
    expect(FakeNotification.all.map(({ options, isShown }) => [options, isShown])).toEqual([
      [{ title: 'The training has ended', body: '"digits" is finished.' }, true],
    ])
    only().hide()
    FakeNotification.all[0]?.emit('click', {})
    expect([only().isShown, FakeWindow.focused]).toEqual([true, only()])
    expect(only().webContents.sent).toEqual([[channels.showRun, '/runs/digits']])
  })

  it('marks a failure on the taskbar of Windows until a person looks', async () => {
    await begin('win32')
    FakeWindow.focused = null
    const training = runs('training', '/runs/digits')
    expect(only().progress).toEqual([2, 'indeterminate'])
    training.end('failed')
    await settle()
    expect(only().progress).toEqual([1, 'error'])
    expect(FakeNotification.all[0]?.options.title).toBe('The training has failed')
    only().focus()
    expect(only().progress).toEqual([-1, 'none'])
  })
})

describe('the end of the system session', () => {
  async function begin(platform: string): Promise<void> {
    await start({ platform })
    connect(only())
    load(only())
    await settle()
    only().show()
  }
  const sessionEnd = (name: string) => {
    const event = preventable({ reasons: ['shutdown'] })
    if (name === 'shutdown') electron.powerMonitor.emit(name, event)
    else only().emit(name, event)
    return event.isPrevented
  }

  it('is not held up where nothing would be lost', async () => {
    await begin('win32')
    expect(sessionEnd('query-session-end')).toBe(false)
    electron = new FakeElectron(folder)
    await begin('linux')
    expect(sessionEnd('shutdown')).toBe(false)
    expect(electron.app.quits).toBe(0)
  })

  it('is held up on Windows, with a question and the changes kept', async () => {
    await begin('win32')
    electron.say(only(), channels.document, isDirty)
    expect(sessionEnd('query-session-end')).toBe(true)
    await settle()
    expect(only().webContents.sent).toEqual([
      [channels.keepRecovery, undefined],
      [channels.closeAsked, undefined],
    ])
    electron.say(only(), channels.recoveryKept)
    electron.say(only(), channels.closeAnswer, true)
    await settle()
    expect(only().isClosed).toBe(true)
  })

  it('stops trainings and keeps changes where Windows ends all the same', async () => {
    await begin('win32')
    electron.say(only(), channels.document, isDirty)
    runs('training', 'digits')
    sessionEnd('session-end')
    await settle()
    expect(stopped).toEqual(['digits'])
    expect(only().webContents.sent).toEqual([[channels.keepRecovery, undefined]])
    expect(electron.questions).toEqual([])
  })

  it('waits elsewhere for trainings and changes to be kept, and then ends without a question', async () => {
    await begin('linux')
    electron.say(only(), channels.document, isDirty)
    runs('training', 'digits')
    expect(sessionEnd('shutdown')).toBe(true)
    await settle()
    expect([stopped, electron.app.ends]).toEqual([['digits'], 0])
    electron.say(only(), channels.recoveryKept)
    await settle()
    expect([only().isClosed, electron.app.ends, electron.questions]).toEqual([true, 1, []])
  })
})

describe('what nothing caught', () => {
  const readLog = () => readFile(join(folder, 'logs', 'netloom.log'), 'utf8')

  it('is written to the log and told once, with the changes kept and the ways out', async () => {
    await start()
    load(only())
    only().show()
    electron.say(only(), channels.document, isDirty)
    electron.answers = [1]
    ownProcess.emit('uncaughtException', new Error('boom'))
    ownProcess.emit('unhandledRejection', new TypeError('no such thing', { cause: new Error('deeper') }))
    await settle()
    expect(electron.questions).toMatchObject([
      { message: 'Netloom has met an error of its own.', buttons: ['Go on', 'Show the log file', 'Quit'] },
    ])
    expect(electron.parents).toEqual([only()])
    expect(only().webContents.sent).toEqual([[channels.keepRecovery, undefined]])
    expect(electron.opened).toEqual([join(folder, 'logs', 'netloom.log')])
    expect(await readLog()).toMatch(
      /^\d{4}-.*Z Netloom 0\.1\.0 starts[^]*Error: boom[^]*TypeError: no such thing[^]*deeper/,
    )
  })

  it('knows a process that draws from others, and asks the page about its own end', async () => {
    await start()
    const gone = (type: string, reason: string) =>
      electron.app.emit('child-process-gone', {}, { type, reason, exitCode: 11, name: 'Network Service' })
    gone('Utility', 'crashed')
    gone('GPU', 'clean-exit')
    electron.app.emit('render-process-gone', {}, {}, { reason: 'oom', exitCode: 5 })
    await settle()
    expect(electron.questions).toEqual([])
    gone('GPU', 'crashed')
    gone('GPU', 'crashed')
    await settle()
    expect(electron.questions.map(({ message }) => message)).toEqual([expect.stringMatching(/that draws has crashed/)])
    const log = await readLog()
    expect(log).toContain('Utility process Network Service is gone: crashed, exit code 11')
    expect(log).toContain("A window's page is gone: oom, exit code 5")
    expect(log).not.toContain('clean-exit')
  })

  it('fills no disk, and is shown by the menu', async () => {
    await start()
    for (let turn = 0; turn < 200; turn += 1) ownProcess.emit('uncaughtException', new Error('x'.repeat(20_000)))
    await settle()
    const sizes = await Promise.all(
      ['netloom.log', 'netloom-older.log'].map(async (name) => (await stat(join(folder, 'logs', name))).size),
    )
    for (const size of sizes) expect(size).toBeLessThanOrEqual(512 * 1024)
    click('Show log file')
    expect(electron.opened).toEqual([join(folder, 'logs', 'netloom.log')])
  })
})
