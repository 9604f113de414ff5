// A linear classifier on features of images, each image judged by one that has not seen it; not what its judgement says of labels.
import { RandomStream } from '../../training/randomStream'
import type { FeatureTable } from './featureTable'

/** Parts of the images; each is judged by a classifier of all others. */
const folds = 5
/** How far the covariance is drawn towards its diagonal. */
const shrinkage = 0.4

/** Sums over the images of one part. */
interface FoldSums {
  /** Of products of two columns: the lower triangle of [columns, columns]. */
  readonly products: Float64Array
  /** By class: [classes, columns]. */
  readonly sums: Float64Array
  readonly counts: Float64Array
}

/** The part of each image, classes spread evenly over the parts: [rows]. */
export function assignFolds(labels: ArrayLike<number>, classes: number, seed = 1): Uint8Array {
  const random = new RandomStream(seed, 'folds')
  const order = Uint32Array.from({ length: labels.length }, (_, index) => index)
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random.uniform() * (last + 1))
    const kept = order[last] ?? 0
    order[last] = order[other] ?? 0
    order[other] = kept
  }
  const next = new Uint32Array(classes)
  const parts = new Uint8Array(labels.length)
  for (const index of order) {
    const label = labels[index] ?? 0
    parts[index] = ((next[label] ?? 0) + label) % folds
    next[label]!++
  }
  return parts
}

function sumFold(table: FeatureTable, labels: ArrayLike<number>, classes: number, isIn: (row: number) => boolean) {
  const { rows, columns, values } = table
  const result: FoldSums = {
    products: new Float64Array((columns * (columns + 1)) / 2),
    sums: new Float64Array(classes * columns),
    counts: new Float64Array(classes),
  }
  const { products, sums, counts } = result
  for (let row = 0; row < rows; row++) {
    if (!isIn(row)) continue
    const label = labels[row] ?? 0
    counts[label]!++
    const x = values.subarray(row * columns, (row + 1) * columns)
    let at = 0
    for (let i = 0; i < columns; i++) {
      const value = x[i] ?? 0
      sums[label * columns + i]! += value
      for (let j = 0; j <= i; j++) products[at++]! += value * x[j]!
    }
  }
  return result
}

/** Sums of all parts but one, of the first `columns` columns. */
function joinFolds(parts: readonly FoldSums[], left: number, wide: number, columns: number, classes: number): FoldSums {
  const products = new Float64Array((columns * (columns + 1)) / 2)
  const sums = new Float64Array(classes * columns)
  const counts = new Float64Array(classes)
  parts.forEach((part, fold) => {
    if (fold === left) return
    // A lower triangle of fewer columns is the beginning of a larger one.
    for (let at = 0; at < products.length; at++) products[at]! += part.products[at] ?? 0
    for (let label = 0; label < classes; label++) {
      counts[label]! += part.counts[label] ?? 0
      for (let i = 0; i < columns; i++) sums[label * columns + i]! += part.sums[label * wide + i] ?? 0
    }
  })
  return { products, sums, counts }
}

/** The lower triangle L of a symmetric positive matrix, A = L L^T, in its place. */
function factorise(a: Float64Array, n: number): void {
  const rowAt = (i: number): number => (i * (i + 1)) / 2
  for (let i = 0; i < n; i++) {
    const [own] = [rowAt(i)]
    for (let j = 0; j <= i; j++) {
      const other = rowAt(j)
      let sum = a[own + j] ?? 0
      for (let k = 0; k < j; k++) sum -= a[own + k]! * a[other + k]!
      a[own + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (a[other + j] ?? 1)
    }
  }
}

/** Solves L L^T x = b in the place of b. */
function solve(l: Float64Array, n: number, b: Float64Array): void {
  const rowAt = (i: number): number => (i * (i + 1)) / 2
  for (let i = 0; i < n; i++) {
    let sum = b[i] ?? 0
    for (let k = 0; k < i; k++) sum -= l[rowAt(i) + k]! * b[k]!
    b[i] = sum / (l[rowAt(i) + i] ?? 1)
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i] ?? 0
    for (let k = i + 1; k < n; k++) sum -= l[rowAt(k) + i]! * b[k]!
    b[i] = sum / (l[rowAt(i) + i] ?? 1)
  }
}

/** Weights [classes, columns] and biases [classes] of the classifier. */
interface Classifier {
  readonly weights: Float64Array
  readonly biases: Float64Array
}

/**
 * Gaussian classes of one covariance: score = m^T S^-1 x - m^T S^-1 m / 2 + ln prior.
 * @see Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2009, equation 4.10
 */
