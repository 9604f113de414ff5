// Long work of which only the latest counts: an evaluation, an import, a trial of devices, the run that is followed; questions with one answer are queries (queryClient.ts).

/** One piece of work, from its beginning until it ends or another one takes its place. */
export interface Work {
  /** Aborts what the work has asked the core for. */
  readonly signal: AbortSignal
  /** Whether it is still the latest: what comes back after that is dropped. */
  readonly isLatest: () => boolean
}

/** What to do with the end of work that is still the latest then. */
export interface WorkEnds {
  readonly onFailure: (error: unknown) => void
  /** After success and failure alike. */
  readonly onEnd?: () => void
}

/** A place for one piece of work at a time. */
export class LatestWork {
  private running: AbortController | undefined

  /** Begins a piece of work; the one before it is aborted. */
  begin(): Work {
    this.abort()
    const controller = new AbortController()
    this.running = controller
    return { signal: controller.signal, isLatest: () => this.running === controller }
  }

  /** Aborts what runs; it is the latest no more. */
  abort(): void {
    this.running?.abort()
    this.running = undefined
  }

  /** Begins work and awaits it. A failure or end after it was aborted is nobody's any more. */
  async run(work: (work: Work) => Promise<void>, { onFailure, onEnd }: WorkEnds): Promise<void> {
    const present = this.begin()
    try {
      await work(present)
    } catch (error) {
      if (present.isLatest()) onFailure(error)
    }
    if (!present.isLatest()) return
    this.running = undefined
    onEnd?.()
  }
}
