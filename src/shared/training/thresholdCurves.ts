// Two classes by a threshold on the probability of one of them: ROC and precision-recall curves, their areas, and the counts at a threshold; not the drawing.

/** An image as two classes see it. */
export interface ScoredImage {
  /** Probability of the positive class, in [0, 1]. */
  readonly score: number
  readonly isPositive: boolean
}

/** What comes of taking images for the positive class whose score is at least `threshold`. */
export interface ThresholdCounts {
  readonly threshold: number
  readonly truePositives: number
  readonly falsePositives: number
  readonly trueNegatives: number
  readonly falseNegatives: number
}

export interface ThresholdRates {
  /** Null where there is nothing to divide by. */
  readonly precision: number | null
  readonly recall: number | null
  /** Of the negative images, the share that is taken for positive. */
  readonly falsePositiveRate: number | null
  readonly f1: number | null
  readonly accuracy: number | null
}

export interface ThresholdCurves {
  /** One for each score that occurs, the highest first, after one that takes no image for positive. */
  readonly points: readonly ThresholdCounts[]
  /** Area below the ROC curve: how often a positive image has a higher score than a negative one; null without one of the two. */
  readonly rocArea: number | null
  /** Sum of the precisions, each times the recall gained by it; null without positive images. */
  readonly averagePrecision: number | null
}

/** Counts at every threshold that changes something. */
export function traceThresholds(images: readonly ScoredImage[]): ThresholdCurves {
  const sorted = images.toSorted((a, b) => b.score - a.score)
  const positives = images.filter(({ isPositive }) => isPositive).length
  const negatives = images.length - positives
  const points: ThresholdCounts[] = [
    { threshold: Infinity, truePositives: 0, falsePositives: 0, trueNegatives: negatives, falseNegatives: positives },
  ]
  let [truePositives, falsePositives] = [0, 0]
  let [rocSum, precisionSum] = [0, 0]
  for (let index = 0; index < sorted.length;) {
    const threshold = sorted[index]?.score ?? 0
    const [trueBefore, falseBefore] = [truePositives, falsePositives]
    // Equal scores are on one side of every threshold.
    for (; sorted[index]?.score === threshold; index++) {
      if (sorted[index]?.isPositive) truePositives++
      else falsePositives++
    }
    rocSum += ((falsePositives - falseBefore) * (truePositives + trueBefore)) / 2
    precisionSum += ((truePositives - trueBefore) * truePositives) / (truePositives + falsePositives)
    points.push({
      threshold,
      truePositives,
      falsePositives,
      trueNegatives: negatives - falsePositives,
      falseNegatives: positives - truePositives,
    })
  }
  return {
    points,
    rocArea: positives === 0 || negatives === 0 ? null : rocSum / (positives * negatives),
    averagePrecision: positives === 0 ? null : precisionSum / positives,
  }
}

/** The counts at a threshold. @param points as `traceThresholds` gives them */
export function countsAt(points: readonly ThresholdCounts[], threshold: number): ThresholdCounts | undefined {
  const point = points.findLast((entry) => entry.threshold >= threshold)
  return point && { ...point, threshold }
}

/** The rates of counts. */
export function ratesOf(counts: ThresholdCounts): ThresholdRates {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole)
  return {
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, truePositives + falseNegatives),
    falsePositiveRate: share(falsePositives, falsePositives + trueNegatives),
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
    accuracy: share(truePositives + trueNegatives, truePositives + falsePositives + trueNegatives + falseNegatives),
  }
}

/** The threshold with the highest F1; of equal ones the highest. */
export function bestThreshold(points: readonly ThresholdCounts[]): number | null {
  let [best, bestF1] = [null as number | null, -1]
  for (const point of points) {
    const f1 = ratesOf(point).f1 ?? -1
    if (f1 > bestF1 && Number.isFinite(point.threshold)) [best, bestF1] = [point.threshold, f1]
  }
  return best
}
