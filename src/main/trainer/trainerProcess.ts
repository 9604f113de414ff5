// The parent's side of a training process: starting it, its events, its end; not what it trains (startTraining.ts).
import { closeSync } from 'node:fs'
import { join } from 'node:path'
import { NetloomError } from '../../shared/graph/errors'
import {
  trainingEventSchema,
  type PlainError,
  type TrainingEvent,
  type TrainingOutcome,
} from '../../shared/training/events'
import { readRun, runFiles } from '../runs/runFolder'
import { writeFailure } from '../files/durableFile'
import { openAppendSync } from '../files/readRegular'
import { findBuiltEntry } from '../process/builtEntry'
import { ChildTask, describeEnd, type ChildEnd } from '../process/ChildTask'
import { restoreError } from '../process/sentErrors'
import type { TrainerCommand } from './trainerMessages'

export type StartCommand = Extract<TrainerCommand, { kind: 'start' }>

/** Faults of a device that show before its first step; there is nothing to go on with then. */
const deviceFaults: readonly string[] = ['engine.device', 'engine.precision']

/** One training process; may be stopped before it is started. */
export class TrainerProcess {
  private task: ChildTask<TrainerCommand, TrainingEvent> | undefined
  private readonly unwanted = new AbortController()
  private isStopped = false
  private isKilled = false
  private isPaused = false
  private hasStarted = false
  private lastStep = 0
  private failure: PlainError | undefined
  private outcome: TrainingOutcome | undefined

  constructor(
    readonly directory: string,
    private readonly onEvent: (event: TrainingEvent) => void,
    /** The script of the process; left out: the built one. */
    private readonly script?: string,
  ) {}

  /** Whether the process said that it failed and nothing was trained: before it began, or since its device could not take the first step. */
  get hasTrainedNothing(): boolean {
    if (this.failure === undefined) return false
    return !this.hasStarted || (this.lastStep === 0 && deviceFaults.includes(this.failure.code))
  }

  /** Aborted when it is to stop: for what is done before the process starts. */
  get wanted(): AbortSignal {
    return this.unwanted.signal
  }

  /** @throws NetloomError training.stopped where it was stopped before it began */
  requireWanted(): void {
    if (this.isStopped || this.isKilled)
      throw new NetloomError('training.stopped', 'Training was stopped before it began.')
  }

  stop(): void {
    this.isStopped = true
    this.unwanted.abort()
    this.task?.send({ kind: 'stop' })
  }

  /** Asks it to wait after its step, and to keep everything meanwhile. */
  pause(): void {
    this.isPaused = true
    this.task?.send({ kind: 'pause' })
  }

  /** Lets it go on after a pause. */
  continue(): void {
    this.isPaused = false
    this.task?.send({ kind: 'continue' })
  }

  kill(): void {
    this.isKilled = true
    this.unwanted.abort()
    this.task?.kill()
  }

  /**
   * Starts the process and waits for its end.
   * @param workingDirectory what relative paths of the dataset start from
   * @throws NetloomError what the process reports; training.stopped where it ends without a word
   */
  async run(command: StartCommand, workingDirectory: string): Promise<TrainingOutcome> {
    const task = this.startTask(command.detached, workingDirectory)
    this.task = task
    task.send(command)
    if (this.isPaused) task.send({ kind: 'pause' })
    if (this.isStopped) task.send({ kind: 'stop' })
    if (this.isKilled) task.kill()
    const end = await task.ended
    if (this.outcome) return this.outcome
    throw this.failure ? restoreError(this.failure) : ((await this.notedEnd()) ?? this.wordlessEnd(end))
  }

  /** Its output (of native code, and of crashes) goes to the run's log.txt. @throws NetloomError file.write */
  private startTask(isDetached: boolean, workingDirectory: string): ChildTask<TrainerCommand, TrainingEvent> {
    const script = this.script ?? findBuiltEntry('trainer')
    const path = join(this.directory, runFiles.log)
    let log: number
    try {
      log = openAppendSync(path)
    } catch (cause) {
      throw writeFailure(path, cause)
    }
    try {
      return new ChildTask({
        script,
        messages: trainingEventSchema,
        onMessage: (event) => this.receive(event),
        output: log,
        isDetached,
        workingDirectory,
      })
    } finally {
      closeSync(log)
    }
  }

  private receive(event: TrainingEvent): void {
    if (event.kind === 'started') this.hasStarted = true
    if (event.kind === 'progress' || event.kind === 'checkpointWritten') this.lastStep = event.step
    if (event.kind === 'failed') this.failure = event.error
    if (event.kind === 'finished') this.outcome = event.outcome
    this.onEvent(event)
  }

  /** What the watch over a hanging step wrote before it ended the process. */
  private async notedEnd(): Promise<NetloomError | undefined> {
    const record = await readRun(this.directory).catch(() => undefined)
    const { state, error } = record ?? {}
    return state === 'failed' && error?.code === 'engine.hang' ? restoreError(error) : undefined
  }

  private wordlessEnd(end: ChildEnd): NetloomError {
    return new NetloomError(
      'training.stopped',
      `The training process ${describeEnd(end)}, last heard of at step ${this.lastStep}.`,
      {
        path: join(this.directory, runFiles.log),
        received: end.signal ?? end.exitCode,
        hint: `The run goes on from its last checkpoint; what the process said is in ${runFiles.log}.`,
      },
    )
  }
}
