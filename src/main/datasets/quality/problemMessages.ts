// What the process that looks for problems is told and what it tells, as schemas; not the process (problemProcess.ts).
import { z } from 'zod'
import { datasetRequestSchema } from '../../../shared/contract/datasetCalls'
import { problemEventSchema } from '../../../shared/contract/problemCalls'
import { plainErrorSchema } from '../../../shared/training/events'

/** The dataset to look at. */
export const problemCommandSchema = datasetRequestSchema
export type ProblemCommand = z.output<typeof problemCommandSchema>

export const problemMessageSchema = z.union([
  problemEventSchema,
  z.object({ kind: z.literal('failed'), error: plainErrorSchema }),
])
export type ProblemMessage = z.output<typeof problemMessageSchema>
