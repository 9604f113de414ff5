// Problems that were found in a dataset as they stand after it was corrected: images under their present names, without what is mended; not looking again.
import type { FoundImage, Problem } from '../../../shared/datasets/quality/problems'
import { splitNames } from '../../../shared/datasets/dataset'
import type { OpenedDataset } from '../openDataset'
import type { FoundInDataset } from './searchDataset'

/** The images of a dataset by their names in the whole of it. */
function listImages(dataset: OpenedDataset): ReadonlyMap<string, FoundImage> {
  const found = new Map<string, FoundImage>()
  for (const split of splitNames) {
    const images = dataset.images(split)
    if (!images) continue
    for (let index = 0; index < images.count; index++) {
      const [name, file] = [images.nameAt(index), images.fileAt(index)]
      const label = images.labels[index] ?? 0
      found.set(file, { split, index, name, file, class: dataset.classes[label] ?? String(label) })
    }
  }
  return found
}

function hasSeveral(images: readonly FoundImage[], key: 'class' | 'split'): boolean {
  return new Set(images.map((image) => image[key])).size > 1
}

/** Whether a problem is still one, with its images as they are now. */
function stillHolds({ kind, images: before }: Problem, images: readonly FoundImage[]): boolean {
  if (kind === 'contradictions') return hasSeveral(images, 'class')
  if (kind === 'leaks') return hasSeveral(images, 'split')
  if (kind === 'duplicates') return images.length > 1
  if (kind === 'labelErrors') return images[0] !== undefined && images[0].class === before[0]?.class
  return images.length > 0
}

/** @param found before the dataset became what it is */
export function followCorrections(found: FoundInDataset, dataset: OpenedDataset): FoundInDataset {
  const present = listImages(dataset)
  const problems = found.problems.flatMap((problem) => {
    const images = problem.images.flatMap(({ file }) => {
      const image = present.get(file)
      return image ? [{ ...image }] : []
    })
    return stillHolds(problem, images) ? [{ ...problem, images }] : []
  })
  return { ...found, problems }
}
