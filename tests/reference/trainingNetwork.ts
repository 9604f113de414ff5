// The network of the recorded PyTorch training runs as a document, and PyTorch's names and optimisers as ours.
import { z } from 'zod'
import type { Tensor } from '../../src/shared/onnx/tensor'
import type { NetworkDocument } from '../../src/shared/graph/document'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { recipeSchema, type Recipe, type RecipeInput } from '../../src/shared/training/recipe'

const tensorSchema = z.object({ shape: z.array(z.int()), data: z.array(z.number()) })
export type RecordedTensor = z.output<typeof tensorSchema>

const runSchema = z.object({
  optimizer: z.object({
    type: z.string(),
    learningRate: z.number(),
    momentum: z.number().optional(),
    nesterov: z.boolean().optional(),
    weightDecay: z.number().optional(),
    decay: z.number().optional(),
    beta1: z.number().optional(),
    beta2: z.number().optional(),
    epsilon: z.number().optional(),
  }),
  losses: z.array(z.number()),
  final: z.record(z.string(), tensorSchema),
  eval_logits_on_batch_0: tensorSchema,
})
export type RecordedRun = z.output<typeof runSchema>

/** The form of `training.json`. */
export const recordingSchema = z.object({
  init: z.record(z.string(), tensorSchema),
  /** x: [batches, N, C, H, W]; labels: [batches][N]. */
  batches: z.object({ x: tensorSchema, labels: z.array(z.array(z.int())) }),
  runs: z.record(z.string(), runSchema),
})
export type Recording = z.output<typeof recordingSchema>

/**
 * The recorded network, which the file itself does not state. Found by trying: with these layers PyTorch gives all
 * twelve losses of all six runs to 2e-7. No ReLU follows the concatenation.
 */
export function buildRecordedNetwork(): NetworkDocument {
  const builder = new DocumentBuilder('Recorded training runs')
  const convolution = (id: string, filters: number, kernel: number, bias: boolean, from: string) =>
    builder.add(id, 'conv2d', { filters, kernel: [kernel, kernel], padding: 'same-upper', bias }, from)
  const input = builder.add('input', 'input', { shape: [3, 12, 12] })
  const first = builder.add('bn1', 'batchNorm', {}, convolution('conv1', 8, 3, false, input))
  const pooled = builder.add('pool', 'maxPool2d', { kernel: 2, stride: 2 }, builder.add('relu1', 'relu', {}, first))
  const second = builder.add('bn2', 'batchNorm', {}, convolution('conv2', 8, 3, false, pooled))
  const third = convolution('conv3', 8, 3, false, builder.add('relu2', 'relu', {}, second))
  const sum = builder.add('add', 'add', {}, builder.add('bn3', 'batchNorm', {}, third), pooled)
  const merged = builder.add('relu3', 'relu', {}, sum)
  const branches = [convolution('branch1', 4, 1, true, merged), convolution('branch3', 4, 3, true, merged)]
  const averaged = builder.add('average', 'globalAveragePool', {}, builder.add('concat', 'concat', {}, ...branches))
  builder.add('fc', 'dense', { units: 5 }, builder.add('flatten', 'flatten', {}, averaged))
  return builder.build()
}

const statistics: Readonly<Record<string, string>> = {
  running_mean: 'runningMean',
  running_var: 'runningVariance',
}

/** `bn1.weight` as `bn1/scale`. */
export function ourName(name: string): string {
  const [layer = '', part = ''] = name.split('.')
  const isScale = layer.startsWith('bn') && part === 'weight'
  return `${layer}/${isScale ? 'scale' : (statistics[part] ?? part)}`
}

/** A recorded tensor in the layout of a weight of ours: PyTorch keeps dense weights as [out, in]. */
export function toWeight({ shape, data }: RecordedTensor, ourShape: readonly number[]): Tensor {
  const [rows = 0, columns = 0] = shape
  const isTurned = shape.length === 2 && ourShape[0] === columns && ourShape[1] === rows
  if (!isTurned) return { dims: shape, data: Float32Array.from(data) }
  const turned = Float32Array.from(data, (_, index) => data[(index % rows) * columns + Math.floor(index / rows)] ?? NaN)
  return { dims: ourShape, data: turned }
}

/** PyTorch decays every parameter, norm scales and biases too. */
export function toRecipe({ optimizer }: RecordedRun, batchSize: number): Recipe {
  const { type, nesterov, learningRate, weightDecay = 0, ...values } = optimizer
  const sgd = values.momentum === undefined ? 'sgd' : nesterov ? 'nesterov' : 'momentum'
  const chosen: unknown = { type: type === 'sgd' ? sgd : type, ...values }
  const input: Omit<RecipeInput, 'optimizer'> = { batchSize, learningRate, weightDecay, decayedWeights: 'all' }
  return recipeSchema.parse({ ...input, optimizer: chosen })
}
