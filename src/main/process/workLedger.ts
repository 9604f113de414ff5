// What a core computes now and how far it is, for those who keep the machine awake, show progress or end the program; not the work itself.

/** What takes so long that a person does something else meanwhile. */
export type WorkKind = 'training' | 'experiment' | 'evaluation' | 'search' | 'import' | 'download'

/** One piece of work that runs. */
export interface RunningWork {
  readonly kind: WorkKind
  /** The run folder of a training; the name of everything else. */
  readonly subject: string
  /** In [0, 1]; null where it is not known. */
  readonly fraction: number | null
}

/** `stopped`: a person wanted that, or it never began; `interrupted`: its process ended without a word. */
export type WorkOutcome = 'finished' | 'stopped' | 'failed' | 'interrupted'

export interface WorkFollower {
  /** Something began, went on or ended. */
  readonly onChange?: () => void
  /** Told after the change by which it is gone. */
  readonly onEnd?: (work: RunningWork, outcome: WorkOutcome) => void
}

/** One entry of the ledger, in the hands of whoever does the work. */
export interface WorkEntry {
  /** @param fraction in [0, 1] */
  report(fraction: number): void
  /** Takes it out of the ledger; a second time does nothing. */
  end(outcome: WorkOutcome): void
}

/** The work of one core. */
export class WorkLedger {
  private readonly entries = new Set<{ work: RunningWork }>()
  private readonly followers = new Set<WorkFollower>()

  /** What runs now, in the order of its beginning. */
  get running(): readonly RunningWork[] {
    return Array.from(this.entries, ({ work }) => work)
  }

  begin(kind: WorkKind, subject: string): WorkEntry {
    const entry: { work: RunningWork } = { work: { kind, subject, fraction: null } }
    this.entries.add(entry)
    this.tellChange()
    return {
      report: (fraction) => {
        entry.work = { ...entry.work, fraction: Math.min(1, Math.max(0, fraction)) }
        if (this.entries.has(entry)) this.tellChange()
      },
      end: (outcome) => {
        if (!this.entries.delete(entry)) return
        this.tellChange()
        for (const { onEnd } of this.followers) onEnd?.(entry.work, outcome)
      },
    }
  }

  /** Does work that stands in the ledger until it ends, well or with an error; one whose signal is aborted was stopped. */
  async during<T>(
    kind: WorkKind,
    subject: string,
    signal: AbortSignal | undefined,
    work: (entry: WorkEntry) => Promise<T>,
  ): Promise<T> {
    const entry = this.begin(kind, subject)
    try {
      const result = await work(entry)
      entry.end('finished')
      return result
    } catch (error) {
      entry.end(signal?.aborted ? 'stopped' : 'failed')
      throw error
    }
  }

  /** @returns ends it */
  follow(follower: WorkFollower): () => void {
    this.followers.add(follower)
    return () => void this.followers.delete(follower)
  }

  private tellChange(): void {
    for (const { onChange } of this.followers) onChange?.()
  }
}
