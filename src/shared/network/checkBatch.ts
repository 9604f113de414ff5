// Whether a batch is large enough for the layers that learn from its statistics; not whether it fits the dataset or the memory.
import type { Issue } from '../graph/errors'
import { errorIssue, errorOf } from '../graph/issue'
import { matchPatterns } from '../graph/layerPatterns'
import { countElements, printShape } from '../graph/shape'
import type { Recipe } from '../training/recipe'
import { freezeAt, type TrainingPhase } from './freezing'
import { inferDocument } from './inferDocument'
import { isFrozen } from './weights'

/**
 * Errors of code `recipe.batch` for batch norms that would see one value per channel: it has no variance, so that nothing
 * behind them learns. Those that stay frozen to the end use their running statistics.
 */
export function checkBatch(phase: TrainingPhase): readonly Issue[] {
  const { batchSize } = phase.recipe
  if (batchSize > 1) return []
  const { document, recipe } = lastPhase(phase)
  const matches = matchPatterns(recipe.freeze)
  return [...inferDocument(document).layers.values()].flatMap(({ node, definition, outputs }): Issue[] => {
    const [channels = 0, ...extents] = outputs[0] ?? []
    if (definition.type !== 'batchNorm' || countElements(extents) > 1 || isFrozen(node, matches)) return []
    const shape = printShape([channels, ...extents])
    const message = `${definition.title} "${node.id}": a batch of ${batchSize} gives one value per channel (${shape}), which has no variance to be scaled by.`
    const hint = 'Train with batches of 2 images or more, or freeze this layer.'
    return [errorIssue('recipe.batch', message, { nodeId: node.id, expected: 2, received: batchSize, hint })]
  })
}

/** @throws NetloomError the first error of `checkBatch` */
export function requireBatch(phase: TrainingPhase): void {
  const error = errorOf(checkBatch(phase))
  if (error) throw error
}

/** What is trained at the end, when all that the recipe unfreezes is unfrozen. */
function lastPhase(phase: TrainingPhase): { readonly document: TrainingPhase['document']; readonly recipe: Recipe } {
  return freezeAt(phase, phase.recipe.epochs)
}
