// What nothing else caught, here and in Chromium's processes: written to the log, and told once with the way out; not the failures of calls.
import type { BrowserWindow } from 'electron'
import type { ElectronParts } from './electronParts'
import { describeFailure, LogFile } from './logFile'
import { ask, failureQuestion, graphicsQuestion } from './nativeDialogs'

/** Where Node tells what nothing caught. */
export interface ProcessEvents {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (reason: unknown) => void): unknown
}

/** What is done beside the log, and where it is told. */
export interface FailureSurroundings {
  window(): BrowserWindow | null
  /** Has every page keep its unsaved changes for recovery. */
  keepChanges(): void
}

export class ProgramFailures {
  private readonly told = new Set<string>()
  private file: LogFile | undefined

  constructor(
    private readonly electron: ElectronParts,
    private readonly around: FailureSurroundings,
  ) {}

  /** The log; its folder is known from the start on. */
  get log(): LogFile {
    this.file ??= new LogFile(this.electron.app.getPath('logs'))
    return this.file
  }

  showLog(): void {
    this.electron.shell.showItemInFolder(this.log.path)
  }

  follow(process: ProcessEvents): void {
    const { app } = this.electron
    const take = (what: string) => (reason: unknown) => {
      this.log.write(what, describeFailure(reason))
      void this.tell('failure')
    }
    process.on('uncaughtException', take('Nothing caught an error'))
    process.on('unhandledRejection', take('Nothing waited for an error'))
    app.on('render-process-gone', (_event, _contents, { reason, exitCode }) => {
      // The window itself tells it, and offers to load its page again.
      if (reason !== 'clean-exit') this.log.write(`A window's page is gone: ${reason}, exit code ${exitCode}`)
    })
    app.on('child-process-gone', (_event, { type, name, serviceName, reason, exitCode }) => {
      if (reason === 'clean-exit') return
      this.log.write(`${type} process ${name ?? serviceName ?? ''} is gone: ${reason}, exit code ${exitCode}`)
      // The others are started again without being missed; a killed one ends with the system or the program.
      if (type === 'GPU' && reason !== 'killed') void this.tell('graphics')
    })
  }

  /** Tells each kind once: what goes wrong again and again would bury the screen. */
  private async tell(kind: 'failure' | 'graphics'): Promise<void> {
    if (this.told.has(kind)) return
    this.told.add(kind)
    this.around.keepChanges()
    try {
      const question = kind === 'failure' ? failureQuestion : graphicsQuestion
      const button = await ask(this.electron, this.around.window(), question)
      if (button === 1) this.showLog()
      if (button === 2) this.electron.app.quit()
    } catch (error) {
      // A dialog that cannot be shown must not be the next failure that nothing catches.
      this.log.write('A failure could not be told', describeFailure(error))
    }
  }
}
