// The calls `imports` between a screen and the core: opening trained files of other programs, with their receipts; not what they do.
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { ownTable } from '../graph/ownTable'
import { call, count, imageSource } from './call'

const counts = ownTable(z.string(), count)

/** What an import goes through, in this order. */
export const importStages = ['reading', 'converting', 'comparing'] as const
export type ImportStage = (typeof importStages)[number]

/** What was found in a file, and what became of it. */
export const importFactsSchema = z.object({
  opset: count,
  operators: z.object({
    total: count,
    folded: count,
    kept: count,
    /** Operators that stay as they are: type and number. */
    unsupported: counts,
    unused: count,
  }),
  /** Tensors brought to float32, by their type in the file. */
  widened: counts,
  trainingNodes: count,
  input: z.object({ name: z.string(), layout: z.string(), shape: z.array(count), batch: count.optional() }),
  /** The value that was taken, and the outputs of which another could be. */
  output: z.object({ name: z.string(), shape: z.array(count), choices: z.array(z.string()) }),
  notes: z.array(z.string()),
  /** Layers and blocks on the canvas, the input included. */
  nodes: count,
  /** How many blocks of each type the layers were gathered into. */
  blocks: counts,
  parameters: count,
  macs: count,
})
export type ImportFacts = z.output<typeof importFactsSchema>

/** A difference; `infinite` where the outputs are of other sizes, or one side is not finite. */
const difference = z.union([z.number(), z.literal('infinite')])

/** How the outputs of the original and of our export compare. */
export const importReceiptSchema = z.object({
  verdict: z.enum(['equal', 'different', 'not-run']),
  /** How far the network is from its file and where the two part; only where they differ. */
  difference: z.string().optional(),
  /** Empty where the original could not be run; the remarks say why. */
  comparisons: z.array(
    z.object({
      output: z.string(),
      /** `random`, or the name of an image. */
      inputs: z.string(),
      count,
      maxAbs: difference,
      maxRel: difference,
    }),
  ),
  remarks: z.array(z.string()),
})
export type ImportReceiptFacts = z.output<typeof importReceiptSchema>

export const importEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stage'), stage: z.enum(importStages) }),
  z.object({
    kind: z.literal('network'),
    id: z.string(),
    /** The document as `serializeDocument` writes it; its weights are kept with the core until it is saved. */
    document: z.string(),
    facts: importFactsSchema,
  }),
  z.object({ kind: z.literal('receipt'), receipt: importReceiptSchema }),
])
export type ImportEvent = z.output<typeof importEventSchema>

const scaling = z.object({ mean: z.array(z.number()), deviation: z.array(z.number().positive()) })

export const importCalls = {
  /** Opens a file of another program; ends when its reader leaves. */
  open: call
    .input(
      z.object({
        /** A file, or an upload. */
        path: z.string(),
        /** Every operator a layer of its own; else repeated structure is gathered into blocks. */
        flat: z.boolean().default(false),
        /** [C, H, W], where the file leaves its extents open. */
        inputShape: z.array(z.int().positive()).min(1).max(3).optional(),
        /** The output to take, where the file has several. */
        output: z.string().max(1000).optional(),
        /** An image to compare by, beside random inputs. */
        image: z.object({ name: z.string().max(300), source: imageSource }).optional(),
      }),
    )
    .output(eventIterator(importEventSchema)),
  /** What the network says of an image with a scaling of pixels that is being tried, most probable class first. */
  preview: call
    .input(z.object({ id: z.string(), scaling, image: imageSource, count: z.int().min(1).max(20).default(5) }))
    .output(z.array(z.object({ index: count, probability: z.number() }))),
  /** Throws an import away that was not opened. */
  discard: call.input(z.object({ id: z.string() })).output(z.void()),
} as const
