// The watch over steps on a graphics processor: a step that does not end is ended, from a thread of its own where the step blocks this one.
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { findBuiltEntry } from '../../process/builtEntry'
import { runFiles } from '../../runs/runFolder'
import { hangError } from '../../devices/deviceFailure'
import { cells, type WatchdogStart } from './watchdogCells'

/** How long work may take before it counts as hanging. */
export interface StepLimits {
  /** The first step of a batch size, which also builds the graph and compiles shaders. */
  readonly preparingMs: number
  /** Any other step, at least. */
  readonly steadyMs: number
  /** Any other step, in multiples of the slowest so far. */
  readonly factor: number
}

export const defaultLimits: StepLimits = { preparingMs: 15 * 60_000, steadyMs: 60_000, factor: 50 }

/** The blocked thread is given this much longer than the work, which may still end by itself. */
const graceMs = 2000

const longestTickMs = 500

/** Watches the work of one training process on one device. */
export class StepWatch {
  private slowestMs = 0
  private readonly known = new Set<number>()
  private readonly thread: WatchdogThread | undefined

  /** @param directory the run folder that a thread of its own writes the failure to; left out: no such thread */
  constructor(
    private readonly device: string,
    private readonly limits: StepLimits = defaultLimits,
    directory?: string,
  ) {
    this.thread = directory === undefined ? undefined : new WatchdogThread(directory, device)
  }

  /** Notes which step's weights a killed process leaves. */
  noteCheckpoint(step: number): void {
    this.thread?.noteCheckpoint(step)
  }

  /** Takes a step under watch. @throws NetloomError engine.hang; what the step throws */
  async guardStep<T>(batchSize: number, step: () => Promise<T>): Promise<T> {
    const isKnown = this.known.has(batchSize)
    const { preparingMs, steadyMs, factor } = this.limits
    const began = performance.now()
    const result = await this.guard(isKnown ? Math.max(steadyMs, factor * this.slowestMs) : preparingMs, step)
    if (isKnown) this.slowestMs = Math.max(this.slowestMs, performance.now() - began)
    this.known.add(batchSize)
    return result
  }

  /** Does other work on the device, such as reading weights, under watch. @throws NetloomError engine.hang */
  guardOther<T>(work: () => Promise<T>): Promise<T> {
    return this.guard(this.limits.preparingMs, work)
  }

  close(): void {
    this.thread?.end()
  }

  private async guard<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      // Counted in ticks, so that a machine that sleeps meanwhile is not taken for one that hangs.
      const tickMs = Math.min(longestTickMs, limitMs)
      let elapsedMs = 0
      timer = setInterval(() => {
        elapsedMs += tickMs
        if (elapsedMs >= limitMs) reject(hangError(this.device, limitMs))
      }, tickMs)
    })
    this.thread?.arm(limitMs)
    try {
      return await Promise.race([work(), late])
    } finally {
      clearInterval(timer)
      this.thread?.disarm()
    }
  }
}

/** This side of the thread that ends the process when a step blocks it for too long. */
class WatchdogThread {
  private readonly shared = new Int32Array(new SharedArrayBuffer(4 * cells.count))

  constructor(directory: string, device: string) {
    const workerData: WatchdogStart = {
      recordPath: join(directory, runFiles.record),
      logPath: join(directory, runFiles.log),
      device,
      shared: this.shared,
    }
    const worker = new Worker(findBuiltEntry('watchdog'), { workerData })
    worker.unref()
    // Without its thread the process goes on unwatched.
    worker.on('error', () => undefined)
  }

  arm(limitMs: number): void {
    Atomics.add(this.shared, cells.round, 1)
    Atomics.store(this.shared, cells.limitMs, Math.ceil(limitMs + graceMs))
  }

  disarm(): void {
    Atomics.store(this.shared, cells.limitMs, 0)
  }

  noteCheckpoint(step: number): void {
    Atomics.store(this.shared, cells.checkpointStep, step)
  }

  end(): void {
    Atomics.store(this.shared, cells.end, 1)
    Atomics.notify(this.shared, cells.end)
  }
}
