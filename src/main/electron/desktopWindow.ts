// One window of the program: its page, what the page reports, and how it closes; not which windows there are (desktop.ts).
import type { BrowserWindow, MessagePortMain } from 'electron'
import { desktopOrigin } from '../../shared/contract/desktopBridge'
import type { DesktopCommand, DesktopDocument } from '../../shared/contract/desktopBridge'
import { isSamePath } from './fileArguments'
import { ask, goneQuestion, unresponsiveQuestion } from './nativeDialogs'
import { channels } from './channelNames'
import type { ElectronParts } from './electronParts'
import { webPreferencesOf } from './security'
import { fitWindow, smallestWindow } from './windowState'
import type { Rectangle, WindowState } from './windowState'

/** The colour behind the page until it is drawn, by theme: that of the page, so that nothing flashes. */
const background = { dark: '#111318', light: '#eff1f5' } as const

/** A window shows itself within this time, drawn or not. */
const showWithinMs = 2000
/** A page keeps its changes within this time, or did not. */
const recoveryWithinMs = 1500

/** What a window needs of its surroundings. */
export interface WindowFiles {
  /** The built preload script, absolute. */
  readonly preload: string
  /** The icon of windows on Linux, absolute. */
  readonly icon: string
  /** As `process.platform`. */
  readonly platform: string
}

export class DesktopWindow {
  readonly window: BrowserWindow
  document: DesktopDocument = { name: 'Untitled', path: null, isDirty: false }
  commands: readonly DesktopCommand[] = []
  private port: MessagePortMain | undefined
  private isShown = false
  private isLoaded = false
  private readonly waiting: (readonly [channel: string, message: unknown])[] = []
  private answer: ((mayClose: boolean) => void) | undefined
  private isFreeToClose = false
  private isResponsive = true
  private readonly promised = new Set<string>()
  private zoomFactor = 1
  private recoveryKept: (() => void) | undefined

  constructor(
    private readonly electron: ElectronParts,
    private readonly files: WindowFiles,
    saved: WindowState | undefined,
  ) {
    this.window = new electron.BrowserWindow({
      ...fitWindow(saved, workAreas(electron)),
      minWidth: smallestWindow.width,
      minHeight: smallestWindow.height,
      show: false,
      title: 'Netloom',
      backgroundColor: backgroundOf(electron),
      ...(this.files.platform === 'linux' && { icon: files.icon }),
      webPreferences: webPreferencesOf(files.preload),
    })
    if (saved?.isMaximized) this.window.maximize()
    if (saved?.isFullScreen) this.window.setFullScreen(true)
    this.follow()
  }

  /** Loads the page; the window shows itself when the page is drawn. */
  load(): Promise<void> {
    return this.window.loadURL(`${desktopOrigin}/index.html`)
  }

  private showOnce(): void {
    if (this.isShown || this.window.isDestroyed()) return
    this.isShown = true
    this.window.show()
  }

