// The training recipe: what a person chooses before pressing Train, as one zod table; not what it computes.
import { z } from 'zod'

export const optimizerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('sgd') }),
  z.object({ type: z.literal('momentum'), momentum: z.number().min(0).lt(1).default(0.9) }),
  z.object({ type: z.literal('nesterov'), momentum: z.number().min(0).lt(1).default(0.9) }),
  z.object({
    type: z.literal('rmsprop'),
    decay: z.number().gt(0).lt(1).default(0.9),
    epsilon: z.number().positive().default(1e-7),
  }),
  z.object({
    type: z.literal('adam'),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-7),
  }),
  z.object({
    type: z.literal('adamw'),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-7),
  }),
])

export const scheduleSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('constant') }),
  /** Times `factor` every `everyEpochs` epochs. GoogLeNet: 0.96 every 8. */
  z.object({
    type: z.literal('step'),
    everyEpochs: z.int().positive().default(30),
    factor: z.number().positive().default(0.1),
  }),
  /** Times `factor` when the validation loss has not fallen for `patience` epochs; a fall of less than `threshold` of it is none. */
  z.object({
    type: z.literal('plateau'),
    patience: z.int().positive().default(5),
    factor: z.number().positive().lt(1).default(0.1),
    threshold: z.number().min(0).lt(1).default(1e-4),
  }),
  /** Times `factor` after every epoch. */
  z.object({ type: z.literal('exponential'), factor: z.number().positive().default(0.95) }),
  /** Half a cosine from the learning rate down to 0 over all steps. */
  z.object({ type: z.literal('cosine') }),
])

export const lossSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cross-entropy'), labelSmoothing: z.number().min(0).lt(1).default(0) }),
  z.object({ type: z.literal('hinge'), margin: z.number().positive().default(1) }),
  z.object({ type: z.literal('mse') }),
  /** Half the squared error of threshold units, with their derivative taken as 1: gives the perceptron learning rule. */
  z.object({ type: z.literal('perceptron') }),
])

export const augmentationPresets = ['none', 'flip', 'crop-flip', 'digits', 'colour', 'cutout'] as const

export const recipeSchema = z.object({
  epochs: z.int().positive().default(10),
  batchSize: z.int().positive().default(64),
  learningRate: z.number().positive().default(1e-3),
  optimizer: optimizerSchema.default({ type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }),
  schedule: scheduleSchema.default({ type: 'constant' }),
  /** Steps over which the learning rate rises from 0 at the start. */
  warmupSteps: z.int().min(0).default(0),
  loss: lossSchema.default({ type: 'cross-entropy', labelSmoothing: 0 }),
  /** L2 (added to the gradient) or, for AdamW, decoupled weight decay. */
  weightDecay: z.number().min(0).default(0),
  /** What weight decay covers: kernels only, or every trainable weight, biases and norm scales too (PyTorch's default). */
  decayedWeights: z.enum(['kernels', 'all']).default('kernels'),
  /** The gradient of all weights together is scaled down to this norm; null: no clipping. */
  gradientClipNorm: z.number().positive().nullable().default(null),
  augmentation: z.enum(augmentationPresets).default('none'),
  /** Ids of layers whose weights stay as they are; `*` stands for any characters. */
  freeze: z.array(z.string()).default([]),
  /** Frozen layers that are trained from a later epoch on: `epoch` epochs are done when they unfreeze. */
  unfreeze: z.array(z.object({ epoch: z.int().min(1), layers: z.string().min(1) })).default([]),
  /** Layers that learn faster or slower: their learning rate is times `factor`; the first entry that names a layer counts. */
  learningRateFactors: z.array(z.object({ layers: z.string().min(1), factor: z.number().positive() })).default([]),
  /** Products in float16, weights in float32, with loss scaling; only ONNX Runtime on a graphics processor does it. */
  mixedPrecision: z.boolean().default(false),
  seed: z.int().min(0).max(0xffffffff).default(1),
})

export type Recipe = z.output<typeof recipeSchema>
export type RecipeInput = z.input<typeof recipeSchema>
export type Optimizer = Recipe['optimizer']
export type Schedule = Recipe['schedule']
export type Loss = Recipe['loss']
