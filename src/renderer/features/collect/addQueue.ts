// Images on their way into classes: one after the other, so that their numbers follow the order in which they came; not what is done with each.

export interface Job {
  readonly className: string
  readonly file: Blob
  readonly name: string
  /** The things that are undone together. */
  readonly batch: object
}

export interface QueueState {
  readonly done: number
  readonly total: number
}

/** Hands images over. */
export class AddQueue {
  private readonly waiting: Job[] = []
  private isBusy = false
  private done = 0
  private total = 0
  private whenIdle: (() => void)[] = []

  /**
   * @param add keeps one image; it never rejects
   * @param tell hears how far it is; null at the end
   */
  constructor(
    private readonly add: (job: Job) => Promise<void>,
    private readonly tell: (state: QueueState | null) => void,
  ) {}

  /** Images that are not kept yet. */
  get pending(): number {
    return this.waiting.length + Number(this.isBusy)
  }

  put(jobs: readonly Job[]): void {
    this.waiting.push(...jobs)
    this.total += jobs.length
    this.advance()
  }

  /** Gives up what has not begun. @returns how many that were */
  clear(): number {
    const given = this.waiting.splice(0).length
    this.total -= given
    this.advance()
    return given
  }

  /** Resolves when nothing is on its way. */
  idle(): Promise<void> {
    if (this.pending === 0) return Promise.resolve()
    return new Promise((resolve) => this.whenIdle.push(resolve))
  }

  private advance(): void {
    const job = this.isBusy ? undefined : this.waiting.shift()
    if (job) {
      this.isBusy = true
      void this.add(job).finally(() => {
        this.isBusy = false
        this.done++
        this.advance()
      })
    }
    if (this.pending > 0) {
      this.tell({ done: this.done, total: this.total })
      return
    }
    this.done = 0
    this.total = 0
    this.tell(null)
    for (const resolve of this.whenIdle.splice(0)) resolve()
  }
}
