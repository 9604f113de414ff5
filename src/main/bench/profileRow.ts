// Where the time of one row of the bench goes, by operator.
import { initialiseWeights } from '../../shared/network/initialise'
import { internalError } from '../../shared/graph/errors'
import type { ProfileSummary } from '../engines/ort/profile'
import { profilePrediction, profileTraining } from '../engines/ort/profiledRun'
import type { RunDevice } from '../../shared/training/deviceNames'
import type { BenchCase, BenchMode } from './benchCases'
import { planNetwork } from './networkPlan'
import { benchRecipe, drawBatches, scalingFor } from './worker'

/** Profiles `steps` steps of a row in this process. */
export async function profileRow(
  row: BenchCase,
  mode: BenchMode,
  steps: number,
  device: RunDevice,
): Promise<ProfileSummary> {
  const document = row.build()
  const { inputShape } = planNetwork(document)
  const [batch] = drawBatches(inputShape, row.batch)
  if (!batch) throw internalError('the bench has no images')
  const request = { document, scaling: scalingFor(inputShape), weights: initialiseWeights(document, 1) }
  if (mode === 'infer') return profilePrediction(request, batch.pixels, row.batch, steps, device)
  const learningRate = 0.001
  const recipe = benchRecipe({ batch: row.batch, learningRate, momentum: 0.9 })
  return profileTraining({ ...request, recipe }, { ...batch, learningRate }, steps, device)
}
