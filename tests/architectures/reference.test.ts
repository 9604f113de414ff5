// The architectures against torchvision's: parameters, multiply-accumulates, and every layer's output in order.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findArchitecture } from '../../src/shared/lectures/architectures/index'
import { analyzeDocument, type LayerAnalysis } from '../../src/shared/network/analyze'

const file = join(import.meta.dirname, '../reference/data/architectures.json')

interface ReferenceLayer {
  readonly layer: string
  readonly type: string
  readonly output: readonly number[]
  readonly parameters: number
  readonly macs: number
}

interface ReferenceModel {
  readonly input: readonly number[]
  readonly parameters: number
  readonly macs_conv_and_linear: number
  readonly layers: readonly ReferenceLayer[]
}

/** Our name of each of torchvision's. */
const names: Readonly<Record<string, string>> = {
  alexnet: 'alexnet-torchvision',
  vgg11: 'vgg-a',
  vgg13: 'vgg-b',
  vgg16: 'vgg16',
  vgg19: 'vgg19',
  vgg16_bn: 'vgg16-bn',
  googlenet: 'googlenet-torchvision',
}

/** Our layer of each of torchvision's modules. */
const types: Readonly<Record<string, string>> = {
  Conv2d: 'conv2d',
  BatchNorm2d: 'batchNorm',
  ReLU: 'relu',
  MaxPool2d: 'maxPool2d',
  AdaptiveAvgPool2d: 'globalAveragePool',
  Dropout: 'dropout',
  Linear: 'dense',
}

const models: Readonly<Record<string, ReferenceModel>> = JSON.parse(readFileSync(file, 'utf8')).models

function reduce({ type, output, parameters, macs }: LayerAnalysis | (ReferenceLayer & { readonly type: string })) {
  return { type, output: [...output], parameters, macs }
}

describe('architectures as torchvision has them', () => {
  it.each(Object.keys(models))('%s', (name) => {
    const model = models[name]
    const architecture = findArchitecture(names[name] ?? name)
    if (!model || !architecture) throw new Error(`no architecture for ${name}`)
    const analysis = analyzeDocument(architecture.build())
    expect(analysis.issues).toEqual([])
    expect(analysis.input).toEqual(model.input)
    expect(analysis.parameters.total).toBe(model.parameters)
    expect(analysis.macs).toBe(model.macs_conv_and_linear)
    // Adaptive pooling that leaves the size as it is has no layer here; a pooling to one position has.
    const given = model.layers
      .filter(({ type, output }) => type !== 'AdaptiveAvgPool2d' || output[1] === 1)
      .map((layer) => reduce({ ...layer, type: types[layer.type] ?? layer.type }))
    // Some modules are functions in torchvision (the ReLUs of GoogLeNet), and so not in its list.
    const listed = new Set(given.map(({ type }) => type))
    expect(analysis.layers.filter(({ type }) => listed.has(type)).map(reduce)).toEqual(given)
  })
})
