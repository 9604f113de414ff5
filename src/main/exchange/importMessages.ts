// What the importing process is told and what it tells, as schemas; not the process (importProcess.ts).
import { z } from 'zod'
import { importFactsSchema, importReceiptSchema, importStages } from '../../shared/contract/importCalls'
import { plainErrorSchema } from '../../shared/training/events'

export const importCommandSchema = z.object({
  path: z.string(),
  /** Name of the document. */
  name: z.string(),
  /** Where its files are kept. */
  folder: z.string(),
  /** What the document calls its weights. */
  weights: z.string(),
  flat: z.boolean(),
  inputShape: z.array(z.number()).optional(),
  /** The output to take, where the file has several. */
  output: z.string().optional(),
  /** An image file to compare by, and how it is called. */
  image: z.object({ path: z.string(), name: z.string() }).optional(),
})
export type ImportCommand = z.output<typeof importCommandSchema>

export const importMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stage'), stage: z.enum(importStages) }),
  z.object({ kind: z.literal('network'), document: z.string(), facts: importFactsSchema }),
  z.object({ kind: z.literal('receipt'), receipt: importReceiptSchema }),
  z.object({ kind: z.literal('failed'), error: plainErrorSchema }),
])
export type ImportMessage = z.output<typeof importMessageSchema>
