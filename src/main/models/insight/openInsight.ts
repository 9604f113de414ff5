// A model from wherever it lies, opened to be looked into: its graph, its image, its scores; not what is computed with them.
import { insightOfDocument, insightOfFile, type InsightNetwork } from '../../../shared/insight/insightNetwork'
import { fixDocument, fixFile, type FixedNetwork } from '../../../shared/insight/fixedNetwork'
import type { ImageFormat } from '../../../shared/datasets/dataset'
import { requireScaling } from '../../../shared/network/checkScaling'
import { NetloomError } from '../../../shared/graph/errors'
import { encodeModel } from '../../../shared/onnx/bytes'
import type { OnnxModel } from '../../../shared/onnx/model'
import { scalePixels } from '../../engines/ort/imageLayout'
import type { ImageValues } from '../../engines/ort/onnxModel'
import { findOut } from '../convertModel'
import { readOnnxModel } from '../onnxFiles'
import { imageChannels } from '../prediction'
import { loadModel, type LoadedModel, type ModelOptions } from '../openModel'
import { prepareToRun } from '../runAsItIs'

/** A model with a session for its scores. */
export class OpenedInsight {
  private constructor(
    readonly network: InsightNetwork,
    private readonly loaded: LoadedModel,
    private readonly values: ImageValues,
  ) {}

  /** @throws NetloomError as `loadModel`; onnx.unsupported for files that nothing here reads; graph.inputs; engine.failed */
  static async open(reference: string, options: ModelOptions = {}): Promise<OpenedInsight> {
    const loaded = await loadModel(reference, options)
    const network = await findNetworkOf(loaded)
    const values = await openValues(network.model, [network.scores], loaded)
    try {
      return new OpenedInsight(network, loaded, values)
    } catch (error) {
      await values.dispose()
      throw error
    }
  }

  get name(): string {
    return this.network.name
  }

  get classes(): readonly string[] | undefined {
    return this.loaded.classes
  }

  /** A sentence on weights that are not finite, where there are any. */
  get broken(): string | undefined {
    return this.loaded.broken
  }

  /** [C, H, W] @throws NetloomError graph.inputs where it is no image */
  get inputShape(): readonly [number, number, number] {
    const [channels, height, width] = this.values.inputShape
    if (this.values.inputShape.length === 3 && channels && height && width) return [channels, height, width]
    throw new NetloomError('graph.inputs', `${this.name} takes no image.`, { received: this.values.inputShape })
  }

  /** How an image file is decoded for it. @throws NetloomError graph.inputs */
  get format(): ImageFormat {
    const [channels, height, width] = this.inputShape
    return { channels: imageChannels(this.name, channels), height, width, resize: this.loaded.resize }
  }

  /** What the network takes: [C, H, W] of pixels 0 ... 255, scaled. */
  scale(pixels: Uint8Array): Float32Array {
    return scalePixels(pixels, this.inputShape, requireScaling(this.loaded.scaling, this.inputShape))
  }

  /** Scores before softmax: [N, classes]. @param inputs [N, C, H, W], scaled */
  async scoresOf(inputs: Float32Array, count: number): Promise<Float32Array> {
    return (await this.values.run(inputs, count)).get(this.network.scores)?.data ?? new Float32Array()
  }

  /** A session for other values of the network, or for other weights. */
  openValues(values: readonly string[], model: OnnxModel = this.network.model): Promise<ImageValues> {
    return openValues(model, values, this.loaded)
  }

  /**
   * The network for one batch size, in operators that have gradients. A file that fixes its batch has that one.
   * @throws NetloomError onnx.* where its shapes cannot be known
   */
  async fix(batch: number, model: OnnxModel = this.network.model): Promise<FixedNetwork> {
    const { network, loaded, inputShape } = this
    if (loaded.kind === 'network') return fixDocument({ ...network, model }, inputShape, batch)
    return findOut(model, { inputShape }, ({ constants, stated }) =>
      // Types that a run has shown are those of one image.
      fixFile(model, {
        output: network.output,
        shape: inputShape,
        batch: stated ? 1 : batch,
        computed: constants,
        stated,
      }),
    )
  }

  dispose(): Promise<void> {
    return this.values.dispose()
  }
}

async function findNetworkOf(loaded: LoadedModel): Promise<InsightNetwork> {
  if (loaded.kind === 'network') return insightOfDocument(loaded.document, loaded.weights)
  const model = await readOnnxModel(loaded.path)
  const run = prepareToRun(model)
  const [first] = model.graph.outputs
  return insightOfFile(loaded.name, run?.model ?? model, run?.output ?? first?.name ?? '')
}

async function openValues(model: OnnxModel, values: readonly string[], loaded: LoadedModel): Promise<ImageValues> {
  const { openImageValues } = await import('../../engines/ort/onnxModel')
  const batchSize = loaded.kind === 'onnx' ? loaded.batchSize : undefined
  return openImageValues(encodeModel(model, { outputs: values }), batchSize)
}
