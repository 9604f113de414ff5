// The calls `datasets`: what is in a dataset, and its images as a screen shows them.
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { resizePolicies, splitNames } from '../datasets/dataset'
import { notedCorrectionSchema } from '../datasets/corrections'
import { datasetOptionsSchema } from '../datasets/datasetOptions'
import { augmentationPresets } from '../training/recipe'
import { base64, call, count, scaling } from './call'

export const datasetRequestSchema = z.object({ reference: z.string(), options: datasetOptionsSchema.default({}) })

export const datasetDescriptionSchema = z.object({
  reference: z.string(),
  kind: z.string(),
  recognisedBecause: z.string(),
  classes: z.array(z.string()),
  channels: z.union([z.literal(1), z.literal(3)]),
  splits: z.partialRecord(z.enum(splitNames), z.object({ count, perClass: z.array(count) })),
  splitRule: z.string(),
  sizes: z.array(z.object({ width: count, height: count, count })),
  unreadable: z.array(z.object({ file: z.string(), reason: z.string() })),
  contradictions: z.array(
    z.object({ isExact: z.boolean(), images: z.array(z.object({ file: z.string(), class: z.string() })) }),
  ),
  duplicatesAcrossSplits: z.array(z.array(z.string())),
  notes: z.array(z.string()).optional(),
  fingerprint: z.string(),
})

export const imageFormatSchema = z.object({
  channels: z.union([z.literal(1), z.literal(3)]),
  height: count,
  width: count,
  resize: z.enum(resizePolicies),
})

const applyRequest = datasetRequestSchema.extend({
  /** A folder without split folders gets some, so that its splits stay as they are. */
  intoSplits: z.boolean(),
})

const applyEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), done: count, total: count }),
  /** `file`: the list that was written. */
  z.object({ kind: z.literal('done'), moved: count, file: z.string().nullable() }),
])

export const datasetCalls = {
  /** Opens and describes; reads every image, so it reports progress before its result. */
  describe: call
    .input(datasetRequestSchema)
    .output(
      eventIterator(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('progress'), done: count, total: count }),
          z.object({ kind: z.literal('description'), description: datasetDescriptionSchema, quick: z.boolean() }),
        ]),
      ),
    ),
  /** A person's yes to folders outside of the opened ones that a dataset leads to; remembered for this dataset. */
  allowOutside: call.input(datasetRequestSchema.extend({ folders: z.array(z.string()).max(10_000) })).output(z.void()),
  /** Images of a split in file order, filtered by class, as small PNGs. With `format`: exactly what a network would see. */
  images: call
    .input(
      datasetRequestSchema.extend({
        split: z.enum(splitNames),
        from: count,
        count: z.int().min(1).max(500),
        class: count.optional(),
        /** Just these images of the split, in this order, in place of from, count and class. */
        indices: z.array(count).max(500).optional(),
        size: z.int().min(16).max(512).default(96),
        format: imageFormatSchema.optional(),
        augmentation: z.enum(augmentationPresets).optional(),
      }),
    )
    .output(
      z.object({
        total: count,
        images: z.array(z.object({ index: count, name: z.string(), label: count, png: base64.nullable() })),
      }),
    ),
  /** What was corrected in a dataset, the first correction first. */
  corrections: call.input(datasetRequestSchema).output(z.array(notedCorrectionSchema)),
  /** Changes what is said of some images, noted beside the dataset; its images stay as they are. */
  correct: call
    .input(
      datasetRequestSchema.extend({
        images: z.discriminatedUnion('by', [
          /** As `images` and evaluations name them. */
          z.object({
            by: z.literal('name'),
            split: z.enum(splitNames),
            names: z.array(z.string()).min(1).max(100_000),
          }),
          /** As findings name them. */
          z.object({ by: z.literal('file'), files: z.array(z.string()).min(1).max(100_000) }),
          /** Half-open ranges of the list that `images` gives of a split or of one class of it; `total`: how long it is. */
          z.object({
            by: z.literal('place'),
            split: z.enum(splitNames),
            class: count.optional(),
            ranges: z
              .array(z.tuple([count, count]))
              .min(1)
              .max(100_000),
            total: count,
          }),
        ]),
        change: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('leaveOut') }),
          /** A class that there is not yet becomes one. */
          z.object({ kind: z.literal('relabel'), to: z.string().trim().min(1).max(200) }),
          z.object({ kind: z.literal('move'), to: z.enum(splitNames) }),
          /** What was found of them is not told any more. */
          z.object({ kind: z.literal('keep') }),
        ]),
      }),
    )
    .output(z.array(notedCorrectionSchema)),
  /** Makes several classes one. */
  mergeClasses: call
    .input(datasetRequestSchema.extend({ classes: z.array(z.string()).min(2), to: z.string().trim().min(1).max(200) }))
    .output(z.array(notedCorrectionSchema)),
  /** Takes corrections back, by when they were made. */
  takeBackCorrections: call
    .input(datasetRequestSchema.extend({ at: z.array(z.string()).min(1) }))
    .output(z.array(notedCorrectionSchema)),
  /** Puts corrections that were taken back into their places. */
  putBackCorrections: call
    .input(datasetRequestSchema.extend({ entries: z.array(notedCorrectionSchema).min(1) }))
    .output(z.array(notedCorrectionSchema)),
  /** What applying the corrections to the files would do; refused with the reason where nothing can be moved. */
  planApplying: call.input(applyRequest).output(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('folder'),
        folder: z.string(),
        targets: z.array(z.object({ folder: z.string(), count })),
        moves: count,
        leftOut: count,
        leftOutFolder: z.string(),
        renamed: count,
        staying: z.array(z.string()),
        canSplit: z.boolean(),
      }),
      z.object({ kind: z.literal('csv'), file: z.string(), rows: count, leftOut: count }),
    ]),
  ),
  /** Moves the files, or writes the list. @throws file.changed where the plan has another number of moves now */
  apply: call.input(applyRequest.extend({ expected: count })).output(eventIterator(applyEvent)),
  /** Whether files were being moved when the program ended, and what was applied last. */
  applied: call.input(datasetRequestSchema).output(
    z.object({
      begun: z.object({ at: z.string(), moves: count, isBack: z.boolean() }).nullable(),
      last: z.object({ at: z.string(), moves: count }).nullable(),
    }),
  ),
  /** Finishes what was begun, or takes it, or else what was applied last, back. */
  settleApplying: call
    .input(datasetRequestSchema.extend({ way: z.enum(['finish', 'takeBack']) }))
    .output(eventIterator(applyEvent)),
  statistics: call.input(datasetRequestSchema.extend({ format: imageFormatSchema })).output(scaling),
} as const
