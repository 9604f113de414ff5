// An Electron of plain objects that remembers what it was told, for tests of the wiring in Node; it draws and loads nothing.
import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import type { MenuItemConstructorOptions } from 'electron'
import type { ElectronParts } from '../../src/main/electron/electronParts'
import { desktopOrigin } from '../../src/shared/contract/desktopBridge'

/** An event that can be prevented. */
export function preventable(more: object = {}) {
  return {
    ...more,
    isPrevented: false,
    preventDefault() {
      this.isPrevented = true
    },
  }
}

type WindowOpenHandler = (details: { url: string }) => { action: string }

export class FakeContents extends EventEmitter {
  readonly sent: unknown[][] = []
  readonly edits: string[] = []
  openHandler: WindowOpenHandler | undefined
  isGone = false
  setWindowOpenHandler(handler: WindowOpenHandler) {
    this.openHandler = handler
  }
  send(...message: unknown[]) {
    this.sent.push(message)
  }
  zoomFactor = 1
  setZoomFactor(factor: number) {
    this.zoomFactor = factor
  }
  isCrashed = () => this.isGone
  isDestroyed = () => false
  undo = () => this.edits.push('undo')
  paste = () => this.edits.push('paste')
  reload = () => this.edits.push('reload')
}

export interface FakeWindowOptions {
  x: number
  y: number
  width: number
  height: number
  webPreferences: Record<string, unknown>
}

export class FakeWindow extends EventEmitter {
  static all: FakeWindow[] = []
  static focused: FakeWindow | null = null
  static onMade: (contents: FakeContents) => void = () => {}
  static getFocusedWindow = () => FakeWindow.focused
  readonly webContents = new FakeContents()
  readonly loaded: string[] = []
  title = ''
  isShown = false
  progress: [value: number, mode: string] = [-1, 'none']
  focusCount = 0
  isClosed = false
  isMax = false
  constructor(readonly options: FakeWindowOptions) {
    super()
    FakeWindow.all.push(this)
    FakeWindow.focused = this
    FakeWindow.onMade(this.webContents)
  }
  loadURL(url: string) {
    this.loaded.push(url)
    return Promise.resolve()
  }
  /** As Electron: asks by `close`, and is gone where nobody prevented that. */
  close() {
    const event = preventable()
    this.emit('close', event)
    if (event.isPrevented) return
    this.isClosed = true
    if (FakeWindow.focused === this) FakeWindow.focused = null
    this.emit('closed')
  }
  show() {
    if (this.isShown) return
    this.isShown = true
    this.emit('show')
  }
  hide() {
    this.isShown = false
    if (FakeWindow.focused === this) FakeWindow.focused = null
  }
  isVisible = () => this.isShown
  background = ''
  setBackgroundColor(colour: string) {
    this.background = colour
  }
  setProgressBar(value: number, { mode }: { mode: string }) {
    this.progress = [value, mode]
  }
  focus() {
    this.focusCount += 1
    FakeWindow.focused = this
    this.emit('focus')
  }
  setTitle(title: string) {
    this.title = title
  }
  maximize() {
    this.isMax = true
  }
  restore() {}
  setFullScreen() {}
  setDocumentEdited() {}
  setRepresentedFilename() {}
  isMinimized = () => false
  isMaximized = () => this.isMax
  isFullScreen = () => false
  isDestroyed = () => this.isClosed
  getNormalBounds = () => this.options
}

class FakeApp extends EventEmitter {
  hasLock = true
  quits = 0
  /** Quits that nothing prevented. */
  ends = 0
  recent: string[] = []
  lockData: unknown
  userData = ''
  requestSingleInstanceLock(data: unknown) {
    this.lockData = data
    return this.hasLock
  }
  whenReady = () => Promise.resolve()
  /** As Electron: asks by `before-quit`, then closes every window, and ends where none is left. */
  quit() {
    this.quits += 1
    const event = preventable()
    this.emit('before-quit', event)
    if (event.isPrevented) return
    const open = () => FakeWindow.all.filter(({ isClosed }) => !isClosed)
    for (const window of open()) window.close()
    if (open().length === 0) this.ends += 1
  }
  getPath = (name: string) =>
    name === 'documents' ? '/home/ada/documents' : join(this.userData, name === 'logs' ? name : '')
  getVersion = () => '0.1.0'
  setAppUserModelId() {}
  addRecentDocument(path: string) {
    this.recent.push(path)
  }
}

class FakeTheme extends EventEmitter {
  themeSource = 'system'
  get shouldUseDarkColors() {
    return this.themeSource === 'dark'
  }
}

/** A notification that was made, shown or not. */
export class FakeNotification extends EventEmitter {
  static all: FakeNotification[] = []
  static isSupported = () => true
  isShown = false
  constructor(readonly options: { title: string; body: string }) {
    super()
    FakeNotification.all.push(this)
  }
  show() {
    this.isShown = true
  }
}

/** An icon beside the clock. */
export class FakeTray extends EventEmitter {
  static all: FakeTray[] = []
  /** Those that are there now. */
  static get present() {
    return FakeTray.all.filter(({ isGone }) => !isGone)
  }
  isGone = false
  toolTip = ''
  menu: MenuItemConstructorOptions[] = []
  constructor(readonly image: unknown) {
    super()
    FakeTray.all.push(this)
  }
  setToolTip(text: string) {
    this.toolTip = text
  }
  setContextMenu(menu: MenuItemConstructorOptions[]) {
    this.menu = menu
  }
  destroy() {
    this.isGone = true
  }
}

