// Which labels are probably wrong, by what classifiers that have not seen an image say of it; not the classifiers.
import { placeOfLargest } from './discriminant'

/** An image whose label is in doubt. */
export interface LabelDoubt {
  /** Its row. */
  readonly row: number
  /** Probability of the class that it is given. */
  readonly given: number
  /** The most probable class, and its probability. */
  readonly suggested: number
  readonly probability: number
}

export interface LabelDoubts {
  /** Images whose most probable class is another one than is given, the least probable label first. */
  readonly ranked: readonly LabelDoubt[]
  /** So many of the first are held to be wrong. */
  readonly likely: number
}

/** Of each class: the mean probability of the class over the images that are given it. */
function selfConfidences(probabilities: Float32Array, labels: ArrayLike<number>, classes: number): Float64Array {
  const sums = new Float64Array(classes)
  const counts = new Float64Array(classes)
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? 0
    sums[label]! += probabilities[row * classes + label] ?? 0
    counts[label]!++
  }
  return sums.map((sum, label) => (counts[label] ? sum / (counts[label] ?? 1) : 1))
}

/** Number of images that are confidently of another class than they are given: off the diagonal of the confident joint. */
function countConfidentlyOther(probabilities: Float32Array, labels: ArrayLike<number>, classes: number): number {
  const thresholds = selfConfidences(probabilities, labels, classes)
  let count = 0
  for (let row = 0; row < labels.length; row++) {
    let best = -1
    for (let label = 0; label < classes; label++) {
      const probability = probabilities[row * classes + label] ?? 0
      if (probability < (thresholds[label] ?? 1)) continue
      if (best < 0 || probability > (probabilities[row * classes + best] ?? 0)) best = label
    }
    if (best >= 0 && best !== labels[row]) count++
  }
  return count
}

/**
 * Ranks labels by how improbable they are, and estimates how many are wrong.
 * @param probabilities [rows, classes], each row by a classifier that has not seen it
 * @param isJudged whether a row may be in doubt
 * @see Northcutt, Jiang and Chuang, Confident Learning, 2021, arXiv:1911.00068
 */
export function doubtLabels(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
  isJudged: (row: number) => boolean = () => true,
): LabelDoubts {
  const ranked: LabelDoubt[] = []
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? 0
    const suggested = placeOfLargest(probabilities, row * classes, classes)
    if (suggested === label || !isJudged(row)) continue
    const given = probabilities[row * classes + label] ?? 0
    ranked.push({ row, given, suggested, probability: probabilities[row * classes + suggested] ?? 0 })
  }
  ranked.sort((one, other) => one.given - other.given || other.probability - one.probability || one.row - other.row)
  return { ranked, likely: Math.min(ranked.length, countConfidentlyOther(probabilities, labels, classes)) }
}
