// A few training steps of somebody's own network in a process of its own, for time and memory; the process is dryRun.ts.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { z } from 'zod'
import { NetloomError } from '../../shared/graph/errors'
import { plainErrorSchema } from '../../shared/training/events'
import { findBuiltEntry } from '../process/builtEntry'
import type { DryRunCommand } from './dryRun'
import { restoreError } from '../process/messages'

const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('measured'), secondsPerStep: z.number(), memoryBytes: z.number() }),
  z.object({ kind: z.literal('failed'), error: plainErrorSchema }),
])

/** What some steps took. */
export interface MeasuredSteps {
  readonly secondsPerStep: number
  /** The most that the process held at a time. */
  readonly memoryBytes: number
}

export interface MeasureOptions {
  readonly signal?: AbortSignal
  /** A process that says nothing for this long is given up; 3 minutes unless told. */
  readonly patienceMs?: number
}

const defaultPatienceMs = 180_000

/**
 * Takes steps in a process of its own; whatever the driver does there, this process lives on.
 * @throws NetloomError what training would find; training.stopped where it crashes or hangs; the reason of the signal
 */
export async function measureSteps(
  command: DryRunCommand,
  { signal, patienceMs = defaultPatienceMs }: MeasureOptions = {},
): Promise<MeasuredSteps> {
  signal?.throwIfAborted()
  const child = fork(findBuiltEntry('dryRun'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  })
  const kill = () => void child.kill('SIGKILL')
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    kill()
  }, patienceMs)
  signal?.addEventListener('abort', kill)
  try {
    let answer: unknown
    child.on('message', (message) => (answer = message))
    // A process that ends at once cannot be told anything; its end says enough.
    child.send(command, () => undefined)
    await once(child, 'exit')
    signal?.throwIfAborted()
    const parsed = answerSchema.safeParse(answer)
    if (parsed.success && parsed.data.kind === 'measured') return parsed.data
    if (parsed.success && parsed.data.kind === 'failed') throw restoreError(parsed.data.error)
    const end = child.signalCode ?? `exit code ${child.exitCode}`
    const how = isLate ? `did not end within ${patienceMs / 1000} s` : `ended with ${end} and without a result`
    throw new NetloomError('training.stopped', `The dry run ${how}; training may too.`, {
      received: child.signalCode ?? child.exitCode,
      hint: 'Try a smaller batch.',
    })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', kill)
  }
}
