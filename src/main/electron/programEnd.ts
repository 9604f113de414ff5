// How windows and the program end: the questions before, what goes on without a window, and the end of the system's session.
import type { BrowserWindow } from 'electron'
import type { DesktopWindow } from './desktopWindow'
import type { ElectronParts } from './electronParts'
import { ask, choiceOf, workQuestion } from './nativeDialogs'
import type { WorkChoice } from './nativeDialogs'
import { TrayIcon } from './trayIcon'
import type { ActiveWork, DesktopCore } from './windowConnection'

/** What the end needs of the program around it. */
export interface EndSurroundings {
  readonly platform: string
  /** The icon of the program, absolute. */
  readonly icon: string
  /** How long to wait between two looks whether what runs without a window has ended. */
  readonly pollMs: number
  /** The open windows; hidden ones too. */
  readonly windows: readonly DesktopWindow[]
  /** The core, where it was asked for and could be opened. */
  openedCore(): Promise<DesktopCore | undefined>
  /** The same, where it is there already. */
  presentCore(): DesktopCore | undefined
  /** Brings a window to the front, or opens one. */
  show(): void
}

/** The system waits so long for a program before it turns off: logind 5 s, the others no less. */
const sessionPatienceMs = 4000

type Outcome = 'closed' | 'kept' | 'cancelled'

export class ProgramEnd {
  private isQuitting = false
  private isEnding = false
  private isAsking = false
  private readonly tray: TrayIcon
  /** Windows that were hidden together come back together. */
  private hidden: readonly BrowserWindow[] = []

  constructor(
    private readonly electron: ElectronParts,
    private readonly around: EndSurroundings,
  ) {
    this.tray = new TrayIcon(electron, around, {
      show: () => around.show(),
      stop: () => void this.stopWork(),
      quit: () => void this.quit(),
    })
  }

