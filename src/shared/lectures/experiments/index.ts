// The list of experiments; what each is stands in its own file.
import { averageAgainstDense } from './averageAgainstDense'
import type { Experiment } from './experimentPlan'
import { perceptronTables } from './perceptronRule'
import { permutedPixels } from './permutedPixels'
import { plainAgainstResidual } from './plainAgainstResidual'
import { shiftedDigits } from './shiftedDigits'
import { smallKernels } from './smallKernels'

/** All experiments, in the order of the lectures. */
export const experiments: readonly Experiment[] = [
  perceptronTables,
  permutedPixels,
  shiftedDigits,
  smallKernels,
  averageAgainstDense,
  plainAgainstResidual,
]

/** The experiment of a name, or undefined where there is none. */
export function findExperiment(id: string): Experiment | undefined {
  return experiments.find((experiment) => experiment.id === id)
}
