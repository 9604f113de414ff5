// The layers that TensorFlow.js lacks, as classes of its own kind, registered for saving and loading; layers it has are used as they are.
import type { serialization, Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import type { TfjsLayer, Tf } from './tfjsTarget'

type Config = serialization.ConfigDict

/** Builds each of our layers for one tf namespace. */
export interface OwnLayers {
  /** Maximum pooling with padding at the four sides (top, left, bottom, right) that never wins. */
  paddedMaxPool(config: {
    readonly name: string
    readonly poolSize: readonly number[]
    readonly strides: readonly number[]
    readonly pads: readonly number[]
  }): TfjsLayer
  /**
   * Batch normalisation in training, over all axes but the last. Outputs: y, new running mean, new running variance
   * (unbiased). Weights: scale, bias, running mean, running variance.
   */
  batchNormInTraining(config: { readonly name: string; readonly epsilon: number; readonly momentum: number }): TfjsLayer
  /** y = x / (bias + alpha * sum over 2 * depthRadius + 1 channels of x^2)^beta. */
  localResponseNorm(config: {
    readonly name: string
    readonly depthRadius: number
    readonly bias: number
    readonly alpha: number
    readonly beta: number
  }): TfjsLayer
  /** 1 for x >= 0, else `low`. In training its derivative counts as (1 - low) / 2, the perceptron rule. */
  threshold(config: { readonly name: string; readonly low: number }): TfjsLayer
}

const built = new WeakMap<Tf, OwnLayers>()

/** Our layers for a tf namespace; the classes are registered with it once. */
export function ownLayers(tf: Tf): OwnLayers {
  const known = built.get(tf)
  if (known) return known
  const layers: OwnLayers = {
    paddedMaxPool: definePaddedMaxPool(tf),
    batchNormInTraining: defineBatchNorm(tf),
    localResponseNorm: defineLocalResponseNorm(tf),
    threshold: defineThreshold(tf),
  }
  built.set(tf, layers)
  return layers
}

type OwnConfig = Readonly<Record<string, number | string | readonly number[]>> & { readonly name: string }

/** What saving needs of a layer: its own numbers beside those that every layer has. */
function configOf(own: OwnConfig, base: Config): Config {
  const values = Object.entries(own).map(([key, value]) => [key, typeof value === 'object' ? [...value] : value])
  return { ...base, ...(Object.fromEntries(values) as Config) }
}

function firstOf(inputs: Tensor | Tensor[]): Tensor {
  const tensor = Array.isArray(inputs) ? inputs[0] : inputs
  if (!tensor) throw new Error('a layer was called without an input')
  return tensor
}

function definePaddedMaxPool(tf: Tf): OwnLayers['paddedMaxPool'] {
  type Own = Parameters<OwnLayers['paddedMaxPool']>[0]
  class PaddedMaxPool extends tf.layers.Layer {
    static readonly className = 'NetloomPaddedMaxPool2D'
    constructor(private readonly own: Own) {
      super({ name: own.name })
    }
    override call(inputs: Tensor | Tensor[]): Tensor {
      const { poolSize, strides, pads } = this.own
      const [top = 0, left = 0, bottom = 0, right = 0] = pads
      return tf.maxPool(firstOf(inputs) as Tensor4D, pairOf(poolSize), pairOf(strides), [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ])
    }
    override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
      const { poolSize, strides, pads } = this.own
      const [batch = null, height, width, channels = null] = inputShape
      const count = (extent: number | null | undefined, axis: 0 | 1): number =>
        Math.floor(
          ((extent ?? 1) + (pads[axis] ?? 0) + (pads[axis + 2] ?? 0) - (poolSize[axis] ?? 1)) / (strides[axis] ?? 1),
        ) + 1
      return [batch, count(height, 0), count(width, 1), channels]
    }
    override getConfig(): Config {
      return configOf({ ...this.own }, super.getConfig())
    }
  }
  tf.serialization.registerClass(PaddedMaxPool)
  return (config) => new PaddedMaxPool(config)
}

function pairOf([first = 1, second = 1]: readonly number[]): [number, number] {
  return [first, second]
}

