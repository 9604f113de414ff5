// What the training loop tells: events, log lines and timing lines, each as often as it is worth; not metrics.jsonl's content.
import type { LockedRun } from './lockedRun'
import type { TrainingEvent } from '../../../shared/training/events'
import type { Clock, TrainingPace } from './trainingPace'
import type { TrainingParts } from './trainingPlan'

const progressIntervalMs = 100
const flushIntervalMs = 500

type EventOf<K extends TrainingEvent['kind']> = Omit<Extract<TrainingEvent, { kind: K }>, 'kind'>

/** Tells a training process's parent and its run folder how it goes. */
export class TrainingReporter {
  private toldMs = -Infinity
  private flushedMs = -Infinity
  private skippedTold = 0
  private readonly runFolder: LockedRun

  constructor(
    private readonly parts: Pick<TrainingParts, 'runFolder' | 'onEvent' | 'loader'>,
    private readonly pace: TrainingPace,
    private readonly clock: Clock,
  ) {
    this.runFolder = parts.runFolder
  }

  /** @throws NetloomError file.write */
  async started(event: Omit<EventOf<'started'>, 'run' | 'choice'>): Promise<void> {
    const { step, engine, device } = event
    this.runFolder.log(`${step === 0 ? 'started' : 'resumed'} at step ${step} on ${engine} ${device}`)
    this.runFolder.appendTiming({ kind: 'process', at: new Date().toISOString(), step, device })
    await this.runFolder.flush()
    const { deviceChoice: choice } = this.runFolder.record
    this.parts.onEvent({ kind: 'started', run: this.runFolder.directory, ...event, ...(choice ? { choice } : {}) })
  }

  /** Tells of a step, ten times a second and at the end of each epoch; flushes the journals now and then. @throws NetloomError file.write */
  async progressed({
    isLastOfEpoch,
    ...event
  }: Omit<EventOf<'progress'>, 'imagesPerSecond' | 'secondsLeft'> & {
    readonly isLastOfEpoch: boolean
  }): Promise<void> {
    const now = this.clock()
    if (now - this.toldMs >= progressIntervalMs || isLastOfEpoch) {
      this.toldMs = now
      const { imagesPerSecond } = this.pace
      const secondsLeft = this.pace.secondsLeft(event.totalSteps - event.step)
      this.parts.onEvent({ kind: 'progress', ...event, imagesPerSecond, secondsLeft })
    }
    if (now - this.flushedMs >= flushIntervalMs) {
      this.flushedMs = now
      await this.runFolder.flush()
    }
  }

  checkpointWritten(name: 'last' | 'best', step: number, elapsedMs: number): void {
    const milliseconds = Math.round(elapsedMs)
    this.runFolder.appendTiming({ kind: 'checkpoint', at: new Date().toISOString(), name, step, milliseconds })
    this.parts.onEvent({ kind: 'checkpointWritten', name, step })
  }

  /** Tells that the process waits, or goes on. @throws NetloomError file.write */
  async waited(kind: 'paused' | 'continued', step: number): Promise<void> {
    this.runFolder.log(`${kind} at step ${step}`)
    await this.runFolder.flush()
    this.parts.onEvent({ kind, step })
  }

  /** Tells of an epoch, and of the images that could not be decoded meanwhile. @throws NetloomError file.write */
  async epochEnded(event: EventOf<'epochEnded'>): Promise<void> {
    const { epoch } = event
    this.runFolder.appendTiming({ kind: 'epoch', at: new Date().toISOString(), epoch, ...this.pace.endEpoch() })
    const files = this.parts.loader.unreadable().slice(this.skippedTold)
    this.skippedTold += files.length
    for (const { file, reason } of files) this.runFolder.log(`skipped ${file}: ${reason}`)
    await this.runFolder.flush()
    if (files.length > 0) this.parts.onEvent({ kind: 'imagesSkipped', files: [...files] })
    this.parts.onEvent({ kind: 'epochEnded', ...event })
  }
}
