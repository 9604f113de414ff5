// The losses as ONNX subgraphs over logits and labels; their gradients come from autodiff, their host versions from metrics.ts.
import { firstMaximum } from '../autodiff/emit'
import type { GraphBuilder } from '../onnx/builder'
import type { Loss } from './recipe'

/**
 * Adds a loss to the graph.
 * @param logits value name, [N, C] float32
 * @param labels value name, [N] int32, each in 0 ... C - 1
 * @returns the value name of the mean loss over the batch, a float32 scalar
 */
export function addLoss(builder: GraphBuilder, loss: Loss, logits: string, labels: string): string {
  switch (loss.type) {
    case 'cross-entropy':
      return addCrossEntropy(builder, logits, labels, loss.labelSmoothing)
    case 'hinge':
      return addHinge(builder, logits, labels, loss.margin)
    case 'mse':
      return addMeanSquaredError(builder, logits, labels)
    case 'perceptron':
      return addPerceptronError(builder, logits, labels)
    default:
      loss satisfies never
      return logits
  }
}

/**
 * Adds the number of images whose largest logit is the labelled one, a float32 scalar.
 * Of equal logits the first counts.
 */
export function addCorrectCount(builder: GraphBuilder, logits: string, labels: string): string {
  const hits = builder.add('Cast', [builder.add('Equal', [firstMaximum(builder, logits), labels])], { to: 1 })
  return builder.add('ReduceSum', [hits, builder.ints([0])], { keepdims: 0 }, { name: 'correct' })
}

/** [N, C] float32: 1 at the label, 0 elsewhere. */
function addOneHot(builder: GraphBuilder, logits: string, labels: string): string {
  const classes = classCount(builder, logits)
  const column = builder.add('Unsqueeze', [labels, builder.ints([1])])
  const indices = builder.constant({
    dataType: 'int32',
    dims: [1, classes],
    data: Int32Array.from({ length: classes }, (_, index) => index),
  })
  return builder.add('Cast', [builder.add('Equal', [column, indices])], { to: 1 })
}

/** -mean over n of sum over c of target * log softmax; the target puts `smoothing` evenly on all classes. */
function addCrossEntropy(builder: GraphBuilder, logits: string, labels: string, smoothing: number): string {
  const oneHot = addOneHot(builder, logits, labels)
  const target =
    smoothing === 0
      ? oneHot
      : builder.add('Add', [
          builder.add('Mul', [oneHot, builder.scalar(1 - smoothing)]),
          builder.scalar(smoothing / classCount(builder, logits)),
        ])
  const logProbabilities = builder.add('LogSoftmax', [logits], { axis: 1 })
  const perClass = builder.add('Mul', [target, logProbabilities])
  const total = builder.add('ReduceSum', [perClass, builder.ints([0, 1])], { keepdims: 0 })
  return builder.add('Mul', [total, builder.scalar(-1 / batchSize(builder, logits))], {}, { name: 'loss' })
}

/** Mean over n of sum over c != label of max(0, margin + s_c - s_label) (Weston and Watkins, 1999). */
function addHinge(builder: GraphBuilder, logits: string, labels: string, margin: number): string {
  const oneHot = addOneHot(builder, logits, labels)
  const own = builder.add('ReduceSum', [builder.add('Mul', [logits, oneHot]), builder.ints([1])], { keepdims: 1 })
  const excess = builder.add('Add', [builder.add('Sub', [logits, own]), builder.scalar(margin)])
  const others = builder.add('Sub', [builder.scalar(1), oneHot])
  const violations = builder.add('Mul', [builder.add('Relu', [excess]), others])
  const total = builder.add('ReduceSum', [violations, builder.ints([0, 1])], { keepdims: 0 })
  return builder.add('Mul', [total, builder.scalar(1 / batchSize(builder, logits))], {}, { name: 'loss' })
}

/** Mean over n and c of (s - one-hot)^2. */
function addMeanSquaredError(builder: GraphBuilder, logits: string, labels: string): string {
  const difference = builder.add('Sub', [logits, addOneHot(builder, logits, labels)])
  const squares = builder.add('Mul', [difference, difference])
  const total = builder.add('ReduceSum', [squares, builder.ints([0, 1])], { keepdims: 0 })
  const count = batchSize(builder, logits) * classCount(builder, logits)
  return builder.add('Mul', [total, builder.scalar(1 / count)], {}, { name: 'loss' })
}

/**
 * Mean over n and c of (f - t)^2 / 2, with t = 1 at the label and -1 elsewhere, for outputs f of -1 or 1.
 * With the step's derivative taken as 1 by definition (`stepRules`), one unit under "two classes" has
 * dL/dw = (f - t) x: a step of size r is w + r (t - f) x, Rosenblatt's rule.
 */
function addPerceptronError(builder: GraphBuilder, logits: string, labels: string): string {
  const oneHot = addOneHot(builder, logits, labels)
  const target = builder.add('Sub', [builder.add('Mul', [oneHot, builder.scalar(2)]), builder.scalar(1)])
  const difference = builder.add('Sub', [logits, target])
  const squares = builder.add('Mul', [difference, difference])
  const total = builder.add('ReduceSum', [squares, builder.ints([0, 1])], { keepdims: 0 })
  const count = batchSize(builder, logits) * classCount(builder, logits)
  return builder.add('Mul', [total, builder.scalar(1 / (2 * count))], {}, { name: 'loss' })
}

function batchSize(builder: GraphBuilder, logits: string): number {
  return builder.shapeOf(logits)[0] ?? 1
}

function classCount(builder: GraphBuilder, logits: string): number {
  return builder.shapeOf(logits)[1] ?? 1
}
