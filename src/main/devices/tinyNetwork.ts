// The network that devices are tried with: one of each operator that decides whether training works.
import type { NetworkDocument } from '../../shared/graph/document'
import { DocumentBuilder } from '../../shared/graph/documentBuilder'
import { recipeSchema, type Recipe } from '../../shared/training/recipe'

/** 3x16x16 images, 4 classes: convolution, batch norm, ReLU, max pooling, a residual sum, global pooling, dense. */
export function tinyNetwork(): NetworkDocument {
  const builder = new DocumentBuilder('device test')
  const input = builder.add('input', 'input', { shape: [3, 16, 16] })
  const conv1 = builder.add(
    'conv1',
    'conv2d',
    { filters: 16, kernel: [3, 3], padding: 'same-upper', bias: false },
    input,
  )
  const norm1 = builder.add('norm1', 'batchNorm', {}, conv1)
  const relu1 = builder.add('relu1', 'relu', {}, norm1)
  const pool = builder.add('pool', 'maxPool2d', { kernel: [2, 2], stride: [2, 2] }, relu1)
  const conv2 = builder.add('conv2', 'conv2d', { filters: 16, kernel: [3, 3], padding: 'same-upper' }, pool)
  const sum = builder.add('sum', 'add', {}, conv2, pool)
  const gap = builder.add('gap', 'globalAveragePool', {}, sum)
  const flat = builder.add('flat', 'flatten', {}, gap)
  builder.add('dense', 'dense', { units: 4 }, flat)
  return builder.build()
}

export function defaultRecipe(): Recipe {
  return recipeSchema.parse({ optimizer: { type: 'momentum' } })
}
