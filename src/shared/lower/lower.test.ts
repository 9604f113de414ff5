import { describe, expect, it } from 'vitest'
import type { NetworkDocument } from '../graph/document'
import { DocumentBuilder } from '../graph/documentBuilder'
import { applyEdit } from '../graph/edits'
import { parseNodeId } from '../graph/nodeId'
import type { OnnxGraph } from '../onnx/model'
import { initialiseWeights } from '../network/initialise'
import { lowerDocument, type LowerOptions } from './lower'
import { toModel } from './networkModel'
import { findTinyLayer } from '../../../tests/fixtures/tinyLayers'

function smallNetwork(): NetworkDocument {
  const builder = new DocumentBuilder('small')
  builder.add('input', 'input', { shape: [2, 4, 4] })
  builder.add('conv', 'conv2d', { filters: 3 }, 'input')
  builder.add('norm', 'batchNorm', {}, 'conv')
  builder.add('drop', 'dropout', { rate: 0.25 }, 'norm')
  builder.add('pool', 'globalPool', {}, 'drop')
  builder.add('fc', 'dense', { units: 5 }, 'pool')
  builder.add('soft', 'softmax', {}, 'fc')
  return builder.build()
}

function lower(document: NetworkDocument, options: Partial<LowerOptions> = {}) {
  const weights = initialiseWeights(document, 1, findTinyLayer)
  return lowerDocument(document, { mode: 'inference', weights, findLayer: findTinyLayer, ...options })
}

/** Operators with their values, a line each. */
function printNodes(graph: OnnxGraph): string[] {
  return graph.nodes.map(({ opType, inputs, outputs }) => `${outputs.join(' ')} = ${opType}(${inputs.join(', ')})`)
}

const printValues = (values: OnnxGraph['inputs']): string[] =>
  values.map(({ name, dims }) => `${name} [${dims?.join(', ')}]`)

describe('lowering for inference', () => {
  it('writes weights as initialisers, leaves dropout out and names both ends', () => {
    const { graph, inputShape, outputShape, masks, updates, output } = lower(smallNetwork())
    expect(printNodes(graph)).toEqual([
      'conv = Conv(input, conv/weight)',
      'norm = BatchNormalization(conv, norm/scale, norm/bias, norm/runningMean, norm/runningVariance)',
      'GlobalAveragePool = GlobalAveragePool(norm)',
      'pool = Flatten(GlobalAveragePool)',
      'fc = Gemm(pool, fc/weight, fc/bias)',
      'output = Softmax(fc)',
    ])
    expect(printValues(graph.inputs)).toEqual(['input [N, 2, 4, 4]'])
    expect(printValues(graph.outputs)).toEqual(['output [N, 5]'])
    expect([...graph.initializers.keys()]).toEqual([
      'conv/weight',
      'norm/scale',
      'norm/bias',
      'norm/runningMean',
      'norm/runningVariance',
      'fc/weight',
      'fc/bias',
    ])
    expect([inputShape, outputShape, masks, updates, output]).toEqual([[2, 4, 4], [5], [], [], 'probabilities'])
  })

  it('leaves a softmax at the end out where logits are wanted', () => {
    const { graph, output, outputShape } = lower(smallNetwork(), { logits: true })
    expect(printNodes(graph).at(-1)).toBe('output = Gemm(pool, fc/weight, fc/bias)')
    expect([output, outputShape]).toEqual(['logits', [5]])
  })

  it('scales pixels inside the model: (pixel / 255 - mean) / deviation', () => {
    const scaling = { mean: [0.5, 0.25], deviation: [0.5, 2] }
    const { graph } = lower(smallNetwork(), { scaling, scalingInside: true })
    expect(printNodes(graph).slice(0, 3)).toEqual([
      'Mul = Mul(input, scaling/factor)',
      'scaling/output = Add(Mul, scaling/offset)',
      'conv = Conv(scaling/output, conv/weight)',
    ])
    const factor = graph.initializers.get('scaling/factor')
    const offset = graph.initializers.get('scaling/offset')
    expect(factor?.dims).toEqual([2, 1, 1])
    // Channel 0: 1 / (255 * 0.5) and -0.5 / 0.5; channel 1: 1 / (255 * 2) and -0.25 / 2.
    expect(factor?.data).toEqual(Float32Array.of(1 / 127.5, 1 / 510))
    expect(offset?.data).toEqual(Float32Array.of(-1, -0.125))
  })

  it('refuses a scaling that does not fit the channels', () => {
    const scaling = { mean: [0.5, 0.5, 0.5], deviation: [1] }
    expect(() => lower(smallNetwork(), { scaling, scalingInside: true })).toThrow(
      'The scaling has 3 values of "mean", the input [N, 2, 4, 4] has 2 channels. Give one value or 2.',
    )
  })

  it('refuses weights that are missing or have other shapes', () => {
    const document = smallNetwork()
    const weights = initialiseWeights(document, 1, findTinyLayer)
    weights.delete('conv/weight')
    expect(() => lower(document, { weights })).toThrow('The weight "conv/weight" is missing.')
    weights.set('conv/weight', { dims: [3, 1, 3, 3], data: new Float32Array(27) })
    expect(() => lower(document, { weights })).toThrow(
      'The weight "conv/weight" has the shape [3, 1, 3, 3], its layer wants [3, 2, 3, 3].',
    )
  })

  it('refuses a document with errors', () => {
    const builder = new DocumentBuilder('broken')
    builder.add('input', 'input', { shape: [2, 4, 4] })
    builder.add('fc', 'dense', { units: 5 }, 'input')
    expect(() => lowerDocument(builder.build(), { mode: 'training', findLayer: findTinyLayer })).toThrow(
      'Dense "fc" takes vectors. Put a flatten before it.',
    )
  })

  it('keeps apart a layer named "output", one named "input" and the ends of the graph', () => {
    const builder = new DocumentBuilder('names')
    builder.add('pixels', 'input', { shape: [3] })
    builder.add('output', 'relu', {}, 'pixels')
    builder.add('input', 'relu', {}, 'output')
    const { graph, values } = lower(builder.build())
    const [first, last] = graph.nodes
    expect(first?.inputs).toEqual(['input'])
    expect(last?.inputs).toEqual(first?.outputs)
    expect(last?.outputs).toEqual(['output'])
    expect(values.get(parseNodeId('output'))).toEqual(first?.outputs)
    expect(values.get(parseNodeId('input'))).toEqual(['output'])
  })

  it('copies the input where no layer computes anything', () => {
    const builder = new DocumentBuilder('nothing')
    builder.add('input', 'input', { shape: [3] })
    builder.add('drop', 'dropout', {}, 'input')
    expect(printNodes(lower(builder.build()).graph)).toEqual(['output = Identity(input)'])
  })

  it('follows output ports by name', () => {
    const builder = new DocumentBuilder('ports')
    builder.add('input', 'input', { shape: [3, 2, 2] })
    builder.add('split', 'split', {}, 'input')
    builder.add('sum', 'add')
    builder.connect('split', 'sum', 'in1', 'right')
    builder.connect('split', 'sum', 'in0', 'left')
    // Shapes differ, so the layer after it is the finding; with equal halves the ports come in their own order.
    const even = applyEdit(builder.build(), {
      type: 'setParams',
      id: parseNodeId('input'),
      params: { shape: [2, 2, 2] },
    })
    expect(printNodes(lower(even).graph)[1]).toBe('output = Sum(split.0, split.1)')
  })
})

