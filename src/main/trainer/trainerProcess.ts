// The parent's side of a training process: starting it, its events, its end; not what it trains (startTraining.ts).
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { NetloomError } from '../../shared/graph/errors'
import { readRun, runFiles } from '../runs/runFolder'
import { writeFailure } from '../files/durableFile'
import { findBuiltEntry } from '../process/builtEntry'
import { restoreError, trainingEventSchema } from '../process/messages'
import type { PlainError, TrainerCommand, TrainingEvent, TrainingOutcome } from '../process/messages'

export type StartCommand = Extract<TrainerCommand, { kind: 'start' }>

/** One training process; may be stopped before it is started. */
export class TrainerProcess {
  private child: ChildProcess | undefined
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

  /** Whether the process said that it failed, and had not begun to train. */
  get hasFailedBeforeStart(): boolean {
    return this.failure !== undefined && !this.hasStarted
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
    if (this.child?.connected) this.send({ kind: 'stop' })
  }

  /** Asks it to wait after its step, and to keep everything meanwhile. */
  pause(): void {
    this.isPaused = true
    if (this.child?.connected) this.send({ kind: 'pause' })
  }

  /** Lets it go on after a pause. */
  continue(): void {
    this.isPaused = false
    if (this.child?.connected) this.send({ kind: 'continue' })
  }

  kill(): void {
    this.isKilled = true
    this.unwanted.abort()
    this.child?.kill('SIGKILL')
  }

  private send(command: TrainerCommand): void {
    // A process that has just ended cannot be told anything; its end is reported by `run`.
    this.child?.send(command, () => undefined)
  }

  /**
   * Starts the process and waits for its end.
   * @param workingDirectory what relative paths of the dataset start from
   * @throws NetloomError what the process reports; training.stopped where it ends without a word
   */
  async run(command: StartCommand, workingDirectory: string): Promise<TrainingOutcome> {
    const child = this.spawn(command.detached, workingDirectory)
    this.child = child
    child.on('message', (message) => this.receive(message))
    // Messages that are still on their way come before `disconnect`, but may come after `exit`.
    const ended = Promise.all([once(child, 'exit'), once(child, 'disconnect')])
    this.send(command)
    if (this.isPaused) this.send({ kind: 'pause' })
    if (this.isStopped) this.send({ kind: 'stop' })
    if (this.isKilled) child.kill('SIGKILL')
    try {
      await ended
    } catch (cause) {
      throw new NetloomError('training.stopped', `The training process could not be started: ${String(cause)}.`, {
        cause,
      })
    }
    if (this.outcome) return this.outcome
    throw this.failure ? restoreError(this.failure) : ((await this.notedEnd()) ?? this.wordlessEnd(child))
  }

  /** Its output (of native code, and of crashes) goes to the run's log.txt. @throws NetloomError file.write */
  private spawn(detached: boolean, workingDirectory: string): ChildProcess {
    const script = this.script ?? findBuiltEntry('trainer')
    const path = join(this.directory, runFiles.log)
    let log: number
    try {
      log = openSync(path, 'a')
    } catch (cause) {
      throw writeFailure(path, cause)
    }
    try {
      return fork(script, [], {
        serialization: 'advanced',
        stdio: ['ignore', log, log, 'ipc'],
        execArgv: [],
        detached,
        cwd: workingDirectory,
      })
    } finally {
      closeSync(log)
    }
  }

  private receive(message: unknown): void {
    const event = trainingEventSchema.parse(message)
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

  private wordlessEnd({ signalCode, exitCode }: ChildProcess): NetloomError {
    const how = signalCode ? `was ended by ${signalCode}` : `ended with exit code ${exitCode ?? 'unknown'}`
    return new NetloomError(
      'training.stopped',
      `The training process ${how}, last heard of at step ${this.lastStep}.`,
      {
        path: join(this.directory, runFiles.log),
        received: signalCode ?? exitCode,
        hint: `Go on with \`netloom train --resume ${this.directory}\`; what it said is in ${runFiles.log}.`,
      },
    )
  }
}
