// The training recipe from the document's own, the defaults and the options of `netloom train`, in rising order; not the training.
import type { NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { recipeSchema, type Optimizer, type Recipe } from '../../shared/training/recipe'
import { UsageError } from './usage'

/** The options of `netloom train` that are part of a recipe, as Commander gives them. */
export interface RecipeOptions {
  readonly epochs?: number
  readonly batch?: number
  readonly optimizer?: Optimizer['type']
  readonly lr?: number
  readonly momentum?: number
  readonly weightDecay?: number
  readonly schedule?: Recipe['schedule']['type']
  readonly loss?: Recipe['loss']['type']
  readonly augment?: Recipe['augmentation']
  readonly seed?: number
  readonly freeze?: readonly string[]
  readonly unfreeze?: Recipe['unfreeze']
  readonly lrFactor?: Recipe['learningRateFactors']
  readonly precision?: 'float32' | 'mixed'
}

/** Plain gradient steps need larger ones than optimisers that divide by the gradient's size. */
const defaultLearningRates: Readonly<Record<Optimizer['type'], number>> = {
  sgd: 0.01,
  momentum: 0.01,
  nesterov: 0.01,
  rmsprop: 0.001,
  adam: 0.001,
  adamw: 0.001,
}

function typeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
}

/** An option's choice; the document's own settings of that choice are kept. */
function choose(type: string | undefined, own: unknown, extra: Readonly<Record<string, unknown>> = {}): unknown {
  const base = type === undefined || typeOf(own) === type ? own : { type }
  return Object.keys(extra).length === 0 ? base : { ...(typeof base === 'object' ? base : {}), ...extra }
}

/**
 * Builds the recipe of a run.
 * @throws UsageError where `--momentum` has no optimiser to go with; NetloomError recipe.invalid for the document's recipe
 */
export function buildRecipe(document: Pick<NetworkDocument, 'recipe' | 'name'>, options: RecipeOptions): Recipe {
  const own = document.recipe ?? {}
  const optimizerType = options.optimizer ?? typeOf(own['optimizer']) ?? 'adam'
  if (options.momentum !== undefined && optimizerType !== 'momentum' && optimizerType !== 'nesterov')
    throw new UsageError(
      `--momentum goes with --optimizer momentum or nesterov, and the optimizer is ${JSON.stringify(optimizerType)}.`,
    )
  const momentum = options.momentum === undefined ? {} : { momentum: options.momentum }
  const given = {
    epochs: options.epochs,
    batchSize: options.batch,
    learningRate: options.lr,
    optimizer: choose(options.optimizer, own['optimizer'], momentum),
    weightDecay: options.weightDecay,
    schedule: choose(options.schedule, own['schedule']),
    loss: choose(options.loss, own['loss']),
    augmentation: options.augment,
    seed: options.seed,
    freeze: options.freeze,
    unfreeze: options.unfreeze,
    learningRateFactors: options.lrFactor,
    mixedPrecision: options.precision === undefined ? undefined : options.precision === 'mixed',
  }
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const result = recipeSchema.strict().safeParse({ ...own, ...set })
  if (!result.success) {
    const [issue] = result.error.issues
    const path = ['recipe', ...(issue?.path ?? [])].join('.')
    throw new NetloomError('recipe.invalid', `${document.name}: ${path}: ${issue?.message ?? 'it is not a recipe'}.`, {
      path,
    })
  }
  // A learning rate that suits the optimiser, unless somebody chose one for this optimiser.
  const isSameOptimizer = typeOf(own['optimizer'] ?? { type: 'adam' }) === result.data.optimizer.type
  const isChosen = options.lr !== undefined || (own['learningRate'] !== undefined && isSameOptimizer)
  return isChosen ? result.data : { ...result.data, learningRate: defaultLearningRates[result.data.optimizer.type] }
}
