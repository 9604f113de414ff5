// metrics.jsonl and timing.jsonl of a run as columns for a screen; not writing them (trainer/lockedRun.ts).
import { stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { RunMetrics } from '../../shared/contract/runCalls'
import { standingSchema } from '../../shared/training/standing'
import { systemCode } from '../files/durableFile'
import { readFailure } from '../files/fileErrors'
import { openRegular, readRegularText } from '../files/readRegular'
import { runFiles } from './runFolder'

const means = z.object({ loss: z.number(), accuracy: z.number() })
const stepLine = z.object({
  kind: z.literal('step'),
  step: z.int(),
  epoch: z.int(),
  loss: z.number(),
  accuracy: z.number(),
  learningRate: z.number(),
})
const epochLine = z.object({
  kind: z.literal('epoch'),
  epoch: z.int(),
  train: means,
  val: means.nullable(),
  learningRate: z.number(),
  best: z.boolean(),
  standing: standingSchema.optional(),
})
const metricsLine = z.discriminatedUnion('kind', [stepLine, epochLine])
const timingLine = z.object({ kind: z.literal('epoch'), epoch: z.int(), seconds: z.number() })

/** The whole lines of a text file that may be growing; none where it is not there. @throws NetloomError file.read */
async function readLines(path: string): Promise<readonly string[]> {
  try {
    const text = await readRegularText(path)
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1)
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return []
    throw readFailure(path, cause)
  }
}

/** Lines of another form are left out: a line of a newer version, or one that a full disk cut. */
function parseLine<T>(line: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/** Seconds since the run began at the end of each epoch; an epoch that was taken again counts with its last time. */
async function readTiming(directory: string): Promise<ReadonlyMap<number, number>> {
  const perEpoch = new Map<number, number>()
  for (const line of await readLines(join(directory, runFiles.timing))) {
    const entry = line.includes('"epoch"') ? parseLine(line, timingLine) : undefined
    if (entry) perEpoch.set(entry.epoch, entry.seconds)
  }
  const ends = new Map<number, number>()
  let sum = 0
  for (let epoch = 1; perEpoch.has(epoch); epoch++) {
    sum += perEpoch.get(epoch) ?? 0
    ends.set(epoch, sum)
  }
  return ends
}

/** What has been read of a growing metrics.jsonl so far. */
interface ReadMetrics {
  /** Tells the file from a later one at the same path. */
  readonly inode: number
  readonly bytes: number
  /** The last bytes that were read: a run resumed with another batch or device goes on with other ones. */
  readonly tail: Buffer
  readonly metrics: RunMetrics
}

/** Longer than a line: the number of a step and its loss stand in it. */
const tailBytes = 512

/** Runs whose curves are kept: a screen that follows one asks every second, for minutes or days. */
const keptCurves = 4
const curves = new Map<string, ReadMetrics>()
let lastReading: Promise<unknown> = Promise.resolve()

/** Bytes `from` to `end` of a file, fewer where it is shorter. @throws Error of the file system */
async function readRange(file: FileHandle, from: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, end - from))
  let done = 0
  while (done < buffer.length) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, from + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return buffer.subarray(0, done)
}

/** The whole lines from byte `from` on. @throws Error of the file system */
async function readGrown(file: FileHandle, from: number, size: number): Promise<Buffer> {
  const grown = await readRange(file, from, size)
  return grown.subarray(0, grown.lastIndexOf(0x0a) + 1)
}

/** Whether a file still begins with what was read of it. @throws Error of the file system */
async function isContinued(file: FileHandle, { bytes, tail }: ReadMetrics): Promise<boolean> {
  return (await readRange(file, bytes - tail.length, bytes)).equals(tail)
}

function addLines({ steps, epochs }: RunMetrics, text: string): void {
  let lastStep = steps.step.at(-1) ?? 0
  for (const line of text.split('\n')) {
    const entry = line === '' ? undefined : parseLine(line, metricsLine)
    if (entry?.kind === 'step') {
      lastStep = entry.step
      steps.step.push(entry.step)
      steps.epoch.push(entry.epoch)
      steps.loss.push(entry.loss)
      steps.accuracy.push(entry.accuracy)
      steps.learningRate.push(entry.learningRate)
    } else if (entry) {
      const { kind: _, ...epoch } = entry
      epochs.push({ ...epoch, step: lastStep, seconds: null })
    }
  }
}

