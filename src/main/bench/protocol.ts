// What the bench and its two child processes say to each other: one JSON object per line; not how processes are started.
import { z } from 'zod'
import { deviceNames, engineNames } from '../../shared/training/deviceNames'

/** Opens a network; `plan` is for PyTorch, `name` for our side, which builds the same document itself. */
export const openCallSchema = z.object({
  call: z.literal('open'),
  name: z.string(),
  mode: z.enum(['train', 'infer']),
  batch: z.int().positive(),
  threads: z.int().positive(),
  /** For our side; PyTorch has one of its own. */
  engine: z.enum(engineNames),
  device: z.enum(deviceNames).exclude(['auto']),
  learningRate: z.number(),
  momentum: z.number(),
  plan: z.unknown().optional(),
})

export const callSchema = z.discriminatedUnion('call', [
  openCallSchema,
  /** Takes steps and times them. */
  z.object({ call: z.literal('run'), steps: z.int().positive() }),
  /** Asks for the largest resident set so far. */
  z.object({ call: z.literal('memory') }),
])

export type OpenCall = z.output<typeof openCallSchema>
export type Call = z.output<typeof callSchema>

export const openReplySchema = z.object({
  /** Version of the arithmetic: PyTorch's, ONNX Runtime's or TensorFlow.js's. */
  version: z.string(),
  /** Trainable numbers. */
  parameters: z.int(),
})
export const runReplySchema = z.object({ seconds: z.number().positive() })
export const memoryReplySchema = z.object({ peakMemoryBytes: z.int().positive().nullable() })
export const errorReplySchema = z.object({ error: z.string() })
