// What a person may ask of a dataset beside its reference, as plain JSON values; a run keeps them to open it again.
import { z } from 'zod'
import { NetloomError } from '../../shared/graph/errors'

const range = z.tuple([z.number(), z.number()]).readonly()

const datasetOptionsSchema = z.strictObject({
  valFraction: z.number().optional(),
  /** A dataset of the same classes (an image folder, or any reference) whose pictures are the val split. */
  valDirectory: z.string().optional(),
  testFraction: z.number().optional(),
  trainRange: range.optional(),
  testRange: range.optional(),
  limit: z.number().optional(),
  seed: z.number().optional(),
  /** A dataset without splits of its own is this split as a whole, unless ranges are given: for evaluation. */
  wholeAs: z.enum(['train', 'val', 'test']).optional(),
})

/**
 * The choices behind a dataset's splits; the numbers are explained at `SplitOptions`. Relative paths start from the
 * working directory.
 */
export type DatasetOptions = Readonly<z.output<typeof datasetOptionsSchema>>

/**
 * Checks options that were saved with a run.
 * @throws NetloomError `dataset.reference` naming the first option that is wrong
 */
export function parseDatasetOptions(value: unknown): DatasetOptions {
  const parsed = datasetOptionsSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issue?.path.join('.') ?? ''
  throw new NetloomError(
    'dataset.reference',
    `Dataset options, ${path || 'whole'}: ${issue?.message ?? 'not readable'}.`,
    {
      path,
      received: value,
    },
  )
}
