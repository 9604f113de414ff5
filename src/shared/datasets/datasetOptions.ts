// What a person may ask of a dataset beside its reference, as plain JSON values; a run keeps them to open it again.
import { z } from 'zod'
import { ownTable } from '../graph/ownTable'

const range = z.tuple([z.number(), z.number()]).readonly()

/** Pairs, since a table loses the name `__proto__` on its way; older files hold a table. */
const newName = z.string().trim().min(1).max(200)
const namePairs = z
  .union([
    z.array(z.tuple([z.string(), newName]).readonly()),
    ownTable(z.string(), newName).transform((table) => Object.entries(table)),
  ])
  .readonly()

export const datasetOptionsSchema = z.strictObject({
  valFraction: z.number().optional(),
  /** A dataset of the same classes (an image folder, or any reference) whose images are the val split. */
  valDirectory: z.string().optional(),
  testFraction: z.number().optional(),
  trainRange: range.optional(),
  testRange: range.optional(),
  limit: z.number().optional(),
  /** Leaves out every copy of an image but the first, and all of them where they stand in two classes. */
  leaveOutCopies: z.boolean().optional(),
  seed: z.number().optional(),
  /** Other names for classes, by the names of the dataset itself; names that it does not have are left aside. */
  classNames: namePairs.optional(),
  /** A dataset without splits of its own is this split as a whole, unless ranges are given: for evaluation. */
  wholeAs: z.enum(['train', 'val', 'test']).optional(),
  /** Moves the bright part of every image to the middle. */
  centre: z.boolean().optional(),
  /** Moves every test image by this many pixels, each in a fixed direction of its own. */
  shift: z.int().min(0).max(256).optional(),
  /** Seed of one permutation of all pixels, the same for every image. */
  permute: z.int().min(0).max(0xffffffff).optional(),
})

/**
 * The choices behind a dataset's splits, explained at `SplitOptions`, and what is done to all of its images
 * (`makeTransform`). Relative paths start from the working directory.
 */
export type DatasetOptions = Readonly<z.output<typeof datasetOptionsSchema>>
