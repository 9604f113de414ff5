// What is measured while training and evaluating: losses, accuracy, top-k, confusion; computed on the host from outputs.
import type { Loss } from './recipe'

/** Sums from which the means of an epoch follow; plain JSON, kept in checkpoints. */
export interface RunningSums {
  /** Sum over images of their loss. */
  readonly loss: number
  /** Images whose largest output is their class. */
  readonly correct: number
  /** Images seen. */
  readonly count: number
}

export interface MeanMetrics {
  readonly loss: number
  /** In [0, 1]. */
  readonly accuracy: number
}

export const emptySums: RunningSums = { loss: 0, correct: 0, count: 0 }

/** Adds one batch. @param meanLoss mean over the images of the batch */
export function addBatch(sums: RunningSums, meanLoss: number, correct: number, count: number): RunningSums {
  return { loss: sums.loss + meanLoss * count, correct: sums.correct + correct, count: sums.count + count }
}

/** Means over all images seen; zeros where none was. */
export function meansOf(sums: RunningSums): MeanMetrics {
  if (sums.count === 0) return { loss: 0, accuracy: 0 }
  return { loss: sums.loss / sums.count, accuracy: sums.correct / sums.count }
}

/** log(sum(exp(x))) without overflow: the largest value is taken out first. */
function logSumExp(values: Float32Array): number {
  let largest = -Infinity
  for (const value of values) if (!(value <= largest)) largest = value
  if (!Number.isFinite(largest)) return largest
  let sum = 0
  for (const value of values) sum += Math.exp(value - largest)
  return largest + Math.log(sum)
}

/**
 * Probabilities from logits, row by row: p = exp(z - logsumexp(z)).
 * @param logits [N, classes]
 * @returns [N, classes], rows add up to 1
 */
export function softmax(logits: Float32Array, classes: number): Float32Array {
  const probabilities = new Float32Array(logits.length)
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes)
    const total = logSumExp(row)
    row.forEach((value, index) => (probabilities[start + index] = Math.exp(value - total)))
  }
  return probabilities
}

/** Outputs as logits: of probabilities their logarithms, which differ from logits by a constant in each row. */
export function logitsOf(values: Float32Array, outputs: 'logits' | 'probabilities'): Float32Array {
  return outputs === 'logits' ? values : values.map((value) => Math.log(Math.max(value, smallestFloat)))
}

/**
 * The classes of the `k` largest values, largest first; of equal values the lower class comes first.
 * @param row outputs of one image: [classes]
 */
export function largestClasses(row: Float32Array, k: number): readonly number[] {
  return Array.from(row.keys())
    .sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || a - b)
    .slice(0, k)
}

/**
 * How many classes stand before `label`, so that `rank < k` says whether an image counts for top-k;
 * of equal values the lower class comes first. NaN counts as larger than everything.
 */
export function rankOf(row: Float32Array, label: number): number {
  const own = row[label] ?? NaN
  let rank = 0
  for (let index = 0; index < row.length; index++) {
    const value = row[index] ?? NaN
    if (index !== label && (!(value <= own) || (value === own && index < label))) rank++
  }
  return rank
}

/** The smallest positive normal number in float32. */
const smallestFloat = 2 ** -126

/** log p; finite where p has been rounded to 0. */
function logOfProbability(p: number): number {
  return Math.log(Math.max(p, Number.MIN_VALUE))
}

/** Cross-entropy of one image; smoothing e aims at 1 - e + e/K for the class and e/K for the K - 1 others. */
function crossEntropy(row: Float32Array, label: number, smoothing: number, isProbability: boolean): number {
  const total = isProbability ? 0 : logSumExp(row)
  const logOf = (value: number) => (isProbability ? logOfProbability(value) : value - total)
  const own = -logOf(row[label] ?? NaN)
  if (smoothing === 0) return own
  let sum = 0
  for (const value of row) sum -= logOf(value)
  return (1 - smoothing) * own + (smoothing / row.length) * sum
}

/** Multi-class hinge of one image: sum over j other than y of max(0, margin + s[j] - s[y]). */
function hinge(row: Float32Array, label: number, margin: number): number {
  const own = row[label] ?? NaN
  let sum = 0
  row.forEach((value, index) => {
    if (index !== label) sum += Math.max(0, margin + value - own)
  })
  return sum
}

