// What the epochs of a run say of its training, in words with the figures and a way on; not measuring, and not how a screen shows it.
import { countOf, printAccuracy, printCount } from '../graph/printNumbers'
import type { MeanMetrics } from './metrics'
import type { Recipe } from './recipe'
import type { ValidationStanding } from './standing'

/** An epoch that has ended. */
export interface SeenEpoch {
  /** From 1. */
  readonly epoch: number
  readonly train: MeanMetrics
  readonly val: MeanMetrics | null
  /** Left out by runs from before it was kept. */
  readonly standing?: ValidationStanding
}

/** One change of the recipe. */
export interface RecipeChange {
  readonly key: 'learningRate' | 'weightDecay' | 'epochs' | 'gradientClipNorm'
  readonly value: number
}

export interface TrainingSign {
  readonly code:
    'exploded' | 'rateTooHigh' | 'rateTooLow' | 'deadStart' | 'overfitting' | 'oneAnswer' | 'neverPredicted'
  /** A few words. */
  readonly title: string
  /** Sentences with the figures and the way on. */
  readonly text: string
  /** What may be changed in the recipe for the next run. */
  readonly changes: readonly RecipeChange[]
}

/** A validation loss so many times that of a model that knows nothing is no loss of a trained one. */
const absurdFactor = 10
/** A loss that has moved by less than this share has not moved. */
const stillShare = 2e-3
/** An epoch whose loss has grown by more than this share is a jump. */
const jumpShare = 0.1
/** A fall by less than this share in all is slow. */
const slowShare = 0.1
/** Epochs before which nothing is said of a trend. */
const fewestEpochs = 3
/** By so much a validation loss has to have risen over its lowest, and for so many epochs. */
const overfittingShare = 0.1
const overfittingEpochs = 3

/** Whether a validation loss says that the outputs have lost all measure, however many images are right. */
export function isAbsurdLoss(val: MeanMetrics | null, standing: ValidationStanding | undefined): boolean {
  return val !== null && standing !== undefined && val.loss > absurdFactor * standing.chanceLoss && val.loss > 1
}

/** By what the epoch is chosen whose weights a run keeps. */
export function describeBest(hasValidation: boolean): string {
  return hasValidation ? 'validation accuracy' : 'training loss'
}

/**
 * What is to be said of a run as it stands, the gravest first.
 * @param epochs in rising order
 * @param recipe its own; without it no change of it is offered
 */
export function findTrainingSigns(epochs: readonly SeenEpoch[], recipe: Recipe | undefined): readonly TrainingSign[] {
  const last = epochs.at(-1)
  if (!last) return []
  const trend = findExploded(last, recipe) ?? findTrend(epochs, recipe)
  return [trend, findOverfitting(epochs, recipe), ...findNarrowAnswers(last, epochs.length)].filter(
    (sign) => sign !== undefined,
  )
}

const loss4 = (loss: number): string => (loss >= 1e5 || loss < 1e-3 ? loss.toExponential(2) : loss.toFixed(3))

function rateChange(recipe: Recipe | undefined, factor: number): readonly RecipeChange[] {
  return recipe ? [{ key: 'learningRate', value: Number((recipe.learningRate * factor).toPrecision(4)) }] : []
}

function rateText(recipe: Recipe | undefined): string {
  return recipe ? `learning rate ${Number(recipe.learningRate.toPrecision(4))}` : 'learning rate'
}

function findExploded({ epoch, val, standing }: SeenEpoch, recipe: Recipe | undefined): TrainingSign | undefined {
  if (!val || !standing || !isAbsurdLoss(val, standing)) return undefined
  const clip: readonly RecipeChange[] = recipe?.gradientClipNorm === null ? [{ key: 'gradientClipNorm', value: 1 }] : []
  return {
    code: 'exploded',
    title: 'The outputs have grown out of bounds',
    text: `The validation loss of epoch ${epoch} is ${loss4(val.loss)}; a model that knows nothing has ${loss4(standing.chanceLoss)}. Its accuracy of ${printAccuracy(val.accuracy)} is not to be trusted: the weights or the running statistics of a norm have grown out of bounds. A smaller learning rate or a clipped gradient keeps them.`,
    changes: [...rateChange(recipe, 0.1), ...clip],
  }
}

