// The calls `blocks`: the personal library of blocks, for all documents.
import { z } from 'zod'
import { call } from './call'

/** The personal library of blocks, for all documents. */
export const blockCalls = {
  /** `text`: a document without nodes that defines the block last, after those it uses. `problem`: of a damaged file. */
  list: call.output(
    z.object({
      blocks: z.array(z.object({ type: z.string(), savedMs: z.number(), text: z.string() })),
      problem: z.string().nullable(),
    }),
  ),
  save: call.input(z.object({ type: z.string().max(200), text: z.string().max(5_000_000) })).output(z.void()),
  remove: call.input(z.object({ type: z.string() })).output(z.void()),
} as const
