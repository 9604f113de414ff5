// What the system is told of running work: to stay awake, its progress on taskbar and dock, and its end; not ending it (programEnd.ts).
import type { BrowserWindow, Notification } from 'electron'
import { printShare } from '../../shared/graph/printNumbers'
import type { RunningWork, WorkOutcome } from '../process/workLedger'
import type { ElectronParts } from './electronParts'
import type { DesktopCore } from './windowConnection'

/** What the signs need of the program around them. */
export interface SignSurroundings {
  readonly platform: string
  windows(): readonly BrowserWindow[]
  /** Brings a window to the front, with the work on its screen. */
  show(work: RunningWork): void
}

/** How far everything together is, in [0, 1]; null where that is not known of any. */
export function meanFraction(running: readonly Pick<RunningWork, 'fraction'>[]): number | null {
  const known = running.flatMap(({ fraction }) => fraction ?? [])
  return known.length === 0 ? null : known.reduce((sum, fraction) => sum + fraction, 0) / known.length
}

/** The words for the end of work; undefined for what a person waits for in front of the screen. */
function describeEnd(kind: RunningWork['kind'], name: string, outcome: WorkOutcome): [string, string] | undefined {
  if (outcome === 'stopped' || (kind !== 'training' && kind !== 'experiment')) return undefined
  const noun = kind === 'training' ? 'The training' : 'The experiment'
  if (outcome === 'finished') return [`${noun} has ended`, `"${name}" is finished.`]
  return outcome === 'interrupted'
    ? [`${noun} was interrupted`, `The process of "${name}" ended without a word.`]
    : [`${noun} has failed`, `"${name}" ended with an error.`]
}

/** Follows the work of one core. */
export class WorkSigns {
  private core: DesktopCore | undefined
  private blocker: number | undefined
  private hasFailed = false
  private shown = ''
  /** A notification that nothing refers to is collected, and then a click on it is lost. */
  private readonly notifications = new Set<Notification>()

  constructor(
    private readonly electron: ElectronParts,
    private readonly surroundings: SignSurroundings,
  ) {}

  follow(core: DesktopCore): void {
    this.core = core
    core.followWork({
      onChange: () => this.update(),
      onEnd: (work, outcome) => void this.tellEnd(work, outcome),
    })
    this.update()
  }

  /** A person looks at a window: what failed is seen there. */
  seen(): void {
    this.hasFailed = false
    this.update()
  }

  /** Gives a window that was just opened the progress of the others. */
  redraw(): void {
    this.shown = ''
    this.update()
  }

  private update(): void {
    const running = this.core?.running() ?? []
    this.stayAwake(running.length > 0)
    this.drawProgress(running)
  }

  private stayAwake(isWorking: boolean): void {
    const { powerSaveBlocker } = this.electron
    if (isWorking) this.blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (this.blocker !== undefined) {
      powerSaveBlocker.stop(this.blocker)
      this.blocker = undefined
    }
  }

  private drawProgress(running: readonly RunningWork[]): void {
    const [value, mode] = this.progressOf(running)
    const text = `${value.toFixed(2)} ${mode}`
    if (text === this.shown) return
    this.shown = text
    for (const window of this.surroundings.windows()) if (!window.isDestroyed()) window.setProgressBar(value, { mode })
  }

  /** As `setProgressBar` takes it: below 0 there is none, above 1 it is not known, which Linux cannot show; nor a failure but Windows. */
  private progressOf(
    running: readonly RunningWork[],
  ): [value: number, mode: 'none' | 'normal' | 'indeterminate' | 'error'] {
    if (running.length === 0)
      return this.hasFailed && this.surroundings.platform === 'win32' ? [1, 'error'] : [-1, 'none']
    const fraction = meanFraction(running)
    return fraction === null ? [this.surroundings.platform === 'linux' ? 0 : 2, 'indeterminate'] : [fraction, 'normal']
  }

  private async tellEnd(work: RunningWork, outcome: WorkOutcome): Promise<void> {
    if (this.electron.BrowserWindow.getFocusedWindow() !== null) return
    if (outcome === 'failed' || outcome === 'interrupted') {
      this.hasFailed = true
      this.update()
    }
    const name = (await this.core?.nameOf(work).catch(() => undefined)) ?? work.subject
    const words = describeEnd(work.kind, name, outcome)
    const { Notification } = this.electron
    if (!words || !Notification.isSupported()) return
    const [title, body] = words
    const notification = new Notification({ title, body })
    this.notifications.add(notification)
    const forget = (): void => void this.notifications.delete(notification)
    notification.on('click', () => {
      forget()
      this.surroundings.show(work)
    })
    notification.on('failed', forget)
    notification.show()
  }
}

/** One line about running work, for a menu: `"digits" is training: 42 %`. */
export function describeProgress(name: string, kind: 'training' | 'experiment', fraction: number | null): string {
  const verb = kind === 'training' ? 'is training' : 'is running'
  return `"${name}" ${verb}${fraction === null ? '' : `: ${printShare(fraction, 0)}`}`
}
