// A run folder that this process trains in: locked, its journals open, written so that a kill at any instant leaves it resumable.
import type { OnnxModel } from '../../../shared/onnx/model'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { TensorMap } from '../../../shared/onnx/tensor'
import { internalError, NetloomError } from '../../../shared/graph/errors'
import { countOf } from '../../../shared/graph/printNumbers'
import type { MeanMetrics } from '../../../shared/training/metrics'
import type { ValidationStanding } from '../../../shared/training/standing'
import { parseSafetensors } from '../../../shared/training/safetensors'
import { writeOnnxModel } from '../../models/onnxFiles'
import {
  createRunFolder,
  describeOther,
  exists,
  readBytes,
  readCheckpoint,
  readRun,
  runFiles,
} from '../../runs/runFolder'
import type { CheckpointName } from '../../runs/runFolder'
import { encodeCheckpoint, printChecksum } from '../../runs/checkpoint'
import type { Checkpoint } from '../../runs/checkpoint'
import { FileWriter } from '../../files/durableFile'
import type { GrowingFile } from '../../files/durableFile'
import { takeRunLock } from '../../runs/runLock'
import { printRunRecord } from '../../runs/runRecord'
import type { RunRecord } from '../../runs/runRecord'

/** A line of metrics.jsonl. It holds no clock times: a resumed run writes the same bytes as an uninterrupted one. */
export type MetricsEntry =
  | {
      readonly kind: 'step'
      /** From 1. */
      readonly step: number
      /** From 1. */
      readonly epoch: number
      /** Mean over the batch. */
      readonly loss: number
      readonly accuracy: number
      readonly learningRate: number
    }
  | {
      readonly kind: 'epoch'
      readonly epoch: number
      readonly standing?: ValidationStanding
      readonly train: MeanMetrics
      readonly val: MeanMetrics | null
      readonly learningRate: number
      readonly best: boolean
    }

/** A line of timing.jsonl. Times of day are ISO 8601 in UTC. */
export type TimingEntry =
  | { readonly kind: 'process'; readonly at: string; readonly step: number; readonly device: string }
  | {
      readonly kind: 'epoch'
      readonly at: string
      readonly epoch: number
      /** Of this process since it began or since the epoch before. */
      readonly seconds: number
      /** Of these, spent waiting for images. */
      readonly waitingSeconds: number
      readonly imagesPerSecond: number
    }
  | {
      readonly kind: 'checkpoint'
      readonly at: string
      readonly name: CheckpointName
      readonly step: number
      readonly milliseconds: number
    }

/** Length of a text file up to the end of its last whole line. */
async function wholeLinesBytes(path: string): Promise<number> {
  if (!(await exists(path))) return 0
  return (await readBytes(path)).lastIndexOf(0x0a) + 1
}

interface Journals {
  readonly metrics: GrowingFile
  readonly timing: GrowingFile
  readonly log: GrowingFile
}

/** A run folder that this process trains in: locked, with its journals open. */
export class LockedRun {
  private journals: Journals | undefined
  /** A best checkpoint for which there was no folder any more. */
  private lostBest: Checkpoint | undefined

  private constructor(
    readonly directory: string,
    private currentRecord: RunRecord,
    private readonly writer: FileWriter,
    /** Gives the lock back; may be called more than once, and in an exit handler. */
    readonly unlock: () => void,
  ) {}

  /**
   * Locks and reads a run folder.
   * @param writer tests put a failing one here
   * @throws NetloomError run.missing, run.busy, file.read, file.write
   */
  static async open(directory: string, writer: FileWriter = new FileWriter()): Promise<LockedRun> {
    const path = resolve(directory)
    await readRun(path)
    const unlock = await takeRunLock(path)
    try {
      return new LockedRun(path, await readRun(path), writer, unlock)
    } catch (error) {
      unlock()
      throw error
    }
  }

  get record(): RunRecord {
    return this.currentRecord
  }

  pathOf(file: keyof typeof runFiles): string {
    return join(this.directory, runFiles[file])
  }

  /**
   * Opens the journals, metrics.jsonl cut to where the last checkpoint was written.
   * @returns the last checkpoint; undefined for a new run
   * @throws NetloomError file.read, file.write, weights.malformed, run.missing
   */
  async openJournals(): Promise<Checkpoint | undefined> {
    const last = await readCheckpoint(this.directory, 'last')
    if (!last) await this.requireUnbegun()
    const { metricsBytes = 0, metricsChecksum } = last?.progress ?? {}
    const timingBytes = await wholeLinesBytes(this.pathOf('timing'))
    const logBytes = (await exists(this.pathOf('log'))) ? (await stat(this.pathOf('log'))).size : 0
    this.journals = {
      metrics: await this.writer.openLog(
        this.pathOf('metrics'),
        metricsBytes,
        metricsChecksum === undefined ? undefined : Number.parseInt(metricsChecksum, 16),
      ),
      timing: await this.writer.openLog(this.pathOf('timing'), timingBytes),
      log: await this.writer.openLog(this.pathOf('log'), logBytes),
    }
    return last
  }

  /** @throws NetloomError run.missing where steps were taken and the checkpoint behind them is gone: they are not thrown away */
  private async requireUnbegun(): Promise<void> {
    const [metrics, last] = [this.pathOf('metrics'), this.pathOf('last')]
    const taken = (await exists(metrics)) ? (await stat(metrics)).size : 0
    if (taken === 0 && !(await exists(this.pathOf('best')))) return
    throw new NetloomError(
      'run.missing',
      `"${last}" is missing, though the run has taken steps: ${runFiles.metrics} holds ${countOf(taken, 'byte')} of them.`,
      { path: last, hint: await describeOther(this.directory, 'last') },
    )
  }

