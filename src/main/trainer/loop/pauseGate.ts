// Whether a training is to wait between two steps, and the waiting; not who asks for it (main.ts) nor what it keeps meanwhile (trainingLoop.ts).

/** Shut, it holds whoever waits at it. */
export class PauseGate {
  private isShut = false
  private readonly waiting = new Set<() => void>()

  get isPaused(): boolean {
    return this.isShut
  }

  pause(): void {
    this.isShut = true
  }

  continue(): void {
    this.isShut = false
    for (const wake of this.waiting) wake()
  }

  /** Resolves when it is open, or when the signal comes. */
  async wait(signal: AbortSignal): Promise<void> {
    while (this.isShut && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.waiting.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        this.waiting.add(wake)
        signal.addEventListener('abort', wake)
      })
    }
  }
}
