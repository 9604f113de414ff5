// The dataset of a document with its options, between the saved form and the typed one; not opening it.
import type { DatasetReference } from '../graph/document'
import { NetloomError } from '../graph/errors'
import { resizePolicies, type ResizePolicy } from './dataset'
import { datasetOptionsSchema, type DatasetOptions } from './datasetOptions'

/** A dataset and every choice about it that a document keeps. */
export interface DatasetChoice {
  /** In the syntax of the command line: `folder:DIR`, `builtin:digits`. */
  readonly reference: string
  readonly options: DatasetOptions
  /** How images are brought to the size of the network's input. */
  readonly resize: ResizePolicy
}

const usualResize: ResizePolicy = 'stretch'

/**
 * Reads what a document says of its dataset; what it leaves out is as usual.
 * @throws NetloomError `dataset.reference` naming the first option that is wrong
 */
export function readDatasetChoice({ source, options = {} }: DatasetReference): DatasetChoice {
  const { resize = usualResize, ...rest } = options
  const policy = resizePolicies.find((name) => name === resize)
  const parsed = datasetOptionsSchema.safeParse(rest)
  if (policy && parsed.success) return { reference: source, options: parsed.data, resize: policy }
  const [issue] = parsed.error?.issues ?? []
  const name = policy ? (issue?.path.join('.') ?? '') : 'resize'
  const rule = policy ? (issue?.message ?? 'not readable') : `one of ${resizePolicies.join(', ')}`
  throw new NetloomError(
    'dataset.reference',
    `The document's options of dataset "${source}", ${name || 'whole'}: ${rule}.`,
    {
      path: `dataset.options${name === '' ? '' : `.${name}`}`,
      received: options,
      hint: 'Correct the document, or choose the dataset anew on the Data screen.',
    },
  )
}

/** What a document keeps of a choice: usual values are left out, so that a plain choice is a plain reference. */
export function printDatasetChoice({ reference, options, resize }: DatasetChoice): DatasetReference {
  const set = Object.entries(options).filter(([, value]) => value !== undefined)
  const kept = { ...Object.fromEntries(set), ...(resize !== usualResize && { resize }) }
  return { source: reference, ...(Object.keys(kept).length > 0 && { options: kept }) }
}

/** Whether two choices name the same images in the same splits. */
export function isSameDataset(
  a: Pick<DatasetChoice, 'reference' | 'options'>,
  b: Pick<DatasetChoice, 'reference' | 'options'>,
): boolean {
  const print = ({ reference, options }: typeof a): string =>
    JSON.stringify([
      reference,
      Object.entries(options)
        .filter(([, value]) => value !== undefined)
        .toSorted(([one], [other]) => (one < other ? -1 : 1)),
    ])
  return print(a) === print(b)
}
