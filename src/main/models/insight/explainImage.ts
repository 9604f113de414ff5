// An explanation whole: the class, the map, its checks and what may be concluded; not how each is computed.
import { conclude, type ExplanationChecks } from '../../../shared/insight/conclusion'
import type { ExplanationMap } from '../../../shared/insight/evidence'
import { completeSettings, hasLayer, type ExplanationSettings } from '../../../shared/insight/methods'
import { NetloomError } from '../../../shared/graph/errors'
import { printCount } from '../../../shared/graph/printNumbers'
import { suggestName } from '../../../shared/graph/suggest'
import { classNameOf, requireFinite } from '../prediction'
import { checkExplanation, countCheckImages } from './checks'
import { computeMap, findMapLayer, type Question } from './explanation'
import type { OpenedInsight } from './openInsight'

export interface ExplainOptions {
  readonly settings: ExplanationSettings
  /** Name or number of the class; left out: the one with the highest score. */
  readonly className?: string
  /** Told how many images of all have gone through the network. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

export interface Explanation {
  readonly classIndex: number
  /** Its name, or its number where the model names none. */
  readonly className: string
  /** Before softmax. */
  readonly score: number
  /** Of a class activation map. */
  readonly layer: string | null
  /** Not normalised. */
  readonly map: ExplanationMap
  readonly checks: ExplanationChecks
  /** What may be concluded, one sentence. */
  readonly conclusion: string
}

/**
 * Explains the score of a class.
 * @param image [C, H, W], scaled
 * @throws NetloomError insight.class, insight.layer, layer.window, autodiff.noGradient, model.notFinite, engine.failed
 */
export async function explain(
  insight: OpenedInsight,
  image: Float32Array,
  options: ExplainOptions,
): Promise<Explanation> {
  const request = completeSettings(options.settings, insight.inputShape)
  const scores = await insight.scoresOf(image, 1)
  requireFinite(insight, scores)
  const classIndex = findClass(insight, scores, options.className)
  const question: Question = { request, image, classIndex, classCount: scores.length }
  const place = hasLayer(request.method) ? await findMapLayer(insight, request.layer) : undefined
  const { signal, onProgress } = options
  const perMap = countMapImages(question, insight.inputShape)
  const total = perMap + countCheckImages(question, perMap)
  let done = 0
  const tell = (images: number): void => onProgress?.(Math.min(total, (done += images)), total)
  const map = await computeMap(insight, question, { place, tell, signal })
  const checks = await checkExplanation(insight, question, map, { place, tell, signal })
  const className = classNameOf(insight, classIndex)
  return {
    classIndex,
    className,
    score: scores[classIndex] ?? 0,
    layer: place?.id ?? null,
    map,
    checks,
    conclusion: conclude(checks, className, `${map.height}x${map.width}`),
  }
}

/** Images that go through the network for one map. */
function countMapImages({ request }: Question, [, height, width]: readonly [number, number, number]): number {
  const { method, steps, window, stride } = request
  if (method === 'smoothgrad' || method === 'integrated-gradients') return steps
  if (method !== 'occlusion') return 1
  return (Math.floor((height - window) / stride) + 1) * (Math.floor((width - window) / stride) + 1)
}

/** @throws NetloomError insight.class */
function findClass(insight: OpenedInsight, scores: Float32Array, wanted: string | undefined): number {
  if (wanted === undefined)
    return scores.reduce((best, value, index) => (value > (scores[best] ?? 0) ? index : best), 0)
  const { classes = [], name } = insight
  const named = [wanted, wanted.toLowerCase()].map((text) =>
    classes.findIndex((each) => each === text || each.toLowerCase() === text),
  )
  const index = named.find((each) => each >= 0) ?? (/^\d+$/.test(wanted) ? Number(wanted) : -1)
  if (index >= 0 && index < scores.length) return index
  const numbers = `numbered from 0 to ${printCount(scores.length - 1)}`
  const near = suggestName(wanted, classes)
  const hint =
    near !== undefined
      ? `Did you mean "${near}"?`
      : classes.length > 0
        ? `Choose one of: ${classes.slice(0, 10).join(', ')}${classes.length > 10 ? ' ...' : ''}.`
        : undefined
  throw new NetloomError(
    'insight.class',
    `${name} has no class "${wanted}": it has ${printCount(scores.length)}, ${numbers}.`,
    { expected: scores.length, received: wanted, hint },
  )
}