  private get open(): Journals {
    if (!this.journals) throw internalError('the journals of a run are used before they are open')
    return this.journals
  }

  /** Weights that the run was given to start from. @throws NetloomError file.read, weights.malformed */
  async readInitialWeights(): Promise<TensorMap | undefined> {
    const path = this.pathOf('initial')
    return (await exists(path)) ? parseSafetensors(await readBytes(path)).tensors : undefined
  }

  readCheckpoint(name: CheckpointName): Promise<Checkpoint | undefined> {
    return readCheckpoint(this.directory, name)
  }

  /**
   * Writes a checkpoint; the metrics up to now are on the disk before it.
   * @throws NetloomError file.write: the checkpoint before it then stays; run.missing where the folder is gone: the
   * checkpoint, the metrics and what the run is are then in a new folder beside it, with which the run can go on
   */
  async writeCheckpoint(name: CheckpointName, checkpoint: Checkpoint): Promise<void> {
    const { bytes, checksum } = await this.open.metrics.sync()
    const metrics = { metricsBytes: bytes, metricsChecksum: printChecksum(checksum) }
    const whole = { ...checkpoint, progress: { ...checkpoint.progress, ...metrics } }
    if (!(await this.open.metrics.isInPlace())) {
      // Only the last checkpoint can be gone on from; it follows at once.
      this.lostBest = name === 'best' ? whole : this.lostBest
      if (name === 'best') return
      throw await this.rescue(whole)
    }
    await mkdir(dirname(this.pathOf(name)), { recursive: true })
    await this.writer.writeWhole(this.pathOf(name), encodeCheckpoint(whole))
  }

  /** Keeps what this process still has of a run whose folder is gone. @returns what to say of it */
  private async rescue(last: Checkpoint): Promise<NetloomError> {
    const say = (text: string, hint?: string): NetloomError =>
      new NetloomError(
        'run.missing',
        `The run folder "${this.directory}" was deleted, moved or replaced while it trained. ${text}`,
        { path: this.directory, hint },
      )
    const { stepsTaken, metricsBytes } = last.progress
    const folder = `${this.directory}-rescued-${stepsTaken}`
    try {
      await createRunFolder(folder, this.currentRecord)
      const metrics = await this.open.metrics.readStart(metricsBytes)
      await this.writer.writeWhole(join(folder, runFiles.metrics), [metrics])
      const best = this.lostBest
      if (best) await this.writer.writeWhole(join(folder, runFiles.best), encodeCheckpoint(best))
      // Of an earlier best epoch the weights are lost: the next one is the best of what there is.
      const progress = { ...last.progress, best: best ? last.progress.best : null }
      await this.writer.writeWhole(join(folder, runFiles.last), encodeCheckpoint({ ...last, progress }))
      return say(
        `Its weights after step ${stepsTaken} and its metrics are kept in "${folder}".`,
        'Go on with that run, or delete it.',
      )
    } catch (cause) {
      if (!(cause instanceof NetloomError)) throw cause
      return say(`Nothing of it could be kept: ${cause.message}`)
    }
  }

  /** @throws NetloomError run.missing where the folder is gone, so that a run never ends well in pieces */
  private async requirePlace(): Promise<void> {
    if (this.journals && !(await this.journals.metrics.isInPlace()))
      throw new NetloomError(
        'run.missing',
        `The run folder "${this.directory}" was deleted, moved or replaced while it trained.`,
        { path: this.directory },
      )
  }

  /** @throws NetloomError file.write, run.missing */
  async updateRecord(changes: Partial<RunRecord>): Promise<void> {
    await this.requirePlace()
    const record = { ...this.currentRecord, ...changes }
    await this.writer.writeWhole(this.pathOf('record'), [new TextEncoder().encode(printRunRecord(record))])
    this.currentRecord = record
  }

  /** @throws NetloomError file.write, run.missing */
  async writeModel(model: OnnxModel): Promise<void> {
    await this.requirePlace()
    await writeOnnxModel(this.pathOf('model'), model, undefined, this.writer)
  }

  /** Adds a line; `flush` or a checkpoint brings it to the file. */
  appendMetrics(entry: MetricsEntry): void {
    this.open.metrics.append(`${JSON.stringify(entry)}\n`)
  }

  appendTiming(entry: TimingEntry): void {
    this.open.timing.append(`${JSON.stringify(entry)}\n`)
  }

  /** Adds a line with the time of day to log.txt. */
  log(text: string): void {
    this.open.log.append(`${new Date().toISOString()} ${text}\n`)
  }

  /** Brings journal lines to their files. @throws NetloomError file.write */
  async flush(): Promise<void> {
    const { metrics, timing, log } = this.open
    await metrics.flush()
    await timing.flush()
    await log.flush()
  }

  /** Adds a last line to log.txt where it is open, and closes. @throws NetloomError file.write */
  async noteAndClose(text: string): Promise<void> {
    if (this.journals) this.log(text)
    await this.close()
  }

  /** Closes the journals and gives the lock back, in any case. @throws NetloomError file.write */
  async close(): Promise<void> {
    const journals = this.journals
    this.journals = undefined
    try {
      if (journals) {
        const closings = await Promise.allSettled([
          journals.metrics.close(),
          journals.timing.close(),
          journals.log.close(),
        ])
        for (const closing of closings) if (closing.status === 'rejected') throw closing.reason
      }
    } finally {
      this.unlock()
    }
  }
}
