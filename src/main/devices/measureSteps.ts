// A few training steps of somebody's own network in a process of its own, for time and memory; the process is dryRun.ts.
import { z } from 'zod'
import { NetloomError } from '../../shared/graph/errors'
import { plainErrorSchema } from '../../shared/training/events'
import { findBuiltEntry } from '../process/builtEntry'
import { ChildTask, describeEnd } from '../process/ChildTask'
import type { DryRunCommand } from './dryRun'
import { restoreError } from '../process/sentErrors'

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
  let answer: z.output<typeof answerSchema> | undefined
  const task = new ChildTask<DryRunCommand, z.output<typeof answerSchema>>({
    script: findBuiltEntry('dryRun'),
    messages: answerSchema,
    onMessage: (message) => (answer = message),
    signal,
    patienceMs,
  })
  task.send(command)
  const end = await task.ended
  signal?.throwIfAborted()
  if (answer?.kind === 'measured') return answer
  if (answer?.kind === 'failed') throw restoreError(answer.error)
  const how = describeEnd(end, patienceMs)
  throw new NetloomError('training.stopped', `The dry run ${how}, without a result; training may too.`, {
    received: end.signal ?? end.exitCode,
    hint: 'Try a smaller batch.',
  })
}
