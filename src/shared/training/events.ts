// What happens during a training and what comes of it, as zod schemas that cross processes and reach every screen.
import { z } from 'zod'
import { waysOut } from '../graph/errors'
import { deviceNames, engineNames } from './deviceNames'
import { standingSchema } from './standing'

const count = z.int().min(0)

const meanMetricsSchema = z.object({
  loss: z.number(),
  /** In [0, 1]. */
  accuracy: z.number(),
})

/** The means over the test images; top-5 says something where there are more than five classes (left out by older runs). */
export const testResultSchema = z.object({
  loss: z.number(),
  top1: z.number(),
  top5: z.number(),
  classes: count.optional(),
})

/** The result of a run: what `netloom train --json` prints. */
export const trainingOutcomeSchema = z.object({
  /** The run folder, as an absolute path. */
  run: z.string(),
  state: z.enum(['finished', 'stopped']),
  engine: z.enum(engineNames),
  device: z.enum(deviceNames),
  /** Epochs and steps taken since the run began, resumed parts included. */
  epochs: count,
  steps: count,
  /** Wall time of this process, evaluation included, pauses not. */
  seconds: z.number(),
  /** Images trained on per second by this process, waiting for data included; preparing the engine, evaluation and checkpoints not. */
  imagesPerSecond: z.number(),
  /** The epoch, from 1, whose weights are in the model; null where none has ended. */
  bestEpoch: z.int().positive().nullable(),
  /** Means over the best epoch; over the images seen where none has ended. */
  train: meanMetricsSchema,
  val: meanMetricsSchema.nullable(),
  /** With the model's weights; null without a test split and for a stopped run. */
  test: testResultSchema.nullable(),
  /** The path of model.onnx; null where the run was stopped before its first step and has none yet. */
  model: z.string().nullable(),
})

export type TrainingOutcome = z.output<typeof trainingOutcomeSchema>

export const plainErrorSchema = z.object({
  code: z.string(),
  /** Complete with its hint. */
  message: z.string(),
  nodeId: z.string().optional(),
  path: z.string().optional(),
  expected: z.unknown().optional(),
  received: z.unknown().optional(),
  way: z.enum(waysOut).optional(),
})

/** An error as it crosses between processes. */
export type PlainError = z.output<typeof plainErrorSchema>

const runDeviceSchema = z.enum(deviceNames).exclude(['auto'])

/** What `auto` became, with the figures behind it. */
export const deviceChoiceSchema = z.object({
  device: runDeviceSchema,
  /** Seconds of a step of the network itself; empty where only the CPU works and nothing was to be measured. */
  measured: z.array(
    z.object({
      device: runDeviceSchema,
      secondsPerStep: z.number().nullable(),
      /** Why it could not be measured. */
      problem: z.string().nullable(),
    }),
  ),
  /** Whether the figures are from an earlier time. */
  isRemembered: z.boolean(),
})

export type DeviceChoice = z.output<typeof deviceChoiceSchema>

/** What happens during a run, in the order in which it happens. */
export const trainingEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('started'),
    run: z.string(),
    engine: z.enum(engineNames),
    device: z.enum(deviceNames),
    /** Images per split. */
    images: z.object({ train: count, val: count, test: count }),
    epochs: count,
    stepsPerEpoch: count,
    totalSteps: count,
    /** Where this process goes on: 0 for a new run. */
    step: count,
    /** Where `auto` was asked for. */
    choice: deviceChoiceSchema.optional(),
  }),
  /** At most ten a second. */
  z.object({
    kind: z.literal('progress'),
    step: count,
    totalSteps: count,
    /** The present epoch, from 1. */
    epoch: count,
    epochs: count,
    /** Means over the epoch so far. */
    loss: z.number(),
    accuracy: z.number(),
    learningRate: z.number(),
    imagesPerSecond: z.number(),
    /** Expected time to the end of the run; null while there is nothing to judge by. */
    secondsLeft: z.number().nullable(),
  }),
  z.object({
    kind: z.literal('epochEnded'),
    epoch: count,
    train: meanMetricsSchema,
    val: meanMetricsSchema.nullable(),
    learningRate: z.number(),
    /** Whether it is the best epoch so far. */
    best: z.boolean(),
    /** Where it has a validation. */
    standing: standingSchema.optional(),
  }),
  z.object({ kind: z.literal('checkpointWritten'), name: z.enum(['last', 'best']), step: count }),
  /** Images that could not be decoded and are left out; only those not yet reported. */
  z.object({
    kind: z.literal('imagesSkipped'),
    files: z.array(z.object({ file: z.string(), reason: z.string() })),
  }),
  /** The process waits between two steps, its checkpoint written; it keeps its device and memory. */
  z.object({ kind: z.literal('paused'), step: count }),
  z.object({ kind: z.literal('continued'), step: count }),
  z.object({ kind: z.literal('finished'), outcome: trainingOutcomeSchema }),
  z.object({ kind: z.literal('failed'), error: plainErrorSchema }),
])

export type TrainingEvent = z.output<typeof trainingEventSchema>
