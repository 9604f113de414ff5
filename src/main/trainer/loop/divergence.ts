// What is said when training diverges: the numbers that led there and what to try; not noticing it (trainingLoop.ts).
import { NetloomError } from '../../../shared/graph/errors'
import type { Recipe } from '../../../shared/training/recipe'

export interface DivergenceReport {
  /** What is not a finite number, as the subject of a sentence: `the loss is NaN`. */
  readonly finding: string
  /** From 1. */
  readonly step: number
  /** From 1. */
  readonly epoch: number
  readonly learningRate: number
  /** The last loss that was a number, and its step; null where the first one was none. */
  readonly lastFinite: { readonly loss: number; readonly step: number } | null
  readonly recipe: Recipe
  /** The step of the checkpoint that stays. */
  readonly checkpointStep: number
}

const printNumber = (value: number) => String(Number(value.toPrecision(4)))

/** The error `training.diverged`, with its explanation and its way out. */
export function divergenceError(report: DivergenceReport): NetloomError {
  const { finding, step, epoch, learningRate, lastFinite, recipe, checkpointStep } = report
  const before = lastFinite
    ? `The last finite loss was ${printNumber(lastFinite.loss)} at step ${lastFinite.step}.`
    : 'No loss before it was finite.'
  const ways = [
    `a smaller learning rate (${printNumber(recipe.learningRate / 10)})`,
    ...(recipe.gradientClipNorm === null ? ['clipping of the gradient (norm 1)'] : []),
    ...(recipe.warmupSteps === 0 ? ['warm-up'] : []),
    'batch normalisation and normalised inputs',
  ]
  return new NetloomError(
    'training.diverged',
    `Training diverged at step ${step} (epoch ${epoch}, learning rate ${printNumber(learningRate)}): ${finding}. ${before} ` +
      `The weights of step ${checkpointStep} are kept in checkpoints/last.safetensors.`,
    {
      expected: 'a finite number',
      received: finding,
      hint: `Try ${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}.`,
    },
  )
}