const noMetrics = (): RunMetrics => ({
  steps: { step: [], epoch: [], loss: [], accuracy: [], learningRate: [] },
  epochs: [],
})

/**
 * The curves up to now; what was read before is not read again. A file that is shorter than before, that goes on with
 * other bytes, or another one at the same path is read anew.
 */
async function readCurves(directory: string): Promise<RunMetrics> {
  const path = join(directory, runFiles.metrics)
  let file: FileHandle
  try {
    file = await openRegular(path)
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return noMetrics()
    throw readFailure(path, cause)
  }
  try {
    const { ino: inode, size } = await file.stat()
    const before = curves.get(directory)
    const isSame =
      before !== undefined && before.inode === inode && before.bytes <= size && (await isContinued(file, before))
    const from = isSame ? before.bytes : 0
    const grown = await readGrown(file, from, size)
    const metrics = isSame ? before.metrics : noMetrics()
    addLines(metrics, grown.toString('utf8'))
    const tail = Buffer.concat([isSame ? before.tail : Buffer.alloc(0), grown.subarray(-tailBytes)]).subarray(
      -tailBytes,
    )
    curves.delete(directory)
    curves.set(directory, { inode, bytes: from + grown.length, tail: Buffer.from(tail), metrics })
    for (const oldest of [...curves.keys()].slice(0, -keptCurves)) curves.delete(oldest)
    return metrics
  } catch (cause) {
    throw readFailure(path, cause)
  } finally {
    await file.close()
  }
}

/**
 * The curves of a run.
 * @param fromStep steps before it are left out; epochs are all given
 * @throws NetloomError file.read
 */
export async function readMetrics(directory: string, fromStep: number): Promise<RunMetrics> {
  // One after the other: two reads at once would add the same lines twice.
  const reading = lastReading.then(() => readCurves(directory))
  lastReading = reading.catch(() => undefined)
  const { steps, epochs } = await reading
  const seconds = await readTiming(directory)
  let first = fromStep <= (steps.step[0] ?? 0) ? 0 : steps.step.length
  while (first > 0 && (steps.step[first - 1] ?? 0) >= fromStep) first--
  return {
    steps: {
      step: steps.step.slice(first),
      epoch: steps.epoch.slice(first),
      loss: steps.loss.slice(first),
      accuracy: steps.accuracy.slice(first),
      learningRate: steps.learningRate.slice(first),
    },
    epochs: epochs.map((epoch) => ({ ...epoch, seconds: seconds.get(epoch.epoch) ?? null })),
  }
}

/** How far a run has come: its epochs, its best one, and the time they took. */
export interface RunProgress {
  readonly epochs: number
  readonly best: RunMetrics['epochs'][number] | undefined
  readonly seconds: number | null
}

const progressCache = new Map<string, { readonly key: string; readonly progress: RunProgress }>()

async function fileKey(path: string): Promise<string> {
  return stat(path).then(
    ({ size, mtimeMs }) => `${size} ${mtimeMs}`,
    () => '',
  )
}

/** Reads how far a run has come; again only where its metrics have changed. @throws NetloomError file.read */
export async function readProgress(directory: string): Promise<RunProgress> {
  const key = await fileKey(join(directory, runFiles.metrics))
  const cached = progressCache.get(directory)
  if (cached?.key === key) return cached.progress
  const seconds = await readTiming(directory)
  let [epochs, best]: [number, RunProgress['best']] = [0, undefined]
  for (const line of await readLines(join(directory, runFiles.metrics))) {
    const entry = line.includes('"kind":"epoch"') ? parseLine(line, epochLine) : undefined
    if (!entry) continue
    epochs = entry.epoch
    if (entry.best) best = { ...entry, step: 0, seconds: seconds.get(entry.epoch) ?? null }
  }
  const progress = { epochs, best, seconds: seconds.get(epochs) ?? null }
  progressCache.set(directory, { key, progress })
  return progress
}
