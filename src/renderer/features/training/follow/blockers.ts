// What stands in the way of a training, each with its way out; not showing it.
import type { NetworkDocument } from '../../../../shared/graph/document'
import { checkBatch } from '../../../../shared/network/checkBatch'
import type { Issue } from '../../../../shared/graph/errors'
import type { Recipe } from '../../../../shared/training/recipe'
import { printCount } from '../../../../shared/graph/printNumbers'
import type { WayOut } from './waysOut'

export interface Blocker {
  readonly message: string
  /** Where it is mended: a screen, the layer, the number of classes, or a change of the recipe. */
  readonly remedy:
    | { readonly kind: 'design'; readonly nodeId?: string }
    | { readonly kind: 'data' }
    | { readonly kind: 'classes'; readonly classes: readonly string[] }
    | { readonly kind: 'recipe'; readonly way: WayOut }
    | { readonly kind: 'here' }
}

export interface TrainingChoice {
  readonly document: NetworkDocument
  readonly issues: readonly Issue[]
  readonly dataset: string | undefined
  /** Classes of the dataset; null while they are not known. */
  readonly classes: readonly string[] | null
  /** Images of the training split; null while they are not known. */
  readonly trainCount: number | null
  readonly recipe: Recipe
  /** What is wrong with what stands in fields of the recipe, which keeps their last sound values. */
  readonly drafts: readonly string[]
  /** Why mixed precision cannot be had, whether it is asked for or not; null where it can. */
  readonly precisionProblem: string | null
}

/** Everything that keeps a run from being started, in the order in which a person would mend it. */
export function findBlockers(choice: TrainingChoice): readonly Blocker[] {
  const { document, issues, dataset, classes, trainCount, recipe, drafts, precisionProblem } = choice
  const blockers: Blocker[] = []
  if (document.nodes.length === 0)
    blockers.push({ message: 'The network has no layers yet.', remedy: { kind: 'design' } })
  else
    for (const issue of issues)
      // Training refuses a recipe that names layers which are not there.
      if (issue.level === 'error' || issue.code === 'recipe.layers') blockers.push(blockerOf(issue, classes))
  for (const message of drafts) blockers.push({ message, remedy: { kind: 'here' } })
  for (const { message, expected } of checkBatch({ document, recipe }).slice(0, 1))
    blockers.push({ message, remedy: batchRemedy(Number(expected)) })
  if (dataset === undefined) blockers.push({ message: 'No dataset is chosen.', remedy: { kind: 'data' } })
  else if (trainCount === 0) blockers.push({ message: 'The dataset has no training images.', remedy: { kind: 'data' } })
  else if (trainCount !== null && recipe.batchSize > trainCount)
    blockers.push({
      message: `A batch of ${printCount(recipe.batchSize)} is larger than the training split, which has ${printCount(trainCount)} images.`,
      remedy: batchRemedy(trainCount),
    })
  if (recipe.mixedPrecision && precisionProblem !== null)
    blockers.push({
      message: `Mixed precision is switched on. ${precisionProblem}`,
      remedy: {
        kind: 'recipe',
        way: { label: 'Train without mixed precision', key: 'mixedPrecision', value: false },
      },
    })
  return blockers
}

function batchRemedy(value: number): Blocker['remedy'] {
  return { kind: 'recipe', way: { label: `Use a batch of ${value}`, key: 'batchSize', value } }
}

function blockerOf(issue: Issue, classes: readonly string[] | null): Blocker {
  const { code, message, nodeId } = issue
  if (code === 'dataset.classes' && classes) return { message, remedy: { kind: 'classes', classes } }
  if (code === 'recipe.invalid') return { message, remedy: { kind: 'here' } }
  return { message, remedy: { kind: 'design', nodeId } }
}
