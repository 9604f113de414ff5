// The thread that ends a training process whose step blocks it: notes the failure in the run folder, then kills; arming it is stepWatch.ts.
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { z } from 'zod'
import { hangError, keptText } from '../../devices/deviceFailure'
import { cells, type WatchdogStart } from './watchdogCells'

const startSchema = z.object({
  recordPath: z.string(),
  logPath: z.string(),
  device: z.string(),
  shared: z.instanceof(Int32Array),
})

/**
 * Time is counted in ticks of this thread, each worth no more than its length: a laptop that sleeps and a process that
 * is stopped do not count as hanging.
 */
const tickMs = 250

/** Writes what happened where the next reader looks; a folder that cannot be written to must not keep the process. */
function noteFailure({ recordPath, logPath, device, shared }: WatchdogStart, limitMs: number): void {
  const message = `${hangError(device, limitMs).message} ${keptText(Atomics.load(shared, cells.checkpointStep))}`
  try {
    const record = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(recordPath, 'utf8')))
    const failed = { ...record, state: 'failed', error: { code: 'engine.hang', message } }
    writeFileSync(`${recordPath}.tmp`, `${JSON.stringify(failed, null, 2)}\n`)
    renameSync(`${recordPath}.tmp`, recordPath)
    appendFileSync(logPath, `${new Date().toISOString()} failed: ${message}\n`)
  } catch {
    // The parent still sees that the process was killed.
  }
}

function watch(start: WatchdogStart): void {
  const { shared } = start
  let round = -1
  let elapsedMs = 0
  while (Atomics.wait(shared, cells.end, 0, tickMs) === 'timed-out') {
    const limitMs = Atomics.load(shared, cells.limitMs)
    const present = Atomics.load(shared, cells.round)
    elapsedMs = limitMs > 0 && present === round ? elapsedMs + tickMs : 0
    round = present
    if (limitMs === 0 || elapsedMs < limitMs) continue
    noteFailure(start, limitMs)
    process.kill(process.pid, 'SIGKILL')
    return
  }
}

watch(startSchema.parse(workerData))
