// The ONNX Runtime engine: what the trainer, the command line and the app call; sessions and devices are in files of their own.
import type { DeviceName } from '../../../shared/training/deviceNames'
import type { Engine, TrainingRequest } from '../../../shared/training/computeEngine'
import { requireHalfPrecision } from './halfPrecision'
import { openPrediction } from './predictionSession'
import { resolveDevice } from './runtime'
import { OrtTrainingSession } from './trainingSession'

export const ortEngine: Engine & {
  openTraining(request: TrainingRequest, device: DeviceName): Promise<OrtTrainingSession>
} = {
  name: 'ort',
  openTraining: async (request, wanted) => {
    const device = resolveDevice(wanted)
    if (request.recipe.mixedPrecision) await requireHalfPrecision(device)
    return new OrtTrainingSession(request, { device })
  },
  openPrediction,
}
