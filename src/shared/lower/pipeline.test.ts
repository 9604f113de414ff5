// The passes in their order, on a network small enough to read.
import { describe, expect, it } from 'vitest'
import { initialiseWeights } from '../network/initialise'
import { DocumentBuilder } from '../graph/documentBuilder'
import type { NetworkDocument } from '../graph/document'
import { decodeModel } from '../onnx/bytes'
import { recipeSchema } from '../training/recipe'
import { cpuTarget, inHalfPrecision, plainTarget } from '../targets/runtimeTargets'
import { compilePrediction, compileStep } from './pipeline'
import type { Target } from './target'

function network(): NetworkDocument {
  const builder = new DocumentBuilder('small')
  builder.add('input', 'input', { shape: [1, 4, 4] })
  builder.add('conv', 'conv2d', { filters: 2, kernel: 3 }, 'input')
  builder.add('flatten', 'flatten', {}, 'conv')
  builder.add('fc', 'dense', { units: 3 }, 'flatten')
  return builder.build()
}

const document = network()
const weights = initialiseWeights(document, 1)
const scaling = { mean: [0.5], deviation: [0.5] }
const recipe = recipeSchema.parse({ optimizer: { type: 'sgd' }, learningRate: 0.1 })

function operatorsFor(target: Target, given = recipe): readonly string[] {
  const { model } = compileStep(document, given, target, { batchSize: 2, scaling, inputKind: 'pixels', weights })
  return decodeModel(model).graph.nodes.map(({ domain, opType }) => (domain === '' ? opType : `${domain}.${opType}`))
}

describe('compileStep', () => {
  it('gives a model that takes pixels and weights, and returns loss and new weights', () => {
    const options = { batchSize: 2, scaling, inputKind: 'pixels', weights } as const
    const { model, graph } = compileStep(document, recipe, cpuTarget(null), options)
    const decoded = decodeModel(model).graph
    const inputs = decoded.inputs.map(({ name }) => name)
    expect(inputs).toContain(graph.input)
    for (const pack of graph.packs) expect(inputs).toContain(pack.name)
    const outputs = decoded.outputs.map(({ name }) => name)
    for (const output of [graph.loss, graph.correct, ...graph.nextState.values()]) expect(outputs).toContain(output)
    expect(decoded.inputs.find(({ name }) => name === graph.input)?.dims).toEqual([2, 1, 4, 4])
  })

  it('writes for its target: composite operators are gone, half precision casts, frozen layers have no gradient', () => {
    const plain = operatorsFor(plainTarget('cuda'))
    expect(plain.some((operator) => operator.startsWith('netloom.'))).toBe(false)
    expect(plain).toContain('Conv')
    const mixed = operatorsFor(inHalfPrecision(plainTarget('cuda')))
    expect(mixed.filter((operator) => operator === 'Cast').length).toBeGreaterThan(
      plain.filter((operator) => operator === 'Cast').length,
    )
    expect(operatorsFor(plainTarget('cuda'), { ...recipe, freeze: ['conv'] }).length).toBeLessThan(plain.length)
  })

  it('refuses a document that is not sound, before anything else', () => {
    const broken = { ...document, edges: document.edges.slice(1) }
    const options = { batchSize: 2, scaling, inputKind: 'floats', weights } as const
    expect(() => compileStep(broken, recipe, cpuTarget(null), options)).toThrow('nothing leads to its input')
  })
})

describe('compilePrediction', () => {
  it('gives a model of any batch that scales pixels itself', () => {
    const { model, inputShape } = compilePrediction(document, weights, scaling, cpuTarget(null))
    const { graph } = decodeModel(model)
    expect(inputShape).toEqual([1, 4, 4])
    expect(graph.inputs[0]?.dims?.slice(1)).toEqual([1, 4, 4])
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(expect.arrayContaining(['Conv', 'Gemm']))
  })
})
