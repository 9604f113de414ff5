// Everything that can be said against a document without its dataset, in one list; the single checks are elsewhere.
import { sortIssues } from '../graph/checkGraph'
import type { NetworkDocument } from '../graph/document'
import type { Issue } from '../graph/errors'
import { errorIssue } from '../graph/issue'
import { describeZodError, printMismatch, printPath } from '../graph/zodIssues'
import { recipeSchema } from '../training/recipe'
import { checkClasses } from './classCount'
import { checkPatterns } from './checkPatterns'
import { inferDocument, type FindLayer } from './inferDocument'
import { checkScaling } from './checkScaling'

const strictRecipe = recipeSchema.strict()

/**
 * Checks structure, parameters, shapes, scaling, recipe and the number of class names.
 * @returns errors and warnings, those of the whole document first, then in the order of the nodes
 */
export function checkDocument(document: NetworkDocument, findLayer?: FindLayer): readonly Issue[] {
  const inference = inferDocument(document, findLayer)
  const input = inference.inputId && inference.nodes.get(inference.inputId)?.outputs[0]
  return sortIssues(document, [
    ...inference.issues,
    ...(document.scaling && input ? checkScaling(document.scaling, input) : []),
    ...checkRecipe(document.recipe),
    ...checkPatterns(document.recipe, inference),
    ...(document.classes ? checkClasses(document, document.classes.length, findLayer) : []),
  ])
}

function checkRecipe(recipe: NetworkDocument['recipe']): readonly Issue[] {
  if (recipe === undefined) return []
  const result = strictRecipe.safeParse(recipe)
  if (result.success) return []
  return describeZodError(result.error, recipe, Object.keys(recipeSchema.shape)).map((issue) => {
    const path = printPath(issue.path, 'recipe')
    const { expected, received, unknownKey } = issue
    if (unknownKey) {
      const hint = unknownKey.suggestion ? `Did you mean "${unknownKey.suggestion}"?` : undefined
      return errorIssue('recipe.invalid', `The recipe has no setting "${unknownKey.key}".`, { path, received, hint })
    }
    return errorIssue('recipe.invalid', `${path} ${printMismatch(expected, received)}.`, {
      path,
      expected,
      received,
    })
  })
}
