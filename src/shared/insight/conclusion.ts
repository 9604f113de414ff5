// What the checks of an explanation allow to conclude, in one sentence; not the checks.
import { printDecimal } from '../graph/printNumbers'

/** How an explanation stood its checks. */
export interface ExplanationChecks {
  /** Of integrated gradients: the sum of the map, and the difference of the scores of image and baseline. */
  readonly completeness: { readonly total: number; readonly scoreDifference: number } | null
  /** Mean probability of the class while pixels are put in, the most marked first; in [0, 1]. */
  readonly insertionArea: number
  /** The same while they are taken out. */
  readonly deletionArea: number
  /** The same in random orders of the same resolution. */
  readonly random: { readonly insertionArea: number; readonly deletionArea: number }
  /** Rank correlation in [-1, 1] with the map after all kernels and matrices were shuffled; null: the map is the same everywhere. */
  readonly randomisedWeights: number | null
}

/** Above it a map with shuffled weights is taken for the same map. */
const alikeFrom = 0.5
/** Areas that differ by less are alike. */
const leastDifference = 0.02
/** The share of the score difference that the sum may miss. */
const missedAtMost = 0.05

/**
 * @param className of the class, for people
 * @param resolution of the map: `8x8`
 */
export function conclude(checks: ExplanationChecks, className: string, resolution: string): string {
  const { completeness, randomisedWeights, insertionArea, deletionArea, random } = checks
  if (randomisedWeights === null) return `The map is the same everywhere and says nothing about "${className}".`
  if (randomisedWeights > alikeFrom)
    return `The map hardly depends on the weights (rank correlation ${printDecimal(randomisedWeights)} after they were shuffled): it shows the image, not what the network has learnt.`
  const inserts = insertionArea - random.insertionArea > leastDifference
  const deletes = random.deletionArea - deletionArea > leastDifference
  const [inserted, deleted] = [
    `${printDecimal(insertionArea)} against ${printDecimal(random.insertionArea)}`,
    `${printDecimal(deletionArea)} against ${printDecimal(random.deletionArea)}`,
  ]
  if (completeness && isIncomplete(completeness))
    return `The sum of the map (${printDecimal(completeness.total)}) misses the difference of the scores (${printDecimal(completeness.scoreDifference)}): take more steps before concluding anything.`
  if (inserts && deletes)
    return `The marked places matter for "${className}" more than random ones do, at a resolution of ${resolution}: put in first they give it (${inserted}), taken out first they take it (${deleted}).`
  if (inserts)
    return `The marked places are enough to bring "${className}" about (${inserted} at random), but others do as well: taking them out does no more than taking out random ones (${deleted}).`
  if (deletes)
    return `Without the marked places "${className}" is lost sooner than without random ones (${deleted}), but alone they do not bring it about (${inserted}).`
  return `The marked places matter no more for "${className}" than random ones (put in ${inserted}, taken out ${deleted}): nothing may be concluded from this map.`
}

function isIncomplete({ total, scoreDifference }: NonNullable<ExplanationChecks['completeness']>): boolean {
  return Math.abs(total - scoreDifference) > missedAtMost * Math.abs(scoreDifference)
}
