// Building an architecture in the form that a dataset needs: channels, size and classes; not training it.
import type { Architecture } from '../../shared/lectures/architectures/index'
import { inferDocument } from '../../shared/network/inferDocument'
import type { NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import type { DatasetOptions } from '../datasets/savedOptions'
import { inspectHeader, readImageFile } from '../datasets/decodeImage'
import { openDataset, type OpenedDataset } from '../datasets/openDataset'

interface ImageSize {
  readonly width: number
  readonly height: number
}

/** Networks for images up to this size take the size of the dataset's images; larger ones keep their own and resize. */
const largestFreeExtent = 64

/** Whether a network can be built for images of this shape. */
function canBuild(architecture: Architecture, input: readonly [number, number, number]): boolean {
  try {
    return inferDocument(architecture.build({ input })).issues.every(({ level }) => level !== 'error')
  } catch (error) {
    if (error instanceof NetloomError) return false
    throw error
  }
}

/** How many files are looked at to find out whether all images have the same size. */
const sampledFiles = 32

/** The sizes of images in memory, or of a sample of image files by their headers. */
async function findSizes(dataset: OpenedDataset): Promise<readonly ImageSize[]> {
  const { sizes } = dataset.description
  const images = dataset.images('train')
  if (sizes.length > 0 || !images) return sizes
  const found = new Map<string, ImageSize>()
  const step = Math.max(1, Math.floor(images.count / sampledFiles))
  for (let index = 0; index < images.count; index += step) {
    const image = images.locate(index)
    if (image.form === 'array') continue
    try {
      const { width, height } = await inspectHeader(await readImageFile(image.path))
      found.set(`${width}x${height}`, { width, height })
    } catch (error) {
      // A broken image has no say in the size; training leaves it out and names it.
      if (!(error instanceof NetloomError)) throw error
    }
  }
  return [...found.values()]
}

/**
 * The image shape of an architecture for a dataset: the dataset's channels; its size where all images have the same
 * one, the architecture is one for small images, and fits; else the architecture's own size.
 */
export function fitInput(
  architecture: Architecture,
  channels: 1 | 3,
  sizes: readonly ImageSize[],
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

/**
 * An architecture with the channels, the size where it can be had, and the classes of a dataset.
 * @throws NetloomError dataset.*
 */
export async function buildForDataset(
  architecture: Architecture,
  reference: string,
  options: DatasetOptions,
): Promise<NetworkDocument> {
  const dataset = await openDataset(reference, options)
  const input = fitInput(architecture, dataset.description.channels, await findSizes(dataset))
  return architecture.build({ input, classes: dataset.classes.length })
}
