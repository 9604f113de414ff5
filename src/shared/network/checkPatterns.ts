// Whether the names of layers in a recipe name any: one that does not says nothing, and trains what should stay; not the form of the recipe.
import type { NetworkDocument } from '../graph/document'
import type { Issue } from '../graph/errors'
import { listPatterns, matchPatterns } from '../graph/layerPatterns'
import { suggestName } from '../graph/suggest'
import type { Inference } from './inferDocument'

/** Warnings of code `recipe.layers`, in the order of the recipe; none for a network without layers. */
export function checkPatterns(
  recipe: NetworkDocument['recipe'],
  { nodes, layers }: Pick<Inference, 'nodes' | 'layers'>,
): readonly Issue[] {
  const names = [...new Set<string>([...nodes.keys(), ...layers.keys()])]
  if (names.length === 0) return []
  return listPatterns(recipe).flatMap(({ pattern, path }): Issue[] => {
    if (names.some(matchPatterns([pattern]))) return []
    const near = suggestName(pattern, names)
    const hint =
      near === undefined ? 'Remove it, or name a layer; * stands for any characters.' : `Did you mean "${near}"?`
    return [
      {
        level: 'warning',
        code: 'recipe.layers',
        message: `No layer is named like "${pattern}" of the recipe. ${hint}`,
        path: `recipe.${path}`,
        received: pattern,
        expected: near,
        hint,
      },
    ]
  })
}
