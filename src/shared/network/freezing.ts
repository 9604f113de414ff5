// Which layers learn when and how fast: freezing that ends at an epoch, learning rates by layer; not the schedule of the whole (training/schedules.ts).
import type { NetworkDocument } from '../graph/document'
import type { Recipe } from '../training/recipe'
import { inferDocument, type FindLayer } from './inferDocument'
import { isFrozen } from './weights'
import { matchPatterns } from '../graph/layerPatterns'

/** How many entries of the recipe's `unfreeze` hold after `epoch` whole epochs; a session is good for one phase. */
export function countUnfreezes({ unfreeze }: Recipe, epoch: number): number {
  return unfreeze.filter((entry) => entry.epoch <= epoch).length
}

/** What an engine trains in one phase. */
export interface TrainingPhase {
  readonly document: NetworkDocument
  readonly recipe: Recipe
}

/**
 * The document and the recipe as they are after `epoch` whole epochs: what the recipe has unfrozen by then is frozen
 * neither by the document nor by the recipe.
 */
export function freezeAt({ document, recipe }: TrainingPhase, epoch: number, findLayer?: FindLayer): TrainingPhase {
  const unfrozen = recipe.unfreeze.filter((entry) => entry.epoch <= epoch).map(({ layers }) => layers)
  if (unfrozen.length === 0) return { document, recipe }
  const matches = matchPatterns(recipe.freeze)
  const unfreezes = matchPatterns(unfrozen)
  const { layers } = inferDocument(document, findLayer)
  const freeze = [...layers.values()]
    .filter(({ node }) => isFrozen(node, matches) && !unfreezes(node.id))
    .map(({ node }) => node.id)
  const nodes = document.nodes.map(({ id, type, params, position }) => ({ id, type, params, position }))
  return { document: { ...document, nodes }, recipe: { ...recipe, freeze } }
}

/** What the learning rate of a weight is multiplied by, from its path: the first entry that names its layer, else 1. */
export function readRateFactors({ learningRateFactors }: Recipe): (path: string) => number {
  const entries = learningRateFactors.map(({ layers, factor }) => ({ matches: matchPatterns([layers]), factor }))
  return (path) => {
    const layer = path.slice(0, path.lastIndexOf('/'))
    return entries.find(({ matches }) => matches(layer))?.factor ?? 1
  }
}
