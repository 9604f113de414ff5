// How an explanation stands up to its checks: curves of insertion and deletion, shuffled weights, completeness; not the explanation.
import { areaUnder, orderPixels, randomMap, rankCorrelation, replacePixels } from '../../../shared/insight/evidence'
import type { ExplanationMap } from '../../../shared/insight/evidence'
import type { ExplanationChecks } from '../../../shared/insight/conclusion'
import type { Place } from '../../../shared/insight/place'
import { isIterative } from '../../../shared/insight/methods'
import { softmax } from '../../../shared/training/metrics'
import { RandomStream } from '../../../shared/training/randomStream'
import { computeMap, type Question, type Tell } from './explanation'
import type { OpenedInsight } from './openInsight'

/** Points of a curve beside its first. */
const curveSteps = 16
const randomOrders = 3
const curves = 2 * (1 + randomOrders)
/** How often weights are shuffled; maps of many runs once. */
const shuffles = { single: 3, iterative: 1 } as const
/** Values of images that go through the network at once. */
const largestBatchValues = 2 ** 20

/** What a map is checked with. */
export interface CheckOptions {
  readonly place: Place | undefined
  readonly tell: Tell
  readonly signal?: AbortSignal
}

/** Images that go through the network for all checks; those of one map are `perMap`. */
export function countCheckImages({ request }: Question, perMap: number): number {
  const isLong = isIterative(request.method)
  return curves * (curveSteps + 1) + (isLong ? shuffles.iterative : shuffles.single) * perMap
}

/** Both curves of an order of pixels, as areas. */
interface Areas {
  readonly insertionArea: number
  readonly deletionArea: number
}

/** @throws NetloomError engine.failed; the reason of the signal */
export async function checkExplanation(
  insight: OpenedInsight,
  question: Question,
  map: ExplanationMap,
  options: CheckOptions,
): Promise<ExplanationChecks> {
  const own = await measureAreas(insight, question, map, options)
  const random = new RandomStream(question.request.seed, 'random order')
  const others: Areas[] = []
  for (let order = 0; order < randomOrders; order++)
    others.push(await measureAreas(insight, question, randomMap(map, random), options))
  return {
    completeness:
      question.request.method === 'integrated-gradients' ? await checkCompleteness(insight, question, map) : null,
    ...own,
    random: {
      insertionArea: meanOf(others.map(({ insertionArea }) => insertionArea)),
      deletionArea: meanOf(others.map(({ deletionArea }) => deletionArea)),
    },
    randomisedWeights: await compareShuffled(insight, question, map, options),
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** @see Petsiuk et al., "RISE", BMVC 2018; pixels that are out are 0 after scaling */
async function measureAreas(
  insight: OpenedInsight,
  question: Question,
  map: ExplanationMap,
  options: CheckOptions,
): Promise<Areas> {
  const { image } = question
  const [, height, width] = insight.inputShape
  const order = orderPixels(map, height, width)
  const empty = new Float32Array(image.length)
  const area = async (from: Float32Array, to: Float32Array): Promise<number> =>
    areaUnder(await probabilitiesOf(insight, question, [...replacePixels(from, to, order, curveSteps)], options))
  return { insertionArea: await area(empty, image), deletionArea: await area(image, empty) }
}

/** Probability of the class for each image. */
async function probabilitiesOf(
  insight: OpenedInsight,
  { classIndex, classCount }: Question,
  images: readonly Float32Array[],
  { tell, signal }: CheckOptions,
): Promise<readonly number[]> {
  const size = images[0]?.length ?? 1
  const batch = Math.min(images.length, Math.max(1, Math.floor(largestBatchValues / size)))
  const probabilities: number[] = []
  for (let first = 0; first < images.length; first += batch) {
    signal?.throwIfAborted()
    const group = images.slice(first, first + batch)
    const inputs = new Float32Array(group.length * size)
    group.forEach((image, index) => inputs.set(image, index * size))
    const scores = await insight.scoresOf(inputs, group.length)
    group.forEach((_, index) =>
      probabilities.push(probabilityOf(scores.subarray(index * classCount, (index + 1) * classCount), classIndex)),
    )
    tell(group.length)
  }
  return probabilities
}

/** A single score is that of yes against no. */
function probabilityOf(scores: Float32Array, classIndex: number): number {
  if (scores.length === 1) return 1 / (1 + Math.exp(-(scores[0] ?? 0)))
  return softmax(scores, scores.length)[classIndex] ?? 0
}

async function checkCompleteness(insight: OpenedInsight, { image, classIndex }: Question, map: ExplanationMap) {
  const score = async (inputs: Float32Array): Promise<number> => (await insight.scoresOf(inputs, 1))[classIndex] ?? 0
  const scoreDifference = (await score(image)) - (await score(new Float32Array(image.length)))
  return { total: map.data.reduce((sum, value) => sum + value, 0), scoreDifference }
}

async function compareShuffled(
  insight: OpenedInsight,
  question: Question,
  map: ExplanationMap,
  options: CheckOptions,
): Promise<number | null> {
  if (map.data.every((value) => value === map.data[0])) return null
  const times = isIterative(question.request.method) ? shuffles.iterative : shuffles.single
  const correlations: number[] = []
  for (let seed = 1; seed <= times; seed++) {
    options.signal?.throwIfAborted()
    const other = await computeMap(insight, question, { ...options, shuffleSeed: seed })
    correlations.push(rankCorrelation(map.data, other.data))
  }
  return meanOf(correlations)
}