  /** Follows the program and, where the system tells it, the end of its session; when Electron is ready. */
  follow(): void {
    const { app, powerMonitor } = this.electron
    app.on('before-quit', (event) => {
      if (this.isEnding) return
      if (this.isIdle()) return this.letGo()
      event.preventDefault()
      void this.quit()
    })
    app.on('window-all-closed', () => {
      if (this.around.platform !== 'darwin' || this.isQuitting) void this.end()
    })
    // Linux holds the shutdown up for a program that listens, so this one does only where it may need that.
    if (this.around.platform === 'win32') return
    powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
      if (this.isIdle()) return
      event?.preventDefault()
      void this.endWithSession()
    })
  }

  /** Follows one window from its making on. */
  followWindow(made: DesktopWindow, remember: () => void): void {
    const { window } = made
    window.on('close', (event) => {
      if (made.mayClose) return remember()
      event.preventDefault()
      const isLast = this.around.windows.length === 1 && this.around.platform !== 'darwin'
      void this.closeWindows([made], isLast)
    })
    window.on('show', () => this.comeBack())
    window.on('query-session-end', (event) => {
      if (this.isIdle()) return
      // Windows shows that this program holds the end up; the question says why.
      event.preventDefault()
      for (const each of this.around.windows) void each.keepRecovery()
      void this.quit()
    })
    window.on('session-end', () => void this.keepEverything())
  }

  /** Brings what the tray says up to date, where there is one. */
  async redraw(): Promise<void> {
    if (this.tray.isShown) this.tray.show(await this.activeWork())
    // A window may have been shown meanwhile.
    if (this.around.windows.some(({ window }) => window.isVisible())) this.comeBack()
  }

  /** Whether the program may end without a word: nothing is unsaved, and nothing runs that a person would miss. */
  private isIdle(): boolean {
    const running = this.around.presentCore()?.running() ?? []
    const isWorking = running.some(({ kind }) => kind === 'training' || kind === 'experiment')
    return !isWorking && !this.around.windows.some((window) => window.hasUnsavedChanges)
  }

  /** Lets the system close everything as it wants. */
  private letGo(): void {
    this.isEnding = true
    for (const window of this.around.windows) window.release()
    this.tray.remove()
    // What is left of it on the disk is tidied at the next start.
    void this.around
      .presentCore()
      ?.close()
      .catch(() => undefined)
  }

  private async activeWork(): Promise<readonly ActiveWork[]> {
    // What cannot be listed must not keep the program from ending.
    return (await (await this.around.openedCore())?.activeWork().catch(() => [])) ?? []
  }

  private async stopWork(): Promise<void> {
    await Promise.all((await this.activeWork()).map((work) => work.stop()))
  }

  /**
   * Closes windows after every question has been answered: where the program ends with them, about trainings and the
   * experiment, which may go on without a window; then by the pages for their documents.
   */
  private async closeWindows(windows: readonly DesktopWindow[], isEnd: boolean): Promise<Outcome> {
    if (this.isAsking) return 'cancelled'
    this.isAsking = true
    let choice: WorkChoice | 'nothing'
    try {
      choice = isEnd ? await this.askAboutWork(windows[0]?.window ?? null) : 'nothing'
      if (choice === 'keep') return await this.goOnWithout(windows)
      if (choice === 'cancel') return 'cancelled'
      for (const window of windows) if (!(await window.confirmClose())) return 'cancelled'
    } finally {
      this.isAsking = false
    }
    if (choice === 'stop') await this.stopWork()
    for (const window of windows) if (!window.window.isDestroyed()) window.close()
    return 'closed'
  }

  private async askAboutWork(window: BrowserWindow | null): Promise<WorkChoice | 'nothing'> {
    const active = await this.activeWork()
    if (active.length === 0) return 'nothing'
    const core = await this.around.openedCore()
    const others = (await core?.trainingsElsewhere().catch(() => [])) ?? []
    return choiceOf(await ask(this.electron, window, workQuestion(active, others)))
  }

  /** Hides the windows with their documents as they are, and leaves the icon. */
  private async goOnWithout(windows: readonly DesktopWindow[]): Promise<Outcome> {
    // First the icon: without one the windows would be out of reach.
    this.tray.show(await this.activeWork())
    this.hidden = windows.map(({ window }) => window).filter((window) => !window.isDestroyed())
    for (const window of this.hidden) window.hide()
    return 'kept'
  }

  private comeBack(): void {
    this.tray.remove()
    const { hidden } = this
    this.hidden = []
    for (const window of hidden) if (!window.isDestroyed() && !window.isVisible()) window.show()
  }

  private async quit(): Promise<void> {
    if (this.isQuitting) return
    this.isQuitting = true
    const outcome = await this.closeWindows([...this.around.windows], true).catch(() => 'cancelled' as const)
    if (outcome !== 'closed') this.isQuitting = false
    else if (this.around.windows.length === 0) await this.end()
  }

  /** Ends the program when nothing is at work any more; a window that was opened meanwhile keeps it. */
  private async end(): Promise<void> {
    while ((await this.activeWork()).length > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.around.pollMs))
      if (this.around.windows.length > 0) {
        this.isQuitting = false
        return
      }
    }
    if (this.isEnding || this.around.windows.length > 0) return
    this.isEnding = true
    this.tray.remove()
    await (await this.around.openedCore())?.close()
    this.electron.app.quit()
  }

  /** The system turns off: nobody is asked any more, everything is kept. */
  private async endWithSession(): Promise<void> {
    if (this.isEnding) return
    this.isEnding = true
    await this.keepEverything()
    for (const window of this.around.windows) window.release()
    this.electron.app.quit()
  }

  /** Keeps unsaved documents for recovery, and trainings at their present step, within the system's patience. */
  private async keepEverything(): Promise<void> {
    const patience = new Promise<void>((resolve) => setTimeout(resolve, sessionPatienceMs).unref())
    const keep = async (): Promise<void> => {
      // The trainings need longest; the core goes on answering while they end.
      const stopped = this.stopWork()
      await Promise.all(this.around.windows.map((window) => window.keepRecovery()))
      await stopped
      await (await this.around.openedCore())?.close()
    }
    await Promise.race([keep().catch(() => undefined), patience])
  }
}