/** What the training loss does from epoch to epoch; the first that holds. */
function findTrend(epochs: readonly SeenEpoch[], recipe: Recipe | undefined): TrainingSign | undefined {
  const losses = epochs.map(({ train }) => train.loss)
  const [first = 0, last = 0] = [losses[0], losses.at(-1)]
  const lowest = Math.min(...losses)
  const at = epochs[losses.indexOf(lowest)]?.epoch ?? 1
  const chance = epochs.findLast(({ standing }) => standing)?.standing?.chanceLoss
  if (epochs.length < 2) return undefined
  if (last > 2 * lowest && last > first)
    return {
      code: 'rateTooHigh',
      title: 'The training diverges',
      text: `The training loss rises from ${loss4(lowest)} in epoch ${at} to ${loss4(last)}. The ${rateText(recipe)} is too high.`,
      changes: rateChange(recipe, 0.1),
    }
  if (epochs.length < fewestEpochs) return undefined
  return findStanding(losses, chance, recipe) ?? findJumps(losses, recipe) ?? findSlow(losses, chance, recipe)
}

function findStanding(
  losses: readonly number[],
  chance: number | undefined,
  recipe: Recipe | undefined,
): TrainingSign | undefined {
  const recent = losses.slice(-fewestEpochs)
  const [high, low] = [Math.max(...recent), Math.min(...recent)]
  const isStill = high - low <= stillShare * high
  if (chance === undefined || low < 0.97 * chance) return undefined
  if (!isStill && low <= 1.05 * chance) return undefined
  if (!isStill || low > 1.05 * chance)
    return {
      code: 'rateTooHigh',
      title: 'The learning rate is too high',
      text: `The training loss of the last ${fewestEpochs} epochs, ${loss4(low)} to ${loss4(high)}, is not below that of a model that knows nothing, ${loss4(chance)}. Train with a tenth of the ${rateText(recipe)}.`,
      changes: rateChange(recipe, 0.1),
    }
  return {
    code: 'deadStart',
    title: 'Nothing is learnt',
    text: `The training loss has stood at ${loss4(low)} for ${fewestEpochs} epochs; a model that knows nothing has ${loss4(chance)}. Look for units that are all 0 (a ReLU after too large a step), for frozen layers, for images that are all alike after scaling; else try another learning rate than ${recipe ? Number(recipe.learningRate.toPrecision(4)) : 'this'}.`,
    changes: [...rateChange(recipe, 0.1), ...rateChange(recipe, 10)],
  }
}

function findJumps(losses: readonly number[], recipe: Recipe | undefined): TrainingSign | undefined {
  const recent = losses.slice(-8)
  const jumps = recent.filter((loss, index) => index > 0 && loss > (1 + jumpShare) * (recent[index - 1] ?? loss))
  if (jumps.length < 2 || 3 * jumps.length < recent.length) return undefined
  return {
    code: 'rateTooHigh',
    title: 'The learning rate is too high',
    text: `The training loss jumps up by more than ${100 * jumpShare}% in ${jumps.length} of the last ${recent.length - 1} epochs (now ${loss4(losses.at(-1) ?? 0)}). Train with a smaller learning rate${recipe ? ` than ${Number(recipe.learningRate.toPrecision(4))}` : ''} or one that falls.`,
    changes: rateChange(recipe, 0.1),
  }
}

