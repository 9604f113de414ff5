// Correcting images that problems are about; the ways back are session/dataset/correctionSteps.
import type { FoundImage } from '../../../../shared/datasets/quality/problems'
import { showFailure } from '../../../kernel/failures/showFailure'
import { correctImages, type ImageChange } from '../../../session/dataset/correctionSteps'
import type { DatasetChosen } from '../../../session/dataset/descriptions'

/** Corrects images of a dataset, noted beside it. @returns whether it was done */
export async function correctFound(
  dataset: DatasetChosen,
  images: readonly FoundImage[],
  change: ImageChange,
): Promise<boolean> {
  if (images.length === 0) return true
  try {
    await correctImages(dataset, { by: 'file', files: images.map(({ file }) => file) }, change)
    return true
  } catch (error) {
    showFailure('The dataset was not corrected', error)
    return false
  }
}
