// A recipe as facts, for people who compare runs; not choosing one.
import type { Recipe } from '../../../shared/training/recipe'
import { titleOfOption } from './optionTitles'
import { printRate } from './printTraining'

export interface RecipeFact {
  readonly name: string
  readonly value: string
}

/** What an optimiser, schedule or loss has beside its kind: `factor 0.1, every epochs 30`. */
function printChoice({ type, ...rest }: { readonly type: string }): string {
  const details = Object.entries(rest).map(([name, value]) => `${spaced(name)} ${String(value)}`)
  return [titleOfOption(type), ...details].join(', ')
}

function spaced(name: string): string {
  return name.replaceAll(/([a-z])([A-Z0-9])/g, '$1 $2').toLowerCase()
}

function printLayers(patterns: readonly string[]): string {
  return patterns.length === 0 ? 'none' : patterns.join(', ')
}

/** All of a recipe, each choice by its name on the Train screen. */
export function printRecipe(recipe: Recipe): readonly RecipeFact[] {
  const { unfreeze, learningRateFactors, gradientClipNorm } = recipe
  return [
    { name: 'Epochs', value: String(recipe.epochs) },
    { name: 'Batch size', value: String(recipe.batchSize) },
    { name: 'Learning rate', value: printRate(recipe.learningRate) },
    { name: 'Optimiser', value: printChoice(recipe.optimizer) },
    { name: 'Schedule', value: printChoice(recipe.schedule) },
    { name: 'Warm-up steps', value: String(recipe.warmupSteps) },
    { name: 'Loss', value: printChoice(recipe.loss) },
    { name: 'Weight decay', value: printRate(recipe.weightDecay) },
    { name: 'Decayed weights', value: titleOfOption(recipe.decayedWeights) },
    { name: 'Clip gradient at norm', value: gradientClipNorm === null ? 'none' : String(gradientClipNorm) },
    { name: 'Augmentation', value: titleOfOption(recipe.augmentation) },
    { name: 'Frozen layers', value: printLayers(recipe.freeze) },
    { name: 'Unfreeze', value: printLayers(unfreeze.map(({ epoch, layers }) => `${layers} after ${epoch}`)) },
    {
      name: 'Learning rates by layer',
      value: printLayers(learningRateFactors.map(({ layers, factor }) => `${layers} times ${factor}`)),
    },
    { name: 'Mixed precision', value: recipe.mixedPrecision ? 'yes' : 'no' },
    { name: 'Seed', value: String(recipe.seed) },
  ]
}
