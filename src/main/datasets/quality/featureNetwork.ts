// The small trained network whose inner values tell images apart: its graph around its weights, and running it; not what the values are used for.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { GraphBuilder } from '../../../shared/onnx/builder'
import { halfToNumber } from '../../../shared/onnx/dataTypes'
import type { OnnxGraph } from '../../../shared/onnx/model'
import { openRawModel, type RawModel } from '../../engines/ort/rawModel'
import { encodeGraph } from '../../engines/ort/runtime'
import { findResource } from '../../process/builtEntry'

/**
 * The weights as 16-bit floats, normalisations folded into the convolutions: a ResNet-20 that Netloom trained on images of
 * CIFAR-10. What it was trained by lies beside them; scripts/foldFeatures.mjs makes both of a run.
 */
const weightsFile = 'features/resnet20.f16'
const aboutFile = 'features/resnet20.json'

/** The network takes colour images of this side. */
export const featureSide = 32
/** Means of the maps after each of its three stages. */
const stages = [16, 32, 64] as const
const blocksPerStage = 3
/** Values per image. */
export const featureCount = stages.reduce((sum, channels) => sum + channels, 0)

/** What the inputs were scaled by in training: of pixels from 0 to 1, by channel. */
const scalingSchema = z.object({ mean: z.array(z.number()).length(3), deviation: z.array(z.number()).length(3) })
export type FeatureScaling = z.output<typeof scalingSchema>

/** Hands out weights in the order in which the file holds them. */
class WeightReader {
  private at = 0

  constructor(private readonly values: Float32Array) {}

  take(count: number): Float32Array {
    this.at += count
    return this.values.slice(this.at - count, this.at)
  }
}

interface Convolution {
  readonly from: number
  readonly to: number
  readonly stride: number
}

function addConvolution(builder: GraphBuilder, x: string, shape: Convolution, weights: WeightReader): string {
  const { from, to, stride } = shape
  const kernel = { dataType: 'float32', dims: [to, from, 3, 3], data: weights.take(to * from * 9) } as const
  const bias = { dataType: 'float32', dims: [to], data: weights.take(to) } as const
  return builder.add('Conv', [x, builder.constant(kernel, 'w'), builder.constant(bias, 'b')], {
    kernel_shape: [3, 3],
    pads: [1, 1, 1, 1],
    strides: [stride, stride],
  })
}

/** Every second row and column, with maps of zeros on both sides: option A of the paper, as a convolution. */
function addShortcut(builder: GraphBuilder, x: string, { from, to, stride }: Convolution): string {
  if (from === to) return x
  const data = new Float32Array(to * from)
  for (let channel = 0; channel < from; channel++) data[((to - from) / 2 + channel) * from + channel] = 1
  const kernel = builder.constant({ dataType: 'float32', dims: [to, from, 1, 1], data }, 'w')
  return builder.add('Conv', [x, kernel], { kernel_shape: [1, 1], strides: [stride, stride] })
}

/**
 * ResNet-20 with its normalisations folded in. Input: pixels [N, 3, 32, 32], 0 ... 255; output: [N, 112].
 * @param values of all convolutions in their order, kernel before bias
 * @param scaling of the pixels
 * @see He et al., 2015, arXiv:1512.03385, section 4.2
 */
export function buildFeatureGraph(values: Float32Array, { mean, deviation }: FeatureScaling): OnnxGraph {
  const weights = new WeightReader(values)
  const builder = new GraphBuilder(false)
  const pixels = builder.input('pixels', 'float32', ['N', 3, featureSide, featureSide])
  const perChannel = (data: readonly number[]): string =>
    builder.constant({ dataType: 'float32', dims: [1, 3, 1, 1], data: Float32Array.from(data) })
  const centred = builder.add('Sub', [pixels, perChannel(mean.map((value) => 255 * value))])
  const scaled = builder.add('Div', [centred, perChannel(deviation.map((value) => 255 * value))])
  let from: number = stages[0]
  let x = builder.add('Relu', [addConvolution(builder, scaled, { from: 3, to: from, stride: 1 }, weights)])
  const means: string[] = []
  for (const to of stages) {
    for (let block = 0; block < blocksPerStage; block++) {
      const shape = { from, to, stride: from === to ? 1 : 2 }
      const first = builder.add('Relu', [addConvolution(builder, x, shape, weights)])
      const second = addConvolution(builder, first, { from: to, to, stride: 1 }, weights)
      x = builder.add('Relu', [builder.add('Add', [second, addShortcut(builder, x, shape)])])
      from = to
    }
    means.push(builder.add('Flatten', [builder.add('GlobalAveragePool', [x])], { axis: 1 }))
  }
  const features = builder.add('Concat', means, { axis: 1 }, { outputs: ['features'] })
  builder.output(features, 'float32', ['N', featureCount])
  return builder.build('features')
}

/** Runs the network on batches of images. */
export class FeatureNetwork {
  private constructor(private readonly model: RawModel) {}

  /** The network with other weights. @throws NetloomError `engine.failed` */
  static async of(values: Float32Array, scaling: FeatureScaling): Promise<FeatureNetwork> {
    return new FeatureNetwork(await openRawModel(encodeGraph(buildFeatureGraph(values, scaling)), 'pixels'))
  }

  /** @throws NetloomError internal where its weights are missing, `engine.failed` */
  static async open(): Promise<FeatureNetwork> {
    const about = JSON.parse(await readFile(findResource(aboutFile), 'utf8')) as { readonly scaling?: unknown }
    const bytes = await readFile(findResource(weightsFile))
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const values = Float32Array.from({ length: bytes.byteLength / 2 }, (_, index) =>
      halfToNumber(view.getUint16(2 * index, true)),
    )
    return FeatureNetwork.of(values, scalingSchema.parse(about.scaling))
  }

  /**
   * @param pixels [N, 3, 32, 32], 0 ... 255
   * @returns [N, 112]
   */
  async run(pixels: Uint8Array): Promise<Float32Array> {
    const count = pixels.length / (3 * featureSide * featureSide)
    const dims = [count, 3, featureSide, featureSide]
    return (await this.model.run({ dims, data: Float32Array.from(pixels) }, 'features')).data
  }

  dispose(): Promise<void> {
    return this.model.dispose()
  }
}
