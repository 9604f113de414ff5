// Edits of whole stages for fine-tuning: freezing, learning rates, unfreezing later; what a stage is stands in edits/transfer.ts.
import type { NetworkStage } from '../../../../shared/edits/transfer'
import type { NetworkDocument } from '../../../../shared/graph/document'
import type { Edit } from '../../../../shared/graph/edits'
import type { Recipe } from '../../../../shared/training/recipe'

/** What the recipe's patterns call the layers of a stage: the node itself, and all inside it. */
export function patternsOf(
  { name, ids }: Pick<NetworkStage, 'name' | 'ids'>,
  layers: Iterable<string>,
): readonly string[] {
  const inside = `${name}/`
  const held = [...layers].filter((path) => ids.some((id) => path === id || path.startsWith(`${id}/`)))
  return [
    ...(held.includes(name) ? [name] : []),
    ...(held.some((path) => path.startsWith(inside)) ? [`${inside}*`] : []),
  ]
}

/** The factor on the learning rate that the recipe gives a stage as a whole; 1 where it gives none. */
export function factorOf(
  { learningRateFactors }: Pick<Recipe, 'learningRateFactors'>,
  patterns: readonly string[],
): number {
  return learningRateFactors.find(({ layers }) => patterns.includes(layers))?.factor ?? 1
}

/** The epoch after which the recipe unfreezes a stage as a whole; null where it does not. */
export function unfreezeEpochOf({ unfreeze }: Pick<Recipe, 'unfreeze'>, patterns: readonly string[]): number | null {
  return unfreeze.find(({ layers }) => patterns.includes(layers))?.epoch ?? null
}

/** The recipe's factors with another one for a stage; 1 takes its entry away. */
export function withFactor(recipe: Recipe, patterns: readonly string[], factor: number): Recipe['learningRateFactors'] {
  const others = recipe.learningRateFactors.filter(({ layers }) => !patterns.includes(layers))
  return factor === 1 ? others : [...others, ...patterns.map((layers) => ({ layers, factor }))]
}

/** The recipe's unfreezes with another one for a stage; null takes its entry away. */
export function withUnfreeze(recipe: Recipe, patterns: readonly string[], epoch: number | null): Recipe['unfreeze'] {
  const others = recipe.unfreeze.filter(({ layers }) => !patterns.includes(layers))
  return epoch === null ? others : [...others, ...patterns.map((layers) => ({ layers, epoch }))]
}

/** Freezes all nodes of a stage, or unfreezes them. */
export function freezeStage({ ids }: Pick<NetworkStage, 'ids'>, frozen: boolean): Edit {
  return { type: 'batch', edits: ids.map((id) => ({ type: 'setFrozen', id, frozen: frozen || undefined })) }
}

/** Unfreezes every node. */
export function unfreezeAll({ nodes }: NetworkDocument): Edit {
  const frozen = nodes.filter((node) => node.frozen === true)
  return { type: 'batch', edits: frozen.map(({ id }) => ({ type: 'setFrozen', id, frozen: undefined })) }
}
