// The optimisers on TensorFlow.js, by the same rules as the ONNX subgraphs (shared/training/optimizers.ts).
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { Tf } from '../../../shared/layers/parts/tfjsTarget'
import type { StepScalar } from '../../../shared/training/optimizers'
import type { Optimizer } from '../../../shared/training/recipe'

/** One weight and all that its update needs, all of one shape. */
export interface UpdateInputs {
  readonly weight: Tensor
  readonly gradient: Tensor
  /** In the order of `slotNames`. */
  readonly slots: readonly Tensor[]
  /** Weight decay; 0 for none. */
  readonly decay: number
  readonly scalars: Readonly<Record<StepScalar, number>>
}

export interface UpdateOutputs {
  readonly weight: Tensor
  readonly slots: readonly Tensor[]
}

/** One step of an optimiser; as `addUpdate` of the ONNX subgraphs, PyTorch's rules. */
export function updateWeight(tf: Tf, optimizer: Optimizer, inputs: UpdateInputs): UpdateOutputs {
  const { weight, gradient, decay, scalars } = inputs
  const { learningRate } = scalars
  const decayed = decay === 0 || optimizer.type === 'adamw' ? gradient : tf.add(gradient, tf.mul(weight, decay))
  const [first = gradient, second = gradient] = inputs.slots
  const stepped = (direction: Tensor): Tensor => tf.sub(weight, tf.mul(direction, learningRate))
  switch (optimizer.type) {
    case 'sgd':
      return { weight: stepped(decayed), slots: [] }
    case 'momentum':
    case 'nesterov': {
      const velocity = tf.add(tf.mul(first, optimizer.momentum), decayed)
      const isPlain = optimizer.type === 'momentum'
      const direction = isPlain ? velocity : tf.add(decayed, tf.mul(velocity, optimizer.momentum))
      return { weight: stepped(direction), slots: [velocity] }
    }
    case 'rmsprop': {
      const square = average(tf, first, tf.square(decayed), optimizer.decay)
      const root = tf.add(tf.sqrt(square), optimizer.epsilon)
      return { weight: stepped(tf.div(decayed, root)), slots: [square] }
    }
    case 'adam':
    case 'adamw': {
      const momentum = average(tf, first, decayed, optimizer.beta1)
      const square = average(tf, second, tf.square(decayed), optimizer.beta2)
      const root = tf.div(tf.sqrt(square), scalars.squareCorrection)
      const direction = tf.div(momentum, tf.add(root, optimizer.epsilon))
      const isDecoupled = optimizer.type === 'adamw' && decay !== 0
      const before = isDecoupled ? tf.sub(weight, tf.mul(weight, decay * learningRate)) : weight
      const rate = learningRate / scalars.momentumCorrection
      return { weight: tf.sub(before, tf.mul(direction, rate)), slots: [momentum, square] }
    }
    default:
      return optimizer satisfies never
  }
}

/** factor * old + (1 - factor) * present */
function average(tf: Tf, old: Tensor, present: Tensor, factor: number): Tensor {
  return tf.add(tf.mul(old, factor), tf.mul(present, 1 - factor))
}

/**
 * The factor that brings the norm of all gradients together down to `limit`: min(1, limit / (norm + 1e-6)).
 * @see Pascanu et al., 2013; `torch.nn.utils.clip_grad_norm_`
 */
export function computeClipFactor(tf: Tf, gradients: readonly Tensor[], limit: number): Scalar {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)))
  const norm = tf.add(tf.sqrt(tf.addN(squares)), 1e-6)
  return tf.minimum<Scalar>(1, tf.div(limit, norm))
}