/** Mean over classes of the squared distance from the one-hot label. */
function squaredError(row: Float32Array, label: number): number {
  let sum = 0
  row.forEach((value, index) => (sum += (value - (index === label ? 1 : 0)) ** 2))
  return sum / row.length
}

/** Mean over classes of (f - t)^2 / 2, with t = 1 for the class and -1 for the others. */
function perceptronError(row: Float32Array, label: number): number {
  let sum = 0
  row.forEach((value, index) => (sum += (value - (index === label ? 1 : -1)) ** 2))
  return sum / (2 * row.length)
}

/**
 * The loss of one image, the same that training minimises.
 * @param row outputs: [classes]
 * @param outputs what the network ends in. Training works on the logits before a softmax, and so does this:
 *   log p stands for them, which is the same to cross-entropy and hinge; mean squared error and the perceptron's error are those of the outputs.
 */
export function lossOf(loss: Loss, row: Float32Array, label: number, outputs: 'logits' | 'probabilities'): number {
  switch (loss.type) {
    case 'cross-entropy':
      return crossEntropy(row, label, loss.labelSmoothing, outputs === 'probabilities')
    case 'hinge':
      return hinge(outputs === 'probabilities' ? row.map(logOfProbability) : row, label, loss.margin)
    case 'mse':
      return squaredError(row, label)
    case 'perceptron':
      return perceptronError(row, label)
    default:
      return loss satisfies never
  }
}

/** How one class fares in a confusion matrix. */
export interface ClassMetrics {
  /** Images of this class. */
  readonly count: number
  /** Of the images taken for this class, the share that are; null where none was. */
  readonly precision: number | null
  /** Of the images of this class, the share found; null where there are none. */
  readonly recall: number | null
}

/** @param confusion `confusion[truth][guess]`: how many images of class `truth` were taken for `guess` */
export function classMetrics(confusion: readonly (readonly number[])[]): readonly ClassMetrics[] {
  return confusion.map((row, index) => {
    const count = row.reduce((sum, value) => sum + value, 0)
    const taken = confusion.reduce((sum, other) => sum + (other[index] ?? 0), 0)
    const found = row[index] ?? 0
    return { count, precision: taken > 0 ? found / taken : null, recall: count > 0 ? found / count : null }
  })
}

/** The result of an evaluation over a split. */
export interface Evaluation {
  readonly images: number
  readonly loss: number
  /** Shares in [0, 1]; with five classes or fewer top5 is 1. */
  readonly top1: number
  readonly top5: number
  /** `confusion[truth][guess]`. */
  readonly confusion: readonly (readonly number[])[]
  readonly perClass: readonly ClassMetrics[]
}

/** Gathers an evaluation batch by batch. */
export class EvaluationSums {
  private images = 0
  private lossSum = 0
  private top1 = 0
  private top5 = 0
  private readonly confusion: number[][]

  constructor(
    private readonly classes: number,
    private readonly loss: Loss,
    private readonly outputs: 'logits' | 'probabilities',
  ) {
    this.confusion = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0))
  }

  /** @param values outputs: [N, classes] @param labels classes of the images: [N] */
  add(values: Float32Array, labels: Int32Array): void {
    labels.forEach((label, index) => {
      const row = values.subarray(index * this.classes, (index + 1) * this.classes)
      const rank = rankOf(row, label)
      const guess = rank === 0 ? label : (largestClasses(row, 1)[0] ?? 0)
      const counts = this.confusion[label]
      if (counts) counts[guess] = (counts[guess] ?? 0) + 1
      this.images++
      this.lossSum += lossOf(this.loss, row, label, this.outputs)
      if (rank === 0) this.top1++
      if (rank < 5) this.top5++
    })
  }

  /** Zeros for an empty split. */
  result(): Evaluation {
    const share = (sum: number) => (this.images > 0 ? sum / this.images : 0)
    return {
      images: this.images,
      loss: share(this.lossSum),
      top1: share(this.top1),
      top5: share(this.top5),
      confusion: this.confusion.map((row) => [...row]),
      perClass: classMetrics(this.confusion),
    }
  }
}
