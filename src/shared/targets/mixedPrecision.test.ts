// What is computed in float16, and where casts stand; the numbers are tests/engines/mixedPrecision.test.ts.
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../onnx/builder'
import { inferNode, type ValueType } from '../onnx/inferShapes'
import { recipeSchema } from '../training/recipe'
import { findArchitecture } from '../lectures/architectures/index'
import { legalise } from './legalise'
import { lowerDocument } from '../lower/lower'
import { toMixedPrecision } from './mixedPrecision'
import { buildTrainingGraph } from '../lower/trainingGraph'
import { adaptToWebGpu } from './webgpu'

/** Operators with the types of their inputs, in order: `Conv(float16, float16)`. */
function print(builder: GraphBuilder): string[] {
  return builder.nodes.map(({ opType, inputs }) => {
    return `${opType}(${inputs.map((input) => builder.typeOf(input).dataType).join(', ')})`
  })
}

describe('toMixedPrecision', () => {
  it('keeps a product in float16 for products, and casts it once for all others', () => {
    const builder = new GraphBuilder(true)
    const x = builder.input('x', 'float32', [2, 3])
    const w = builder.input('w', 'float32', [3, 3])
    const first = builder.add('MatMul', [x, w])
    const second = builder.add('MatMul', [first, w])
    const sum = builder.add('Add', [second, builder.add('Relu', [second])], {}, { outputs: ['y'] })
    builder.output(sum, 'float32', [2, 3])
    const mixed = toMixedPrecision(builder)
    expect(print(mixed)).toEqual([
      'Cast(float32)',
      'Cast(float32)',
      'MatMul(float16, float16)',
      'MatMul(float16, float16)',
      'Cast(float16)',
      'Relu(float32)',
      'Add(float32, float32)',
    ])
    expect(mixed.outputs).toEqual(builder.outputs)
  })

  it('casts before values are moved where only products read them', () => {
    const builder = new GraphBuilder(true)
    const x = builder.input('x', 'float32', [4, 2])
    const turned = builder.add('Transpose', [x], { perm: [1, 0] })
    const shown = builder.add('Reshape', [x, builder.ints([8])])
    builder.output(builder.add('MatMul', [turned, x], {}, { outputs: ['y'] }), 'float32', [2, 2])
    builder.output(shown, 'float32', [8])
    expect(print(toMixedPrecision(builder))).toEqual([
      'Cast(float32)',
      'Transpose(float16)',
      'Reshape(float32, int64)',
      'MatMul(float16, float16)',
      'Cast(float16)',
    ])
  })

  it('computes every convolution of a training step in float16, and every type follows from the rules', () => {
    const document = findArchitecture('resnet20-cifar')?.build({})
    if (!document) throw new Error('there is no resnet20-cifar')
    const network = lowerDocument(document, { mode: 'training', logits: true })
    const { builder } = buildTrainingGraph(network, {
      batchSize: 2,
      recipe: recipeSchema.parse({ mixedPrecision: true }),
      scaling: { mean: [0], deviation: [1] },
      inputKind: 'pixels',
      frozen: new Map(),
      maxPoolIndices: false,
    })
    const mixed = toMixedPrecision(legalise(builder, { blockSize: null })).build('step')
    const { nodes, inputs, initializers, outputs } = adaptToWebGpu(mixed)
    const types = new Map<string, ValueType>()
    for (const { name, dataType, dims = [] } of inputs) types.set(name, { dataType, dims: dims.map(Number) })
    for (const [name, tensor] of initializers) types.set(name, tensor)
    for (const node of nodes) {
      const results = inferNode(
        node,
        (value) => types.get(value),
        (value) => initializers.get(value),
      )
      node.outputs.forEach((output, index) => types.set(output, results[index] ?? { dataType: 'float32', dims: [] }))
    }
    const convolutions = nodes.filter(({ opType }) => opType === 'Conv' || opType === 'ConvTranspose')
    const halves = convolutions.filter(({ inputs }) =>
      inputs.every((input) => types.get(input)?.dataType === 'float16'),
    )
    // 19 forward; all but the first pass a gradient on. Gradients of kernels are matrix products.
    expect(halves).toHaveLength(19 + 18)
    expect(convolutions).toHaveLength(37)
    for (const { name } of outputs) expect(types.get(name)?.dataType, name).toBe('float32')
  })
})
