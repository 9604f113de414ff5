// Where training stands, told in batches of another size: for runs that go on with a smaller one; not the training.
import type { TrainingProgress } from '../../runs/checkpoint'
import { countUsedImages } from './trainingPlan'

/**
 * The same place in a run whose batch size is another one from now on. Images that are no whole number of the new
 * batches are seen a second time in that epoch; half the size always fits.
 * @param images of the training split
 */
export function adaptProgress(progress: TrainingProgress, batchSize: number, images: number): TrainingProgress {
  const { batchSize: before = batchSize, stepsOffset: offset = 0, epoch } = progress
  if (before === batchSize) return { ...progress, batchSize }
  const perEpoch = (size: number) => Math.ceil(countUsedImages(images, size) / size)
  const seen = Math.min(progress.batchInEpoch * before, images)
  const batchInEpoch = Math.min(Math.floor(seen / batchSize), perEpoch(batchSize))
  const stepsOffset = offset + epoch * (perEpoch(before) - perEpoch(batchSize)) + progress.batchInEpoch - batchInEpoch
  return { ...progress, batchSize, batchInEpoch, stepsOffset }
}
