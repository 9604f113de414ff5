// Documents that only predict, on ONNX Runtime; ONNX files are opened by onnxModel.ts.
import type * as ort from 'onnxruntime-node'
import { Tensor } from './silencedRuntime'
import type { DeviceName, RunDevice } from '../../../shared/training/deviceNames'
import type { PredictionRequest, PredictionSession } from '../../../shared/training/computeEngine'
import { internalError } from '../../../shared/graph/errors'
import type { Shape } from '../../../shared/graph/shape'
import { compilePrediction } from '../../../shared/lower/pipeline'
import { plainTarget } from '../../../shared/targets/runtimeTargets'
import { openSession, resolveDevice, runSession } from './runtime'

/** Opens a document for prediction; pixels are scaled inside the graph. */
export async function openPrediction(request: PredictionRequest, device: DeviceName): Promise<PredictionSession> {
  const { document, weights, scaling } = request
  const runDevice = resolveDevice(device)
  const { model, inputShape } = compilePrediction(document, weights, scaling, plainTarget(runDevice))
  return new OrtPrediction(await openSession(model, { device: runDevice }), runDevice, inputShape)
}

/** Feeds pixels to a session and returns its first output. */
export class OrtPrediction implements PredictionSession {
  /** The inputs of the batch before, used again: 400 kB of garbage a batch would cost LeNet-5 a third of its speed. */
  private spare: Float32Array | undefined

  constructor(
    private readonly session: ort.InferenceSession,
    private readonly device: RunDevice,
    private readonly shape: Shape,
  ) {}

  async predict(pixels: Uint8Array, count: number): Promise<Float32Array> {
    const inputs = this.spare?.length === pixels.length ? this.spare : new Float32Array(pixels.length)
    // A call that comes before this one ends takes an array of its own.
    this.spare = undefined
    inputs.set(pixels)
    const outputs = await this.predictFloats(inputs, count)
    this.spare = inputs
    return outputs
  }

  /** Runs on ready numbers, [N, C, H, W]. */
  async predictFloats(inputs: Float32Array, count: number): Promise<Float32Array> {
    const [name] = this.session.inputNames
    const [output] = this.session.outputNames
    if (name === undefined || output === undefined) throw internalError('the model has no input or no output')
    const feeds = { [name]: new Tensor('float32', inputs, [count, ...this.shape]) }
    const result = (await runSession(this.session, feeds, this.device))[output]
    if (!(result instanceof Tensor) || !(result.data instanceof Float32Array)) {
      throw internalError('the model returned no float32 tensor')
    }
    return result.data
  }

  async dispose(): Promise<void> {
    await this.session.release()
  }
}
