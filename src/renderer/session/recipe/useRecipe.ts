// The recipe of the present document and its changes, each one undoable step.
import { useCallback } from 'react'
import type { Recipe } from '../../../shared/training/recipe'
import { documentStore, useDocumentStore } from '../document/documentStore'
import { applyPreset, changeRecipe, readRecipe, type RecipePreset } from './presets'

const recipes = new WeakMap<object, Recipe>()
const defaults = readRecipe(undefined)

/** The recipe of a document's text, the same object for the same text. */
export function recipeOf(raw: Readonly<Record<string, unknown>> | undefined): Recipe {
  if (!raw) return defaults
  const known = recipes.get(raw)
  if (known) return known
  const recipe = readRecipe(raw)
  recipes.set(raw, recipe)
  return recipe
}

/** Changes one setting of the document's recipe, as a step that can be undone. */
export function setRecipeField(key: keyof Recipe, value: unknown): void {
  const { document } = documentStore.getState()
  if (JSON.stringify(recipeOf(document.recipe)[key]) === JSON.stringify(value)) return
  documentStore
    .getState()
    .apply({ type: 'setRecipe', recipe: changeRecipe(document.recipe, key, value) }, 'Change recipe', {
      merge: `recipe.${key}`,
    })
}

/** The document's recipe with what changes it. */
export function useRecipe() {
  const recipe = useDocumentStore((state) => recipeOf(state.document.recipe))
  const usePreset = useCallback((preset: RecipePreset) => {
    const { document } = documentStore.getState()
    documentStore
      .getState()
      .apply({ type: 'setRecipe', recipe: applyPreset(document.recipe, preset) }, `Use recipe ${preset.title}`)
  }, [])
  return { recipe, change: setRecipeField, choosePreset: usePreset }
}
