// metrics.jsonl and timing.jsonl of a run as columns for a screen; not writing them (trainer/lockedRun.ts).
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { RunMetrics } from '../../shared/contract'
import { readFailure, systemCode } from '../trainer/durableFile'
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
})
const metricsLine = z.discriminatedUnion('kind', [stepLine, epochLine])
const timingLine = z.object({ kind: z.literal('epoch'), epoch: z.int(), seconds: z.number() })

/** The whole lines of a text file that may be growing; none where it is not there. @throws NetloomError file.read */
async function readLines(path: string): Promise<readonly string[]> {
  try {
    const text = await readFile(path, 'utf8')
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

/**
 * The curves of a run.
 * @param fromStep steps before it are left out; epochs are all given
 * @throws NetloomError file.read
 */
export async function readMetrics(directory: string, fromStep: number): Promise<RunMetrics> {
  const steps: RunMetrics['steps'] = { step: [], epoch: [], loss: [], accuracy: [], learningRate: [] }
  const epochs: RunMetrics['epochs'] = []
  const seconds = await readTiming(directory)
  let lastStep = 0
  for (const line of await readLines(join(directory, runFiles.metrics))) {
    const entry = parseLine(line, metricsLine)
    if (entry?.kind === 'step') {
      lastStep = entry.step
      if (entry.step < fromStep) continue
      steps.step.push(entry.step)
      steps.epoch.push(entry.epoch)
      steps.loss.push(entry.loss)
      steps.accuracy.push(entry.accuracy)
      steps.learningRate.push(entry.learningRate)
    } else if (entry) {
      const { epoch, train, val, learningRate, best } = entry
      epochs.push({ epoch, step: lastStep, train, val, learningRate, best, seconds: seconds.get(epoch) ?? null })
    }
  }
  return { steps, epochs }
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
