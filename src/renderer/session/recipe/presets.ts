// Recipes of published networks and a quick one, to begin with; not the form that edits them.
import { recipeSchema, type Optimizer, type Recipe, type RecipeInput } from '../../../shared/training/recipe'

export interface RecipePreset {
  readonly id: string
  readonly title: string
  /** What it is and where its numbers come from. */
  readonly help: string
  readonly recipe: RecipeInput
}

const momentum = { type: 'momentum', momentum: 0.9 } as const

/**
 * Presets by rising effort.
 * @see https://papers.nips.cc/paper/4824 section 5 (AlexNet), https://arxiv.org/abs/1409.1556 section 3.1 (VGG),
 * https://arxiv.org/abs/1409.4842 section 6 (GoogLeNet), https://arxiv.org/abs/1512.03385 section 3.4 (ResNet)
 */
export const recipePresets: readonly RecipePreset[] = [
  {
    id: 'quick',
    title: 'Quick try',
    help: 'Three epochs with Adam: enough to see whether the network learns at all.',
    recipe: { epochs: 3, batchSize: 64, learningRate: 1e-3 },
  },
  {
    id: 'default',
    title: 'Adam',
    help: 'Ten epochs with Adam: a good start for most small networks.',
    recipe: {},
  },
  {
    id: 'alexnet',
    title: 'AlexNet',
    help: 'Momentum 0.9, learning rate 0.01, divided by 10 when validation stops improving; 90 epochs (Krizhevsky 2012).',
    recipe: {
      epochs: 90,
      batchSize: 128,
      learningRate: 1e-2,
      optimizer: momentum,
      weightDecay: 5e-4,
      schedule: { type: 'plateau', factor: 0.1, patience: 5 },
      augmentation: 'crop-flip',
    },
  },
  {
    id: 'vgg',
    title: 'VGG',
    help: 'Batch 256, momentum 0.9, learning rate 0.01, divided by 10 on a plateau; 74 epochs (Simonyan 2014).',
    recipe: {
      epochs: 74,
      batchSize: 256,
      learningRate: 1e-2,
      optimizer: momentum,
      weightDecay: 5e-4,
      schedule: { type: 'plateau', factor: 0.1, patience: 5 },
      augmentation: 'crop-flip',
    },
  },
  {
    id: 'googlenet',
    title: 'GoogLeNet',
    help: 'Momentum 0.9, learning rate minus 4% every 8 epochs (Szegedy 2014); the paper leaves batch and rate open.',
    recipe: {
      epochs: 80,
      batchSize: 128,
      learningRate: 1e-2,
      optimizer: momentum,
      schedule: { type: 'step', everyEpochs: 8, factor: 0.96 },
      augmentation: 'crop-flip',
    },
  },
  {
    id: 'resnet',
    title: 'ResNet',
    help: 'Batch 256, learning rate 0.1, divided by 10 on a plateau, weight decay 0.0001; 120 epochs (He 2015).',
    recipe: {
      epochs: 120,
      batchSize: 256,
      learningRate: 0.1,
      optimizer: momentum,
      weightDecay: 1e-4,
      schedule: { type: 'plateau', factor: 0.1, patience: 5 },
      augmentation: 'crop-flip',
    },
  },
]

/** Plain gradient steps need larger ones than optimisers that divide by the gradient's size. */
export const defaultLearningRates: Readonly<Record<Optimizer['type'], number>> = {
  sgd: 0.01,
  momentum: 0.01,
  nesterov: 0.01,
  rmsprop: 0.001,
  adam: 0.001,
  adamw: 0.001,
}

type RawRecipe = Readonly<Record<string, unknown>>

/**
 * The recipe that a document's own text means, field by field: a setting that is wrong counts as left out, so that a form
 * can show the others (the wrong one is among the problems).
 */
export function readRecipe(raw: RawRecipe | undefined): Recipe {
  const whole = recipeSchema.safeParse(raw ?? {})
  if (whole.success) return whole.data
  const right: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(raw ?? {}))
    if (recipeSchema.safeParse({ [key]: value }).success) right[key] = value
  return recipeSchema.parse(right)
}

/** The document's recipe with a preset's numbers; what belongs to the network and the experiment (freeze, seed) stays. */
export function applyPreset(raw: RawRecipe | undefined, preset: RecipePreset): RawRecipe {
  const { freeze, seed } = raw ?? {}
  return {
    ...recipeSchema.omit({ freeze: true, seed: true }).parse(preset.recipe),
    ...(freeze === undefined ? {} : { freeze }),
    ...(seed === undefined ? {} : { seed }),
  }
}

/** The preset whose numbers a recipe has; undefined where it has been changed. */
export function findPreset(recipe: Recipe): RecipePreset | undefined {
  const { freeze, seed } = recipe
  const text = JSON.stringify(recipe)
  return recipePresets.find((preset) => JSON.stringify(recipeSchema.parse({ ...preset.recipe, freeze, seed })) === text)
}

/**
 * A recipe with one setting changed. Another optimiser brings its own learning rate along, unless somebody chose one.
 */
export function changeRecipe(raw: RawRecipe | undefined, key: keyof Recipe, value: unknown): RawRecipe {
  const before = readRecipe(raw)
  const changed = { ...raw, [key]: value }
  if (key !== 'optimizer') return changed
  const after = readRecipe(changed)
  const isOwnChoice = before.learningRate !== defaultLearningRates[before.optimizer.type]
  if (before.optimizer.type === after.optimizer.type || isOwnChoice) return changed
  return { ...changed, learningRate: defaultLearningRates[after.optimizer.type] }
}