function defineBatchNorm(tf: Tf): OwnLayers['batchNormInTraining'] {
  type Own = Parameters<OwnLayers['batchNormInTraining']>[0]
  class BatchNormInTraining extends tf.layers.Layer {
    static readonly className = 'NetloomBatchNormInTraining'
    constructor(private readonly own: Own) {
      super({ name: own.name })
    }
    override build(inputShape: (number | null)[]): void {
      const channels = [inputShape.at(-1) ?? 1]
      const [zeros, ones] = [tf.initializers.zeros(), tf.initializers.ones()]
      this.addWeight('gamma', channels, 'float32', ones)
      this.addWeight('beta', channels, 'float32', zeros)
      this.addWeight('moving_mean', channels, 'float32', zeros, undefined, false)
      this.addWeight('moving_variance', channels, 'float32', ones, undefined, false)
      this.built = true
    }
    override call(inputs: Tensor | Tensor[]): Tensor[] {
      const x = firstOf(inputs)
      const { epsilon, momentum } = this.own
      const axes = Array.from({ length: x.rank - 1 }, (_, axis) => axis)
      const mean = tf.mean(x, axes)
      const variance = tf.mean(tf.square(tf.sub(x, mean)), axes)
      const [scale, bias, runningMean, runningVariance] = this.weights.map((weight) => weight.read())
      if (!scale || !bias || !runningMean || !runningVariance)
        throw new Error('a batch norm was called before it was built')
      const root = tf.rsqrt(tf.add(variance, epsilon))
      const count = x.size / mean.size
      const unbiased = count > 1 ? count / (count - 1) : 1
      const blend = (old: Tensor, present: Tensor, factor: number): Tensor =>
        tf.add(tf.mul(old, momentum), tf.mul(present, (1 - momentum) * factor))
      return [
        normalise(tf, { x, scale, bias, mean, root, count, axes }),
        blend(runningMean, mean, 1),
        blend(runningVariance, variance, unbiased),
      ]
    }
    override computeOutputShape(inputShape: (number | null)[]): (number | null)[][] {
      const channels = [inputShape.at(-1) ?? null]
      return [inputShape, channels, channels]
    }
    override getConfig(): Config {
      return configOf({ ...this.own }, super.getConfig())
    }
  }
  tf.serialization.registerClass(BatchNormInTraining)
  return (config) => new BatchNormInTraining(config)
}

interface Normalised {
  readonly x: Tensor
  readonly scale: Tensor
  readonly bias: Tensor
  readonly mean: Tensor
  /** 1 / sqrt(variance + epsilon) */
  readonly root: Tensor
  /** Values per channel. */
  readonly count: number
  readonly axes: number[]
}

/**
 * scale * (x - mean) * root + bias, where mean and root are those of x itself. With h = (x - mean) * root:
 * dbias = sum dy, dscale = sum dy * h, dx = scale * root * (dy - dbias / count - h * dscale / count).
 * @see Ioffe and Szegedy 2015, arXiv:1502.03167, section 3
 */
function normalise(tf: Tf, { x, scale, bias, mean, root, count, axes }: Normalised): Tensor {
  const compute = tf.customGrad((...args) => {
    const [x, scale, bias, save] = args as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void]
    const factor = tf.mul(scale, root)
    save([x, scale, mean, root])
    return {
      value: tf.add(tf.mul(tf.sub(x, mean), factor), bias),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x = dy, scale = dy, mean = dy, root = dy] = saved
        const whitened = tf.mul(tf.sub(x, mean), root)
        const dBias = tf.sum(dy, axes)
        const dScale = tf.sum(tf.mul(dy, whitened), axes)
        const centred = tf.sub(dy, tf.add(tf.div(dBias, count), tf.mul(whitened, tf.div(dScale, count))))
        return [tf.mul(centred, tf.mul(scale, root)), dScale, dBias]
      },
    }
  })
  return compute(x, scale, bias)
}

function defineLocalResponseNorm(tf: Tf): OwnLayers['localResponseNorm'] {
  type Own = Parameters<OwnLayers['localResponseNorm']>[0]
  class LocalResponseNorm extends tf.layers.Layer {
    static readonly className = 'NetloomLocalResponseNorm'
    constructor(private readonly own: Own) {
      super({ name: own.name })
    }
    override call(inputs: Tensor | Tensor[]): Tensor {
      const { depthRadius, bias, alpha, beta } = this.own
      return tf.localResponseNormalization(firstOf(inputs) as Tensor4D, depthRadius, bias, alpha, beta)
    }
    override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
      return inputShape
    }
    override getConfig(): Config {
      return configOf({ ...this.own }, super.getConfig())
    }
  }
  tf.serialization.registerClass(LocalResponseNorm)
  return (config) => new LocalResponseNorm(config)
}

function defineThreshold(tf: Tf): OwnLayers['threshold'] {
  type Own = Parameters<OwnLayers['threshold']>[0]
  class Threshold extends tf.layers.Layer {
    static readonly className = 'NetloomThreshold'
    constructor(private readonly own: Own) {
      super({ name: own.name })
    }
    override call(inputs: Tensor | Tensor[]): Tensor {
      const { low } = this.own
      const compute = tf.customGrad((...args) => {
        const [x] = args as [Tensor]
        const isHigh = tf.cast(tf.greaterEqual(x, 0), 'float32')
        return {
          value: tf.add(tf.mul(isHigh, 1 - low), low),
          gradFunc: (dy: Tensor) => tf.mul(dy, (1 - low) / 2),
        }
      })
      return compute(firstOf(inputs))
    }
    override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
      return inputShape
    }
    override getConfig(): Config {
      return configOf({ ...this.own }, super.getConfig())
    }
  }
  tf.serialization.registerClass(Threshold)
  return (config) => new Threshold(config)
}