describe('lowering for training', () => {
  it('takes weights and masks as inputs and gives running statistics as outputs', () => {
    const lowered = lower(smallNetwork(), { mode: 'training', weights: undefined, logits: true })
    expect(printNodes(lowered.graph)).toEqual([
      'conv = Conv(input, conv/weight)',
      'norm.0 norm.1 norm.2 = BatchNormalization(conv, norm/scale, norm/bias, norm/runningMean, norm/runningVariance)',
      'drop = Mul(norm.0, drop/mask)',
      'GlobalAveragePool = GlobalAveragePool(drop)',
      'pool = Flatten(GlobalAveragePool)',
      'output = Gemm(pool, fc/weight, fc/bias)',
    ])
    expect(printValues(lowered.graph.inputs)).toEqual([
      'input [N, 2, 4, 4]',
      'conv/weight [3, 2, 3, 3]',
      'norm/scale [3]',
      'norm/bias [3]',
      'norm/runningMean [3]',
      'norm/runningVariance [3]',
      'fc/weight [5, 3]',
      'fc/bias [5]',
      'drop/mask [N, 3, 2, 2]',
    ])
    expect(printValues(lowered.graph.outputs)).toEqual(['output [N, 5]', 'norm.1 [3]', 'norm.2 [3]'])
    expect(lowered.graph.initializers.size).toBe(0)
    expect(lowered.masks).toEqual([{ name: 'drop/mask', rate: 0.25, shape: [3, 2, 2] }])
    expect(lowered.updates).toEqual([
      { path: 'norm/runningMean', value: 'norm.1' },
      { path: 'norm/runningVariance', value: 'norm.2' },
    ])
    expect(lowered.weights.map(({ path, trainable, decays }) => [path, trainable, decays])).toEqual([
      ['conv/weight', true, true],
      ['norm/scale', true, false],
      ['norm/bias', true, false],
      ['norm/runningMean', false, false],
      ['norm/runningVariance', false, false],
      ['fc/weight', true, true],
      ['fc/bias', true, false],
    ])
  })

  it('freezes layers by the document and by patterns: no gradients, running statistics, but dropout', () => {
    const frozen = applyEdit(smallNetwork(), { type: 'setFrozen', id: parseNodeId('conv'), frozen: true })
    const { weights, updates, masks, graph } = lower(frozen, { mode: 'training', freeze: ['n*m', 'drop'] })
    expect(weights.filter(({ trainable }) => trainable).map(({ path }) => path)).toEqual(['fc/weight', 'fc/bias'])
    expect(updates).toEqual([])
    expect(graph.nodes.find(({ opType }) => opType === 'BatchNormalization')?.attributes).toEqual({})
    expect(masks).toHaveLength(1)
  })
})

describe('toModel', () => {
  it('states how input and output are meant', () => {
    const scaling = { mean: [0.5], deviation: [0.25] }
    const document = { ...smallNetwork(), classes: ['a', 'b', 'c', 'd', 'é'], scaling }
    const model = toModel(lower(document, { metadata: { run: '7' } }), { producerVersion: '1.2.3' })
    expect(model).toMatchObject({ irVersion: 8, opsets: { '': 17 }, producerName: 'netloom', producerVersion: '1.2.3' })
    expect(model.metadata).toEqual({
      run: '7',
      'netloom.scaling': '{"mean":[0.5],"deviation":[0.25]}',
      'netloom.scalingInside': 'false',
      'netloom.classes': '["a","b","c","d","é"]',
      'netloom.output': 'probabilities',
    })
    const inside = toModel(lower(document, { scalingInside: true, logits: true }), { classes: ['x'] }).metadata
    expect(inside).toMatchObject({
      'netloom.scalingInside': 'true',
      'netloom.classes': '["x"]',
      'netloom.output': 'logits',
    })
  })
})
