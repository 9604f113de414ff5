// A run folder that this process trains in: locked, its journals open, written so that a kill at any instant leaves it resumable.
import type { OnnxModel } from '../../../shared/onnx/model'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { TensorMap } from '../../../shared/onnx/tensor'
import { internalError } from '../../../shared/graph/errors'
import type { MeanMetrics } from '../../../shared/training/metrics'
import { parseSafetensors } from '../../../shared/training/safetensors'
import { writeOnnxModel } from '../../models/onnxFiles'
import { exists, readBytes, readCheckpoint, readRun, runFiles } from '../../runs/runFolder'
import type { CheckpointName } from '../../runs/runFolder'
import { encodeCheckpoint } from '../../runs/checkpoint'
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
    const timingBytes = await wholeLinesBytes(this.pathOf('timing'))
    const logBytes = (await exists(this.pathOf('log'))) ? (await stat(this.pathOf('log'))).size : 0
    this.journals = {
      metrics: await this.writer.openLog(this.pathOf('metrics'), last?.progress.metricsBytes ?? 0),
      timing: await this.writer.openLog(this.pathOf('timing'), timingBytes),
      log: await this.writer.openLog(this.pathOf('log'), logBytes),
    }
    return last
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
   * @throws NetloomError file.write; the checkpoint before it then stays
   */
  async writeCheckpoint(name: CheckpointName, checkpoint: Checkpoint): Promise<void> {
    const metricsBytes = await this.open.metrics.sync()
    const progress = { ...checkpoint.progress, metricsBytes }
    await mkdir(dirname(this.pathOf(name)), { recursive: true })
    await this.writer.writeWhole(this.pathOf(name), encodeCheckpoint({ ...checkpoint, progress }))
  }

  /** @throws NetloomError file.write */
  async updateRecord(changes: Partial<RunRecord>): Promise<void> {
    const record = { ...this.currentRecord, ...changes }
    await this.writer.writeWhole(this.pathOf('record'), [new TextEncoder().encode(printRunRecord(record))])
    this.currentRecord = record
  }

  /** @throws NetloomError file.write */
  async writeModel(model: OnnxModel): Promise<void> {
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
