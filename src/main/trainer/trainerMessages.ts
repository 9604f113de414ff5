// What the training process is told, as a checked union; what it tells is shared/training/events.ts.
import { z } from 'zod'
import { deviceNames } from '../../shared/training/deviceNames'

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
