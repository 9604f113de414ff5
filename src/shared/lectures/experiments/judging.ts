// How two measured accuracies are compared: what is more than chance, and the words for it; not what an experiment claims.
import { printPoints, printShare } from '../../graph/printNumbers'
import { internalError } from '../../graph/errors'
import type { VariantResult, Verdict } from './results'

/** An accuracy over some images. */
export interface Measured {
  /** In [0, 1]. */
  readonly top1: number
  readonly images: number
}

/** Another seed moves an accuracy too, whatever the number of images: differences below one point say nothing. */
const seedNoise = 0.01

/**
 * The difference of two accuracies that chance explains: twice its standard error over the images, at least one point.
 * The variance of a share p of n images is p (1 - p) / n.
 */
export function chanceOf(a: Measured, b: Measured): number {
  const variance = ({ top1, images }: Measured) => (top1 * (1 - top1)) / Math.max(1, images)
  return Math.max(seedNoise, 2 * Math.sqrt(variance(a) + variance(b)))
}

/** How much lower `after` is than `before`, in [-1, 1], and whether that is more than chance. */
export function dropOf(before: Measured, after: Measured) {
  const drop = before.top1 - after.top1
  return { drop, isReal: drop > chanceOf(before, after) }
}

/** `lost 3.4 points (96.2% to 92.8%)`, or `gained ...`. */
export function printChange(before: Measured, after: Measured): string {
  const verb = after.top1 > before.top1 ? 'gained' : 'lost'
  return `${verb} ${printPoints(after.top1 - before.top1)} (${printShare(before.top1)} to ${printShare(after.top1)})`
}

/** The result of a variant. @throws internal where it is missing: a verdict is asked for when all are there */
export function resultOf(results: ReadonlyMap<string, VariantResult>, id: string): VariantResult {
  const result = results.get(id)
  if (!result) throw internalError(`the experiment has no result of "${id}"`)
  return result
}

/** A verdict from what a claim says of each of its networks: it holds where all of that came out. */
export function judgeParts(parts: Verdict['parts'], text: string): Verdict {
  return { agrees: parts.every(({ agrees }) => agrees), parts, text }
}

/** What a variant reached on its test images. */
export function testOf(results: ReadonlyMap<string, VariantResult>, id: string): Measured {
  const { test } = resultOf(results, id)
  if (!test) throw internalError(`"${id}" was not tested`)
  return test
}

/** What a variant reached on its changed test images. */
export function measureOf(results: ReadonlyMap<string, VariantResult>, id: string, measure: string): Measured {
  const found = resultOf(results, id).measures.find((candidate) => candidate.id === measure)
  if (!found) throw internalError(`"${id}" was not measured by "${measure}"`)
  return found
}
