// The calls `runs`: run folders with their metrics, documents and logs.
import { z } from 'zod'
import { deviceNames, engineNames } from '../training/deviceNames'
import { recipeSchema } from '../training/recipe'
import { testResultSchema } from '../training/events'
import { standingSchema } from '../training/standing'
import { runStates } from '../training/runStates'
import { call, count } from './call'

export const runSummarySchema = z.object({
  /** The run folder, absolute. */
  id: z.string(),
  name: z.string(),
  note: z.string(),
  /** Words a person gave it. */
  tags: z.array(z.string()),
  state: z.enum(runStates),
  createdMs: z.number(),
  /** The name of its document. */
  architecture: z.string(),
  /** The name of its document as it computes (network/hashStructure.ts). */
  structure: z.string(),
  /** The file of its document, where it lies now as far as is known; null where it has none. */
  documentPath: z.string().nullable(),
  /** The opened network that asked for it; null where none did, or that was not noted. */
  session: z.string().nullable(),
  /** Whether it was noted where its document came from; older runs are known by their networks alone. */
  hasOrigin: z.boolean(),
  /** The result of the experiment that it is part of. */
  experiment: z.string().nullable(),
  parameters: count,
  /** Multiply-accumulates of one image. */
  macs: z.number(),
  /** Of its model file; null where it has none yet. */
  sizeBytes: z.number().nullable(),
  dataset: z.string(),
  recipe: recipeSchema,
  engine: z.enum(engineNames),
  device: z.enum(deviceNames),
  epochs: count,
  bestEpoch: count.nullable(),
  seconds: z.number().nullable(),
  val: z.object({ loss: z.number(), accuracy: z.number() }).nullable(),
  test: testResultSchema.nullable(),
  error: z.string().nullable(),
  /** What kind of error it is. */
  errorCode: z.string().optional(),
})
export type RunSummary = z.output<typeof runSummarySchema>

export const metricsSchema = z.object({
  /** One entry per step: columns, because there may be 100,000 of them. */
  steps: z.object({
    step: z.array(count),
    epoch: z.array(count),
    loss: z.array(z.number()),
    accuracy: z.array(z.number()),
    learningRate: z.array(z.number()),
  }),
  epochs: z.array(
    z.object({
      epoch: count,
      /** The last step of the epoch. */
      step: count,
      train: z.object({ loss: z.number(), accuracy: z.number() }),
      val: z.object({ loss: z.number(), accuracy: z.number() }).nullable(),
      learningRate: z.number(),
      best: z.boolean(),
      standing: standingSchema.optional(),
      /** Seconds since the run began; null where the timing was lost. */
      seconds: z.number().nullable(),
    }),
  ),
})
export type RunMetrics = z.output<typeof metricsSchema>

export const runCalls = {
  list: call.output(z.array(runSummarySchema)),
  metrics: call.input(z.object({ run: z.string(), fromStep: count.default(0) })).output(metricsSchema),
  /** The document as it was trained. */
  document: call.input(z.object({ run: z.string() })).output(z.string()),
  log: call.input(z.object({ run: z.string() })).output(z.string()),
  update: call
    .input(
      z.object({
        run: z.string(),
        name: z.string().max(200).optional(),
        note: z.string().max(10_000).optional(),
        tags: z.array(z.string().min(1).max(60)).max(40).optional(),
      }),
    )
    .output(z.void()),
  /** Moves the folder to the trash; not while it trains. */
  trash: call.input(z.object({ run: z.string() })).output(z.void()),
  restore: call.input(z.object({ run: z.string() })).output(z.void()),
} as const