class FakeSession {
  request: ((contents: unknown, permission: string, answer: (is: boolean) => void, details: object) => void) | undefined
  check: ((contents: unknown, permission: string, origin: string, details: object) => boolean) | undefined
  device: (() => boolean) | undefined
  blocked: { urls: string[] } | undefined
  onRequest: ((details: object, answer: (response: object) => void) => void) | undefined
  setPermissionRequestHandler(handler: NonNullable<FakeSession['request']>) {
    this.request = handler
  }
  setPermissionCheckHandler(handler: NonNullable<FakeSession['check']>) {
    this.check = handler
  }
  setDevicePermissionHandler(handler: () => boolean) {
    this.device = handler
  }
  webRequest = {
    onBeforeRequest: (filter: { urls: string[] }, handler: NonNullable<FakeSession['onRequest']>) => {
      this.blocked = filter
      this.onRequest = handler
    },
  }
}

type Answer = (event: object, message: unknown) => unknown

/** Everything that the main process uses, and what it was told. */
export class FakeElectron {
  readonly app = new FakeApp()
  readonly ipc = new EventEmitter()
  private readonly answersOf = new Map<string, Answer>()
  readonly session = new FakeSession()
  readonly powerMonitor = new EventEmitter()
  readonly nativeTheme = new FakeTheme()
  /** The windows on which dialogs were shown. */
  readonly parents: unknown[] = []
  /** Blockers of the sleep that are held now. */
  readonly awake = new Set<number>()
  readonly opened: string[] = []
  readonly schemes: unknown[] = []
  readonly questions: { message: string; buttons?: string[] }[] = []
  /** Buttons of the next questions. */
  answers: number[] = []
  chosen: string | undefined
  menu: MenuItemConstructorOptions[] = []
  serve: ((request: Request) => Promise<Response>) | undefined

  constructor(userData: string) {
    this.app.userData = userData
    FakeWindow.all = []
    FakeWindow.focused = null
    FakeNotification.all = []
    FakeTray.all = []
    FakeWindow.onMade = (contents) => this.app.emit('web-contents-created', {}, contents)
  }

  /** The value that the wiring takes: only what is here is used, so the rest of Electron's types is left out. */
  get parts(): ElectronParts {
    const area = { x: 0, y: 0, width: 1920, height: 1040 }
    const display = { id: 1, workArea: area }
    const parts = {
      app: this.app,
      BrowserWindow: FakeWindow,
      ipcMain: Object.assign(this.ipc, {
        handle: (channel: string, answer: Answer) => void this.answersOf.set(channel, answer),
      }),
      Notification: FakeNotification,
      Tray: FakeTray,
      nativeImage: { createFromPath: (path: string) => ({ resize: (size: object) => ({ path, ...size }) }) },
      powerMonitor: this.powerMonitor,
      nativeTheme: this.nativeTheme,
      powerSaveBlocker: {
        start: (type: string) => {
          if (type !== 'prevent-app-suspension') throw new Error(`the display stays on: ${type}`)
          const id = Math.max(0, ...this.awake) + 1
          this.awake.add(id)
          return id
        },
        stop: (id: number) => this.awake.delete(id),
      },
      session: { defaultSession: this.session },
      shell: {
        openExternal: async (url: string) => void this.opened.push(url),
        showItemInFolder: (path: string) => void this.opened.push(path),
      },
      screen: { getPrimaryDisplay: () => display, getAllDisplays: () => [display] },
      Menu: {
        buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
        setApplicationMenu: (menu: MenuItemConstructorOptions[]) => (this.menu = menu),
      },
      protocol: {
        registerSchemesAsPrivileged: (schemes: unknown[]) => this.schemes.push(...schemes),
        handle: (_scheme: string, serve: NonNullable<FakeElectron['serve']>) => (this.serve = serve),
      },
      dialog: {
        showMessageBox: async (...given: unknown[]) => {
          this.parents.push(given.length > 1 ? given[0] : null)
          this.questions.push(given.at(-1) as FakeElectron['questions'][number])
          return { response: this.answers.shift() ?? 0 }
        },
        showOpenDialog: async (...given: unknown[]) => {
          this.parents.push(given.length > 1 ? given[0] : null)
          return { canceled: !this.chosen, filePaths: this.chosen ? [this.chosen] : [] }
        },
        showSaveDialog: async (...given: unknown[]) => {
          this.parents.push(given.length > 1 ? given[0] : null)
          return { canceled: !this.chosen, filePath: this.chosen ?? '' }
        },
      },
    }
    return parts as unknown as ElectronParts
  }

  /** Asks as the page of a window would. */
  ask(window: FakeWindow, channel: string, message: unknown, more: object = {}): unknown {
    const senderFrame = { url: `${desktopOrigin}/index.html`, parent: null }
    return this.answersOf.get(channel)?.({ sender: window.webContents, senderFrame, ...more }, message)
  }

  /** Says something as the page of a window would. */
  say(window: FakeWindow, channel: string, message?: unknown, more: object = {}) {
    const senderFrame = { url: `${desktopOrigin}/index.html`, parent: null }
    this.ipc.emit(channel, { sender: window.webContents, senderFrame, ports: [], ...more }, message)
  }
}

/** A port as the main process gets it from Electron, over one of Node. */
export class FakePort {
  isClosed = false
  constructor(private readonly port: MessagePort) {}
  on(name: string, listener: (event?: { data: unknown }) => void) {
    if (name === 'message') this.port.on('message', (data) => listener({ data }))
    else this.port.on(name, () => listener())
    return this
  }
  start() {
    this.port.start()
  }
  postMessage(data: string | ArrayBuffer) {
    this.port.postMessage(data, [])
  }
  close() {
    this.isClosed = true
    this.port.close()
  }
}
