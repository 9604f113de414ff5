// What the training loop is given, and its small rules: which images are used, which epoch is better; not the loop.
import type { OnnxModel } from '../../../shared/onnx/model'
import type { DeviceName } from '../../../shared/training/deviceNames'
import type { Engine } from '../../../shared/training/computeEngine'
import type { TensorMap } from '../../../shared/onnx/tensor'
import type { InputScaling, NetworkDocument } from '../../../shared/graph/document'
import { emptySums } from '../../../shared/training/metrics'
import type { Recipe } from '../../../shared/training/recipe'
import { initialScheduleState } from '../../../shared/training/schedules'
import type { LockedRun } from './lockedRun'
import type { BestEpoch, TrainingProgress } from '../../runs/checkpoint'
import type { ImageSource } from '../../models/evaluate'
import type { TrainingEvent } from '../../../shared/training/events'
import type { PauseGate } from './pauseGate'
import type { StepWatch } from './stepWatch'
import type { Clock } from './trainingPace'

/** What is trained, and how. */
export interface TrainingPlan {
  readonly document: NetworkDocument
  readonly recipe: Recipe
  readonly scaling: InputScaling
  /** Names of the classes, as many as the network has outputs. */
  readonly classes: readonly string[]
  readonly device: DeviceName
  /** The weights of a new run. @throws NetloomError */
  initialWeights(): Promise<TensorMap>
  /** What model.onnx holds for some weights. @throws NetloomError */
  buildModel(weights: TensorMap): OnnxModel
}

/** What the loop works with. */
export interface TrainingParts {
  readonly plan: TrainingPlan
  readonly engine: Engine
  readonly loader: ImageSource
  /** Locked by this process. The loop opens its journals and closes it. */
  readonly runFolder: LockedRun
  /** Aborted: finish the present step, keep everything, end. */
  readonly signal: AbortSignal
  /** Shut: wait after the present step. Left out: never. */
  readonly pauses?: PauseGate
  readonly onEvent: (event: TrainingEvent) => void
  /** A watch over the steps on a graphics processor; left out: they may take any time. */
  readonly watchDevice?: (device: string) => StepWatch
  /** Time between checkpoints inside an epoch; 20 unless told. */
  readonly checkpointSeconds?: number
  readonly clock?: Clock
}

/** Before the first step. */
export const startOfRun: TrainingProgress = {
  epoch: 0,
  batchInEpoch: 0,
  stepsTaken: 0,
  sums: emptySums,
  schedule: initialScheduleState,
  best: null,
  metricsBytes: 0,
}

/**
 * Images of an epoch that are trained on. A last batch of a single image is left out (another one in each epoch):
 * batch normalisation has no variance for it.
 */
export function countUsedImages(images: number, batchSize: number): number {
  return batchSize > 1 && images > 1 && images % batchSize === 1 ? images - 1 : images
}

/** Whether an epoch beats the best so far: higher validation accuracy, then lower validation loss; else training loss. */
export function isBetter(epoch: Omit<BestEpoch, 'epoch'>, best: BestEpoch | null): boolean {
  if (!best) return true
  if (!epoch.val || !best.val) return epoch.train.loss < best.train.loss
  if (epoch.val.accuracy !== best.val.accuracy) return epoch.val.accuracy > best.val.accuracy
  return epoch.val.loss < best.val.loss
}
