// The TensorFlow.js engine: what the trainer, the command line and the app call; sessions and backends are in files of their own.
import type { Engine } from '../../../shared/training/computeEngine'
import { requireMixedPrecision } from '../../../shared/training/precision'
import { openBackend } from './backend'
import { TfjsPrediction } from './predictionSession'
import { TfjsTrainingSession } from './trainingSession'

export const tfjsEngine: Engine = {
  name: 'tfjs',
  openTraining: async (request, device) => {
    if (request.recipe.mixedPrecision) requireMixedPrecision('tfjs', device)
    return TfjsTrainingSession.open(request, await openBackend(device))
  },
  openPrediction: async (request, device) => TfjsPrediction.open(request, await openBackend(device)),
}
