// What the process for large images is told and what it tells, as schemas; not the process (decoderProcess.ts).
import { z } from 'zod'
import { resizePolicies } from '../../shared/datasets/dataset'
import { plainErrorSchema } from '../../shared/training/events'

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const channelsSchema = z.union([z.literal(1), z.literal(3)])

export const decoderCommandSchema = z.object({
  /** Number of the question, which its answer carries. */
  job: z.number(),
  /** The file, or its bytes where they are at hand. */
  source: z.union([z.string(), bytesSchema]),
  /** Decode for a network; left out: look at all of it. */
  format: z
    .object({ channels: channelsSchema, height: z.number(), width: z.number(), resize: z.enum(resizePolicies) })
    .optional(),
})
export type DecoderCommand = z.output<typeof decoderCommandSchema>

export const decoderMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pixels'), job: z.number(), pixels: bytesSchema }),
  z.object({
    kind: z.literal('seen'),
    job: z.number(),
    seen: z.object({
      digest: z.string(),
      width: z.number(),
      height: z.number(),
      channels: channelsSchema,
      print: bytesSchema,
    }),
  }),
  /** It would take more memory than it may, and ends. */
  z.object({ kind: z.literal('full') }),
  z.object({ kind: z.literal('failed'), job: z.number(), error: plainErrorSchema }),
])
export type DecoderMessage = z.output<typeof decoderMessageSchema>
