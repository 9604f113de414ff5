// Options of a dataset that were saved with a run, checked; their table is in shared/datasets/datasetOptions.ts.
import { datasetOptionsSchema, type DatasetOptions } from '../../shared/datasets/datasetOptions'
import { NetloomError } from '../../shared/graph/errors'

export type { DatasetOptions } from '../../shared/datasets/datasetOptions'

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
