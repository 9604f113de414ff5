// Which problems of a kind are listed, and in which order; not showing them.
import type { FoundImage, Problem, ProblemKind } from '../../../../shared/datasets/quality/problems'

export const problemOrders = ['worst', 'class', 'file'] as const
export type ProblemOrder = (typeof problemOrders)[number]

/** Problems of a kind that are held for some; with `isWide` also those that are next in line. The worst stand first. */
export function listProblems(problems: readonly Problem[], kind: ProblemKind, isWide: boolean): readonly Problem[] {
  return problems.filter((problem) => problem.kind === kind && (isWide || problem.isLikely))
}

/** In another order than the worst first; of groups the first image counts. */
export function orderProblems(problems: readonly Problem[], order: ProblemOrder): readonly Problem[] {
  if (order === 'worst') return problems
  const key = ({ images: [first] }: Problem): string => (order === 'class' ? first?.class : first?.file) ?? ''
  const compare = new Intl.Collator('en', { numeric: true }).compare
  return problems.toSorted((one, other) => compare(key(one), key(other)))
}

/** The images that a person would most likely act on: of groups all but the first. */
export function suggestImages(problems: readonly Problem[]): readonly FoundImage[] {
  return problems.flatMap(({ images }) => (images.length > 1 ? images.slice(1) : images))
}

/** The class that is suggested for every one of the chosen images, where there is one for each. */
export function groupBySuggestion(
  problems: readonly Problem[],
  chosen: ReadonlySet<string>,
): ReadonlyMap<string, readonly FoundImage[]> {
  const groups = new Map<string, FoundImage[]>()
  for (const { images, figures } of problems) {
    if (figures.form !== 'label') continue
    for (const image of images)
      if (chosen.has(image.file)) groups.set(figures.suggested, [...(groups.get(figures.suggested) ?? []), image])
  }
  return groups
}
