// How far the accuracy of an evaluation can be believed: its interval, what guessing gives, averages over classes; computed from the confusion matrix.
import { countOf } from '../graph/printNumbers'

/** `confusion[truth][guess]`, counts of images. */
type Confusion = readonly (readonly number[])[]

export interface Judgement {
  /** 95% interval of the accuracy, shares in [0, 1]; null without images. */
  readonly interval: readonly [low: number, high: number] | null
  /** What always naming the most frequent class gives; null without images. */
  readonly majority: { readonly classIndex: number; readonly share: number } | null
  /** Mean recall over the classes that have images; null without images. */
  readonly balancedAccuracy: number | null
  /** Mean F1 over the classes that have images or were named; null without images. */
  readonly macroF1: number | null
  /** Per class; null where the class has no images and was never named. */
  readonly f1: readonly (number | null)[]
}

/** The 97.5% point of the standard normal distribution. */
const normal95 = 1.959963984540054

/**
 * The 95% score interval of a share.
 * @see Wilson 1927, Probable inference, the law of succession, and statistical inference
 */
export function wilsonInterval(successes: number, count: number): readonly [low: number, high: number] {
  const share = successes / count
  const spread = normal95 ** 2 / count
  const centre = (share + spread / 2) / (1 + spread)
  const half = (normal95 / (1 + spread)) * Math.sqrt((share * (1 - share)) / count + spread / (4 * count))
  // Rounding would leave 0 and 1 out of their own intervals.
  return [successes === 0 ? 0 : centre - half, successes === count ? 1 : centre + half]
}

/** Judges an evaluation by its confusion matrix. */
export function judgeEvaluation(confusion: Confusion): Judgement {
  const truths = confusion.map(sumOf)
  const images = sumOf(truths)
  if (images === 0)
    return { interval: null, majority: null, balancedAccuracy: null, macroF1: null, f1: confusion.map(() => null) }
  const right = confusion.map((row, index) => row[index] ?? 0)
  const guesses = confusion.map((_, guess) => sumOf(confusion.map((row) => row[guess] ?? 0)))
  const f1 = truths.map((truth, index) => {
    const together = truth + (guesses[index] ?? 0)
    return together === 0 ? null : (2 * (right[index] ?? 0)) / together
  })
  const recalls = truths.flatMap((truth, index) => (truth === 0 ? [] : [(right[index] ?? 0) / truth]))
  const largest = Math.max(...truths)
  return {
    interval: wilsonInterval(sumOf(right), images),
    majority: { classIndex: truths.indexOf(largest), share: largest / images },
    balancedAccuracy: meanOf(recalls),
    macroF1: meanOf(f1.filter((value) => value !== null)),
    f1,
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : sumOf(values) / values.length
}

/** Whether one of two models is better on the images that both were measured on. */
export interface PairedTest {
  /** Two-sided probability of so many or more, were both equally good. */
  readonly p: number
  readonly verdict: 'first' | 'second' | 'undecided'
}

/** At less than this the two are told apart. */
const significance = 0.05

/**
 * McNemar's exact test: of the images that only one model gets right, each is as likely the first's as the second's where
 * both are equally good.
 * @see McNemar 1947, Note on the sampling error of the difference between correlated proportions or percentages
 */
export function comparePaired(onlyFirstRight: number, onlySecondRight: number): PairedTest {
  const count = onlyFirstRight + onlySecondRight
  const fewer = Math.min(onlyFirstRight, onlySecondRight)
  // log(count choose k / 2^count), from k to the next
  let term = -count * Math.LN2
  let tail = Math.exp(term)
  for (let k = 1; k <= fewer; k++) {
    term += Math.log((count - k + 1) / k)
    tail += Math.exp(term)
  }
  const p = Math.min(1, 2 * tail)
  if (p >= significance) return { p, verdict: 'undecided' }
  return { p, verdict: onlyFirstRight > onlySecondRight ? 'first' : 'second' }
}

/**
 * By how much the second of two models is right more often on the same images, with its 95% interval.
 * @param images on which both were measured, one or more
 * @see Agresti and Min 2005, Simple improved confidence intervals for comparing matched proportions
 */
export function pairedGain(
  onlyFirstRight: number,
  onlySecondRight: number,
  images: number,
): { readonly gain: number; readonly interval: readonly [number, number] } {
  // Half an image more in each of the four cells.
  const [b, c, n] = [onlyFirstRight + 0.5, onlySecondRight + 0.5, images + 2]
  const middle = (c - b) / n
  const half = (1.96 * Math.sqrt(b + c - (c - b) ** 2 / n)) / n
  return {
    gain: (onlySecondRight - onlyFirstRight) / images,
    interval: [Math.max(-1, middle - half), Math.min(1, middle + half)],
  }
}

/**
 * What is to be said of test images that several models were measured on.
 * @returns undefined where one model alone has seen them
 */
export function describeTestUse(use: { readonly evaluations: number; readonly models: number }): string | undefined {
  if (use.models < 2) return undefined
  return `These test images were evaluated ${countOf(use.evaluations, 'time')} with ${use.models} models. The one that is chosen by them looks better here than it will be on new images: choose on validation images, and test once.`
}
