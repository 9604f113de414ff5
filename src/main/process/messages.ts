// What the training process and its parent tell each other, as zod-checked unions; not when.
import { z } from 'zod'
import { deviceNames } from '../../shared/training/devices'
import { errorCodes, NetloomError } from '../../shared/graph/errors'
import type { ErrorCode } from '../../shared/graph/errors'
import type { PlainError } from '../../shared/training/events'

export {
  trainingEventSchema,
  trainingOutcomeSchema,
  type PlainError,
  type TrainingEvent,
  type TrainingOutcome,
} from '../../shared/training/events'

function isErrorCode(code: string): code is ErrorCode {
  return code in errorCodes
}

/** What crosses: code, text and details of a NetloomError; anything else as `internal`. */
export function describeError(error: unknown): PlainError {
  if (error instanceof NetloomError) {
    const { code, message, nodeId, path, expected, received } = error
    return { code, message, nodeId, path, expected, received }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'internal', message: `internal: ${message}` }
}

/** The error that `describeError` described. */
export function restoreError(plain: PlainError): NetloomError {
  const { code, message, ...details } = plain
  return new NetloomError(isErrorCode(code) ? code : 'internal', message, details)
}

/** What a parent tells its training process. */
export const trainerCommandSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    /** The run folder; everything else is in it. */
    directory: z.string(),
    /** Goes on when the parent ends. */
    detached: z.boolean(),
    /** Time between checkpoints inside an epoch. */
    checkpointSeconds: z.number().positive(),
    /** Replaces the number of epochs in the run's recipe. */
    epochs: z.int().positive().optional(),
    /** Replaces the batch size in the run's recipe. */
    batchSize: z.int().positive().optional(),
    /** Replaces the run's device. */
    device: z.enum(deviceNames).exclude(['auto']).optional(),
  }),
  /** Finish the present step, keep everything, end. */
  z.object({ kind: z.literal('stop') }),
  /** Finish the present step, write a checkpoint, and wait. */
  z.object({ kind: z.literal('pause') }),
  /** Go on after a pause. */
  z.object({ kind: z.literal('continue') }),
])

export type TrainerCommand = z.output<typeof trainerCommandSchema>
