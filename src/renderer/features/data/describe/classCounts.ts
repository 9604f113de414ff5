// How the images of a dataset are spread over its classes.
import { printCount } from '../../../../shared/graph/printNumbers'
import { splitNames, type SplitName, type SplitSummary } from '../../../../shared/datasets/dataset'

export interface ClassCount {
  readonly index: number
  readonly name: string
  readonly counts: Readonly<Record<SplitName, number>>
  /** Over all splits. */
  readonly total: number
}

/** Every class with its images per split, in class order. */
export function listClasses(description: {
  readonly classes: readonly string[]
  readonly splits: { readonly [Name in SplitName]?: SplitSummary }
}): readonly ClassCount[] {
  return description.classes.map((name, index) => {
    const countIn = (split: SplitName): number => description.splits[split]?.perClass[index] ?? 0
    const counts = { train: countIn('train'), val: countIn('val'), test: countIn('test') }
    return { index, name, counts, total: splitNames.reduce((sum, split) => sum + counts[split], 0) }
  })
}

/** Classes whose numbers differ by more than this factor are pointed out. */
const largestFactor = 3

/** A sentence where some classes have far more training images than others, or none; otherwise null. */
export function findImbalance(classes: readonly ClassCount[]): string | null {
  const [first] = classes
  if (!first || classes.every(({ counts }) => counts.train === 0)) return null
  let [least, most] = [first, first]
  for (const entry of classes) {
    if (entry.counts.train < least.counts.train) least = entry
    if (entry.counts.train > most.counts.train) most = entry
  }
  const [few, many] = [least.counts.train, most.counts.train]
  if (few === 0) return `"${least.name}" has no training images: the network cannot learn it.`
  if (many <= largestFactor * few) return null
  return `Unbalanced: "${most.name}" has ${printCount(many)} training images, "${least.name}" ${printCount(few)}. Accuracy alone will flatter the large classes; look at recall per class.`
}
