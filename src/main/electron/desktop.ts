// The desktop program: its windows, files from outside, menu, messages and end, over the parts of Electron that it is given.
import { join } from 'node:path'
import type { IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron'
import { channels } from './channelNames'
import {
  closeAnswerSchema,
  commandsSchema,
  documentSchema,
  isOwnFrame,
  nothingSchema,
  pathSchema,
  textEditSchema,
  themeSchema,
  zoomStepSchema,
} from './channels'
import type { DesktopCore } from './windowConnection'
import { ask } from './nativeDialogs'
import { CoreLine } from './coreLine'
import { bringToFront, DesktopWindow } from './desktopWindow'
import type { WindowFiles } from './desktopWindow'
import type { ElectronParts } from './electronParts'
import { findFileArguments } from './fileArguments'
import { buildMenu } from './menu'
import { describeFailure } from './logFile'
import { ProgramFailures } from './programFailures'
import type { ProcessEvents } from './programFailures'
import { ProgramEnd } from './programEnd'
import { rendererScheme, serveRenderer } from './rendererProtocol'
import { guardContents, guardSession } from './security'
import { readShellSettings, stepZoom, writeShellSettings } from './shellSettings'
import type { ShellSettings } from './shellSettings'
import type { ZoomStep } from '../../shared/contract/desktopBridge'
import { WorkSigns } from './workSigns'
import { wayToRepair } from '../process/installation'
import type { RunningWork } from '../process/workLedger'
import { cascade, readWindowState, writeWindowState } from './windowState'
import { isOpenableName } from '../../shared/graph/fileNames'

export interface DesktopOptions extends WindowFiles {
  /** The built renderer, absolute. */
  readonly rendererFolder: string
  readonly argv: readonly string[]
  readonly workingDirectory: string
  /** Opens the core when the first window needs it. */
  openCore(): Promise<DesktopCore>
  /** The process of the program itself. */
  readonly process: ProcessEvents
  /** How long to wait between two looks whether what runs without a window has ended. */
  readonly pollMs?: number
}

const usualPollMs = 3000

/** The running program; made once, before Electron is ready. */
export class Desktop {
  private readonly windows: DesktopWindow[] = []
  private readonly core: CoreLine
  private filesToOpen: string[] = []
  private recent: readonly { readonly path: string; readonly name: string }[] = []
  private isReady = false
  private settings: ShellSettings = { zoomFactor: 1, theme: 'system' }
  private readonly failures: ProgramFailures
  private readonly signs: WorkSigns
  private readonly programEnd: ProgramEnd
  private menuTimer: ReturnType<typeof setImmediate> | undefined

  constructor(
    private readonly electron: ElectronParts,
    private readonly options: DesktopOptions,
  ) {
    const { platform, icon, pollMs = usualPollMs } = options
    this.failures = new ProgramFailures(electron, {
      window: () => this.front()?.window ?? null,
      keepChanges: () => {
        for (const window of this.windows) void window.keepRecovery()
      },
    })
    this.core = new CoreLine(electron, {
      openCore: () => options.openCore(),
      log: () => this.failures.log,
      onOpened: (core) => {
        this.signs.follow(core)
        core.followWork({ onChange: () => void this.programEnd.redraw() })
      },
    })
    this.signs = new WorkSigns(electron, {
      platform,
      windows: () => this.windows.map(({ window }) => window),
      show: (work) => this.showWork(work),
    })
    this.programEnd = new ProgramEnd(electron, {
      platform,
      icon,
      pollMs,
      windows: this.windows,
      openedCore: () => this.core.opened(),
      presentCore: () => this.core.present,
      show: () => void this.showOrOpen(),
    })
  }

  /**
   * Starts, or hands the files of this start to the program that runs already.
   * @returns resolves when the first window has been asked to load; false where another program took over
   */
  async start(): Promise<boolean> {
    const { app, protocol } = this.electron
    const { argv, workingDirectory, platform } = this.options
    protocol.registerSchemesAsPrivileged([rendererScheme])
    const files = findFileArguments(argv, workingDirectory)
    if (!app.requestSingleInstanceLock({ files })) {
      app.quit()
      return false
    }
    this.filesToOpen = files
    this.followApp()
    if (platform === 'win32') app.setAppUserModelId('app.netloom.desktop')
    await app.whenReady()
    this.failures.follow(this.options.process)
    this.failures.log.write(`Netloom ${app.getVersion()} starts on ${platform}`)
    this.isReady = true
    this.settings = readShellSettings(this.settingsPath())
    const { nativeTheme } = this.electron
    nativeTheme.themeSource = this.settings.theme
    nativeTheme.on('updated', () => {
      for (const window of this.windows) window.paint()
    })
    guardSession(this.electron.session.defaultSession)
    protocol.handle(rendererScheme.scheme, (request) => serveRenderer(this.options.rendererFolder, request))
    this.followPages()
    this.programEnd.follow()
    this.rebuildMenu()
    this.openWaitingFiles()
    if (this.windows.length === 0) this.openWindow()
    return true
  }

  private followApp(): void {
    const { app } = this.electron
    app.on('second-instance', (_event, argv, folder, data) => this.takeSecondStart(argv, folder, data))
    app.on('open-file', (event, path) => {
      event.preventDefault()
      if (isOpenableName(path)) this.openFiles([path])
    })
    app.on('activate', () => {
      if (this.isReady && !this.windows.some(({ window }) => window.isVisible())) this.showOrOpen()
    })
    app.on('web-contents-created', (_event, contents) =>
      guardContents(contents, (address) => void this.electron.shell.openExternal(address).catch(() => undefined)),
    )
  }

  /** A second start of the program: its files, or, without any, a window. */
  private takeSecondStart(argv: readonly string[], folder: string, data: unknown): void {
    const given = typeof data === 'object' && data !== null && 'files' in data ? data.files : undefined
    // Chromium may reorder and add to the arguments on the way, so the other program's own reading counts.
    const files = Array.isArray(given)
      ? given.filter((file): file is string => typeof file === 'string' && isOpenableName(file))
      : findFileArguments(argv, folder)
    if (files.length > 0) this.openFiles(files)
    else if (this.isReady) this.showOrOpen()
  }

  private showOrOpen(): DesktopWindow {
    const front = this.front()
    if (!front) return this.openWindow()
    bringToFront(front.window)
    return front
  }

  /** Shows what became of work, on the screen where it is at home. */
  private showWork({ kind, subject }: RunningWork): void {
    const window = this.showOrOpen()
    if (kind === 'training') window.send(channels.showRun, subject)
    else window.send(channels.command, 'view.experiments')
  }

  private openFiles(paths: readonly string[]): void {
    this.filesToOpen.push(...paths)
    if (this.isReady) this.openWaitingFiles()
  }

  private openWaitingFiles(): void {
    for (const path of this.filesToOpen.splice(0)) this.openFile(path)
  }

  /** Shows a file: in the window that has it, in one that nobody would miss, or in a new one. */
  private openFile(path: string): void {
    const open = this.windows.find((window) => window.holds(path))
    if (open) {
      bringToFront(open.window)
      return
    }
    const free = this.windows.find((window) => window.isPristine && !window.isPromised)
    const target = free ?? this.openWindow()
    target.openFile(path)
    if (free) bringToFront(free.window)
  }

  /** Answers a page that is about to open a file: whether another window has it, which then comes to the front. */
  private showElsewhere({ sender, senderFrame }: IpcMainInvokeEvent, path: unknown): boolean {
    const asking = isOwnFrame(senderFrame) ? this.windowOf(sender) : undefined
    const parsed = pathSchema.safeParse(path)
    if (!asking || !parsed.success) return false
    const other = this.windows.find((window) => window !== asking && window.holds(parsed.data))
    if (other) bringToFront(other.window)
    return other !== undefined
  }

  /** Opens one more window, a little beside the one in front. */
  openWindow(): DesktopWindow {
    const front = this.front()
    const saved = front ? cascade(front.state()) : readWindowState(this.statePath())
    const made = new DesktopWindow(this.electron, this.options, saved)
    this.windows.push(made)
    const { window } = made
    window.on('focus', () => {
      this.signs.seen()
      this.rebuildMenuSoon()
    })
    this.programEnd.followWindow(made, () => writeWindowState(this.statePath(), made.state()))
    window.on('closed', () => {
      this.windows.splice(this.windows.indexOf(made), 1)
      this.rebuildMenuSoon()
    })
    this.signs.redraw()
    made.zoomTo(this.settings.zoomFactor)
    void made.load().catch((error: unknown) => this.tellLoadFailure(made, error))
    return made
  }

  private tellLoadFailure({ window }: DesktopWindow, error: unknown): void {
    this.failures.log.write('The screen cannot be loaded', describeFailure(error))
    if (window.isDestroyed()) return
    window.show()
    const detail = `${error instanceof Error ? error.message : String(error)}\n${wayToRepair()}`
    void ask(this.electron, window, { type: 'error', message: 'The screen of Netloom could not be loaded.', detail })
  }

  private statePath(): string {
    return join(this.electron.app.getPath('userData'), 'window.json')
  }

  /** The window that the menu and dialogs mean. */
  private front(): DesktopWindow | undefined {
    const focused = this.electron.BrowserWindow.getFocusedWindow()
    return this.windows.find(({ window }) => window === focused) ?? this.windows.at(-1)
  }

  private windowOf(contents: WebContents): DesktopWindow | undefined {
    return this.windows.find(({ window }) => !window.isDestroyed() && window.webContents === contents)
  }

  /** Hears a message of our own page only; one that does not fit its schema is dropped. */
  private hear<T>(
    channel: string,
    schema: { safeParse(value: unknown): { success: boolean; data?: T } },
    take: (window: DesktopWindow, message: T) => void,
  ): void {
    this.electron.ipcMain.on(channel, (event: IpcMainEvent, message: unknown) => {
      const window = isOwnFrame(event.senderFrame) ? this.windowOf(event.sender) : undefined
      const parsed = schema.safeParse(message)
      if (window && parsed.success) take(window, parsed.data as T)
    })
  }

  private followPages(): void {
    this.electron.ipcMain.on(channels.connect, (event) => void this.connect(event))
    this.hear(channels.closeAnswer, closeAnswerSchema, (window, mayClose) => window.takeCloseAnswer(mayClose))
    this.hear(channels.recoveryKept, nothingSchema, (window) => window.takeRecoveryKept())
    this.electron.ipcMain.handle(channels.showElsewhere, (event, path: unknown) => this.showElsewhere(event, path))
    this.hear(channels.fileAnswer, pathSchema, (window, path) => window.takeFileAnswer(path))
    this.hear(channels.theme, themeSchema, (_window, theme) => this.takeTheme(theme))
    this.hear(channels.zoom, zoomStepSchema, (_window, step) => this.zoom(step))
    this.hear(channels.editText, textEditSchema, ({ window }, edit) => window.webContents[edit]())
    this.hear(channels.commands, commandsSchema, (window, commands) => {
      window.commands = commands
      if (window === this.front()) this.rebuildMenuSoon()
    })
    this.hear(channels.document, documentSchema, (window, document) => {
      const isOther = document.path !== window.document.path
      window.takeDocument(document)
      if (isOther) void this.rememberRecent(document.path)
    })
  }

  /** Has the system's own parts look as the pages do. */
  private takeTheme(theme: ShellSettings['theme']): void {
    this.electron.nativeTheme.themeSource = theme
    this.remember({ theme })
  }

  private zoom(step: ZoomStep): void {
    this.remember({ zoomFactor: stepZoom(this.settings.zoomFactor, step) })
    for (const window of this.windows) window.zoomTo(this.settings.zoomFactor)
  }

  private remember(change: Partial<ShellSettings>): void {
    this.settings = { ...this.settings, ...change }
    writeShellSettings(this.settingsPath(), this.settings)
  }

  private settingsPath(): string {
    return join(this.electron.app.getPath('userData'), 'settings.json')
  }

  private async connect(event: IpcMainEvent): Promise<void> {
    const [port] = event.ports
    const window = isOwnFrame(event.senderFrame) ? this.windowOf(event.sender) : undefined
    if (!port || !window) {
      port?.close()
      return
    }
    window.takePort(port)
    const isServed = await this.core.serve(window, port)
    if (isServed && this.recent.length === 0) await this.rememberRecent(null)
  }

  /** Takes the list of recent files over into the menu, and the newest one into that of the system. */
  private async rememberRecent(path: string | null): Promise<void> {
    if (path !== null) this.electron.app.addRecentDocument(path)
    try {
      this.recent = await (await this.core.open()).recentFiles()
    } catch {
      // The screen shows the same list and says why it cannot be read.
      this.recent = []
    }
    this.rebuildMenuSoon()
  }

  private rebuildMenuSoon(): void {
    this.menuTimer ??= setImmediate(() => {
      this.menuTimer = undefined
      this.rebuildMenu()
    })
  }

  private rebuildMenu(): void {
    const { Menu, app } = this.electron
    const front = this.front()
    const template = buildMenu({
      platform: this.options.platform,
      commands: front?.commands ?? [],
      recent: this.recent,
      hasWindow: front !== undefined,
      runCommand: (id) => this.front()?.send(channels.command, id),
      openRecent: (path) => this.openFile(path),
      newWindow: () => void this.openWindow(),
      showLog: () => this.failures.showLog(),
      about: () => {
        const options = { type: 'info', title: 'About Netloom', message: `Netloom ${app.getVersion()}` } as const
        const detail =
          'Design, train and exchange convolutional networks.\nMIT licence; those of others are in Help, Third-party notices.'
        void ask(this.electron, this.front()?.window ?? null, { ...options, detail })
      },
    })
    Menu.setApplicationMenu(Menu.buildFromTemplate(template))
  }
}