function fit({ products, sums, counts }: FoldSums, columns: number, classes: number): Classifier {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const means = new Float64Array(classes * columns)
  for (let label = 0; label < classes; label++)
    for (let i = 0; i < columns; i++)
      means[label * columns + i] = (sums[label * columns + i] ?? 0) / Math.max(1, counts[label] ?? 0)
  const covariance = products
  for (let label = 0; label < classes; label++) {
    let at = 0
    const count = counts[label] ?? 0
    if (count === 0) continue
    for (let i = 0; i < columns; i++)
      for (let j = 0; j <= i; j++)
        covariance[at++]! -= count * means[label * columns + i]! * means[label * columns + j]!
  }
  let at = 0
  for (let i = 0; i < columns; i++)
    for (let j = 0; j <= i; j++, at++) {
      const value = (covariance[at] ?? 0) / Math.max(1, total)
      covariance[at] = i === j ? value + 1e-3 : (1 - shrinkage) * value
    }
  factorise(covariance, columns)
  const weights = means.slice()
  const biases = new Float64Array(classes)
  for (let label = 0; label < classes; label++) {
    const row = weights.subarray(label * columns, (label + 1) * columns)
    solve(covariance, columns, row)
    const half = row.reduce((sum, value, i) => sum + value * (means[label * columns + i] ?? 0), 0) / 2
    const count = counts[label] ?? 0
    biases[label] = count === 0 ? -1e3 : Math.log(count / total) - half
  }
  return { weights, biases }
}

/** Probabilities of each image's classes by a classifier that has not seen it. */
export interface CrossValidated {
  /** [rows, classes] */
  readonly probabilities: Float32Array
  /** Of the given labels, mean, in nats. */
  readonly loss: number
  /** Share of images whose given class is the most probable one. */
  readonly accuracy: number
}

/** Temperatures that are tried, finely spaced. */
const temperatures = Array.from({ length: 41 }, (_, step) => Math.exp(-1 + step / 8))

/** Softmax of scores / temperature: [rows, classes]. */
function soften(scores: Float32Array, classes: number, temperature: number): Float32Array {
  const result = new Float32Array(scores.length)
  for (let from = 0; from < scores.length; from += classes) {
    let [highest, sum] = [-Infinity, 0]
    for (let c = 0; c < classes; c++) highest = Math.max(highest, scores[from + c] ?? 0)
    for (let c = 0; c < classes; c++) {
      const value = Math.exp(((scores[from + c] ?? 0) - highest) / temperature)
      result[from + c] = value
      sum += value
    }
    for (let c = 0; c < classes; c++) result[from + c]! /= sum
  }
  return result
}

function meanLoss(probabilities: Float32Array, labels: ArrayLike<number>, classes: number): number {
  let sum = 0
  for (let row = 0; row < labels.length; row++)
    sum -= Math.log(Math.max(1e-12, probabilities[row * classes + (labels[row] ?? 0)] ?? 0))
  return sum / Math.max(1, labels.length)
}

/** The place of the largest of some values. */
export function placeOfLargest(values: Float32Array, from: number, count: number): number {
  let best = 0
  for (let c = 1; c < count; c++) if ((values[from + c] ?? 0) > (values[from + best] ?? 0)) best = c
  return best
}

/** Probabilities out of scores, softened so that they are true of the given labels on the whole. */
function calibrate(scores: Float32Array, labels: ArrayLike<number>, classes: number): CrossValidated {
  let best: { probabilities: Float32Array; loss: number } | undefined
  for (const temperature of temperatures) {
    const probabilities = soften(scores, classes, temperature)
    const loss = meanLoss(probabilities, labels, classes)
    if (!best || loss < best.loss) best = { probabilities, loss }
  }
  const { probabilities, loss } = best ?? { probabilities: soften(scores, classes, 1), loss: Infinity }
  let right = 0
  for (let row = 0; row < labels.length; row++)
    if (placeOfLargest(probabilities, row * classes, classes) === labels[row]) right++
  return { probabilities, loss, accuracy: right / Math.max(1, labels.length) }
}

/** Scores of the images of one part, by a classifier of the others. */
function scoreFold(
  { rows, columns: wide, values }: FeatureTable,
  { weights, biases }: Classifier,
  columns: number,
  isIn: (row: number) => boolean,
  scores: Float32Array,
): void {
  const classes = biases.length
  for (let row = 0; row < rows; row++) {
    if (!isIn(row)) continue
    for (let label = 0; label < classes; label++) {
      let sum = biases[label] ?? 0
      for (let i = 0; i < columns; i++) sum += weights[label * columns + i]! * values[row * wide + i]!
      scores[row * classes + label] = sum
    }
  }
}

/**
 * Judges every image by a classifier of the other parts, once for each choice of columns.
 * @param table standardised
 * @param choices numbers of first columns to use
 * @returns in the order of the choices
 */
export function crossValidate(
  table: FeatureTable,
  labels: ArrayLike<number>,
  classes: number,
  choices: readonly number[],
): readonly CrossValidated[] {
  const parts = assignFolds(labels, classes)
  const sums = Array.from({ length: folds }, (_, fold) => sumFold(table, labels, classes, (row) => parts[row] === fold))
  return choices.map((columns) => {
    const scores = new Float32Array(table.rows * classes)
    for (let fold = 0; fold < folds; fold++) {
      const joined = joinFolds(sums, fold, table.columns, columns, classes)
      scoreFold(table, fit(joined, columns, classes), columns, (row) => parts[row] === fold, scores)
    }
    return calibrate(scores, labels, classes)
  })
}
