// `netloom explain`: why a network gives a class its score for an image, with the checks of the answer.
import { drawOverlay } from '../../../shared/insight/drawMaps'
import { hasLayer, type ExplanationMethod } from '../../../shared/insight/methods'
import { printDecimal } from '../../../shared/graph/printNumbers'
import { decodeImage } from '../../datasets/decodeImage'
import { explain, type Explanation } from '../../models/insight/explainImage'
import { encodeMarkedPng, writeImage } from '../../models/insight/insightFiles'
import { writeJson, writeNote, writeResult, writeText } from '../output'
import { Progress } from '../progress'
import { orForce, standardOutput, UsageError } from '../usage'
import { openInsight, type InsightOptions } from './showActivations'

export interface ExplainCommandOptions extends InsightOptions {
  readonly method: ExplanationMethod
  readonly class?: string
  readonly layer?: string
  readonly steps?: number
  readonly window?: number
  readonly stride?: number
}

/** Runs `netloom explain`. @throws UsageError; NetloomError as openInsight and explain; dataset.unreadable, file.* */
export async function runExplain(reference: string, options: ExplainCommandOptions): Promise<void> {
  const { method, layer, steps, window, stride, output } = options
  requirePng(options)
  noteUnused(options)
  const insight = await openInsight(reference, options)
  const progress = new Progress()
  try {
    const pixels = await decodeImage(options.image, insight.format)
    const startedAtMs = performance.now()
    const explanation = await explain(insight, insight.scale(pixels), {
      settings: { method, layer, steps, window, stride },
      className: options.class,
      onProgress(done, total) {
        const secondsLeft = ((performance.now() - startedAtMs) / 1000 / done) * (total - done)
        progress.update({ done, total, title: method, detail: '', secondsLeft })
      },
    })
    progress.clear()
    const overlay = drawOverlay(pixels, insight.format, explanation.map)
    if (output === standardOutput) return await writeText(await encodeMarkedPng(overlay))
    if (output !== undefined) await orForce(writeImage(output, overlay, options.force))
    if (options.json) return writeJson(toJson(insight.name, insight.classes !== undefined, options, explanation))
    writeResult(print(options, explanation))
    if (output !== undefined) writeResult(`Wrote ${output}.`)
  } finally {
    progress.clear()
    await insight.dispose()
  }
}

/** @throws UsageError */
function requirePng({ output, json }: ExplainCommandOptions): void {
  if (output === undefined) return
  if (output === standardOutput) {
    if (json) throw new UsageError('--json and -o - both write on standard output: leave out one of them.')
    return
  }
  if (!/\.png$/i.test(output)) throw new UsageError(`"${output}" does not end in .png: the overlay is a PNG.`)
}

/** Options that a method has no use for are said, not refused: one line may try all methods. */
function noteUnused({ method, layer, steps, window, stride }: ExplainCommandOptions): void {
  const hasSteps = method === 'integrated-gradients' || method === 'smoothgrad'
  const unused = [
    ...(layer !== undefined && !hasLayer(method) ? ['--layer'] : []),
    ...(steps !== undefined && !hasSteps ? ['--steps'] : []),
    ...(window !== undefined && method !== 'occlusion' ? ['--window'] : []),
    ...(stride !== undefined && method !== 'occlusion' ? ['--stride'] : []),
  ]
  if (unused.length > 0) writeNote(`netloom: ${method} has no use for ${unused.join(', ')}.`)
}

function toJson(
  model: string,
  isNamed: boolean,
  { image, method }: ExplainCommandOptions,
  { classIndex, className, score, layer, map, checks, conclusion }: Explanation,
) {
  return {
    model,
    image,
    class: isNamed ? className : classIndex,
    classIndex,
    score,
    method,
    layer,
    map: { shape: [map.height, map.width], data: Array.from(map.data) },
    checks,
    conclusion,
  }
}

function print(
  { image, method }: ExplainCommandOptions,
  { className, score, layer, map, checks, conclusion }: Explanation,
): string {
  const { completeness, insertionArea, deletionArea, random, randomisedWeights } = checks
  const at = layer === null ? '' : ` at ${layer}`
  return [
    `${image}: ${className}, score ${printDecimal(score)}, by ${method}${at}, ${map.height}x${map.width}`,
    ...(completeness
      ? [
          `completeness        sum ${printDecimal(completeness.total)}, difference of the scores ${printDecimal(completeness.scoreDifference)}`,
        ]
      : []),
    `insertion area      ${printDecimal(insertionArea)} (random order ${printDecimal(random.insertionArea)}; higher is better)`,
    `deletion area       ${printDecimal(deletionArea)} (random order ${printDecimal(random.deletionArea)}; lower is better)`,
    `randomised weights  ${randomisedWeights === null ? 'the map is the same everywhere' : `rank correlation ${printDecimal(randomisedWeights)} (near 0 is better)`}`,
    conclusion,
  ].join('\n')
}
