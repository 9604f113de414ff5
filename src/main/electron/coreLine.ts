// The one core of the program: opened when a page first needs it, with why it cannot be told once; what it answers is windowConnection.ts.
import type { BrowserWindow, MessagePortMain } from 'electron'
import type { ElectronParts } from './electronParts'
import { describeFailure, type LogFile } from './logFile'
import { ask, choosePath } from './nativeDialogs'
import type { DesktopWindow } from './desktopWindow'
import type { DesktopCore } from './windowConnection'

export interface CoreLineParts {
  openCore(): Promise<DesktopCore>
  /** Told when it is there. */
  onOpened(core: DesktopCore): void
  readonly log: () => LogFile
}

export class CoreLine {
  private opening: Promise<DesktopCore> | undefined
  private core: DesktopCore | undefined
  private hasToldFailure = false

  constructor(
    private readonly electron: ElectronParts,
    private readonly parts: CoreLineParts,
  ) {}

  /** The core, where it is there already. */
  get present(): DesktopCore | undefined {
    return this.core
  }

  /** The core, where it was asked for and could be opened: what ends the program must not fail with it. */
  async opened(): Promise<DesktopCore | undefined> {
    return this.opening?.catch(() => undefined)
  }

  /** Opens it, the first time. @throws what keeps it from being opened */
  open(): Promise<DesktopCore> {
    this.opening ??= this.parts.openCore().then((core) => {
      this.core = core
      this.parts.onOpened(core)
      return core
    })
    return this.opening
  }

  /** Answers the page of a window over its port, with dialogs on that window. @returns whether there is a core to answer */
  async serve({ window }: DesktopWindow, port: MessagePortMain): Promise<boolean> {
    const core = await this.open().catch((error: unknown) => this.tellFailure(window, error))
    if (core) core.serve(port, (request) => choosePath(this.electron, window, request))
    else port.close()
    return core !== undefined
  }

  /** Says once why nothing works that needs the core. */
  private tellFailure(window: BrowserWindow, error: unknown): undefined {
    if (this.hasToldFailure || window.isDestroyed()) return
    this.hasToldFailure = true
    this.parts.log().write('The core cannot be opened', describeFailure(error))
    const detail = `${error instanceof Error ? error.message : String(error)}\nInstall Netloom again.`
    void ask(this.electron, window, { type: 'error', message: 'Netloom cannot open files or compute here.', detail })
  }
}
