// What a training process and the thread that watches it share; not what they do with it.

/** What the thread is given. */
export interface WatchdogStart {
  /** run.json and log.txt of the run. */
  readonly recordPath: string
  readonly logPath: string
  readonly device: string
  /** See `cells`. */
  readonly shared: Int32Array
}

/** Cells of the memory that both threads see. `round` rises with each piece of work; `limitMs` is 0 between them. */
export const cells = { limitMs: 0, round: 1, checkpointStep: 2, end: 3, count: 4 } as const