function findSlow(
  losses: readonly number[],
  chance: number | undefined,
  recipe: Recipe | undefined,
): TrainingSign | undefined {
  const [first = 0, last = 0] = [losses[0], losses.at(-1)]
  const falls = losses.every((loss, index) => index === 0 || loss < (losses[index - 1] ?? loss))
  // A network that has learnt the images falls slowly too.
  const isFar = chance !== undefined && last > 0.7 * chance
  if (!falls || !isFar || first - last > slowShare * first) return undefined
  return {
    code: 'rateTooLow',
    title: 'The learning rate is too low',
    text: `The training loss falls in every epoch, but in ${losses.length} epochs only from ${loss4(first)} to ${loss4(last)}. Train with ten times the ${rateText(recipe)}, or for longer.`,
    changes: rateChange(recipe, 10),
  }
}

function findOverfitting(epochs: readonly SeenEpoch[], recipe: Recipe | undefined): TrainingSign | undefined {
  const seen = epochs.flatMap(({ epoch, train, val }) => (val ? [{ epoch, train, val }] : []))
  const last = seen.at(-1)
  const turn = seen.reduce((best, entry) => (best && best.val.loss <= entry.val.loss ? best : entry), seen[0])
  if (!last || !turn || last.epoch - turn.epoch < overfittingEpochs) return undefined
  if (last.val.loss < (1 + overfittingShare) * turn.val.loss || last.train.loss >= turn.train.loss) return undefined
  const decay = recipe?.weightDecay === 0 ? [{ key: 'weightDecay' as const, value: 5e-4 }] : []
  return {
    code: 'overfitting',
    title: `Overfitting since epoch ${turn.epoch}`,
    text: `From epoch ${turn.epoch} to ${last.epoch} the validation loss rises from ${loss4(turn.val.loss)} to ${loss4(last.val.loss)}, while the training loss falls from ${loss4(turn.train.loss)} to ${loss4(last.train.loss)}. More images, augmentation or weight decay help, and so does ending there.`,
    changes: [...decay, ...(recipe ? [{ key: 'epochs' as const, value: turn.epoch }] : [])],
  }
}

function findNarrowAnswers({ epoch, val, standing }: SeenEpoch, count: number): readonly (TrainingSign | undefined)[] {
  if (!val || !standing || standing.classes < 2 || count < fewestEpochs) return []
  const { images, largest, mostPredicted, neverPredicted, neverPredictedCount } = standing
  const always = largest.images / images
  if (mostPredicted.images === images)
    return [
      {
        code: 'oneAnswer',
        title: `Every image is taken for ${mostPredicted.name}`,
        text: `In epoch ${epoch} all ${countOf(images, 'validation image')} are taken for "${mostPredicted.name}", of which there are ${printAccuracy(val.accuracy)}. It has learnt how frequent the classes are, not what they look like: train for longer, change the learning rate, or give the classes equally many images.`,
        changes: [],
      },
    ]
  if (val.accuracy <= always)
    return [
      {
        code: 'oneAnswer',
        title: `No better than always saying ${largest.name}`,
        text: `The validation accuracy of epoch ${epoch} is ${printAccuracy(val.accuracy)}; always saying "${largest.name}" gives ${printAccuracy(always)}, without looking at an image.`,
        changes: [],
      },
    ]
  if (neverPredictedCount === 0) return []
  const shown = neverPredicted.slice(0, 5).map(({ name, images: held }) => `${name} (${printCount(held)})`)
  const more = neverPredictedCount - shown.length
  const [only] = neverPredicted
  return [
    {
      code: 'neverPredicted',
      title:
        neverPredictedCount === 1 && only
          ? `${only.name} is never predicted`
          : `${printCount(neverPredictedCount)} classes are never predicted`,
      text: `In epoch ${epoch} no validation image is taken for ${shown.join(', ')}${more > 0 ? `, nor for ${printCount(more)} more` : ''}; in brackets, how many there are. Look at their images and whether they have enough of them.`,
      changes: [],
    },
  ]
}
