// Building an architecture in the form that a dataset needs: channels, size and classes; not training it.
import type { Architecture } from '../../shared/architectures/index'
import { inferDocument } from '../../shared/compile/inferDocument'
import type { DatasetDescription } from '../../shared/datasets/dataset'
import type { NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import type { DatasetOptions } from '../datasets/datasetOptions'
import { openDataset } from '../datasets/openDataset'

/** Networks for pictures up to this size take the size of the dataset's pictures; larger ones keep their own and resize. */
const largestFreeExtent = 64

/** Whether a network can be built for pictures of this shape. */
function canBuild(architecture: Architecture, input: readonly [number, number, number]): boolean {
  try {
    return inferDocument(architecture.build({ input })).issues.every(({ level }) => level !== 'error')
  } catch (error) {
    if (error instanceof NetloomError) return false
    throw error
  }
}

/**
 * The picture shape of an architecture for a dataset: the dataset's channels; its size where all pictures have the same
 * one, the architecture is one for small pictures, and fits; else the architecture's own size.
 */
export function fitInput(
  architecture: Architecture,
  { channels, sizes }: Pick<DatasetDescription, 'channels' | 'sizes'>,
): readonly [number, number, number] {
  const [, height, width] = architecture.input
  const [only, ...others] = sizes
  const isSmall = Math.max(height, width) <= largestFreeExtent
  if (only && others.length === 0 && isSmall && Math.max(only.height, only.width) <= largestFreeExtent) {
    const input = [channels, only.height, only.width] as const
    if (canBuild(architecture, input)) return input
  }
  return [channels, height, width]
}

/** @throws NetloomError dataset.* */
export async function buildForDataset(
  architecture: Architecture,
  reference: string,
  options: DatasetOptions,
): Promise<NetworkDocument> {
  const { description } = await openDataset(reference, options)
  return architecture.build({ input: fitInput(architecture, description), classes: description.classes.length })
}
