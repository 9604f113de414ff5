// Documents that only predict, on TensorFlow.js.
import type { PredictionRequest, PredictionSession } from '../../../shared/training/computeEngine'
import { lowerTfjs } from '../../../shared/targets/tfjs/lowerTfjs'
import type { TfjsNetwork } from '../../../shared/targets/tfjs/tfjsNetwork'
import { toNchw, toNhwcDims } from '../../../shared/targets/tfjs/weightLayout'
import type { InputScaling } from '../../../shared/graph/document'
import { internalError } from '../../../shared/graph/errors'
import { activate, tf, type TfjsBackend } from './backend'
import { tfjsError } from './engineError'
import { scalePixels } from './imageTensors'

/** A document's model with its weights. */
export class TfjsPrediction implements PredictionSession {
  private constructor(
    private readonly network: TfjsNetwork,
    private readonly backend: TfjsBackend,
    private readonly scaling: InputScaling,
  ) {}

  /** @throws NetloomError the first error of the document; `weights.mismatch` */
  static async open(request: PredictionRequest, backend: TfjsBackend): Promise<TfjsPrediction> {
    await activate(backend)
    const { document, weights, scaling } = request
    const network = lowerTfjs(tf, document, { mode: 'inference', audience: 'engine', weights })
    return new TfjsPrediction(network, backend, scaling)
  }

  async predict(pixels: Uint8Array, count: number): Promise<Float32Array> {
    await activate(this.backend)
    const { model, inputShape, outputShape } = this.network
    try {
      const output = tf.tidy(() => {
        const inputs = scalePixels(pixels, count, inputShape, this.scaling)
        return model.predictOnBatch(tf.tensor(inputs, [count, ...toNhwcDims(inputShape)]))
      })
      if (Array.isArray(output)) throw internalError('the model gave several outputs')
      const values = new Float32Array(await output.data())
      output.dispose()
      return toNchw(values, count, outputShape)
    } catch (cause) {
      throw tfjsError('TensorFlow.js stopped in the middle of a prediction', this.backend, cause)
    }
  }

  async dispose(): Promise<void> {
    await activate(this.backend)
    this.network.model.dispose()
  }
}
