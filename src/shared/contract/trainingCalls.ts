// The calls `training`: looking ahead, starting, stopping and following runs.
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { resizePolicies } from '../datasets/dataset'
import { deviceNames, engineNames } from '../training/deviceNames'
import { deviceChoiceSchema, trainingEventSchema } from '../training/events'
import { recipeSchema } from '../training/recipe'
import { call, count, runDevice } from './call'
import { datasetRequestSchema } from './datasetCalls'

export const trainingRequestSchema = z.object({
  /** The document as `serializeDocument` writes it. */
  document: z.string(),
  recipe: recipeSchema,
  dataset: datasetRequestSchema,
  engine: z.enum(engineNames).default('ort'),
  device: z.enum(deviceNames).default('auto'),
  resize: z.enum(resizePolicies).default('stretch'),
  /** Where the document lies; left out for one that was never saved. Its weights file is named relative to it. */
  documentPath: z.string().optional(),
  /** The opened network that asks: runs of one that has no file yet belong together by it. */
  session: z.string().optional(),
  /** Folder in which the run folder is made; left out: `runs` beside the document, or `app.info.runsFolder`. */
  parent: z.string().optional(),
  name: z.string().optional(),
})
export type TrainingRequestInput = z.input<typeof trainingRequestSchema>

export const preflightSchema = z.object({
  /** Predicted from shapes: weights, slots, activations and their gradients of one batch. */
  predictedMemoryBytes: z.number(),
  /** Of the dry run's process. */
  measuredMemoryBytes: z.number().nullable(),
  secondsPerStep: z.number(),
  secondsPerEpoch: z.number(),
  secondsInAll: z.number(),
  /** By the prediction and the memory that is free now. */
  largestBatch: count,
  freeMemoryBytes: z.number(),
  /** Where `auto` was asked for. */
  choice: deviceChoiceSchema.optional(),
})
export type Preflight = z.output<typeof preflightSchema>

/** A training that runs. */
export const runningTrainingSchema = z.object({
  run: z.string(),
  name: z.string(),
  state: z.enum(['preparing', 'running', 'paused']),
  /** The epoch it is in, from 1; null while it prepares. */
  epoch: count.nullable(),
  epochs: count,
  /** In [0, 1]; null where it is not known. */
  fraction: z.number().nullable(),
  /** Whether another program trains it. */
  isElsewhere: z.boolean(),
  /** Whether it is part of an experiment. */
  isExperiment: z.boolean(),
  /** What it trains on; null while that is being found. */
  device: z.enum(deviceNames).nullable(),
  /** The opened network that asked for it, and the file of its document, as far as they were noted. */
  session: z.string().nullable(),
  documentPath: z.string().nullable(),
})
export type RunningTraining = z.output<typeof runningTrainingSchema>

export const trainingCalls = {
  preflight: call.input(trainingRequestSchema).output(preflightSchema),
  start: call.input(trainingRequestSchema).output(z.object({ run: z.string() })),
  /** Trains the network of a run once more by its own recipe and seed, on its dataset as it is corrected now; other numbers of classes change its last layer. */
  again: call.input(z.object({ run: z.string() })).output(z.object({ run: z.string() })),
  resume: call
    .input(
      z.object({
        run: z.string(),
        epochs: z.int().positive().optional(),
        batchSize: z.int().positive().optional(),
        device: runDevice.optional(),
      }),
    )
    .output(z.object({ run: z.string() })),
  /** The largest batch that fits on the run's device, tried by halving the run's own; null where none does. */
  findBatch: call.input(z.object({ run: z.string() })).output(z.object({ batchSize: z.int().positive().nullable() })),
  /** Finishes the present step and keeps everything. */
  stop: call.input(z.object({ run: z.string() })).output(z.void()),
  /** Lets the run wait between two steps, its checkpoint written and its device kept. Only runs of this core. */
  pause: call.input(z.object({ run: z.string() })).output(z.void()),
  continue: call.input(z.object({ run: z.string() })).output(z.void()),
  /** What trains now, here and in other programs; then every change, until the caller leaves. */
  watch: call.output(eventIterator(z.array(runningTrainingSchema))),
  /** Runs that this core is training now. */
  active: call.output(z.array(z.object({ run: z.string(), name: z.string() }))),
  /** Events of a run since event number `after` (-1: all that are kept), then as they happen; ends with the run. */
  events: call
    .input(z.object({ run: z.string(), after: z.int().default(-1) }))
    .output(eventIterator(z.object({ number: count, event: trainingEventSchema }))),
} as const
