// The Engine interface: what ONNX Runtime and tfjs both offer to the trainer, the command line and the app.
import type { InputScaling, NetworkDocument } from '../graph/document'
import type { TensorMap } from '../onnx/tensor'
import type { DeviceName, EngineName, RunDevice } from './deviceNames'
import type { Recipe } from './recipe'

/** What an engine needs to train: everything but the images. */
export interface TrainingRequest {
  readonly document: NetworkDocument
  readonly recipe: Recipe
  readonly scaling: InputScaling
  /** All weights of the document, trainable or not. */
  readonly weights: TensorMap
  /** Optimiser slots of an earlier run; left out: zeros. */
  readonly slots?: TensorMap
  /** Steps already taken (Adam's bias correction and dropout masks depend on it). */
  readonly stepsTaken?: number
  /** Whole epochs already done; recipes unfreeze layers by it. */
  readonly epochsDone?: number
}

export interface TrainingBatch {
  /** Pixels: [N, C, H, W], row-major, 0 ... 255. */
  readonly pixels: Uint8Array
  /** Class of each image: [N]. */
  readonly labels: Int32Array
  readonly learningRate: number
  /** Place of each image in its split, where its pixels are the same at every epoch (no augmentation): [N]. */
  readonly images?: ArrayLike<number>
}

/** A batch whose inputs are ready numbers instead of pixels. */
export interface FloatBatch {
  /** [N, C, H, W] or [N, F] */
  readonly inputs: Float32Array
  readonly labels: Int32Array
  readonly learningRate: number
}

export interface StepResult {
  /** Mean loss of the batch, without weight decay. */
  readonly loss: number
  /** Images whose largest output is their class. */
  readonly correct: number
}

/** A network on a device, between two steps. Calls do not overlap: await one before the next. */
export interface TrainingSession {
  /** What it runs on, where the engine says; tells what `auto` became. */
  readonly device?: RunDevice
  /** Takes one optimiser step; the batch may have any size of 1 or more. */
  step(batch: TrainingBatch): Promise<StepResult>
  /** The same on ready numbers, which are not scaled; left out where the engine cannot. */
  stepFloats?(batch: FloatBatch): Promise<StepResult>
  /** Told before the first step of each epoch, with the number of whole epochs done; left out: it makes no difference. */
  enterEpoch?(epochsDone: number): Promise<void>
  /** Copies weights (running statistics included) to the host. */
  readWeights(): Promise<TensorMap>
  /** Copies the optimiser slots to the host. */
  readSlots(): Promise<TensorMap>
  dispose(): Promise<void>
}

export interface PredictionRequest {
  readonly document: NetworkDocument
  readonly scaling: InputScaling
  readonly weights: TensorMap
}

/** A network that only predicts: weights fixed, batch norm on running statistics, no dropout. */
export interface PredictionSession {
  /** @returns outputs (logits or probabilities, as the network ends): [N, classes] */
  predict(pixels: Uint8Array, count: number): Promise<Float32Array>
  dispose(): Promise<void>
}

/** What computes. Its devices are listed and tried from outside, in processes of their own (main/devices). */
export interface Engine {
  readonly name: EngineName
  openTraining(request: TrainingRequest, device: DeviceName): Promise<TrainingSession>
  openPrediction(request: PredictionRequest, device: DeviceName): Promise<PredictionSession>
}