  private follow(): void {
    const { window } = this
    window.once('ready-to-show', () => this.showOnce())
    // Wayland may give a window that is not shown nothing to draw on, and then it is never ready.
    if (this.files.platform === 'linux') {
      window.webContents.once('did-finish-load', () => this.showOnce())
      const timer = setTimeout(() => this.showOnce(), showWithinMs)
      window.once('closed', () => clearTimeout(timer))
    }
    // The title is made of what the page reports.
    window.on('page-title-updated', (event) => event.preventDefault())
    window.on('unresponsive', () => {
      this.isResponsive = false
      if (this.answer) void this.askWithoutPage()
    })
    window.on('responsive', () => (this.isResponsive = true))
    window.webContents.on('did-start-navigation', (details) => {
      if (!details.isMainFrame || details.isSameDocument) return
      // What the page before was told to open went with it; what still waits is told to the next one.
      if (this.isLoaded) this.promised.clear()
      this.isLoaded = false
    })
    window.webContents.on('did-finish-load', () => this.sendWaiting())
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      this.isLoaded = false
      if (this.answer) this.answer(true)
      else if (reason !== 'clean-exit' && !this.isFreeToClose) void this.offerReload()
    })
  }

  /** Sends to the page, once it is there. */
  send(channel: string, message?: unknown): void {
    if (this.isLoaded) this.window.webContents.send(channel, message)
    else this.waiting.push([channel, message])
  }

  private sendWaiting(): void {
    this.isLoaded = true
    this.window.webContents.setZoomFactor(this.zoomFactor)
    for (const [channel, message] of this.waiting.splice(0)) this.window.webContents.send(channel, message)
  }

  /** Takes the colour behind the page from the theme. */
  paint(): void {
    if (!this.window.isDestroyed()) this.window.setBackgroundColor(backgroundOf(this.electron))
  }

  /** Zooms the page now, and again whenever it is loaded: before that Chromium takes no zoom. */
  zoomTo(factor: number): void {
    this.zoomFactor = factor
    if (this.isLoaded) this.window.webContents.setZoomFactor(factor)
  }

  /** Tells the page to open a file. */
  openFile(path: string): void {
    this.promised.add(path)
    this.send(channels.openFile, path)
  }

  /** Whether a file is on its way into this window. */
  get isPromised(): boolean {
    return this.promised.size > 0
  }

  /** Whether the window shows a file, or is about to. */
  holds(path: string): boolean {
    const { platform } = this.files
    const shown = this.document.path
    const paths = shown === null ? [...this.promised] : [shown, ...this.promised]
    return paths.some((each) => isSamePath(each, path, platform))
  }

  /** Hears that a file is open, or will not be. */
  takeFileAnswer(path: string): void {
    this.promised.delete(path)
  }

  /** Takes the port of a page that has begun; the one of the page before is closed. */
  takePort(port: MessagePortMain): void {
    this.port?.close()
    this.port = port
  }

  takeDocument(document: DesktopDocument): void {
    this.document = document
    const mark = document.isDirty && this.files.platform !== 'darwin' ? '• ' : ''
    this.window.setTitle(`${mark}${document.name} - Netloom`)
    if (this.files.platform !== 'darwin') return
    this.window.setDocumentEdited(document.isDirty)
    this.window.setRepresentedFilename(document.path ?? '')
  }

  takeCloseAnswer(mayClose: boolean): void {
    this.answer?.(mayClose)
  }

  /** Whether the page shows a document that nobody would miss, so that a file may be opened in its place. */
  get isPristine(): boolean {
    return this.document.path === null && !this.document.isDirty
  }

  /** Whether a close of this window goes through without a question. */
  get mayClose(): boolean {
    return this.isFreeToClose
  }

  /** Asks the page, where its document has changes, whether the window may close. */
  async confirmClose(): Promise<boolean> {
    if (!this.hasUnsavedChanges) return true
    if (this.answer) return false
    bringToFront(this.window)
    const answered = new Promise<boolean>((resolve) => (this.answer = resolve))
    this.send(channels.closeAsked)
    if (!this.isResponsive) void this.askWithoutPage()
    const mayClose = await answered
    this.answer = undefined
    return mayClose
  }

  /** Whether something would be lost that only the page can save. */
  get hasUnsavedChanges(): boolean {
    return this.document.isDirty && !this.isPageGone
  }

  private get isPageGone(): boolean {
    const { window } = this
    return window.isDestroyed() || window.webContents.isCrashed() || window.webContents.isDestroyed()
  }

  /** Has the page keep its unsaved changes for recovery now. @returns when it has, or after the time that it may take */
  async keepRecovery(): Promise<void> {
    if (!this.hasUnsavedChanges || !this.isLoaded) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, recoveryWithinMs)
      this.recoveryKept = () => {
        clearTimeout(timer)
        resolve()
      }
      this.send(channels.keepRecovery)
    })
  }

  takeRecoveryKept(): void {
    this.recoveryKept?.()
  }

  private async askWithoutPage(): Promise<void> {
    const button = await ask(this.electron, this.window, unresponsiveQuestion)
    if (button === 1) this.answer?.(true)
  }

  private async offerReload(): Promise<void> {
    const button = await ask(this.electron, this.window, goneQuestion)
    if (this.window.isDestroyed()) return
    // What it showed is gone; the page that comes next reports anew.
    this.document = { name: 'Untitled', path: null, isDirty: false }
    if (button === 1) this.close()
    else this.window.webContents.reload()
  }

  /** Lets the window close without a further question. */
  release(): void {
    this.isFreeToClose = true
  }

  /** Closes without a further question. */
  close(): void {
    this.release()
    this.port?.close()
    this.window.close()
  }

  /** Where the window is, to be remembered. */
  state(): WindowState {
    const { x, y, width, height } = this.window.getNormalBounds()
    const isFullScreen = this.window.isFullScreen()
    return { x, y, width, height, isMaximized: this.window.isMaximized(), isFullScreen }
  }
}

function backgroundOf({ nativeTheme }: ElectronParts): string {
  return nativeTheme.shouldUseDarkColors ? background.dark : background.light
}

/** The work areas of the displays, the primary one first. */
function workAreas({ screen }: ElectronParts): [Rectangle, ...Rectangle[]] {
  const primary = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id)
  return [primary.workArea, ...others.map(({ workArea }) => workArea)]
}

/** Shows a window that may be minimised or behind others. */
export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
