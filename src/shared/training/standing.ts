// How a validation stands against a model that knows nothing: the most frequent class, the class named most often, classes never named; not the wording (trainingSigns.ts).
import { z } from 'zod'
import type { Loss } from './recipe'

const named = z.object({ name: z.string(), images: z.int().min(0) })

/** Classes that are named of those never predicted. */
const mostNamed = 10

export const standingSchema = z.object({
  images: z.int().min(0),
  classes: z.int().min(0),
  /** The loss of a model that knows nothing of the images. */
  chanceLoss: z.number(),
  /** The class with most images. */
  largest: named,
  /** The class that most images were taken for. */
  mostPredicted: named,
  /** Classes with images that no image was taken for, those with most images first, ten at most. */
  neverPredicted: z.array(named),
  neverPredictedCount: z.int().min(0),
})

/** Kept with every epoch that has a validation. */
export type ValidationStanding = z.output<typeof standingSchema>

/**
 * The loss of outputs that say nothing of the image: equal probabilities, or scores of 0.
 * @param classes 1 or more
 */
export function chanceLoss(loss: Loss, classes: number): number {
  switch (loss.type) {
    case 'cross-entropy':
      return Math.log(classes)
    case 'hinge':
      return (classes - 1) * loss.margin
    case 'mse':
      return 1 / classes
    case 'perceptron':
      return 0.5
    default:
      return loss satisfies never
  }
}

/**
 * Reads the standing from a confusion matrix.
 * @param confusion `confusion[truth][guess]`
 * @param names of its classes
 * @returns undefined without images
 */
export function standingOf(
  confusion: readonly (readonly number[])[],
  names: readonly string[],
  loss: Loss,
): ValidationStanding | undefined {
  const entries = confusion.map((row, index) => ({
    name: names[index] ?? String(index),
    images: row.reduce((sum, count) => sum + count, 0),
    predicted: confusion.reduce((sum, other) => sum + (other[index] ?? 0), 0),
  }))
  const images = entries.reduce((sum, entry) => sum + entry.images, 0)
  const [largest] = entries.toSorted((a, b) => b.images - a.images)
  const [most] = entries.toSorted((a, b) => b.predicted - a.predicted)
  if (images === 0 || !largest || !most) return undefined
  const never = entries.filter((entry) => entry.images > 0 && entry.predicted === 0)
  return {
    images,
    classes: confusion.length,
    chanceLoss: chanceLoss(loss, confusion.length),
    largest: { name: largest.name, images: largest.images },
    mostPredicted: { name: most.name, images: most.predicted },
    neverPredicted: never
      .toSorted((a, b) => b.images - a.images)
      .slice(0, mostNamed)
      .map((entry) => ({ name: entry.name, images: entry.images })),
    neverPredictedCount: never.length,
  }
}
