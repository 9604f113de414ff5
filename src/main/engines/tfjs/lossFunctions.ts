// The losses on TensorFlow.js, by the same formulas as the ONNX subgraphs (shared/training/losses.ts); their gradients are its own.
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { Tf } from '../../../shared/layers/parts/tfjsTarget'
import type { Loss } from '../../../shared/training/recipe'

/**
 * The mean loss over a batch.
 * @param logits [N, C]
 * @param labels [N] int32
 */
export function computeLoss(tf: Tf, loss: Loss, logits: Tensor2D, labels: Tensor1D): Scalar {
  const [count, classes] = logits.shape
  const oneHot = tf.cast(tf.oneHot(labels, classes), 'float32')
  const total = (perClass: Tensor, factor: number): Scalar => tf.mul<Scalar>(tf.sum(perClass), factor)
  switch (loss.type) {
    case 'cross-entropy': {
      const { labelSmoothing: smoothing } = loss
      const target = smoothing === 0 ? oneHot : tf.add(tf.mul(oneHot, 1 - smoothing), smoothing / classes)
      return total(tf.mul(target, tf.logSoftmax(logits)), -1 / count)
    }
    case 'hinge': {
      const own = tf.sum(tf.mul(logits, oneHot), 1, true)
      const excess = tf.add(tf.sub(logits, own), loss.margin)
      return total(tf.mul(tf.relu(excess), tf.sub(1, oneHot)), 1 / count)
    }
    case 'mse':
      return total(tf.square(tf.sub(logits, oneHot)), 1 / (count * classes))
    case 'perceptron':
      return total(tf.square(tf.sub(logits, tf.sub(tf.mul(oneHot, 2), 1))), 1 / (2 * count * classes))
    default:
      return loss satisfies never
  }
}

/** How many images have their largest logit at their label; of equal logits the first counts. */
export function countCorrect(tf: Tf, logits: Tensor2D, labels: Tensor1D): Scalar {
  return tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'float32'))
}
