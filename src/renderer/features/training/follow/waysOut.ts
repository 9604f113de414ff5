// What can be done about a run that failed, as changes of the recipe to choose from; not applying them.
import type { PlainError } from '../../../../shared/training/events'
import type { Recipe } from '../../../../shared/training/recipe'
import { printRate } from '../../../kernel/print/printTraining'

/** One change of the recipe, as a button says it. */
export interface WayOut {
  readonly label: string
  readonly key: keyof Recipe
  readonly value: unknown
}

/** Changes that may mend a failure; none where the recipe has nothing to do with it. */
export function findWaysOut(error: PlainError, recipe: Recipe): readonly WayOut[] {
  if (error.code === 'training.diverged') return afterDivergence(recipe)
  if (error.code === 'recipe.batch' && typeof error.expected === 'number' && error.expected >= 1)
    return [{ label: `Use a batch of ${error.expected}`, key: 'batchSize', value: error.expected }]
  const isOutOfMemory = error.code === 'engine.memory' || /out of memory|alloc/i.test(error.message)
  if (isOutOfMemory && recipe.batchSize > 1) {
    const half = Math.floor(recipe.batchSize / 2)
    return [{ label: `Use a batch of ${half}`, key: 'batchSize', value: half }]
  }
  return []
}

function afterDivergence(recipe: Recipe): readonly WayOut[] {
  const smaller = Number((recipe.learningRate / 10).toPrecision(4))
  const ways: WayOut[] = [{ label: `Set learning rate to ${printRate(smaller)}`, key: 'learningRate', value: smaller }]
  if (recipe.gradientClipNorm === null)
    ways.push({ label: 'Clip the gradient at norm 1', key: 'gradientClipNorm', value: 1 })
  if (recipe.warmupSteps === 0) ways.push({ label: 'Warm up over 500 steps', key: 'warmupSteps', value: 500 })
  return ways
}
