// Whether a model is as often right as it is sure: reliability by confidence, the expected calibration error, and the temperature that mends it; not the drawing.

/** How sure a model was of its answer, and whether it was right. */
export interface RatedAnswer {
  /** Probability of the predicted class, in [0, 1]. */
  readonly confidence: number
  readonly isRight: boolean
}

/** The answers of one range of confidence. */
export interface ReliabilityBin {
  /** The range: above `low`, up to and with `high`; the first one holds 0 too. */
  readonly low: number
  readonly high: number
  readonly images: number
  /** Means over the images; null without any. */
  readonly confidence: number | null
  readonly accuracy: number | null
}

export interface Reliability {
  readonly bins: readonly ReliabilityBin[]
  /** Expected calibration error: the mean distance of accuracy from confidence over the bins, weighted by images; null without images. */
  readonly error: number | null
  /** Mean confidence less accuracy: above 0 the model is too sure. */
  readonly surplus: number | null
}

/**
 * Sorts answers by confidence into bins of equal width.
 * @see Guo et al. 2017, On Calibration of Modern Neural Networks, equations 1 to 3
 */
export function measureReliability(answers: readonly RatedAnswer[], count = 10): Reliability {
  const sums = Array.from({ length: count }, () => ({ images: 0, confidence: 0, right: 0 }))
  for (const { confidence, isRight } of answers) {
    const sum = sums[Math.min(count - 1, Math.max(0, Math.ceil(confidence * count) - 1))]
    if (!sum) continue
    sum.images++
    sum.confidence += confidence
    sum.right += Number(isRight)
  }
  const total = (value: (sum: (typeof sums)[number]) => number) => sums.reduce((all, sum) => all + value(sum), 0)
  const images = total((sum) => sum.images)
  return {
    bins: sums.map(({ images: held, confidence, right }, index) => ({
      low: index / count,
      high: (index + 1) / count,
      images: held,
      confidence: held === 0 ? null : confidence / held,
      accuracy: held === 0 ? null : right / held,
    })),
    error: images === 0 ? null : total(({ confidence, right }) => Math.abs(confidence - right)) / images,
    surplus: images === 0 ? null : total(({ confidence, right }) => confidence - right) / images,
  }
}

/** Outputs of images whose classes are known. */
export interface LabelledOutputs {
  /** Logits, or logarithms of probabilities, which differ from them by a constant in each row: [N, classes]. */
  readonly logits: Float32Array
  readonly labels: ArrayLike<number>
  readonly classes: number
}

export interface FittedTemperature {
  /** What logits are divided by; above 1 where the model is too sure. */
  readonly temperature: number
  readonly images: number
  /** Mean cross-entropy before and after. */
  readonly loss: readonly [before: number, after: number]
  /** Expected calibration error before and after. */
  readonly error: readonly [before: number, after: number]
}

/** Temperatures are looked for between these. */
const temperatureBounds = [0.05, 20] as const
const goldenShare = (Math.sqrt(5) - 1) / 2

/** Mean cross-entropy, and answers, of logits / temperature. */
function measureAt({ logits, labels, classes }: LabelledOutputs, temperature: number) {
  let loss = 0
  const answers: RatedAnswer[] = []
  for (let row = 0; row < labels.length; row++) {
    const values = logits.subarray(row * classes, (row + 1) * classes)
    let best = 0
    values.forEach((value, index) => {
      if (value > (values[best] ?? 0)) best = index
    })
    const largest = values[best] ?? 0
    let sum = 0
    for (const value of values) sum += Math.exp((value - largest) / temperature)
    loss += Math.log(sum) - ((values[labels[row] ?? 0] ?? 0) - largest) / temperature
    answers.push({ confidence: 1 / sum, isRight: best === labels[row] })
  }
  return { loss: loss / labels.length, error: measureReliability(answers).error ?? 0 }
}

/**
 * The temperature with the lowest cross-entropy, to 4 digits. It changes no answer, only how sure they are. Cross-entropy is
 * convex in 1/T, so that the one minimum between the bounds is found.
 * @returns undefined without images, with one class, or where outputs are not finite
 * @see Guo et al. 2017, On Calibration of Modern Neural Networks, section 4.2
 */
export function fitTemperature(outputs: LabelledOutputs): FittedTemperature | undefined {
  const { labels, classes, logits } = outputs
  if (labels.length === 0 || classes < 2 || !logits.every(Number.isFinite)) return undefined
  const lossAt = (logarithm: number) => measureAt(outputs, Math.exp(logarithm)).loss
  let [low, high] = [Math.log(temperatureBounds[0]), Math.log(temperatureBounds[1])]
  let [left, right] = [high - goldenShare * (high - low), low + goldenShare * (high - low)]
  let [leftLoss, rightLoss] = [lossAt(left), lossAt(right)]
  while (high - low > 1e-5) {
    if (leftLoss <= rightLoss) {
      ;[high, right, rightLoss] = [right, left, leftLoss]
      left = high - goldenShare * (high - low)
      leftLoss = lossAt(left)
    } else {
      ;[low, left, leftLoss] = [left, right, rightLoss]
      right = low + goldenShare * (high - low)
      rightLoss = lossAt(right)
    }
  }
  const temperature = Number(Math.exp((low + high) / 2).toPrecision(4))
  const [before, after] = [measureAt(outputs, 1), measureAt(outputs, temperature)]
  return {
    temperature,
    images: labels.length,
    loss: [before.loss, after.loss],
    error: [before.error, after.error],
  }
}
