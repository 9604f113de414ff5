// The calls `experiments`: starting, stopping and following the experiments of the lectures.
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { experimentStateSchema, resultSummarySchema } from '../lectures/experiments/results'
import { call } from './call'

/** The experiments of the lectures (shared/lectures/experiments): each trains several runs, one experiment at a time. */
export const experimentCalls = {
  start: call
    .input(
      z.object({
        experiment: z.string(),
        size: z.enum(['full', 'quick']).default('full'),
        seed: z.int().min(0).max(0xffffffff).default(1),
        /** A dataset in place of the experiment's own. */
        data: z.string().optional(),
      }),
    )
    .output(z.object({ id: z.string() })),
  /** Ends it after the present step; what is done is kept. */
  stop: call.input(z.object({ id: z.string() })).output(z.void()),
  /** All results, newest first; a running one is among them. */
  list: call.output(z.array(resultSummarySchema)),
  /** How it stands, then every change until its end. */
  follow: call.input(z.object({ id: z.string() })).output(eventIterator(experimentStateSchema)),
} as const
