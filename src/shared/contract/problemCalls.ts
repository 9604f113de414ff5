// The calls `problems`: finding what is wrong with the images of a dataset, and what was found before; not finding it (main/datasets/quality).
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { splitNames } from '../datasets/dataset'
import { problemKinds } from '../datasets/quality/problems'
import { call, count } from './call'
import { datasetRequestSchema } from './datasetCalls'

const share = z.number().min(0).max(1)

const foundImageSchema = z.object({
  split: z.enum(splitNames),
  index: count,
  name: z.string(),
  file: z.string(),
  class: z.string(),
})

const figuresSchema = z.discriminatedUnion('form', [
  z.object({ form: z.literal('group'), isExact: z.boolean(), likeness: z.number() }),
  z.object({ form: z.literal('label'), given: share, suggested: z.string(), probability: share }),
  z.object({ form: z.literal('value'), value: z.number(), usual: z.number() }),
  z.object({
    form: z.literal('size'),
    width: count,
    height: count,
    usualWidth: count,
    usualHeight: count,
  }),
])

const problemSchema = z.object({
  kind: z.enum(problemKinds),
  images: z.array(foundImageSchema),
  figures: figuresSchema,
  isLikely: z.boolean(),
})

/** Everything that was found in a dataset; `DatasetProblems` says what it means. */
export const datasetProblemsSchema = z.object({
  fingerprint: z.string(),
  foundAt: z.string(),
  images: count,
  unreadable: count,
  problems: z.array(problemSchema),
  labelCheck: z
    .object({
      method: z.enum(['network', 'networkAndColours']),
      accuracy: share,
      baseline: share,
      judged: count,
    })
    .optional(),
  elapsedMs: z.number(),
})

/** How far the search is. */
export const problemProgressSchema = z.object({
  stage: z.enum(['opening', 'looking', 'comparing']),
  /** Images that were looked at, and all; of the comparing, hundredths. */
  done: count,
  total: count,
  /** null: not known yet. */
  secondsLeft: z.number().min(0).nullable(),
})
export type ProblemProgress = z.output<typeof problemProgressSchema>

export const problemEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), progress: problemProgressSchema }),
  z.object({ kind: z.literal('found'), found: datasetProblemsSchema }),
])
export type ProblemEvent = z.output<typeof problemEventSchema>

export const problemCalls = {
  /** Looks at every image, in a process of its own; ends when its reader leaves. What is found is kept. */
  find: call.input(datasetRequestSchema).output(eventIterator(problemEventSchema)),
  /**
   * What was found in the dataset before; null where nothing was looked for. Where it has been corrected since, what
   * was found then as far as it still holds.
   */
  kept: call
    .input(datasetRequestSchema)
    .output(z.object({ found: datasetProblemsSchema, isCurrent: z.boolean() }).nullable()),
} as const
