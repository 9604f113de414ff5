// Progress on stderr: a bar that is redrawn on a terminal, a line now and then where stderr is a file or a pipe.
import { printClock } from '../../shared/graph/printNumbers'

const barColumns = 24
const redrawMs = 100
const plainMs = 10_000

export interface ProgressState {
  /** Done so far and in all, in the same unit. */
  readonly done: number
  readonly total: number
  /** Before the bar: `epoch 2/5`. */
  readonly title: string
  /** After it: `loss 0.1234`. */
  readonly detail: string
  /** null: not known yet. */
  readonly secondsLeft: number | null
}

/** Draws the newest state; `line` writes a line that stays. */
export class Progress {
  private readonly isTerminal = process.stderr.isTTY
  private drawnAtMs = -Infinity
  private isDrawn = false

  /** Shows a state; more often than ten times a second it does nothing. */
  update(state: ProgressState): void {
    const now = performance.now()
    if (!this.isTerminal) {
      if (this.drawnAtMs === -Infinity) this.drawnAtMs = now
      if (now - this.drawnAtMs < plainMs) return
      this.drawnAtMs = now
      process.stderr.write(`${this.print(state)}\n`)
      return
    }
    if (now - this.drawnAtMs < redrawMs) return
    this.drawnAtMs = now
    const columns = Math.max(20, (process.stderr.columns ?? 80) - 1)
    process.stderr.write(`\r\x1b[2K${this.print(state).slice(0, columns)}`)
    this.isDrawn = true
  }

  /** Writes a line that stays, above the bar. */
  line(text: string): void {
    this.clear()
    process.stderr.write(`${text}\n`)
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.isDrawn) process.stderr.write('\r\x1b[2K')
    this.isDrawn = false
    if (this.isTerminal) this.drawnAtMs = -Infinity
  }

  private print({ done, total, title, detail, secondsLeft }: ProgressState): string {
    const share = total > 0 ? Math.min(1, done / total) : 0
    const left = secondsLeft === null ? '' : `  ${printClock(secondsLeft)} left`
    const filled = Math.round(share * barColumns)
    const bar = this.isTerminal ? `  ${'█'.repeat(filled)}${'░'.repeat(barColumns - filled)}` : ''
    return `${title}${bar}  ${Math.floor(100 * share)}%${left}${detail === '' ? '' : `  ${detail}`}`
  }
}
