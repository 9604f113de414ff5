// How an experiment stands and what came of it, as zod schemas: they reach every screen and are kept as files.
import { z } from 'zod'
import { truthTableNames } from '../../datasets/truthTables'

const count = z.int().min(0)
const means = z.object({ loss: z.number(), accuracy: z.number() })
const tested = z.object({ loss: z.number(), top1: z.number(), images: count })

/** What a network says of every row of a truth table after an epoch. */
const tableEpochSchema = z.object({
  /** 0: before the first step. */
  epoch: count,
  /** Output for the class 1, per row. */
  outputs: z.array(z.number()),
  /** -1 or 1 per row. */
  answers: z.array(z.number()),
  /** Of a network with one unit: w and b of the plane w x + b = 0. */
  plane: z.object({ weights: z.array(z.number()), bias: z.number() }).nullable(),
})

const tableSchema = z.object({
  name: z.enum(truthTableNames),
  epochs: z.array(tableEpochSchema),
})

/** Of a network with two inputs: how far class 1 is ahead of class -1 on a grid over the plane. */
const fieldSchema = z.object({
  low: z.number(),
  high: z.number(),
  /** Points along each side. */
  extent: count,
  /** Row by row, the second input rising, in each row the first one rising: [extent * extent]. */
  values: z.array(z.number()),
})

export const variantResultSchema = z.object({
  id: z.string(),
  /** The run folder. */
  run: z.string(),
  parameters: count,
  macs: z.number(),
  seconds: z.number(),
  /** Training means of every epoch, as it went on. */
  epochs: z.array(z.object({ epoch: count, train: means, val: means.nullable() })),
  /** With the weights of the best epoch. */
  test: tested.nullable(),
  measures: z.array(tested.extend({ id: z.string() })),
  table: tableSchema.nullable(),
  field: fieldSchema.nullable(),
})

export const verdictSchema = z.object({
  /** Whether the outcome is as the lecture claims, in every part; null: the run was too small to be judged. */
  agrees: z.boolean().nullable(),
  /** What the claim says of each of its networks, and whether that came out; empty where it was not judged. */
  parts: z.array(z.object({ what: z.string(), agrees: z.boolean() })).default([]),
  /** What came out, with its numbers. */
  text: z.string(),
})

export const variantStateSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['waiting', 'training', 'measuring', 'done']),
  run: z.string().nullable(),
  epoch: count,
  epochs: count,
  /** Of its training, in [0, 1]. */
  fraction: z.number(),
  result: variantResultSchema.nullable(),
})

export const experimentStateSchema = z.object({
  /** The name under which it is kept: `permuted-pixels-3`. */
  id: z.string(),
  experiment: z.string(),
  size: z.enum(['full', 'quick']),
  seed: count,
  data: z.string(),
  startedMs: z.number(),
  /** `interrupted`: its file says that it is running, and nothing runs it. */
  state: z.enum(['running', 'finished', 'stopped', 'failed', 'interrupted']),
  error: z.string().nullable(),
  seconds: z.number(),
  /** null: not yet known, or over. */
  secondsLeft: z.number().nullable(),
  variants: z.array(variantStateSchema),
  verdict: verdictSchema.nullable(),
})

export type VariantResult = Readonly<z.output<typeof variantResultSchema>>
export type Verdict = Readonly<z.output<typeof verdictSchema>>
export type VariantState = Readonly<z.output<typeof variantStateSchema>>
export type ExperimentState = Readonly<z.output<typeof experimentStateSchema>>
export type TableResult = NonNullable<VariantResult['table']>
export type FieldResult = NonNullable<VariantResult['field']>

/** What a list of results shows of one. */
export const resultSummarySchema = experimentStateSchema
  .pick({ id: true, experiment: true, size: true, data: true, startedMs: true, state: true, seconds: true })
  .extend({ agrees: z.boolean().nullable() })

export type ResultSummary = z.output<typeof resultSummarySchema>

/** What a list shows of a result. */
export function summarizeResult(result: ExperimentState): ResultSummary {
  const { id, experiment, size, data, startedMs, seconds, state, verdict } = result
  return { id, experiment, size, data, startedMs, seconds, state, agrees: verdictOf({ size, verdict })?.agrees ?? null }
}

/** The verdict on a result; a quick run is none, also one that was kept before that was so. */
export function verdictOf({ size, verdict }: Pick<ExperimentState, 'size' | 'verdict'>): Verdict | null {
  return verdict && size === 'quick' ? { agrees: null, parts: [], text: verdict.text } : verdict
}
